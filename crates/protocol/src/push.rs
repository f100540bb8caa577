//! Push: numbered edits of one replica, answered edit by edit.

use crate::body::{BodyError, Lines, Writer};
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value, ValueDigest, Verb};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// First line of a push.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushHeader {
    pub protocol: u16,
    /// 128 random bits of this local database, hexadecimal with hyphens.
    pub replica: String,
    /// The epoch the desktop last heard; 0 before the first contact.
    pub epoch: u64,
    /// The highest number whose answer this replica has stored durably.
    pub acked: u64,
    /// Number of the first edit in this body; the others follow without gaps.
    pub first: u64,
    /// Cursor of the desktop, so that the answer can move it past its own edits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One edit on the wire: `[kind, verb, id, at_ms, group, fields…]`.
///
/// `create` lists values in registry order with trailing nulls cut; `edit` lists `[number, base digest, new value]`;
/// `remove` carries the digest of the whole record as the desktop knew it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    pub m: u64,
    pub kind: Kind,
    pub id: RecordId,
    /// The desktop's clock when the edit was made; information for people, never for a decision.
    pub at_ms: i64,
    /// Edits with the same group are applied all or none.
    pub group: Option<u64>,
    pub fields: OpFields,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpFields {
    Create(Vec<Value>),
    Edit(Vec<FieldBase>),
    Remove(ValueDigest),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldBase {
    pub field: Field,
    pub base: ValueDigest,
    pub new: Value,
}

/// The digest of a whole record's values, as `remove` carries it.
pub fn record_digest(values: &[Value]) -> ValueDigest {
    let mut hash = Sha256::new();
    let filled = values.iter().rposition(|value| !value.is_null()).map_or(0, |last| last + 1);
    for value in &values[..filled] {
        hash.update(value.digest().0);
    }
    let full = hash.finalize();
    let mut short = [0; 8];
    short.copy_from_slice(&full[..8]);
    ValueDigest(short)
}

impl Op {
    /// The wire form of a local edit.
    pub fn from_edit(m: u64, at_ms: i64, group: Option<u64>, edit: &Edit) -> Self {
        let fields = match edit.verb {
            Verb::Create => {
                let mut record = Record::empty(edit.kind, edit.id);
                for change in &edit.changes {
                    record.set(change.field, change.new.clone());
                }
                let filled = record.values.iter().rposition(|value| !value.is_null()).map_or(0, |last| last + 1);
                record.values.truncate(filled);
                OpFields::Create(record.values)
            }
            Verb::Edit => OpFields::Edit(
                edit.changes
                    .iter()
                    .map(|change| FieldBase {
                        field: change.field,
                        base: change.base.digest(),
                        new: change.new.clone(),
                    })
                    .collect(),
            ),
            Verb::Remove => {
                let mut record = Record::empty(edit.kind, edit.id);
                for change in &edit.changes {
                    record.set(change.field, change.base.clone());
                }
                OpFields::Remove(record_digest(&record.values))
            }
        };
        Self { m, kind: edit.kind, id: edit.id, at_ms, group, fields }
    }

    pub fn verb(&self) -> Verb {
        match self.fields {
            OpFields::Create(_) => Verb::Create,
            OpFields::Edit(_) => Verb::Edit,
            OpFields::Remove(_) => Verb::Remove,
        }
    }

    /// Eight bytes over the op's wire line: the same number with another digest is another copy of the database.
    pub fn digest(&self) -> ValueDigest {
        let full = Sha256::digest(self.line().as_bytes());
        let mut short = [0; 8];
        short.copy_from_slice(&full[..8]);
        ValueDigest(short)
    }

    fn line(&self) -> String {
        let verb = self.verb() as u8;
        let kind = self.kind as u8;
        let fields = match &self.fields {
            OpFields::Create(values) => to_json(values),
            OpFields::Edit(bases) => {
                let parts: Vec<(u16, ValueDigest, &Value)> =
                    bases.iter().map(|part| (part.field.number(), part.base, &part.new)).collect();
                to_json(&parts)
            }
            OpFields::Remove(digest) => to_json(digest),
        };
        let group = self.group.map_or_else(|| "null".to_owned(), |group| group.to_string());
        format!("[{kind},{verb},\"{}\",{},{group},{fields}]", self.id, self.at_ms)
    }

    fn from_line(m: u64, line: &str) -> Result<Self, BodyError> {
        type Raw<'a> = (u8, u8, RecordId, i64, Option<u64>, &'a serde_json::value::RawValue);
        let (kind, verb, id, at_ms, group, fields): Raw<'_> =
            serde_json::from_str(line).map_err(|_| BodyError::Malformed)?;
        let kind = Kind::from_number(kind).ok_or(BodyError::Malformed)?;
        let fields = match verb {
            0 => {
                let values: Vec<Value> = serde_json::from_str(fields.get()).map_err(|_| BodyError::Malformed)?;
                if values.len() > kind.fields().len() {
                    return Err(BodyError::Malformed);
                }
                OpFields::Create(values)
            }
            1 => {
                let parts: Vec<(u16, ValueDigest, Value)> =
                    serde_json::from_str(fields.get()).map_err(|_| BodyError::Malformed)?;
                let mut bases = Vec::with_capacity(parts.len());
                for (number, base, new) in parts {
                    let index = usize::from(number).checked_sub(1).ok_or(BodyError::Malformed)?;
                    let field = *kind.fields().get(index).ok_or(BodyError::Malformed)?;
                    if bases.iter().any(|part: &FieldBase| part.field == field) {
                        return Err(BodyError::Malformed);
                    }
                    bases.push(FieldBase { field, base, new });
                }
                OpFields::Edit(bases)
            }
            2 => OpFields::Remove(serde_json::from_str(fields.get()).map_err(|_| BodyError::Malformed)?),
            _ => return Err(BodyError::Malformed),
        };
        Ok(Self { m, kind, id, at_ms, group, fields })
    }
}

