//! When somebody was born, as far as a roster knows it: most rosters hold the number that says it, and no date.

use crate::check::{parse_date, resident_id_facts};
use crate::{Field, Record};
use jiff::civil::Date;

/// The date that is written, or else the one in the number of a resident ID or a residence permit.
pub fn birth_date(written: Option<&str>, document_kind: Option<&str>, document_number: Option<&str>) -> Option<Date> {
    let in_number = || {
        let says_it = matches!(document_kind, None | Some("resident_id" | "residence_permit"));
        document_number.filter(|_| says_it).and_then(resident_id_facts).map(|facts| facts.birth_date)
    };
    written.and_then(parse_date).or_else(in_number)
}

/// The same of a member.
pub fn birth_date_of(member: &Record) -> Option<Date> {
    birth_date(
        member.text(Field::MemberBirthDate),
        member.text(Field::MemberDocumentKind),
        member.text(Field::MemberDocumentNumber),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_is_written_counts_before_what_a_number_says() {
        let number = Some("11010519491231002X");
        assert_eq!(birth_date(Some("2008-01-02"), None, number), Some(date(2008, 1, 2)));
        assert_eq!(birth_date(None, Some("resident_id"), number), Some(date(1949, 12, 31)));
        assert_eq!(birth_date(None, None, number), Some(date(1949, 12, 31)));
    }

    #[test]
    fn a_number_of_another_kind_or_a_wrong_one_says_nothing() {
        assert_eq!(birth_date(None, Some("passport"), Some("11010519491231002X")), None);
        assert_eq!(birth_date(None, Some("resident_id"), Some("110105194912310021")), None);
        assert_eq!(birth_date(None, None, None), None);
    }
}
