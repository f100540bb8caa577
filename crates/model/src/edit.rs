//! An edit: one change to one record, field by field with base and new value.

use crate::{Field, Kind, Record, RecordId, Value};
use serde::{Deserialize, Serialize};

/// What an edit does to its record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Makes the record; for the id of a removed record, brings it back.
    Create,
    Edit,
    /// Leaves a tombstone.
    Remove,
}

impl Verb {
    pub fn name(self) -> &'static str {
        match self {
            Verb::Create => "create",
            Verb::Edit => "edit",
            Verb::Remove => "remove",
        }
    }
    pub fn from_name(name: &str) -> Option<Verb> {
        [Verb::Create, Verb::Edit, Verb::Remove].into_iter().find(|verb| verb.name() == name)
    }
}

/// One field of an edit. For `Create` the base is `Null`; for `Remove` the new value is `Null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub field: Field,
    pub base: Value,
    pub new: Value,
}

/// One change to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub kind: Kind,
    pub id: RecordId,
    pub verb: Verb,
    pub changes: Vec<Change>,
}

impl Edit {
    /// The edit that creates the record with its filled-in values.
    pub fn create(record: &Record) -> Self {
        let changes = record
            .kind
            .fields()
            .iter()
            .zip(&record.values)
            .filter(|(_, value)| !value.is_null())
            .map(|(field, value)| Change { field: *field, base: Value::Null, new: value.clone() })
            .collect();
        Self { kind: record.kind, id: record.id, verb: Verb::Create, changes }
    }
    /// The edit that turns `before` into `after`; `None` when they are equal.
    pub fn between(before: &Record, after: &Record) -> Option<Self> {
        let changes: Vec<Change> = before
            .kind
            .fields()
            .iter()
            .zip(before.values.iter().zip(&after.values))
            .filter(|(_, (base, new))| base != new)
            .map(|(field, (base, new))| Change { field: *field, base: base.clone(), new: new.clone() })
            .collect();
        (!changes.is_empty()).then_some(Self { kind: before.kind, id: before.id, verb: Verb::Edit, changes })
    }
    /// The edit that removes the record, keeping its values as bases.
    pub fn remove(record: &Record) -> Self {
        let changes = record
            .kind
            .fields()
            .iter()
            .zip(&record.values)
            .filter(|(_, value)| !value.is_null())
            .map(|(field, value)| Change { field: *field, base: value.clone(), new: Value::Null })
            .collect();
        Self { kind: record.kind, id: record.id, verb: Verb::Remove, changes }
    }
    /// The edit that takes this one back.
    pub fn inverse(&self) -> Self {
        let verb = match self.verb {
            Verb::Create => Verb::Remove,
            Verb::Edit => Verb::Edit,
            Verb::Remove => Verb::Create,
        };
        let changes = self
            .changes
            .iter()
            .map(|change| Change { field: change.field, base: change.new.clone(), new: change.base.clone() })
            .collect();
        Self { kind: self.kind, id: self.id, verb, changes }
    }
}
