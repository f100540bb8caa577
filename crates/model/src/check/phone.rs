//! Mobile numbers: 11 digits for the mainland, E.164 with `+` for everywhere else.

use super::problem::{Problem, Warning};
use super::text;

/// ITU-T E.164, 6.1: at most 15 digits.
const E164_DIGITS_MAX: usize = 15;

/// Normalises and checks a mobile number. `0086-138-0013-8000`, `+86 138…` and full-width digits become `13800138000`.
/// Mainland numbers must match `1[3-9]\d{9}`; numbers from elsewhere must carry `+` or `00` and their country code.
pub(super) fn phone(text: &str) -> Result<(String, Option<Warning>), Problem> {
    if let [b'1', b'3'..=b'9', rest @ ..] = text.as_bytes()
        && rest.len() == 9
        && rest.iter().all(u8::is_ascii_digit)
    {
        // As it is stored.
        return mainland(text);
    }
    let typed = text::number(text)?;
    let typed = typed.strip_prefix("tel:").unwrap_or(&typed);
    if typed.is_empty() {
        return Ok((String::new(), None));
    }
    if typed.contains('*') {
        return Err(Problem::NumberMasked);
    }
    let mut digits = String::with_capacity(typed.len());
    let mut is_international = false;
    for c in typed.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() && !is_international => is_international = true,
            ' ' | '-' | '.' | '(' | ')' | '/' => {}
            _ => return Err(Problem::PhoneMalformed),
        }
    }
    if let Some(rest) = digits.strip_prefix("00") {
        is_international = true;
        digits = rest.to_owned();
    }
    if is_international {
        return match digits.strip_prefix("86") {
            Some(national) => mainland(national),
            None => elsewhere(&digits),
        };
    }
    match (digits.len(), digits.as_bytes()) {
        (13, [b'8', b'6', b'1', b'3'..=b'9', ..]) => mainland(&digits[2..]),
        // 0 before a mobile number: once dialled for calls out of the area.
        (12, [b'0', b'1', b'3'..=b'9', ..]) => mainland(&digits[1..]),
        _ => mainland(&digits),
    }
}

fn mainland(national: &str) -> Result<(String, Option<Warning>), Problem> {
    match (national.len(), national.as_bytes()) {
        (11, [b'1', b'3'..=b'9', ..]) => {
            let warning = (!is_allocated(national)).then_some(Warning::PhonePrefixUnallocated);
            Ok((national.to_owned(), warning))
        }
        (10..=12, [b'0', ..]) | (7 | 8, [b'2'..=b'8', ..]) | (9..=11, [b'2'..=b'9', ..]) => Err(Problem::PhoneLandline),
        _ => Err(Problem::PhoneMalformed),
    }
}

/// Ranges of the mainland's mobile numbers in libphonenumber's metadata 9.0.43. They lag behind what is given out, hence
/// only a warning.
fn is_allocated(national: &str) -> bool {
    let Ok(head) = national[..5].parse::<u32>() else { return false };
    matches!(head / 100, 130..=139 | 145 | 147 | 150..=153 | 155..=159 | 162 | 165..=167 | 170..=173 | 175..=178
        | 180..=193 | 195..=199)
        || matches!(head, 16100..=16109 | 17400..=17405)
}

/// A number with its country code, digits only. Metadata decides, but never rewrites: a parser that drops or adds a
/// digit has read another number.
fn elsewhere(digits: &str) -> Result<(String, Option<Warning>), Problem> {
    if !(7..=E164_DIGITS_MAX).contains(&digits.len()) || digits.starts_with('0') {
        return Err(Problem::PhoneMalformed);
    }
    if let Some((code, national)) = split_plain(digits) {
        let warning = (!has_length_of(code, national.len())).then_some(Warning::PhonePrefixUnallocated);
        return Ok((format!("+{digits}"), warning));
    }
    let parsed = phonenumber::parse(None, format!("+{digits}")).map_err(|_| Problem::PhoneMalformed)?;
    let code = parsed.country().code().to_string();
    let national = parsed.national().to_string();
    let Some(rest) = digits.strip_prefix(&code) else { return Err(Problem::PhoneMalformed) };
    if rest != national {
        // +44 (0)20 …: the trunk zero in brackets is not dialled from abroad. Without it the number must stand by itself.
        if rest.strip_prefix('0') != Some(&national) {
            return Err(Problem::PhoneMalformed);
        }
        let stripped = format!("{code}{national}");
        return elsewhere(&stripped)
            .and_then(|read| if read.0[1..] == stripped { Ok(read) } else { Err(Problem::PhoneMalformed) });
    }
    let warning = (!has_length_of(parsed.country().code(), national.len())).then_some(Warning::PhonePrefixUnallocated);
    Ok((format!("+{digits}"), warning))
}