/// Serialises what this module itself builds, which cannot fail.
fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("values, digests and numbers are always valid JSON")
}

/// Writes a push body, compressed.
pub fn write_push(header: &PushHeader, ops: &[Op]) -> Result<Vec<u8>, BodyError> {
    let mut writer = Writer::new(header)?;
    for op in ops {
        writer.line(&op.line())?;
    }
    writer.finish()
}

/// Reads a push body; refuses more than `max_bytes` decompressed or `max_ops` edits.
pub fn read_push(body: &[u8], max_bytes: usize, max_ops: usize) -> Result<(PushHeader, Vec<Op>), BodyError> {
    let mut lines = Lines::new(body, max_bytes)?;
    let header: PushHeader = lines.header()?;
    let mut ops = Vec::new();
    let mut m = header.first;
    while let Some(line) = lines.next_line()? {
        if ops.len() == max_ops {
            return Err(BodyError::TooLarge);
        }
        ops.push(Op::from_line(m, line)?);
        m = m.checked_add(1).ok_or(BodyError::Malformed)?;
    }
    Ok((header, ops))
}

/// What became of one edit. `Applied` is not listed in an answer; everything else is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpCode {
    Applied,
    /// Some fields were applied, the listed ones became conflict records.
    Conflict,
    /// A rule of the model forbids the value; `rule` names it.
    Rejected,
    /// No right to this record or field.
    Forbidden,
    /// The record was removed or never existed.
    Gone,
    /// Another live record holds the same natural key; `other` is its id.
    Duplicate,
    /// Another edit of the same atomic group was not applied.
    GroupFailed,
}

/// An edit that was not simply applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    pub m: u64,
    pub code: OpCode,
    /// Names of the fields concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<RecordId>,
    /// Conflict records that the edit made or refreshed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<RecordId>,
}

/// Versions given to the edits of a push, in order: runs of `(first version, count)`; version 0 = changed nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRuns(pub Vec<(u64, u64)>);

impl VersionRuns {
    pub fn push(&mut self, ver: u64) {
        match self.0.last_mut() {
            Some((first, count)) if ver != 0 && *first != 0 && *first + *count == ver => *count += 1,
            Some((0, count)) if ver == 0 => *count += 1,
            _ => self.0.push((ver, 1)),
        }
    }
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().flat_map(|&(first, count)| (0..count).map(move |i| if first == 0 { 0 } else { first + i }))
    }
}

/// Answer to a push.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushAnswer {
    pub epoch: u64,
    /// The organisation's newest version after this push.
    pub head: u64,
    /// The highest number of this replica that is now answered.
    pub last_m: u64,
    pub vers: VersionRuns,
    pub exceptions: Vec<Exception>,
    /// The cursor past these very edits, given only when nobody else wrote in between: then, and only then, the
    /// desktop may take the versions for its rows and need not pull them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> RecordId {
        RecordId::from_parts(1_700_000_000_000, [n; 10])
    }

    #[test]
    fn a_push_survives_the_wire() {
        let header = PushHeader {
            protocol: 1,
            replica: id(9).to_string(),
            epoch: 3,
            acked: 6,
            first: 7,
            cursor: Some("c".into()),
        };
        let record =
            Record::empty(Kind::Member, id(1)).with(Field::MemberName, "欧阳·𠮷\n").with(Field::MemberEntryYear, 2026);
        let mut changed = record.clone();
        changed.set(Field::MemberPhone, "13800138000");
        let edits = [Edit::create(&record), Edit::between(&record, &changed).unwrap(), Edit::remove(&changed)];
        let ops: Vec<Op> = edits
            .iter()
            .zip(7..)
            .map(|(edit, m)| Op::from_edit(m, 1_700_000_000_000, (m == 8).then_some(4), edit))
            .collect();
        let body = write_push(&header, &ops).unwrap();
        assert_eq!(read_push(&body, 1 << 20, 10).unwrap(), (header, ops.clone()));
        assert!(matches!(read_push(&body, 1 << 20, 2), Err(BodyError::TooLarge)));
        assert!(matches!(read_push(&body, 64, 10), Err(BodyError::TooLarge)));
        assert_ne!(ops[0].digest(), ops[1].digest());
    }

    #[test]
    fn versions_are_run_length_coded() {
        let vers = [5, 6, 7, 0, 0, 9, 12, 13];
        let mut runs = VersionRuns::default();
        vers.iter().for_each(|ver| runs.push(*ver));
        assert_eq!(runs.0, [(5, 3), (0, 2), (9, 1), (12, 2)]);
        assert_eq!(runs.iter().collect::<Vec<_>>(), vers);
    }

    #[test]
    fn hostile_lines_are_refused_not_panicked_over() {
        for line in ["", "[]", "[3,1,\"x\",0,null,[]]", "[99,0,\"00000000-0000-7000-8000-000000000000\",0,null,[]]"] {
            assert!(Op::from_line(1, line).is_err());
        }
        let id = id(1);
        let many = format!("[3,1,\"{id}\",0,null,[[0,\"0000000000000000\",1]]]");
        assert!(Op::from_line(1, &many).is_err());
        let twice = format!("[3,1,\"{id}\",0,null,[[1,\"0000000000000000\",\"a\"],[1,\"0000000000000000\",\"b\"]]]");
        assert!(Op::from_line(1, &twice).is_err());
    }
}
