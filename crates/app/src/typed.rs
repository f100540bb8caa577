//! What a person typed into a cell, made into a value: choices in any spelling, dates in any form, numbers normalised.

use jiff::civil::Date;
use mingce_model::check::{self, Checked, Context, Problem};
use mingce_model::{Field, Form, Value};

/// Reads the text for the field; the value is canonical.
pub(crate) fn read(field: Field, text: &str, today: Date, document_kind: Option<&str>) -> Result<Checked, Problem> {
    let trimmed = text.trim();
    let value = match field.form() {
        _ if trimmed.is_empty() => Value::Null,
        Form::Choice(_) => match check::parse_choice(field, trimmed) {
            Some(word) => Value::from(word),
            // Let the check name what is wrong with it.
            None => Value::from(trimmed),
        },
        Form::Date => match check::parse_date(trimmed) {
            Some(date) => Value::from(date.to_string()),
            None => Value::from(trimmed),
        },
        Form::Year => match check::parse_year(trimmed) {
            Some(year) => Value::Int(year),
            None => Value::from(trimmed),
        },
        Form::Int | Form::Instant => match trimmed.parse() {
            Ok(number) => Value::Int(number),
            Err(_) => Value::from(trimmed),
        },
        _ => Value::from(text),
    };
    check::check_field(field, value, &Context { today, document_kind })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn value(field: Field, text: &str) -> Result<Value, Problem> {
        read(field, text, date(2026, 11, 22), Some("resident_id")).map(|checked| checked.value)
    }

    #[test]
    fn people_type_as_they_like() {
        assert_eq!(value(Field::MemberSex, " 男 "), Ok(Value::from("male")));
        assert_eq!(value(Field::MemberBirthDate, "2013年8月4日"), Ok(Value::from("2013-08-04")));
        assert_eq!(value(Field::MemberEntryYear, "2025级"), Ok(Value::Int(2025)));
        assert_eq!(value(Field::MemberPhone, "+86 138-0013-8000"), Ok(Value::from("13800138000")));
        assert_eq!(value(Field::MemberNote, "   "), Ok(Value::Null));
        assert!(value(Field::MemberSex, "maybe").is_err());
        assert!(value(Field::MemberName, "").is_err());
    }
}
