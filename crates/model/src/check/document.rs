//! Identity documents other than the resident's own number, and which kind a number looks like.

use super::problem::{Problem, Warning};
use super::resident_id::{birth_and_check, canonical, residence_permit, resident_id};
use super::text;
use jiff::civil::Date;
use std::borrow::Cow;

/// Longest number of a document of kind `other`.
const OTHER_CHARACTERS_MAX: usize = 40;

/// Checks a document's number. `kind` is a word of `Field::MemberDocumentKind`; without one the number is checked as
/// the kind it looks like, if it looks like one, and a warning asks for the kind.
pub(super) fn document_number(
    text: &str,
    kind: Option<&str>,
    today: Date,
) -> Result<(String, Option<Warning>), Problem> {
    let kind_or_guess = kind.or_else(|| document_kind_guess(text));
    let number = match kind_or_guess {
        Some(kind) if kind != "other" => text::document_number(text)?,
        _ => return other(text, kind),
    };
    if number.is_empty() {
        return Ok((number, None));
    }
    let dashless = || if number.contains('-') { Cow::Owned(number.replace('-', "")) } else { Cow::Borrowed(&*number) };
    let (number, warning) = match kind_or_guess {
        Some("resident_id") => resident_id(&dashless(), today)?,
        Some("residence_permit") => residence_permit(&dashless(), today)?,
        Some("foreign_permanent_resident") => (foreign_permanent_resident(&number, today)?, None),
        Some("hong_kong_macau_permit") => (hong_kong_macau_permit(number)?, None),
        Some("taiwan_permit") => (taiwan_permit(number)?, None),
        Some("passport") => (passport(number)?, None),
        _ => return other(text, kind),
    };
    Ok((number, warning.or(kind.is_none().then_some(Warning::DocumentKindMissing))))
}

/// 港澳居民来往内地通行证: H or M, a lifelong number of 8 digits and, on older cards, 2 digits that count reissues.
fn hong_kong_macau_permit(number: String) -> Result<String, Problem> {
    match number.as_bytes() {
        [b'H' | b'M', digits @ ..] if matches!(digits.len(), 8 | 10) && digits.iter().all(u8::is_ascii_digit) => {
            Ok(number)
        }
        _ => Err(masked_or(&number, Problem::HongKongMacauPermitMalformed)),
    }
}

/// 台湾居民来往大陆通行证: 8 digits, on older booklets 10.
fn taiwan_permit(number: String) -> Result<String, Problem> {
    if matches!(number.len(), 8 | 10) && number.bytes().all(|b| b.is_ascii_digit()) {
        Ok(number)
    } else {
        Err(masked_or(&number, Problem::TaiwanPermitMalformed))
    }
}

/// 外国人永久居留身份证. Since 2023-12-01 18 characters that begin with 9, checked like a citizen's number (NIA rules of
/// 2023-10); cards of 3 letters and 12 digits stay valid.
fn foreign_permanent_resident(number: &str, today: Date) -> Result<String, Problem> {
    if number.len() == 18 && number.starts_with('9') {
        let number = canonical(number)?;
        birth_and_check(&number, today)?;
        return Ok(number);
    }
    if is_permanent_resident_of_the_first_form(number) {
        return Ok(number.to_owned());
    }
    Err(masked_or(number, Problem::ForeignPermanentResidentMalformed))
}

fn is_permanent_resident_of_the_first_form(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == 15 && bytes[..3].iter().all(u8::is_ascii_uppercase) && bytes[3..].iter().all(u8::is_ascii_digit)
}

/// ICAO Doc 9303-4: at most 9 letters and digits. There is no check digit outside the machine-readable zone.
fn passport(number: String) -> Result<String, Problem> {
    if (5..=9).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        Ok(number)
    } else {
        Err(masked_or(&number, Problem::PassportMalformed))
    }
}

fn other(text: &str, kind: Option<&str>) -> Result<(String, Option<Warning>), Problem> {
    let number = text::line(&text::number(text)?, OTHER_CHARACTERS_MAX)?;
    if number.chars().any(text::is_format) {
        return Err(Problem::ControlCharacter);
    }
    let warning = (!number.is_empty() && kind.is_none()).then_some(Warning::DocumentKindMissing);
    Ok((number, warning))
}

fn masked_or(number: &str, otherwise: Problem) -> Problem {
    if number.contains('*') { Problem::NumberMasked } else { otherwise }
}

/// The kind of document a number looks like, as a word of `Field::MemberDocumentKind`, even when the number is spoiled
/// or its check character wrong; `None` when it could be several or none.
pub fn document_kind_guess(number: &str) -> Option<&'static str> {
    let number = text::document_number(number).ok()?;
    let bytes = number.as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let letters_first = bytes.iter().take_while(|b| b.is_ascii_uppercase()).count();
    match (bytes.len(), letters_first) {
        (18, 0) if digits == 18 || (digits == 17 && number.ends_with('X')) => Some(match &bytes[..6] {
            b"810000" | b"820000" | b"830000" => "residence_permit",
            [b'9', ..] => "foreign_permanent_resident",
            _ => "resident_id",
        }),
        (15, 0) if digits == 15 => Some("resident_id"),
        (15, 3) if digits == 12 => Some("foreign_permanent_resident"),
        (9 | 11, 1) if matches!(bytes[0], b'H' | b'M') && digits == bytes.len() - 1 => Some("hong_kong_macau_permit"),
        (8, 0) if digits == 8 && super::parse_date(&number).is_none_or(|date| date.year() < 1900) => {
            Some("taiwan_permit")
        }
        (8 | 9, 1 | 2) if digits == bytes.len() - letters_first => Some("passport"),
        _ => None,
    }
}

