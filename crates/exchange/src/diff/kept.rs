//! The rows of a file as they were read, in few bytes: a page of the plan shows them, and what a person types over one
//! is planned without reading the file again.

use super::arena::{Arena, Span};
use crate::read::{Cell, CellDate};
use std::borrow::Cow;

/// Rows by their keys, in the order in which they were read.
#[derive(Default, Debug)]
pub(crate) struct KeptRows {
    arena: Arena,
    rows: Vec<(u32, Span)>,
    bytes: Vec<u8>,
}

const EMPTY: u8 = 0;
const TEXT: u8 = 1;
const NUMBER: u8 = 2;
const DATE: u8 = 3;
const NO: u8 = 4;
const YES: u8 = 5;
const FAULT: u8 = 6;
/// Texts of so many bytes and fewer have their length in the byte that says what they are.
const SHORT: u8 = 0x80;
const SHORT_BYTES: usize = 0x7F;

impl KeptRows {
    /// Keeps a row; keys come in ascending order.
    pub(crate) fn add(&mut self, key: u32, cells: &[Cell<'_>]) {
        self.bytes.clear();
        let filled = cells.iter().rposition(|cell| *cell != Cell::Empty).map_or(0, |last| last + 1);
        for cell in &cells[..filled] {
            encode(cell, &mut self.bytes);
        }
        let span = self.arena.add(&self.bytes);
        self.rows.push((key, span));
    }

    /// The row's cells up to the last that is not empty; `None` where there is no such row.
    pub(crate) fn get(&self, key: u32) -> Option<Vec<Cell<'_>>> {
        let at = self.rows.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        let mut bytes = self.arena.get(self.rows[at].1);
        let mut cells = Vec::new();
        while let Some((cell, rest)) = decode(bytes) {
            cells.push(cell);
            bytes = rest;
        }
        Some(cells)
    }
}

fn encode(cell: &Cell<'_>, bytes: &mut Vec<u8>) {
    match cell {
        Cell::Empty => bytes.push(EMPTY),
        Cell::Text(text) if text.len() <= SHORT_BYTES => {
            bytes.push(SHORT | text.len() as u8);
            bytes.extend(text.as_bytes());
        }
        Cell::Text(text) => {
            bytes.push(TEXT);
            bytes.extend((text.len() as u32).to_le_bytes());
            bytes.extend(text.as_bytes());
        }
        Cell::Number { value, shown_digits } => {
            bytes.extend([NUMBER, *shown_digits]);
            bytes.extend(value.to_le_bytes());
        }
        Cell::Date(date) => {
            bytes.push(DATE);
            bytes.extend(date.year.to_le_bytes());
            bytes.extend([date.month, date.day]);
        }
        Cell::Bool(is_true) => bytes.push(if *is_true { YES } else { NO }),
        Cell::Fault => bytes.push(FAULT),
    }
}

/// The first cell and what is behind it; `None` at the end.
fn decode(bytes: &[u8]) -> Option<(Cell<'_>, &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let text = |bytes: &[u8]| Cow::Owned(String::from_utf8_lossy(bytes).into_owned());
    Some(match *kind {
        TEXT => {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            let (head, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            (Cell::Text(text(head)), rest)
        }
        NUMBER => {
            let (shown_digits, rest) = rest.split_first()?;
            let (value, rest) = rest.split_first_chunk::<8>()?;
            (Cell::Number { value: f64::from_le_bytes(*value), shown_digits: *shown_digits }, rest)
        }
        DATE => {
            let ([low, high, month, day], rest) = rest.split_first_chunk::<4>()?;
            let year = u16::from_le_bytes([*low, *high]);
            (Cell::Date(CellDate { year, month: *month, day: *day }), rest)
        }
        NO | YES => (Cell::Bool(*kind == YES), rest),
        FAULT => (Cell::Fault, rest),
        EMPTY => (Cell::Empty, rest),
        short => {
            let (head, rest) = rest.split_at_checked(usize::from(short & !SHORT))?;
            (Cell::Text(text(head)), rest)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cell() -> impl Strategy<Value = Cell<'static>> {
        prop_oneof![
            Just(Cell::Empty),
            "\\PC{0,60}".prop_map(|text| Cell::Text(Cow::Owned(text))),
            "班{100,140}".prop_map(|text| Cell::Text(Cow::Owned(text))),
            (-1e18..1e18, 0_u8..20).prop_map(|(value, shown_digits)| Cell::Number { value, shown_digits }),
            (0_u16..3000, 0_u8..13, 0_u8..32).prop_map(|(year, month, day)| Cell::Date(CellDate { year, month, day })),
            any::<bool>().prop_map(Cell::Bool),
            Just(Cell::Fault),
        ]
    }

    proptest! {
        #[test]
        fn rows_come_back_as_they_were(rows in prop::collection::vec(prop::collection::vec(cell(), 0..8), 1..20)) {
            let mut kept = KeptRows::default();
            for (row, cells) in rows.iter().enumerate() {
                kept.add(row as u32 * 3 + 2, cells);
            }
            for (row, cells) in rows.iter().enumerate() {
                let mut expected = cells.clone();
                while expected.last() == Some(&Cell::Empty) {
                    expected.pop();
                }
                prop_assert_eq!(kept.get(row as u32 * 3 + 2), Some(expected));
            }
            prop_assert_eq!(kept.get(0), None);
        }
    }
}
