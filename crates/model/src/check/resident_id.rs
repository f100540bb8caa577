//! The citizen identity number, GB 11643-1999: area (6), birth date (8), sequence (3, odd for males), check character
//! by ISO 7064 MOD 11-2. Numbers of 15 digits, issued before 1999-10-01, are brought to 18.

use super::area::{RESIDENCE_PERMIT_AREAS, is_known_area};
use super::problem::{Problem, Warning};
use jiff::civil::Date;

/// Earliest birth date believed. The standard's own example was born in 1880.
pub(super) const BIRTH_YEAR_MIN: i16 = 1800;

/// What a valid number tells of its holder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResidentIdFacts {
    pub birth_date: Date,
    /// A word of `Field::MemberSex`.
    pub sex: &'static str,
    /// Where the number was first issued, GB/T 2260.
    pub area: u32,
}

/// Reads a citizen identity number (15 or 18 characters) or a residence permit's. `None` unless the number is valid in
/// itself; whether the birth date has come is not asked.
pub fn resident_id_facts(number: &str) -> Option<ResidentIdFacts> {
    let number = super::text::document_number(number).ok()?;
    let number = canonical(&number.replace('-', "")).ok()?;
    let (area, birth_date) = (area(&number), birth_date(&number)?);
    if area == 0 || number.starts_with('9') || check_character(&number)? != char::from(number.as_bytes()[17]) {
        return None;
    }
    let sex = if (number.as_bytes()[16] - b'0') % 2 == 1 { "male" } else { "female" };
    Some(ResidentIdFacts { birth_date, sex, area })
}

/// The check character of 17 digits (of which more may follow), ISO 7064 MOD 11-2. `None` unless there are 17 digits.
pub fn check_character(digits: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHARACTERS: &[u8; 11] = b"10X98765432";
    let head = digits.as_bytes().get(..17)?;
    if !head.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let sum: u32 = head.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    Some(char::from(CHARACTERS[(sum % 11) as usize]))
}

/// Checks a number already without spaces and in upper case. The answer has 18 characters.
pub(super) fn resident_id(number: &str, today: Date) -> Result<(String, Option<Warning>), Problem> {
    let number = canonical(number)?;
    if number.starts_with('9') {
        // Since 2023-12-01 the permanent residence card of foreigners has this shape.
        return Err(Problem::DocumentKindMismatch);
    }
    let area = area(&number);
    if area == 0 {
        return Err(Problem::ResidentIdArea);
    }
    birth_and_check(&number, today)?;
    Ok((number, (!is_known_area(area)).then_some(Warning::ResidentIdAreaUnknown)))
}

/// 港澳台居民居住证: a citizen-style number with area 810000, 820000 or 830000.
pub(super) fn residence_permit(number: &str, today: Date) -> Result<(String, Option<Warning>), Problem> {
    if number.len() != 18 {
        return Err(shape_problem(number, Problem::ResidentIdLength));
    }
    let number = canonical(number)?;
    if !RESIDENCE_PERMIT_AREAS.contains(&area(&number)) {
        return Err(Problem::ResidencePermitArea);
    }
    birth_and_check(&number, today)?;
    Ok((number, None))
}

/// Calendar and check character of an 18-character number.
pub(super) fn birth_and_check(number: &str, today: Date) -> Result<(), Problem> {
    let birth_date = birth_date(number).ok_or(Problem::ResidentIdBirthDate)?;
    if birth_date > today {
        return Err(Problem::ResidentIdBornInFuture);
    }
    if check_character(number) != number.chars().nth(17) {
        // Fifteen digits are what a spreadsheet keeps of a long number; the rest becomes zeros.
        return Err(if number.ends_with("000") { Problem::NumberSpoiled } else { Problem::ResidentIdChecksum });
    }
    Ok(())
}

/// 18 characters of the right alphabet.
pub(super) fn canonical(number: &str) -> Result<String, Problem> {
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    match number.len() {
        18 if is_digits(number.get(..17).unwrap_or("?"))
            && number.ends_with(|c: char| c.is_ascii_digit() || c == 'X') =>
        {
            Ok(number.to_owned())
        }
        15 if is_digits(number) => Ok(upgraded(number)),
        15 | 18 => Err(shape_problem(number, Problem::ResidentIdCharacters)),
        _ => Err(shape_problem(number, Problem::ResidentIdLength)),
    }
}

/// Brings 15 digits to 18. Sequences 996 to 999 were given to those born before 1900.
fn upgraded(number: &str) -> String {
    let century = if matches!(&number[12..], "996" | "997" | "998" | "999") { "18" } else { "19" };
    let mut full = format!("{}{century}{}", &number[..6], &number[6..]);
    full.extend(check_character(&full));
    full
}

/// Tells masked and spoiled numbers from merely mistyped ones.
fn shape_problem(number: &str, otherwise: Problem) -> Problem {
    if number.contains('*') {
        Problem::NumberMasked
    } else if is_exponent_form(number) {
        Problem::NumberSpoiled
    } else {
        otherwise
    }
}

