//! The order of a great many rows. SQLite would call back for every comparison of two texts; here each row's keys are
//! written once so that they compare byte by byte, and every processor sorts a part.

use crate::find::Direction;
use crate::natural;
use crate::parts::processors;
use rusqlite::types::ValueRef;
use std::cmp::Ordering;

/// What rows are ordered by: an SQL expression, and how texts among its values compare.
pub(crate) struct SortKey {
    pub sql: String,
    texts: Texts,
    direction: Direction,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Texts {
    ByBytes,
    ByNumber,
}

impl SortKey {
    /// Texts compare byte by byte.
    pub(crate) fn plain(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), texts: Texts::ByBytes, direction: Direction::Ascending }
    }
    /// Texts compare as `natural` does.
    pub(crate) fn by_number(sql: impl Into<String>) -> Self {
        Self { texts: Texts::ByNumber, ..Self::plain(sql) }
    }
    pub(crate) fn toward(self, direction: Direction) -> Self {
        Self { direction, ..self }
    }

    /// The same for SQLite to sort by.
    pub(crate) fn term(&self) -> String {
        let collation = if self.texts == Texts::ByNumber { " COLLATE by_number" } else { "" };
        let word = if self.direction == Direction::Ascending { "ASC" } else { "DESC" };
        format!("{}{collation} {word} NULLS LAST", self.sql)
    }

    /// Adds the value's bytes; no value's bytes begin another's. Empty comes last whatever the direction.
    fn push(&self, value: ValueRef<'_>, key: &mut Vec<u8>) {
        let start = key.len();
        match value {
            ValueRef::Null => return key.push(EMPTY),
            ValueRef::Integer(number) => {
                key.push(NUMBER);
                key.extend((number.cast_unsigned() ^ SIGN).to_be_bytes());
            }
            ValueRef::Real(number) => {
                key.push(NUMBER);
                // Nought has one sign only; below it, greater bits are smaller numbers.
                let bits = (number + 0.0).to_bits();
                key.extend((if bits & SIGN == 0 { bits | SIGN } else { !bits }).to_be_bytes());
            }
            ValueRef::Text(text) => {
                key.push(TEXT);
                match self.texts {
                    Texts::ByBytes => natural::push_bytes(text, key),
                    Texts::ByNumber => natural::push_key(text, key),
                }
            }
            ValueRef::Blob(bytes) => {
                key.push(BLOB);
                natural::push_bytes(bytes, key);
            }
        }
        if self.direction == Direction::Descending {
            key[start..].iter_mut().for_each(|byte| *byte = !*byte);
        }
    }
}

/// SQLite's order of kinds of values. A column holds numbers of one kind.
const NUMBER: u8 = 1;
const TEXT: u8 = 2;
const BLOB: u8 = 3;
/// Behind those, also when they are turned round.
const EMPTY: u8 = 0xff;
const SIGN: u64 = 1 << 63;

/// Bytes of a key that are compared without looking elsewhere.
const HEAD: usize = 16;
/// Longer keys than this in all are left to SQLite, which takes them in and out of memory as needed.
const REST_BYTES_MAX: usize = 160 << 20;
/// The key is no longer than its head.
const NO_REST: u32 = u32::MAX;

/// Rows with their keys.
#[derive(Default)]
pub(crate) struct Keyed {
    entries: Vec<Entry>,
    /// What does not fit into heads: lengths and bytes.
    rests: Vec<u8>,
    key: Vec<u8>,
}

struct Entry {
    head: [u64; 2],
    /// Where the rest of the key lies.
    rest: u32,
    row: u32,
}

impl Keyed {
    /// Adds a row with its values; `false` when there is no more room.
    pub(crate) fn add<'v>(
        &mut self,
        row: u32,
        keys: &[SortKey],
        value: impl Fn(usize) -> rusqlite::Result<ValueRef<'v>>,
    ) -> rusqlite::Result<bool> {
        self.key.clear();
        for (place, key) in keys.iter().enumerate() {
            key.push(value(place)?, &mut self.key);
        }
        let rest = self.key.get(HEAD..).filter(|rest| !rest.is_empty()).map(|rest| {
            let start = self.rests.len();
            self.rests.extend((rest.len() as u32).to_le_bytes());
            self.rests.extend_from_slice(rest);
            start as u32
        });
        self.key.resize(HEAD, 0);
        let number = |at: usize| self.key[at..at + 8].iter().fold(0, |all, byte| all << 8 | u64::from(*byte));
        self.entries.push(Entry { head: [number(0), number(8)], rest: rest.unwrap_or(NO_REST), row });
        Ok(self.rests.len() <= REST_BYTES_MAX)
    }
}

