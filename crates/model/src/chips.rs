//! Chip numbers: what readers show of the chips in a member's cards. One field holds all of them, parted by `;`.
//!
//! ISO/IEC 14443-3 gives a chip an identifier of 4, 7 or 10 bytes. Readers print it as hexadecimal digits, with or
//! without colons, or as a decimal number, with or without leading zeros; which of them a reader uses cannot be told
//! from the number, so none is turned into another.

use crate::check::{Problem, text};

/// Parts the numbers of one member.
pub const SEPARATOR: char = ';';
/// Chips that one member can have.
pub const CHIPS_MAX: usize = 8;
/// Characters of one number: two bytes in hexadecimal digits are the fewest in use, ten bytes in decimal ones the most.
const CHARACTERS: std::ops::RangeInclusive<usize> = 4..=25;

/// The numbers of a stored value, in their order.
pub fn numbers(stored: &str) -> impl Iterator<Item = &str> {
    stored.split(SEPARATOR).filter(|number| !number.is_empty())
}

/// The stored form of what somebody typed or a reader sent: upper-case, no marks inside a number, none of them twice.
///
/// # Errors
/// What is wrong with one of the numbers, or with how many they are.
pub fn canonical(typed: &str) -> Result<String, Problem> {
    let mut found: Vec<String> = Vec::new();
    for part in typed.split([';', '；', ',', '，', '、', '|', '\n', '\r', '\t']) {
        for number in of_part(&text::number(part)?)? {
            if found.contains(&number) {
                continue;
            }
            if found.len() == CHIPS_MAX {
                return Err(Problem::ChipNumbersTooMany);
            }
            found.push(number);
        }
    }
    Ok(found.join(";"))
}

/// The numbers of two members together, those of the first before the others.
///
/// # Errors
/// They are more than one member can have.
pub fn united(stored: &str, other: &str) -> Result<String, Problem> {
    canonical(&format!("{stored}{SEPARATOR}{other}"))
}

/// Spaces stand between the bytes of one number (`04 A3 2F 1B`), or between numbers.
fn of_part(part: &str) -> Result<Vec<String>, Problem> {
    let words: Vec<&str> = part.split(' ').filter(|word| !word.is_empty()).collect();
    if words.len() > 1 && words.iter().all(|word| word.len() == 2) {
        return Ok(vec![number(&words.concat())?]);
    }
    words.into_iter().map(number).collect()
}

fn number(typed: &str) -> Result<String, Problem> {
    let bare = typed.strip_prefix("0x").or_else(|| typed.strip_prefix("0X")).unwrap_or(typed);
    let number: String = bare.chars().filter(|c| !matches!(c, ':' | '-')).collect::<String>().to_ascii_uppercase();
    if !number.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Problem::ChipNumberCharacters);
    }
    if CHARACTERS.contains(&number.len()) { Ok(number) } else { Err(Problem::ChipNumberLength) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_reader_shows_is_one_number() {
        for typed in ["04a32f1b", "04:A3:2F:1B", "04 A3 2F 1B", "04-a3-2f-1b", "0x04A32F1B", " ０４Ａ３２Ｆ１Ｂ "]
        {
            assert_eq!(canonical(typed).unwrap(), "04A32F1B", "{typed}");
        }
        assert_eq!(canonical("0012345678").unwrap(), "0012345678");
    }

    #[test]
    fn several_numbers_are_parted_however_people_part_them() {
        for typed in ["04A32F1B；0012345678", "04a32f1b, 0012345678", "04A32F1B、0012345678", "04A32F1B\n0012345678"]
        {
            assert_eq!(canonical(typed).unwrap(), "04A32F1B;0012345678", "{typed}");
        }
        assert_eq!(canonical("04A32F1B 0012345678;04a32f1b").unwrap(), "04A32F1B;0012345678");
        assert_eq!(numbers("04A32F1B;0012345678").count(), 2);
        assert_eq!(numbers("").count(), 0);
    }

    #[test]
    fn what_no_reader_shows_is_refused() {
        assert_eq!(canonical("卡一"), Err(Problem::ChipNumberCharacters));
        assert_eq!(canonical("04A32F1G"), Err(Problem::ChipNumberCharacters));
        assert_eq!(canonical("12"), Err(Problem::ChipNumberLength));
        assert_eq!(canonical(&"1".repeat(26)), Err(Problem::ChipNumberLength));
        let many: Vec<String> = (0..=CHIPS_MAX).map(|n| format!("{n:08}")).collect();
        assert_eq!(canonical(&many.join(";")), Err(Problem::ChipNumbersTooMany));
    }

    #[test]
    fn the_numbers_of_two_are_together_once_each() {
        assert_eq!(united("04A32F1B;0012345678", "0012345678;04FF00AA").unwrap(), "04A32F1B;0012345678;04FF00AA");
        assert_eq!(united("", "04FF00AA").unwrap(), "04FF00AA");
        assert_eq!(united("", "").unwrap(), "");
        let full: Vec<String> = (0..CHIPS_MAX).map(|n| format!("{n:08}")).collect();
        assert_eq!(united(&full.join(";"), &full[3]).unwrap(), full.join(";"));
        assert_eq!(united(&full.join(";"), "04FF00AA"), Err(Problem::ChipNumbersTooMany));
    }

    proptest! {
        #[test]
        fn the_stored_form_stays_as_it_is(typed in "[0-9a-fA-F;, :、-]{0,60}") {
            if let Ok(stored) = canonical(&typed) {
                prop_assert_eq!(canonical(&stored).unwrap(), stored);
            }
        }
    }
}
