//! Conflict records: both values of a field kept side by side until a person settles it.
//!
//! One open record for each record, field and replica; a later edit of the same replica refreshes it.

use super::apply::Applier;
use crate::storage::{ChangeRow, ConflictOf, StorageError};
use mingce_model::{Field, Kind, Record, RecordId, Value, ValueDigest, Verb};
use mingce_protocol::push::record_digest;
use mingce_protocol::{FieldBase, Op};
use std::collections::{BTreeMap, HashMap};

/// How far back the log is read to find who wrote the other value and what the base was.
const CHANGES_MAX: usize = 500;
/// The author of what a member did on the member page.
const MEMBER_AUTHOR: &str = "member";

/// What clashed.
pub(super) enum Clash<'a> {
    Field(&'a FieldBase),
    /// A removal that met an edit: of the record itself, or of one that hangs on it. The digest is what the removal was
    /// based on.
    Removal {
        edited: &'a Record,
        digest: ValueDigest,
    },
}

/// What the log knows about the other side.
#[derive(Default)]
struct Trace {
    base: Option<Value>,
    theirs_by: Option<String>,
    theirs_at_ms: Option<i64>,
}

impl Applier<'_> {
    /// Writes or refreshes the conflict record and returns its id. `current` is the record before this edit.
    pub(super) fn record_clash(
        &mut self,
        op: &Op,
        current: &Record,
        clash: &Clash<'_>,
    ) -> Result<RecordId, StorageError> {
        let key = self.key();
        let (kind, id) = match clash {
            Clash::Field(_) => (op.kind, op.id),
            Clash::Removal { edited, .. } => (edited.kind, edited.id),
        };
        let changes = self.transaction().load_changes(key, kind, id, CHANGES_MAX)?;
        let (field, mine, theirs, trace) = match clash {
            Clash::Field(part) => {
                let trace = trace_field(&changes, part.field, part.base)?;
                (part.field.name(), json(&part.new)?, json(current.get(part.field))?, trace)
            }
            Clash::Removal { edited, digest } => {
                let before = before_edits(&changes, edited, *digest)?;
                let name = |field: Field| match edited.kind == op.kind {
                    true => field.name().to_owned(),
                    false => format!("{}:{}.{}", edited.kind.name(), edited.id, field.name()),
                };
                let trace = Trace { base: Some(edited_fields(&before, edited, name)?), ..trace_newest(&changes) };
                ("*", Value::Null, edited_fields(edited, &before, name)?, trace)
            }
        };
        let of = ConflictOf { replica: self.replica, kind: op.kind, record: op.id, field };
        let existing = match self.transaction().find_open_conflict(key, &of)? {
            Some(id) => self.transaction().find_record(key, Kind::Conflict, id)?.map(|stored| stored.record),
            None => None,
        };
        let mut conflict = match &existing {
            Some(record) => record.clone(),
            None => {
                let mut random = [0; 10];
                (self.random)(&mut random);
                let now_ms = u64::try_from(self.journal.received_at_ms).unwrap_or(0);
                Record::empty(Kind::Conflict, RecordId::from_parts(now_ms, random))
            }
        };
        conflict.set(Field::ConflictKind, op.kind.name());
        conflict.set(Field::ConflictRecord, op.id);
        conflict.set(Field::ConflictField, field);
        if let Some(base) = &trace.base {
            let is_whole = matches!(clash, Clash::Removal { .. });
            conflict.set(Field::ConflictBase, if is_whole { base.clone() } else { json(base)? });
        }
        conflict.set(Field::ConflictMine, mine);
        conflict.set(Field::ConflictTheirs, theirs);
        conflict.set(Field::ConflictMineBy, self.account_name);
        conflict.set(Field::ConflictTheirsBy, trace.theirs_by.unwrap_or_default());
        conflict.set(Field::ConflictMineAt, self.journal.at_ms);
        conflict.set(Field::ConflictTheirsAt, trace.theirs_at_ms.map_or(Value::Null, Value::Int));
        let id = conflict.id;
        if existing.as_ref().is_some_and(|existing| existing.values == conflict.values) {
            return Ok(id);
        }
        let digest = record_digest(&conflict.values);
        self.journal.save(existing.as_ref(), conflict, digest)?;
        if existing.is_none() {
            self.transaction().insert_conflict_of(key, id, &of)?;
        }
        Ok(id)
    }
}

