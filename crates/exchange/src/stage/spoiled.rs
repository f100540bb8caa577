//! Recognises what spreadsheets do to numbers that are no quantities: digits beyond the fifteenth, exponents, zeros in
//! front. Nothing lost is ever guessed.

use crate::read::{Cell, SAFE_DIGITS, ValueKind};
use std::collections::BTreeMap;

/// `5.40102201007255E+017`: a long number after a visit to a spreadsheet.
pub(crate) fn is_exponent_form(text: &str) -> bool {
    let text = text.trim().trim_start_matches('\'');
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // `1E5` may be a card number; the exponent of a spoiled number has a sign or two digits.
    whole.len() == 1
        && is_digits(whole)
        && is_digits(part)
        && (1..=3).contains(&exponent.len())
        && is_digits(exponent)
        && (text.contains('+') || (!part.is_empty() && exponent.len() >= 2))
}

/// A number with more digits than a spreadsheet keeps.
pub(crate) fn has_lost_digits(cell: &Cell<'_>) -> bool {
    matches!(cell, Cell::Number { value, .. } if value.abs() >= 10_f64.powi(SAFE_DIGITS as i32))
}

/// The text form: eighteen digits of which the last three are zeros, or an exponent.
pub(crate) fn is_spoiled_document(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    is_exponent_form(text)
        || (digits.len() == 18 && digits.ends_with("000") && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A card number that is too short by what a spreadsheet takes away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ZerosLost {
    pub row: u32,
    pub value_kind: ValueKind,
}

/// Watches a column of card numbers for zeros that a spreadsheet took away.
#[derive(Default)]
pub(crate) struct ZeroWatch {
    /// How many numbers made of digits have each length, and how many of those begin with a zero.
    lengths: BTreeMap<u8, (u32, u32)>,
    numbers: u32,
    /// Numbers that do not begin with a zero, with their length, by row.
    suspects: Vec<(ZerosLost, u8)>,
}

/// Numbers beginning with a zero that it takes to speak of a habit.
const LEAST_WITH_ZEROS: u32 = 3;

/// What a number says of the column's habit; `None` when it says nothing.
fn habit_of(number: &str) -> Option<(u8, bool)> {
    let is_watched = !number.is_empty() && number.len() <= 32 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_watched.then(|| (number.len() as u8, number.starts_with('0')))
}

impl ZeroWatch {
    pub(crate) fn see(&mut self, row: u32, value_kind: ValueKind, number: &str) {
        let Some((length, starts_with_zero)) = habit_of(number) else { return };
        let entry = self.lengths.entry(length).or_default();
        entry.0 += 1;
        entry.1 += u32::from(starts_with_zero);
        self.numbers += 1;
        if !starts_with_zero {
            let place = self.suspects.partition_point(|(lost, _)| lost.row < row);
            self.suspects.insert(place, (ZerosLost { row, value_kind }, length));
        }
    }

    /// Takes back what was seen in a row.
    pub(crate) fn forget(&mut self, row: u32, number: &str) {
        let Some((length, starts_with_zero)) = habit_of(number) else { return };
        if let Some(entry) = self.lengths.get_mut(&length) {
            entry.0 -= 1;
            entry.1 -= u32::from(starts_with_zero);
            if entry.0 == 0 {
                self.lengths.remove(&length);
            }
        }
        self.numbers -= 1;
        if !starts_with_zero {
            self.suspects.retain(|(lost, _)| lost.row != row);
        }
    }

    /// The usual length, and the rows whose numbers are shorter; `None` when the column has no such habit.
    pub(crate) fn lost(&self) -> Option<(u8, Vec<ZerosLost>)> {
        let (digits, (count, with_zero)) = self.lengths.iter().max_by_key(|(_, (_, with_zero))| *with_zero)?;
        if *with_zero < LEAST_WITH_ZEROS || count * 2 < self.numbers {
            return None;
        }
        let suspects = self.suspects.iter().filter(|(_, length)| length < digits);
        let rows: Vec<ZerosLost> = suspects.map(|(lost, _)| *lost).collect();
        (!rows.is_empty()).then_some((*digits, rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_told_from_card_numbers() {
        for spoiled in ["5.40102201007255E+017", "5.40102E+17", "1.3800138E+10", "5.4e17", "'5.40102201007255E+17"] {
            assert!(is_exponent_form(spoiled), "{spoiled}");
        }
        for fine in ["1E5", "20E123", "E12345678", "2023E", "张e3", "", "11010519491231002X"] {
            assert!(!is_exponent_form(fine), "{fine}");
        }
    }

    #[test]
    fn a_number_with_sixteen_digits_has_lost_some() {
        let number = |value| Cell::Number { value, shown_digits: 0 };
        assert!(has_lost_digits(&number(540_102_201_007_255_000.0)));
        assert!(has_lost_digits(&number(1e15)));
        assert!(!has_lost_digits(&number(110_105_491_231_002.0)));
        assert!(is_spoiled_document("540102201007255000"));
        assert!(!is_spoiled_document("11010519491231002X"));
    }

    #[test]
    fn lost_zeros_show_against_the_habit_of_the_column() {
        let mut watch = ZeroWatch::default();
        for (row, number) in ["0012", "0013", "0114", "15", "2016", "A7", "0200"].iter().enumerate() {
            watch.see(row as u32 + 2, ValueKind::Text, number);
        }
        assert_eq!(watch.lost(), Some((4, vec![ZerosLost { row: 5, value_kind: ValueKind::Text }])));
        watch.forget(5, "15");
        watch.see(5, ValueKind::Text, "0015");
        assert_eq!(watch.lost(), None);
        for (row, number) in [(2, "0012"), (3, "0013"), (5, "0015"), (8, "0200"), (4, "0114")] {
            watch.forget(row, number);
        }
        watch.forget(6, "2016");
        watch.forget(7, "A7");
        assert!(watch.lengths.is_empty() && watch.suspects.is_empty() && watch.numbers == 0);
    }

    #[test]
    fn a_column_without_the_habit_is_left_alone() {
        let mut watch = ZeroWatch::default();
        for (row, number) in ["1", "22", "333", "4444", "05"].iter().enumerate() {
            watch.see(row as u32 + 2, ValueKind::Text, number);
        }
        assert_eq!(watch.lost(), None);
    }
}
