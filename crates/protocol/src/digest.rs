//! Digests by which a desktop sees that what it holds is what the service has, part by part, and the answer about a part
//! that differs. Both sides work them out from their own rows; nobody takes over the other's.

use crate::pull::ValueRef;
use mingce_model::{Field, Kind, RecordId, Value};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Parts that records of one kind without a department are split into.
const SHARDS: u8 = 64;
/// Records that one question may compare. A part of more is pulled again with everything else.
pub const COMPARED_MAX: usize = 20_000;
/// About the bytes of records that one answer may bring, well below what a reader takes. Likewise.
pub const COMPARED_BYTES_MAX: usize = 8 << 20;

/// Records that are compared together: the members of a department, or some of another kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Part {
    /// The kind's number.
    pub kind: u8,
    /// Of members, their main department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<RecordId>,
    /// Of what has no department.
    #[serde(default)]
    pub shard: u8,
}

impl Part {
    /// Where a record belongs.
    pub fn of<'v>(kind: Kind, id: RecordId, mut values: impl Iterator<Item = ValueRef<'v>>) -> Self {
        let shard = id.as_bytes()[15] % SHARDS;
        if kind != Kind::Member {
            return Self { kind: kind as u8, department: None, shard };
        }
        let department = match values.nth(Field::MemberDepartment.index()) {
            Some(ValueRef::Reference(id)) => Some(id),
            Some(ValueRef::Text(text)) => text.parse().ok(),
            _ => None,
        };
        Self { kind: kind as u8, department, shard: if department.is_some() { 0 } else { shard } }
    }
}

/// Eight bytes that stand for a record at its version.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct RowDigest(pub u64);

impl RowDigest {
    /// Trailing nulls do not count, so that a field that one side does not know yet changes nothing while it is empty.
    pub fn of<'v>(kind: Kind, id: RecordId, ver: u64, values: impl Iterator<Item = ValueRef<'v>>) -> Self {
        let mut hash = Sha256::new();
        hash.update([kind as u8]);
        hash.update(id.as_bytes());
        hash.update(ver.to_be_bytes());
        let mut nulls = 0u32;
        let mut reference = [0; 36];
        for value in values {
            let (mark, bytes): (u8, &[u8]) = match &value {
                ValueRef::Null => {
                    nulls += 1;
                    continue;
                }
                ValueRef::Int(number) => (1, &number.to_be_bytes()),
                ValueRef::Text(text) => (2, text.as_bytes()),
                // A reference is its text, however it is stored.
                ValueRef::Reference(id) => (2, id.0.hyphenated().encode_lower(&mut reference).as_bytes()),
            };
            hash.update(nulls.to_be_bytes());
            hash.update([mark]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
            nulls = 0;
        }
        let full = hash.finalize();
        let mut short = [0; 8];
        short.copy_from_slice(&full[..8]);
        Self(u64::from_be_bytes(short))
    }
}

/// A part in two numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PartDigest {
    pub rows: u64,
    /// The records' digests, combined by exclusive or.
    #[serde(with = "hex")]
    pub digest: u64,
}

/// Parts as they are worked out, record by record.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PartDigests(pub HashMap<Part, PartDigest>);

impl PartDigests {
    pub fn add(&mut self, part: Part, digest: RowDigest) {
        let entry = self.0.entry(part).or_default();
        entry.rows += 1;
        entry.digest ^= digest.0;
    }

    /// Parts that are not the same on both sides, in order.
    pub fn differing(&self, other: &PartDigests) -> Vec<Part> {
        let all = self.0.keys().chain(other.0.keys());
        let mut differing: Vec<Part> = all.filter(|part| self.0.get(part) != other.0.get(part)).copied().collect();
        differing.sort_unstable();
        differing.dedup();
        differing
    }
}

/// What the service says of its parts. `None` where the desktop's cursor is not at the head: it has to pull first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ServiceDigests {
    pub epoch: u64,
    pub schema: u16,
    pub parts: Option<Vec<(Part, PartDigest)>>,
}

/// A question about one part: what the desktop has of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Compare {
    pub cursor: String,
    pub part: Part,
    pub rows: Vec<(RecordId, HexDigest)>,
}

/// A record's digest in a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HexDigest(#[serde(with = "hex")] pub u64);

/// Where the two sides differ.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Compared {
    /// Records of the part that the desktop has not or has otherwise, and those it has that are elsewhere or removed, as
    /// they are now.
    pub records: Vec<ComparedRecord>,
    /// Records that the service never had.
    pub unknown: Vec<RecordId>,
}

/// A record as the service has it; `values: None` for one that was removed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ComparedRecord {
    pub id: RecordId,
    pub ver: u64,
    pub values: Option<Vec<Value>>,
}

/// Sixteen hexadecimal digits: JSON readers elsewhere lose numbers above 2^53.
mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{number:016x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::Record;

    fn id(n: u8) -> RecordId {
        RecordId::from_parts(1, [n; 10])
    }

    fn digest(record: &Record) -> RowDigest {
        RowDigest::of(record.kind, record.id, record.ver, record.values.iter().map(ValueRef::from))
    }

    #[test]
    fn a_reference_counts_the_same_however_it_is_stored() {
        let department = id(7);
        let mut member = Record::empty(Kind::Member, id(1)).with(Field::MemberName, "张伟");
        member.set(Field::MemberDepartment, Value::from(department));
        let as_bytes = |value: &'_ Value| match value.as_text().and_then(|text| text.parse().ok()) {
            Some(id) => ValueRef::Reference(id),
            None => ValueRef::Null,
        };
        let stored = member.values.iter().enumerate().map(|(place, value)| match place {
            place if place == Field::MemberDepartment.index() => as_bytes(value),
            _ => ValueRef::from(value),
        });
        let stored: Vec<ValueRef<'_>> = stored.collect();
        assert_eq!(RowDigest::of(Kind::Member, id(1), 0, stored.iter().copied()), digest(&member));
        let part = Part::of(Kind::Member, id(1), stored.iter().copied());
        assert_eq!(part, Part::of(Kind::Member, id(1), member.values.iter().map(ValueRef::from)));
        assert_eq!((part.department, part.shard), (Some(department), 0));
    }

    #[test]
    fn every_value_its_place_and_the_version_count() {
        let plain = Record::empty(Kind::Member, id(1)).with(Field::MemberName, "张伟");
        let others = [
            Record { ver: 1, ..plain.clone() },
            Record { id: id(2), ..plain.clone() },
            plain.clone().with(Field::MemberName, "张玮"),
            plain.clone().with(Field::MemberName, Value::Null).with(Field::MemberNote, "张伟"),
            plain.clone().with(Field::MemberNote, "x"),
        ];
        for other in &others {
            assert_ne!(digest(other), digest(&plain), "{other:?}");
        }
        let shorter = RowDigest::of(Kind::Member, id(1), 0, plain.values.iter().take(20).map(ValueRef::from));
        assert_eq!(shorter, digest(&plain), "a field that is not known and not filled in");
    }

    #[test]
    fn parts_differ_by_a_row_more_and_by_a_row_changed() {
        let part = |n| Part { kind: 1, department: None, shard: n };
        let mut mine = PartDigests::default();
        mine.add(part(1), RowDigest(5));
        mine.add(part(2), RowDigest(6));
        let mut theirs = mine.clone();
        assert_eq!(mine.differing(&theirs), []);
        theirs.add(part(3), RowDigest(0));
        theirs.add(part(1), RowDigest(5));
        assert_eq!(mine.differing(&theirs), [part(1), part(3)]);
    }
}
