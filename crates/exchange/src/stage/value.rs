//! One cell becomes one field's value, through the model's rules.

use super::problem::ProblemCode;
use super::spoiled;
use crate::read::{Cell, ValueKind};
use jiff::civil::Date;
use mingce_model::check::{self, Context};
use mingce_model::{Field, Value};
use std::borrow::Cow;

/// What a cell gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Staged {
    /// The cell is empty: the field stays as it is.
    Nothing,
    Value(Value, Option<ProblemCode>),
    Bad(ProblemCode),
}

/// Reads the cell as the field. `document_kind` is the row's, for its document number; `digits` fills up card numbers.
pub(crate) fn stage_cell(
    field: Field,
    cell: &Cell<'_>,
    today: Date,
    document_kind: Option<&str>,
    digits: Option<u8>,
) -> Staged {
    if cell.kind() == ValueKind::Fault {
        return Staged::Bad(ProblemCode::FormulaFault);
    }
    if cell.is_blank() {
        return Staged::Nothing;
    }
    let mut text = cell.text();
    let mut caution = None;
    match field {
        Field::MemberDocumentNumber => {
            if spoiled::has_lost_digits(cell) || spoiled::is_exponent_form(&text) {
                return Staged::Bad(ProblemCode::ResidentIdSpoiled);
            }
            // Of a document whose kind is not known every text would pass.
            if text.contains(['*', '＊']) {
                return Staged::Bad(ProblemCode::Rule(check::Problem::NumberMasked));
            }
        }
        Field::MemberCardNumber | Field::MemberPhone | Field::GuardianPhone => {
            if spoiled::has_lost_digits(cell) || spoiled::is_exponent_form(&text) {
                return Staged::Bad(ProblemCode::NumberSpoiled);
            }
            if field == Field::MemberCardNumber {
                text = filled_up(text, digits);
            }
        }
        // Letters among the digits, an E with them: an exponent is known by the sign behind it.
        Field::MemberChipNumbers if spoiled::has_lost_digits(cell) || text.contains("E+") || text.contains("e+") => {
            return Staged::Bad(ProblemCode::NumberSpoiled);
        }
        Field::MemberBirthDate | Field::MemberValidFrom | Field::MemberValidUntil | Field::MemberStatusSince => {
            if let Some(date) = date_of_serial(cell) {
                caution = Some(ProblemCode::DateFromSerial);
                text = Cow::Owned(date.to_string());
            }
        }
        // 入学时间: the year of a full date.
        Field::MemberEntryYear => {
            if let Some(date) = check::parse_date(&text) {
                text = Cow::Owned(date.year().to_string());
            }
        }
        _ => {}
    }
    match check::check_text(field, &text, &Context { today, document_kind }) {
        // A required field that holds only invisible marks is an empty cell.
        Err(check::Problem::RequiredMissing) => Staged::Nothing,
        Err(problem) => Staged::Bad(match problem {
            check::Problem::ResidentIdChecksum | check::Problem::NumberSpoiled
                if field == Field::MemberDocumentNumber && spoiled::is_spoiled_document(&cell.text()) =>
            {
                ProblemCode::ResidentIdSpoiled
            }
            problem => ProblemCode::Rule(problem),
        }),
        Ok(checked) if checked.value.is_null() => Staged::Nothing,
        Ok(checked) => Staged::Value(checked.value, caution.or(checked.warning.map(ProblemCode::Caution))),
    }
}