/// What of a key did not fit into its head.
fn rest<'r>(rests: &'r [u8], entry: &Entry) -> &'r [u8] {
    let (start, mut length) = (entry.rest as usize, [0; 4]);
    length.copy_from_slice(&rests[start..start + 4]);
    &rests[start + 4..start + 4 + u32::from_le_bytes(length) as usize]
}

/// All the rows in the order of their keys, those with equal ones in the order they were added in.
pub(crate) fn in_order(mut all: Vec<Keyed>) -> Vec<u32> {
    let count: usize = all.iter().map(|keyed| keyed.entries.len()).sum();
    let size = count.div_ceil(processors()).max(1);
    std::thread::scope(|scope| {
        for Keyed { entries, rests, .. } in &mut all {
            let rests = rests.as_slice();
            for part in entries.chunks_mut(size) {
                scope.spawn(move || {
                    part.sort_unstable_by(|a, b| compare((rests, a), (rests, b)));
                });
            }
        }
    });
    let mut runs: Vec<(&[u8], &[Entry])> = all
        .iter()
        .flat_map(|keyed| keyed.entries.chunks(size).map(move |part| (keyed.rests.as_slice(), part)))
        .collect();
    let mut rows = Vec::with_capacity(count);
    while rows.len() < count {
        runs.retain(|(_, part)| !part.is_empty());
        if let [(_, part)] = runs.as_slice() {
            rows.extend(part.iter().map(|entry| entry.row));
            break;
        }
        let mut least = 0;
        for place in 1..runs.len() {
            let first_of = |place: usize| (runs[place].0, &runs[place].1[0]);
            if compare(first_of(place), first_of(least)) == Ordering::Less {
                least = place;
            }
        }
        rows.push(runs[least].1[0].row);
        runs[least].1 = &runs[least].1[1..];
    }
    rows
}

/// Entries with what their keys' rests lie in.
fn compare((rests, entry): (&[u8], &Entry), (other_rests, other): (&[u8], &Entry)) -> Ordering {
    let by_rest = || match (entry.rest, other.rest) {
        // No key begins another: they are equal. Many are, and comparing nothing with nothing as bytes would take ten
        // times as long as all else here.
        (NO_REST, _) | (_, NO_REST) => Ordering::Equal,
        _ => rest(rests, entry).cmp(rest(other_rests, other)),
    };
    entry.head.cmp(&other.head).then_with(by_rest).then(entry.row.cmp(&other.row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rusqlite::Connection;
    use rusqlite::types::Value;

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            (-3i64..300).prop_map(Value::Integer),
            any::<i64>().prop_map(Value::Integer),
            "[a0-3班\u{0}\u{1}]{0,20}".prop_map(Value::Text),
            prop::collection::vec(any::<u8>(), 0..20).prop_map(Value::Blob),
        ]
    }

    proptest! {
        #[test]
        fn rows_stand_as_sqlite_would_put_them(
            rows in prop::collection::vec((any_value(), any_value()), 0..60),
            numbers in prop::collection::vec(-1e9..1e9f64, 60),
            descending in any::<[bool; 3]>(), natural in any::<[bool; 2]>(), parts in 1usize..4,
        ) {
            let conn = Connection::open_in_memory().unwrap();
            conn.create_collation("by_number", crate::natural::compare).unwrap();
            conn.execute_batch("CREATE TABLE t (row INTEGER PRIMARY KEY, a, b, c)").unwrap();
            for ((a, b), c) in rows.iter().zip(&numbers) {
                conn.execute("INSERT INTO t (a, b, c) VALUES (?1, ?2, ?3)", (a, b, c.round() / 4.0)).unwrap();
            }
            let key = |name: &str, place: usize| {
                let is_natural = natural.get(place).copied().unwrap_or(false);
                let key = if is_natural { SortKey::by_number(name) } else { SortKey::plain(name) };
                key.toward(if descending[place] { Direction::Descending } else { Direction::Ascending })
            };
            let keys = [key("a", 0), key("b", 1), key("c", 2)];
            let terms = keys.iter().map(SortKey::term).collect::<Vec<_>>().join(", ");
            let mut statement = conn.prepare(&format!("SELECT row FROM t ORDER BY {terms}, row")).unwrap();
            let wanted: Vec<u32> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            let mut all: Vec<Keyed> = (0..parts).map(|_| Keyed::default()).collect();
            let mut statement = conn.prepare("SELECT row, a, b, c FROM t").unwrap();
            let mut found = statement.query([]).unwrap();
            while let Some(row) = found.next().unwrap() {
                let number: u32 = row.get(0).unwrap();
                let place = number as usize % parts;
                prop_assert!(all[place].add(number, &keys, |key| row.get_ref(1 + key)).unwrap());
            }
            prop_assert_eq!(in_order(all), wanted);
        }
    }
}
