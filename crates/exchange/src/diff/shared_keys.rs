//! In which rows of the file something stands that must not stand in two: numbers, members, values of their own.

use foldhash::quality::RandomState;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
use std::hint::black_box;
use std::sync::LazyLock;

/// Another one in every run of the program: nobody can write a file whose keys meet.
static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::default);

/// The hash that stands for what stands in a row. A false alarm is seen by the user and costs a line to look at.
pub(super) fn key(what: impl Hash) -> u64 {
    KEYS.hash_one(what)
}

/// Rows by the keys of what stands in them.
#[derive(Default)]
pub(super) struct SharedKeys {
    first: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
    /// Of keys that stand in several rows the others, in order.
    others: HashMap<u64, Vec<u32>, BuildHasherDefault<AsItIs>>,
}

impl SharedKeys {
    /// Makes room, so that it need not grow step by step.
    pub(super) fn reserve(&mut self, more: usize) {
        self.first.reserve(more);
    }

    /// Looks at where the keys belong: they lie far apart, and touched together they come from memory together, not one
    /// after the other.
    pub(super) fn touch(&self, keys: impl Iterator<Item = u64>) {
        black_box(keys.filter(|key| self.first.contains_key(key)).count());
    }

    /// The first row in which this stands, once it stands in this one too.
    pub(super) fn put(&mut self, key: u64, row: u32) -> u32 {
        let first = self.first.entry(key).or_insert(row);
        if *first == row {
            return row;
        }
        let other = if row < *first { std::mem::replace(first, row) } else { row };
        let others = self.others.entry(key).or_default();
        if let Err(place) = others.binary_search(&other) {
            others.insert(place, other);
        }
        *first
    }

    /// Takes it out of the row.
    pub(super) fn remove(&mut self, key: u64, row: u32) {
        let others = self.others.get_mut(&key);
        if self.first.get(&key) != Some(&row) {
            if let Some(others) = others
                && let Ok(place) = others.binary_search(&row)
            {
                others.remove(place);
            }
        } else if let Some(others) = others.filter(|others| !others.is_empty()) {
            self.first.insert(key, others.remove(0));
        } else {
            self.first.remove(&key);
        }
    }

    /// Every row in which this stands.
    pub(super) fn rows(&self, key: u64) -> impl Iterator<Item = u32> {
        let others = self.others.get(&key).into_iter().flatten();
        self.first.get(&key).into_iter().chain(others).copied()
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
    fn the_first_row_stays_the_first_until_it_goes() {
        let mut rows = SharedKeys::default();
        let (one, two) = (key((1_u8, "S1")), key((2_u8, "S1")));
        assert_eq!((rows.put(one, 2), rows.put(two, 4), rows.put(one, 5), rows.put(one, 9)), (2, 4, 2, 2));
        assert_eq!(rows.put(one, 5), 2, "once more is not once too often");
        assert_eq!(rows.rows(one).collect::<Vec<_>>(), [2, 5, 9]);
        rows.remove(one, 2);
        assert_eq!(rows.put(one, 9), 5);
        assert_eq!(rows.put(one, 3), 3, "one before the others is the first");
        assert_eq!(rows.rows(one).collect::<Vec<_>>(), [3, 5, 9]);
        for row in [5, 3, 9, 9] {
            rows.remove(one, row);
        }
        assert_eq!(rows.rows(one).count(), 0);
        assert_eq!(rows.put(one, 7), 7);
    }
}