/// Country code and national number, when there is nothing that people dial before the national number within the country:
/// the full parser would find the same two, after matching every pattern of the country.
fn split_plain(digits: &str) -> Option<(u16, &str)> {
    let (regions, code, national) = (1..=3).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        let code = code.parse().ok()?;
        Some((phonenumber::metadata::DATABASE.by_code(&code)?, code, national))
    })?;
    let is_plain = regions.iter().all(|region| {
        let has_prefix = region.national_prefix().is_some_and(|prefix| national.starts_with(prefix));
        !has_prefix
            && region.national_prefix_for_parsing().is_none_or(|pattern| {
                let source = pattern.as_str();
                if source.bytes().all(|b| b.is_ascii_digit() || b == b'|') {
                    !source.split('|').any(|prefix| national.starts_with(prefix))
                } else {
                    pattern.find(national).is_none_or(|found| found.start() > 0)
                }
            })
    });
    is_plain.then_some((code, national))
}

/// Whether any numbers of the country have so many digits. The metadata's patterns say more, but matching a dozen of them
/// costs more than all other checks of a member together, and their word is only a hint.
fn has_length_of(country_code: u16, national_digits: usize) -> bool {
    let regions = phonenumber::metadata::DATABASE.by_code(&country_code).unwrap_or_default();
    regions.iter().any(|region| {
        let kinds = region.descriptors();
        let lengths = |kind: Option<&phonenumber::metadata::Descriptor>| {
            kind.is_some_and(|kind| kind.possible_length().iter().any(|length| usize::from(*length) == national_digits))
        };
        lengths(Some(kinds.general())) || lengths(kinds.mobile()) || lengths(kinds.fixed_line())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mainland_number_is_eleven_digits_however_it_is_typed() {
        for text in [
            "13800138000",
            "138 0013 8000",
            "138-0013-8000",
            "0086-138-0013-8000",
            "+86 138 0013 8000",
            "+86-13800138000",
            "(+86)13800138000",
            "8613800138000",
            "013800138000",
            "１３８００１３８０００",
            "＋８６１３８００１３８０００",
            "'13800138000",
            "\u{202d}13800138000\u{202c}",
            "tel:13800138000",
        ] {
            assert_eq!(phone(text), Ok(("13800138000".into(), None)), "{text}");
        }
    }

    #[test]
    fn numbers_from_elsewhere_are_kept_in_e164() {
        for (text, stored) in [
            ("+852 5123 4567", "+85251234567"),
            ("00852-51234567", "+85251234567"),
            ("+853 6612 3456", "+85366123456"),
            ("+886 912 345 678", "+886912345678"),
            ("+886 0912 345 678", "+886912345678"),
            ("+44 (0)7911 123456", "+447911123456"),
            ("+1 650 253 0000", "+16502530000"),
            ("+81 90-1234-5678", "+819012345678"),
        ] {
            assert_eq!(phone(text), Ok((stored.into(), None)), "{text}");
            assert_eq!(phone(stored), Ok((stored.into(), None)), "{stored}");
        }
    }

    #[test]
    fn a_number_of_no_shape_is_refused_and_never_becomes_another() {
        for text in [
            "12345678901",
            "1380013800",
            "138001380000",
            "51234567a",
            "+",
            "+86 12345678901",
            "+999123456789",
            "1380013800O",
            "138++0013",
            "+8521",
            "1234567",
            "+0138001380",
        ] {
            assert_eq!(phone(text), Err(Problem::PhoneMalformed), "{text}");
        }
        for text in ["0571-88001234", "010-12345678", "88001234", "+86 571 8800 1234", "(021)62345678"] {
            assert_eq!(phone(text), Err(Problem::PhoneLandline), "{text}");
        }
        assert_eq!(phone("138****8000"), Err(Problem::NumberMasked));
    }

    #[test]
    fn the_allocated_ranges_are_those_of_the_metadata() {
        for head in 13000..20000u32 {
            let number = format!("{head}013800");
            let metadata = phonenumber::parse(Some(phonenumber::country::CN), &number).is_ok_and(|n| n.is_valid());
            // 1610 came into the metadata after the release that the crate carries.
            let is_newer = head / 10 == 1610;
            assert_eq!(is_allocated(&number), metadata || is_newer, "{head}");
            assert!(phone(&number).is_ok());
        }
    }

    #[test]
    fn a_length_that_the_country_does_not_have_is_doubtful() {
        for text in ["+852 5123 456", "+1 650 253 00000", "+81 90 1234 56789"] {
            assert!(!matches!(phone(text), Ok((_, None))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_without_a_prefix_is_split_as_the_full_parser_does(
            digits in "(1|44|7|39|52|54|55|36|81|82|370|374|852|853|886|[1-9][0-9]{0,2})[0-9]{6,12}"
        ) {
            if let Some((code, national)) = split_plain(&digits) {
                let parsed = phonenumber::parse(None, format!("+{digits}")).unwrap();
                prop_assert_eq!(parsed.country().code(), code);
                prop_assert_eq!(parsed.national().to_string(), national);
            }
        }

        #[test]
        fn any_international_digits_are_answered_and_stay_as_they_are(text in "\\+[1-9][0-9]{4,16}") {
            if let Ok((stored, _)) = phone(&text) {
                prop_assert_eq!(phone(&stored), Ok((stored.clone(), phone(&stored).unwrap().1)));
                prop_assert!(text.contains(stored.trim_start_matches('+')) || text.contains('0'));
            }
        }
    }
}