/// `5.40102201007255E+017`: how a spreadsheet writes a long number it took for a quantity.
fn is_exponent_form(number: &str) -> bool {
    let Some((mantissa, exponent)) = number.split_once('E') else { return false };
    !mantissa.is_empty()
        && mantissa.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        && exponent
            .strip_prefix('+')
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn area(number: &str) -> u32 {
    number[..6].parse().unwrap_or(0)
}

fn birth_date(number: &str) -> Option<Date> {
    let (year, month, day) = (number[6..10].parse().ok()?, number[10..12].parse().ok()?, number[12..14].parse().ok()?);
    Date::new(year, month, day).ok().filter(|date| date.year() >= BIRTH_YEAR_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 9, 1);

    fn check(number: &str) -> Result<(String, Option<Warning>), Problem> {
        resident_id(number, TODAY)
    }

    #[test]
    fn the_samples_of_the_standard_pass() {
        // GB 11643-1999, annex: two numbers of the standard, one of a woman born in 1880.
        assert_eq!(check("440524188001010014"), Ok(("440524188001010014".into(), None)));
        assert_eq!(check("11010519491231002X"), Ok(("11010519491231002X".into(), None)));
    }

    #[test]
    fn fifteen_digits_become_eighteen() {
        assert_eq!(check("110105491231002"), Ok(("11010519491231002X".into(), None)));
        // Sequence 996 to 999: the holder was born in 18xx.
        let (number, _) = check("110105800101998").unwrap();
        assert_eq!(&number[6..14], "18800101");
        assert_eq!(check(&number).unwrap().0, number);
        assert_eq!(check("110105491331002"), Err(Problem::ResidentIdBirthDate));
    }

    #[test]
    fn impossible_days_and_days_to_come_are_refused() {
        assert_eq!(check("110101199902290018"), Err(Problem::ResidentIdBirthDate));
        assert_eq!(check("11010120000230001X"), Err(Problem::ResidentIdBirthDate));
        assert_eq!(check("110101209901010017"), Err(Problem::ResidentIdBornInFuture));
        let today = "11010120260901001".to_owned();
        let today = format!("{today}{}", check_character(&today).unwrap());
        assert_eq!(check(&today), Ok((today, None)));
    }

    #[test]
    fn the_area_only_warns_except_when_it_is_nothing() {
        for number in ["810000199001010019", "820000199001010010", "830000199001010012"] {
            assert_eq!(check(number), Ok((number.into(), None)));
            assert_eq!(residence_permit(number, TODAY), Ok((number.into(), None)));
        }
        for number in ["710000199001010015", "133100199001010015"] {
            assert_eq!(check(number), Ok((number.into(), Some(Warning::ResidentIdAreaUnknown))));
            assert_eq!(residence_permit(number, TODAY), Err(Problem::ResidencePermitArea));
        }
        assert_eq!(check("000000199001010018"), Err(Problem::ResidentIdArea));
    }

    #[test]
    fn a_permanent_residence_card_is_another_document() {
        assert_eq!(check("93112420230101001X"), Err(Problem::DocumentKindMismatch));
        assert_eq!(check("911124198108030024"), Err(Problem::DocumentKindMismatch));
        assert_eq!(resident_id_facts("911124198108030024"), None);
    }

    #[test]
    fn what_spreadsheets_and_masks_leave_is_named_as_such() {
        assert_eq!(check("540102201007255000"), Err(Problem::NumberSpoiled));
        assert_eq!(check("5.40102201007255E+017"), Err(Problem::NumberSpoiled));
        assert_eq!(check("5.40102E+17"), Err(Problem::NumberSpoiled));
        assert_eq!(check("330***********1234"), Err(Problem::NumberMasked));
        assert_eq!(check("11010519491231002"), Err(Problem::ResidentIdLength));
        assert_eq!(check("1101051949123100XX"), Err(Problem::ResidentIdCharacters));
        assert_eq!(check("1101０519491231002"), Err(Problem::ResidentIdLength));
        assert_eq!(check("110105194912310021"), Err(Problem::ResidentIdChecksum));
    }

    #[test]
    fn a_number_tells_birth_date_sex_and_area() {
        let facts = ResidentIdFacts { birth_date: date(1949, 12, 31), sex: "female", area: 110_105 };
        for text in ["11010519491231002X", "110105491231002", " １１０１０５ 19491231 002x", "'11010519491231002x"]
        {
            assert_eq!(resident_id_facts(text), Some(facts), "{text}");
        }
        assert_eq!(resident_id_facts("440524188001010014").unwrap().sex, "male");
        for text in ["", "110105194912310021", "000000199001010018", "不是号码", "１１０１０５1949123100二X"]
        {
            assert_eq!(resident_id_facts(text), None, "{text}");
        }
    }
}
