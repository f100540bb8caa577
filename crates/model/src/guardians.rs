//! Who answers for a member that is not of age.
//!
//! Every guardian on the roster may confirm for the child, until it is switched off for one of them: a grandparent who
//! is on the list for being called, say. Nothing is written for those who may.

use crate::{Field, Record, Value, birth_date_of};
use jiff::civil::Date;

/// 民法典 17: a natural person of 18 years is an adult.
const ADULT_YEARS: i16 = 18;
/// 个人信息保护法 28 and 31: below 14 years a parent or another guardian decides.
const CHILD_YEARS: i16 = 14;

/// Who has to agree before anything of a person is processed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AgeGroup {
    /// Below 14: a guardian does.
    Child,
    /// 14 to 17: the person does, and a guardian confirms.
    Youth,
    /// From 18 on: the person alone.
    Adult,
    /// The roster does not tell. Treated as a child until it does.
    Unknown,
}

/// What `Field::GuardianshipMayConfirm` holds for a guardian who may not; everybody else may.
pub const MAY_NOT_CONFIRM: Value = Value::Int(0);

/// Whether the guardian of this guardianship may confirm for the member.
pub fn may_confirm(guardianship: &Record) -> bool {
    *guardianship.get(Field::GuardianshipMayConfirm) != MAY_NOT_CONFIRM
}

/// The member's age group on the day, by the birth date or the resident number on the roster.
pub fn age_group(member: &Record, today: Date) -> AgeGroup {
    let Some(birth) = birth_date_of(member) else { return AgeGroup::Unknown };
    // Born on 29 February: a year older on 1 March.
    let years = today.year() - birth.year() - i16::from((today.month(), today.day()) < (birth.month(), birth.day()));
    match years {
        ADULT_YEARS.. => AgeGroup::Adult,
        CHILD_YEARS.. => AgeGroup::Youth,
        _ => AgeGroup::Child,
    }
}

/// Whether the roster knows the member to be of age; `false` for an unknown age.
pub fn is_adult(member: &Record, today: Date) -> bool {
    age_group(member, today) == AgeGroup::Adult
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, RecordId};
    use jiff::civil::date;

    const TODAY: Date = date(2026, 9, 1);

    #[test]
    fn age_is_known_by_birth_date_or_resident_number() {
        let member = Record::empty(Kind::Member, RecordId::from_parts(0, [0; 10]));
        assert_eq!(age_group(&member, TODAY), AgeGroup::Unknown);
        let born = |day: &str| age_group(&member.clone().with(Field::MemberBirthDate, day), TODAY);
        assert_eq!(born("2008-09-01"), AgeGroup::Adult);
        assert_eq!(born("2008-09-02"), AgeGroup::Youth);
        assert_eq!(born("2012-09-01"), AgeGroup::Youth);
        assert_eq!(born("2012-09-02"), AgeGroup::Child);
        // A date that is not yet reached is a mistake, and nobody is older for it.
        assert_eq!(born("2030-01-01"), AgeGroup::Child);
        let numbered = member.clone().with(Field::MemberDocumentNumber, "11010519491231002X");
        assert_eq!(age_group(&numbered, TODAY), AgeGroup::Adult);
    }

    #[test]
    fn every_guardian_may_confirm_who_was_not_switched_off() {
        let link = Record::empty(Kind::Guardianship, RecordId::from_parts(0, [0; 10]));
        assert!(may_confirm(&link));
        assert!(!may_confirm(&link.with(Field::GuardianshipMayConfirm, MAY_NOT_CONFIRM)));
    }
}
