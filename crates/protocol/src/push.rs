//! Push: numbered edits of one replica, answered edit by edit.

use crate::batches::PushedBatch;
use crate::body::{BodyError, Lines, Packing, Row, SMALL_BYTES, Writer, write_json};
use mingce_model::{Change, Edit, Field, Kind, RecordId, Value, ValueDigest, Verb};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Write;

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
    /// `PushAnswer::seen` of an answer that the desktop has stored and no page has come up to since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// What the edits were part of, by rising first numbers; nothing is said of those before the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batches: Vec<PushedBatch>,
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
    pub fn from_edit(m: u64, at_ms: i64, group: Option<u64>, edit: Edit) -> Self {
        let Edit { kind, id, verb, changes } = edit;
        let values = |side: fn(Change) -> Value, changes: Vec<Change>| {
            let mut values = vec![Value::Null; kind.fields().len()];
            for change in changes {
                let place = change.field.index();
                values[place] = side(change);
            }
            values
        };
        let fields = match verb {
            Verb::Create => {
                let mut values = values(|change| change.new, changes);
                let filled = values.iter().rposition(|value| !value.is_null()).map_or(0, |last| last + 1);
                values.truncate(filled);
                OpFields::Create(values)
            }
            Verb::Edit => {
                let base =
                    |change: Change| FieldBase { field: change.field, base: change.base.digest(), new: change.new };
                OpFields::Edit(changes.into_iter().map(base).collect())
            }
            Verb::Remove => OpFields::Remove(record_digest(&values(|change| change.base, changes))),
        };
        Self { m, kind, id, at_ms, group, fields }
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
        let mut line = Vec::new();
        self.write_line(&mut line);
        digest_of(&line)
    }

    fn write_line(&self, line: &mut Vec<u8>) {
        let (kind, verb) = (self.kind as u8, self.verb() as u8);
        // Only a text that were not UTF-8 could fail, and a vector never does.
        let _ = write!(line, "[{kind},{verb},\"{}\",{},", self.id, self.at_ms);
        match self.group {
            Some(group) => drop(write!(line, "{group},")),
            None => line.extend_from_slice(b"null,"),
        }
        match &self.fields {
            OpFields::Create(values) => write_json(line, values),
            OpFields::Edit(bases) => {
                let parts: Vec<(u16, ValueDigest, &Value)> =
                    bases.iter().map(|part| (part.field.number(), part.base, &part.new)).collect();
                write_json(line, &parts);
            }
            OpFields::Remove(digest) => write_json(line, digest),
        }
        line.push(b']');
    }

    fn from_line(m: u64, line: &str) -> Result<Self, BodyError> {
        type Raw<'a> = (u8, u8, RecordId, i64, Option<u64>, &'a serde_json::value::RawValue);
        let (kind, verb, id, at_ms, group, fields): Raw<'_> =
            serde_json::from_str(line).map_err(|_| BodyError::Malformed)?;
        let kind = Kind::from_number(kind).ok_or(BodyError::Malformed)?;
        let fields = match verb {
            0 => {
                let Row(values) = serde_json::from_str(fields.get()).map_err(|_| BodyError::Malformed)?;
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

fn digest_of(line: &[u8]) -> ValueDigest {
    let full = Sha256::digest(line);
    let mut short = [0; 8];
    short.copy_from_slice(&full[..8]);
    ValueDigest(short)
}

/// Writes a push body, compressed.
pub fn write_push(header: &PushHeader, ops: &[Op]) -> Result<Vec<u8>, BodyError> {
    let mut writer = Writer::default();
    for op in ops {
        op.write_line(writer.line());
        writer.end_line();
    }
    let packing = if writer.bytes() <= SMALL_BYTES { Packing::Fast } else { Packing::Even };
    writer.finish(header, packing)
}

/// A push as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    pub header: PushHeader,
    pub ops: Vec<Op>,
    /// For each edit `Op::digest`, taken of the line as it came: the same desktop always writes it the same.
    pub digests: Vec<ValueDigest>,
}

/// Reads a push body; refuses more than `max_bytes` decompressed or `max_ops` edits.
pub fn read_push(body: &[u8], max_bytes: usize, max_ops: usize) -> Result<Push, BodyError> {
    let mut lines = Lines::new(body, max_bytes)?;
    let header: PushHeader = lines.header()?;
    let (mut ops, mut digests) = (Vec::new(), Vec::new());
    let mut m = header.first;
    while let Some(line) = lines.next_line()? {
        if ops.len() == max_ops {
            return Err(BodyError::TooLarge);
        }
        ops.push(Op::from_line(m, line)?);
        digests.push(digest_of(line.as_bytes()));
        m = m.checked_add(1).ok_or(BodyError::Malformed)?;
    }
    Ok(Push { header, ops, digests })
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
    /// Otherwise the place in the log that this answer knew, sealed like a cursor. Nothing is pulled from there: given
    /// back, it shows the service that its log went back to before the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::Record;

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
            seen: Some("s".into()),
            batches: vec![PushedBatch { first: 8, id: Some(id(5).into()), label: "import".into() }],
        };
        let record =
            Record::empty(Kind::Member, id(1)).with(Field::MemberName, "欧阳·𠮷\n").with(Field::MemberEntryYear, 2026);
        let mut changed = record.clone();
        changed.set(Field::MemberPhone, "13800138000");
        let edits = [Edit::create(&record), Edit::between(&record, &changed).unwrap(), Edit::remove(&changed)];
        let ops: Vec<Op> = edits
            .into_iter()
            .zip(7..)
            .map(|(edit, m)| Op::from_edit(m, 1_700_000_000_000, (m == 8).then_some(4), edit))
            .collect();
        let body = write_push(&header, &ops).unwrap();
        let digests = ops.iter().map(Op::digest).collect();
        assert_eq!(read_push(&body, 1 << 20, 10).unwrap(), Push { header, ops: ops.clone(), digests });
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