/// What two records of one person share: of a Hong Kong or Macau permit the first 9 characters, since only the reissue
/// count after them changes (MPS rules: same first 9 characters, same holder); of every other document the whole number.
/// `number` is as stored.
pub fn document_identity<'a>(kind: &str, number: &'a str) -> &'a str {
    if kind == "hong_kong_macau_permit" { number.get(..9).unwrap_or(number) } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 9, 1);

    fn check(kind: &str, text: &str) -> Result<String, Problem> {
        document_number(text, Some(kind), TODAY).map(|(number, warning)| {
            assert_eq!(warning, None, "{kind} {text}");
            number
        })
    }

    #[test]
    fn each_kind_takes_its_own_numbers() {
        for (kind, text, stored) in [
            ("resident_id", "１１０１０５ 19491231 002x", "11010519491231002X"),
            ("resident_id", "'110105491231002", "11010519491231002X"),
            ("resident_id", "110105-19491231-002X", "11010519491231002X"),
            ("hong_kong_macau_permit", "h12345678", "H12345678"),
            ("hong_kong_macau_permit", "M1234567801", "M1234567801"),
            ("taiwan_permit", "01234567", "01234567"),
            ("taiwan_permit", "0123456789", "0123456789"),
            ("residence_permit", "830000199001010012", "830000199001010012"),
            ("foreign_permanent_resident", "911124198108030024", "911124198108030024"),
            ("foreign_permanent_resident", "usa110178010112", "USA110178010112"),
            ("passport", "e 12345678", "E12345678"),
            ("passport", "AB123", "AB123"),
            ("other", " 军字第 0123 号 ", "军字第 0123 号"),
        ] {
            assert_eq!(check(kind, text).as_deref(), Ok(stored), "{kind} {text}");
            assert_eq!(check(kind, stored).as_deref(), Ok(stored), "{kind} {stored}");
        }
    }

    #[test]
    fn each_kind_refuses_the_rest() {
        for (kind, text, problem) in [
            ("hong_kong_macau_permit", "H1234567", Problem::HongKongMacauPermitMalformed),
            ("hong_kong_macau_permit", "A12345678", Problem::HongKongMacauPermitMalformed),
            ("hong_kong_macau_permit", "H123456789", Problem::HongKongMacauPermitMalformed),
            ("taiwan_permit", "123456789", Problem::TaiwanPermitMalformed),
            ("taiwan_permit", "1234567A", Problem::TaiwanPermitMalformed),
            ("residence_permit", "11010519491231002X", Problem::ResidencePermitArea),
            ("residence_permit", "8100001990010", Problem::ResidentIdLength),
            ("residence_permit", "810000199001010018", Problem::ResidentIdChecksum),
            ("foreign_permanent_resident", "911124198108030023", Problem::ResidentIdChecksum),
            ("foreign_permanent_resident", "911124198113030024", Problem::ResidentIdBirthDate),
            ("foreign_permanent_resident", "11010519491231002X", Problem::ForeignPermanentResidentMalformed),
            ("foreign_permanent_resident", "US1110178010112", Problem::ForeignPermanentResidentMalformed),
            ("passport", "E123456789", Problem::PassportMalformed),
            ("passport", "E-1234567", Problem::PassportMalformed),
            ("passport", "E12", Problem::PassportMalformed),
            ("passport", "E12****78", Problem::NumberMasked),
            ("other", &"9".repeat(41), Problem::TextTooLong),
            ("other", "12\u{7}34", Problem::ControlCharacter),
        ] {
            assert_eq!(check(kind, text), Err(problem), "{kind} {text}");
        }
    }

    #[test]
    fn a_number_without_a_kind_is_checked_as_what_it_looks_like() {
        assert_eq!(
            document_number("11010519491231002x", None, TODAY),
            Ok(("11010519491231002X".into(), Some(Warning::DocumentKindMissing)))
        );
        assert_eq!(document_number("110105194912310021", None, TODAY), Err(Problem::ResidentIdChecksum));
        assert_eq!(document_number("学籍 77", None, TODAY), Ok(("学籍 77".into(), Some(Warning::DocumentKindMissing))));
    }

    #[test]
    fn the_kind_is_guessed_only_where_the_shape_tells_it() {
        for (number, kind) in [
            ("11010519491231002x", Some("resident_id")),
            ("110105194912310021", Some("resident_id")),
            ("110105491231002", Some("resident_id")),
            ("810000199001010019", Some("residence_permit")),
            ("911124198108030024", Some("foreign_permanent_resident")),
            ("USA110178010112", Some("foreign_permanent_resident")),
            ("H1234567801", Some("hong_kong_macau_permit")),
            ("M12345678", Some("hong_kong_macau_permit")),
            ("01234567", Some("taiwan_permit")),
            ("20130804", None),
            ("E12345678", Some("passport")),
            ("EA1234567", Some("passport")),
            ("12345", None),
            ("", None),
            ("学生证一号", None),
        ] {
            assert_eq!(document_kind_guess(number), kind, "{number}");
        }
    }

    #[test]
    fn a_reissued_permit_is_the_same_person() {
        let identity = |number| document_identity("hong_kong_macau_permit", number);
        assert_eq!(identity("H1234567801"), identity("H1234567802"));
        assert_eq!(identity("H1234567801"), identity("H12345678"));
        assert_eq!(document_identity("passport", "E1234567801"), "E1234567801");
    }
}