/// The card number with zeros in front, if the user agreed to a length and it is made of digits.
fn filled_up(text: Cow<'_, str>, digits: Option<u8>) -> Cow<'_, str> {
    let trimmed = text.trim();
    match digits {
        Some(digits) if !trimmed.is_empty() && trimmed.bytes().all(|byte| byte.is_ascii_digit()) => {
            Cow::Owned(format!("{trimmed:0>width$}", width = usize::from(digits)))
        }
        _ if trimmed.len() == text.len() => text,
        _ => Cow::Owned(trimmed.to_owned()),
    }
}

/// Days since 1899-12-30 of a date whose cell lost its format; only years in which living people have dates.
pub(crate) fn date_of_serial(cell: &Cell<'_>) -> Option<Date> {
    let Cell::Number { value, .. } = cell else { return None };
    // 1920-01-01 to 2064-04-08: below eight digits and beyond any year, so no other reading competes.
    if value.fract() != 0.0 || !(7306.0..60_000.0).contains(value) {
        return None;
    }
    jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(*value as i64)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 9, 1);

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(text.into())
    }
    fn number(value: f64) -> Cell<'static> {
        Cell::Number { value, shown_digits: 0 }
    }
    fn stage(field: Field, cell: &Cell<'_>) -> Staged {
        stage_cell(field, cell, TODAY, (field == Field::MemberDocumentNumber).then_some("resident_id"), None)
    }
    fn value(text: &str) -> Staged {
        Staged::Value(Value::text(text), None)
    }

    #[test]
    fn spoiled_id_numbers_are_errors_and_never_mended() {
        let spoiled = Staged::Bad(ProblemCode::ResidentIdSpoiled);
        assert_eq!(stage(Field::MemberDocumentNumber, &number(540_102_201_007_255_016.0)), spoiled);
        assert_eq!(stage(Field::MemberDocumentNumber, &text("5.40102201007255E+017")), spoiled);
        assert_eq!(stage(Field::MemberDocumentNumber, &text("540102201007255000")), spoiled);
        // A number that happens to have a right check digit is as lost as any other.
        assert_eq!(stage(Field::MemberDocumentNumber, &number(440_524_188_001_010_014.0)), spoiled);
        assert_eq!(stage(Field::MemberDocumentNumber, &text("11010519491231002x")), value("11010519491231002X"));
    }

    #[test]
    fn a_masked_number_is_never_taken_for_one() {
        let masked = Staged::Bad(ProblemCode::Rule(check::Problem::NumberMasked));
        for kind in [None, Some("resident_id"), Some("other")] {
            let cell = text("110***********002X");
            assert_eq!(stage_cell(Field::MemberDocumentNumber, &cell, TODAY, kind, None), masked);
        }
    }

    #[test]
    fn numbers_that_survived_are_taken_as_text() {
        assert_eq!(stage(Field::MemberPhone, &number(13_800_138_000.0)), value("13800138000"));
        assert_eq!(stage(Field::MemberCardNumber, &number(20_230_001.0)), value("20230001"));
        assert_eq!(stage(Field::MemberCardNumber, &text("2.0230001E+07")), Staged::Bad(ProblemCode::NumberSpoiled));
        assert_eq!(stage(Field::MemberChipNumbers, &number(12_345_678.0)), value("12345678"));
        assert_eq!(stage(Field::MemberChipNumbers, &text("12345e78，04:a3:2f:1b")), value("12345E78;04A32F1B"));
        assert_eq!(stage(Field::MemberChipNumbers, &text("1.23E+19")), Staged::Bad(ProblemCode::NumberSpoiled));
        assert_eq!(stage(Field::MemberEntryYear, &number(2023.0)), Staged::Value(Value::Int(2023), None));
        assert_eq!(stage(Field::MemberEntryYear, &text("2023-09-01")), Staged::Value(Value::Int(2023), None));
    }

    #[test]
    fn a_date_without_its_format_is_read_and_pointed_out() {
        let expected = Staged::Value(Value::text("2008-01-02"), Some(ProblemCode::DateFromSerial));
        assert_eq!(stage(Field::MemberBirthDate, &number(39_449.0)), expected);
        assert_eq!(stage(Field::MemberBirthDate, &number(20_080_102.0)), value("2008-01-02"));
        assert_eq!(stage(Field::MemberBirthDate, &text("2008年1月2日")), value("2008-01-02"));
    }

    #[test]
    fn zeros_come_back_only_when_agreed() {
        let staged = |digits| stage_cell(Field::MemberCardNumber, &number(123.0), TODAY, None, digits);
        assert_eq!(staged(None), value("123"));
        assert_eq!(staged(Some(8)), value("00000123"));
    }

    #[test]
    fn an_empty_cell_says_nothing() {
        assert_eq!(stage(Field::MemberName, &Cell::Empty), Staged::Nothing);
        assert_eq!(stage(Field::MemberName, &text(" \u{3000} ")), Staged::Nothing);
        assert_eq!(stage(Field::MemberNote, &Cell::Fault), Staged::Bad(ProblemCode::FormulaFault));
    }
}
