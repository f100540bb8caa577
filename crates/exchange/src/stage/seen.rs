//! What the cells of one column came to, for columns of few different ones: each is read once.

use super::value::Staged;
use crate::read::{Cell, CellDate};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Different cells of one column that are remembered, of each sort.
const SEEN: usize = 20_000;
/// Longer texts are no dates, years or choices.
const TEXT_BYTES: usize = 64;

#[derive(Clone, Default)]
pub(super) struct Seen {
    texts: HashMap<String, Staged, RandomState>,
    dates: HashMap<CellDate, Staged, RandomState>,
    /// By the bits of the number and the digits it shows.
    numbers: HashMap<(u64, u8), Staged, RandomState>,
}

impl Seen {
    /// What the cell came to before, or comes to now. `stage` must always say the same of the same cell.
    pub(super) fn find_or_stage(&mut self, cell: &Cell<'_>, stage: impl FnOnce() -> Staged) -> Staged {
        match cell {
            Cell::Text(text) => {
                if let Some(staged) = self.texts.get(text.as_ref()) {
                    return staged.clone();
                }
                let staged = stage();
                if self.texts.len() < SEEN && text.len() <= TEXT_BYTES {
                    self.texts.insert(text.to_string(), staged.clone());
                }
                staged
            }
            Cell::Date(date) => remembered(&mut self.dates, *date, stage),
            Cell::Number { value, shown_digits } => {
                remembered(&mut self.numbers, (value.to_bits(), *shown_digits), stage)
            }
            Cell::Empty | Cell::Bool(_) | Cell::Fault => stage(),
        }
    }
}

fn remembered<K: Eq + std::hash::Hash>(
    known: &mut HashMap<K, Staged, RandomState>,
    key: K,
    stage: impl FnOnce() -> Staged,
) -> Staged {
    if let Some(staged) = known.get(&key) {
        return staged.clone();
    }
    let staged = stage();
    if known.len() < SEEN {
        known.insert(key, staged.clone());
    }
    staged
}
