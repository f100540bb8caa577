//! Personal data shown so that a person who knows it recognises it and nobody else learns it.

use crate::{Field, Value};

/// Whether the window shows the field masked until somebody asks to see it: phones and document numbers.
pub fn is_masked(field: Field) -> bool {
    matches!(field, Field::MemberPhone | Field::GuardianPhone | Field::MemberDocumentNumber)
}

/// Shows a field's value masked where it is personal: phone, document number, birth date, address, e-mail. Everything
/// else as it is.
pub fn mask(field: Field, value: &Value) -> String {
    let text = value.to_string();
    match field {
        Field::MemberPhone | Field::GuardianPhone => mask_phone(&text),
        Field::MemberDocumentNumber => mask_document_number(&text),
        Field::MemberBirthDate => mask_date(&text),
        Field::MemberEmail => mask_email(&text),
        Field::MemberAddress => mask_text(&text),
        _ => text,
    }
}

/// Stands for any value of a custom field that the organisation calls personal or sensitive. Of a choice or a yes even
/// the first letter would say it all.
pub const CUSTOM_MASK: &str = "***";

/// Whether a text is no value of such a field but what is shown in place of one.
pub fn is_custom_mask(text: &str) -> bool {
    text.contains("**") || text.contains("＊＊")
}

/// `138****5678`, `+852****4567`: the last four digits stay, of a mainland number the first three, of another the
/// country code.
pub fn mask_phone(phone: &str) -> String {
    match phone.len() {
        11 if phone.is_ascii() && !phone.starts_with('+') => keep(phone, 3, 4),
        9.. if phone.is_ascii() && phone.starts_with('+') => keep(phone, 4, if phone.len() >= 12 { 4 } else { 2 }),
        _ => mask_text(phone),
    }
}

/// `330***********1234`: of a resident's number the first three and last four characters stay, of a shorter one fewer.
pub fn mask_document_number(number: &str) -> String {
    if number.chars().count() >= 15 { keep(number, 3, 4) } else { mask_text(number) }
}

/// `2013-**-**`.
fn mask_date(date: &str) -> String {
    match date.split_once('-') {
        Some((year, rest)) => format!("{year}-{}", rest.replace(|c: char| c.is_ascii_digit(), "*")),
        None => mask_text(date),
    }
}

/// `w***@example.com`, always three asterisks.
fn mask_email(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => format!("{}***@{domain}", local.chars().next().map(String::from).unwrap_or_default()),
        None => mask_text(email),
    }
}

/// Keeps a quarter of the characters, at most three, at each end; of a short text only the first, of one character none.
pub fn mask_text(text: &str) -> String {
    let characters = text.chars().count();
    match characters {
        0 | 1 => keep(text, 0, 0),
        2..=4 => keep(text, 1, 0),
        _ => keep(text, (characters / 4).min(3), (characters / 4).min(3)),
    }
}

/// Replaces all but so many characters at the ends by asterisks.
fn keep(text: &str, first: usize, last: usize) -> String {
    let characters = text.chars().count();
    text.chars().enumerate().map(|(i, c)| if i < first || i + last >= characters { c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_field_has_its_own_mask() {
        for (field, value, masked) in [
            (Field::MemberPhone, "13812345678", "138****5678"),
            (Field::GuardianPhone, "+85251234567", "+852****4567"),
            (Field::MemberDocumentNumber, "330106201005011234", "330***********1234"),
            (Field::MemberDocumentNumber, "E12345678", "E1*****78"),
            (Field::MemberBirthDate, "2013-08-04", "2013-**-**"),
            (Field::MemberEmail, "wangming@example.com", "w***@example.com"),
            (Field::MemberAddress, "杭州市西湖区文三路一号", "杭州*******一号"),
            (Field::MemberName, "王明", "王明"),
            (Field::MemberPhone, "", ""),
        ] {
            assert_eq!(mask(field, &Value::text(value)), masked);
        }
    }

    proptest! {
        #[test]
        fn a_masked_number_keeps_its_length_and_hides_at_least_a_third(text in "\\PC{1,40}") {
            for masked in [mask_phone(&text), mask_document_number(&text), mask_text(&text)] {
                let length = text.chars().count();
                prop_assert_eq!(masked.chars().count(), length);
                let shown = masked.chars().zip(text.chars()).filter(|(m, t)| m == t && *t != '*').count();
                prop_assert!(shown * 3 <= length * 2, "{} of {}", shown, length);
            }
        }
    }
}
