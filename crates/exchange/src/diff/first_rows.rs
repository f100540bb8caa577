//! In which row of the file something stood first, for what must not stand in two.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

/// Rows by a hash of what stood in them. A false alarm is seen by the user and costs a line to look at.
#[derive(Default)]
pub(super) struct FirstRows(HashMap<u64, u32, BuildHasherDefault<AsItIs>>);

impl FirstRows {
    /// Makes room, so that it need not grow step by step.
    pub(super) fn reserve(&mut self, more: usize) {
        self.0.reserve(more);
    }

    /// The first row in which this stood; this row, when it did not before.
    pub(super) fn of(&mut self, what: impl Hash, row: u32) -> u32 {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        *self.0.entry(hasher.finish()).or_insert(row)
    }
}

/// Takes a hash for its own hash.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_stays_the_first() {
        let mut rows = FirstRows::default();
        assert_eq!(rows.of((1_u8, "S1"), 2), 2);
        assert_eq!(rows.of((1_u8, "S2"), 3), 3);
        assert_eq!(rows.of((2_u8, "S1"), 4), 4);
        assert_eq!(rows.of((1_u8, "S1"), 5), 2);
        assert_eq!(rows.of((1_u8, "S2"), 6), 3);
    }
}