/// A field's value as the conflict record holds it: JSON, `null` for an empty field.
fn json(value: &Value) -> Result<Value, StorageError> {
    serde_json::to_string(value).map(Value::Text).map_err(|_| StorageError::Inconsistent)
}

/// The record before the edits that its removal knew nothing of; without a trace of that, before its newest edit.
fn before_edits(changes: &[ChangeRow], edited: &Record, digest: ValueDigest) -> Result<Record, StorageError> {
    let mut before = edited.clone();
    let mut newest = None;
    for change in changes.iter().take_while(|change| change.verb == Verb::Edit) {
        let pairs: HashMap<String, (Value, Value)> =
            serde_json::from_str(&change.changes).map_err(|_| StorageError::Inconsistent)?;
        for (name, (old, _)) in pairs {
            if let Some(field) = edited.kind.field(&name) {
                before.set(field, old);
            }
        }
        if record_digest(&before.values) == digest {
            return Ok(before);
        }
        newest.get_or_insert_with(|| before.clone());
    }
    Ok(newest.unwrap_or(before))
}

/// `{field: value}` of what differs from the other, as the conflict record holds it.
fn edited_fields(of: &Record, other: &Record, name: impl Fn(Field) -> String) -> Result<Value, StorageError> {
    let differing = of.kind.fields().iter().filter(|field| of.get(**field) != other.get(**field));
    let fields: BTreeMap<String, &Value> = differing.map(|field| (name(*field), of.get(*field))).collect();
    serde_json::to_string(&fields).map(Value::Text).map_err(|_| StorageError::Inconsistent)
}

fn author(change: &ChangeRow) -> (Option<String>, Option<i64>) {
    let name = change.account_name.clone().unwrap_or_else(|| MEMBER_AUTHOR.to_owned());
    // Nobody edits after the edit has arrived, whatever their clock says.
    (Some(name), Some(change.at_ms.clamp(0, change.received_at_ms.max(0))))
}

fn trace_newest(changes: &[ChangeRow]) -> Trace {
    let (theirs_by, theirs_at_ms) = changes.first().map(author).unwrap_or_default();
    Trace { base: None, theirs_by, theirs_at_ms }
}

/// Looks for the field's last writer and for the value that the edit was based on; an edit carries only its digest.
fn trace_field(changes: &[ChangeRow], field: Field, base: ValueDigest) -> Result<Trace, StorageError> {
    let mut trace = Trace::default();
    if Value::Null.digest() == base {
        trace.base = Some(Value::Null);
    }
    for change in changes {
        let Some((before, after)) = change_of(change, field)? else { continue };
        if trace.theirs_by.is_none() {
            (trace.theirs_by, trace.theirs_at_ms) = author(change);
        }
        if trace.base.is_none() {
            trace.base = [before, after].into_iter().find(|value| value.digest() == base);
        }
        if trace.base.is_some() {
            break;
        }
    }
    Ok(trace)
}

/// The field's value before and after a change that touched it.
fn change_of(change: &ChangeRow, field: Field) -> Result<Option<(Value, Value)>, StorageError> {
    if change.verb == Verb::Create {
        let mut values: Vec<Value> = serde_json::from_str(&change.changes).map_err(|_| StorageError::Inconsistent)?;
        let after = if field.index() < values.len() { values.swap_remove(field.index()) } else { Value::Null };
        return Ok(Some((Value::Null, after)));
    }
    let mut pairs: HashMap<String, (Value, Value)> =
        serde_json::from_str(&change.changes).map_err(|_| StorageError::Inconsistent)?;
    Ok(pairs.remove(field.name()))
}
