//! Who answers for a member that is not of age.
//!
//! Every guardian on the roster may confirm for the child, until it is switched off for one of them: a grandparent who
//! is on the list for being called, say. Nothing is written for those who may.

use crate::{Field, Record, Value, birth_date_of};
use jiff::civil::Date;

/// 民法典 17: a natural person of 18 years is an adult.
const ADULT_YEARS: i16 = 18;

/// What `Field::GuardianshipMayConfirm` holds for a guardian who may not; everybody else may.
pub const MAY_NOT_CONFIRM: Value = Value::Int(0);

/// Whether the guardian of this guardianship may confirm for the member.
pub fn may_confirm(guardianship: &Record) -> bool {
    *guardianship.get(Field::GuardianshipMayConfirm) != MAY_NOT_CONFIRM
}

/// Whether the roster knows the member to be of age; `false` for an unknown age.
pub fn is_adult(member: &Record, today: Date) -> bool {
    let Some(birth) = birth_date_of(member) else { return false };
    // Born on 29 February: of age on 1 March.
    let years = today.year() - birth.year() - i16::from((today.month(), today.day()) < (birth.month(), birth.day()));
    years >= ADULT_YEARS
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
        assert!(!is_adult(&member, TODAY));
        let born = |day: &str| member.clone().with(Field::MemberBirthDate, day);
        assert!(is_adult(&born("2008-09-01"), TODAY));
        assert!(!is_adult(&born("2008-09-02"), TODAY));
        assert!(is_adult(&member.clone().with(Field::MemberDocumentNumber, "11010519491231002X"), TODAY));
    }

    #[test]
    fn every_guardian_may_confirm_who_was_not_switched_off() {
        let link = Record::empty(Kind::Guardianship, RecordId::from_parts(0, [0; 10]));
        assert!(may_confirm(&link));
        assert!(!may_confirm(&link.with(Field::GuardianshipMayConfirm, MAY_NOT_CONFIRM)));
    }
}
