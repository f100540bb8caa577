//! A record: one department, member, guardian … as a row of values in registry order.

use crate::{Field, Kind, RecordId, Value};
use uuid::fmt::Hyphenated;

/// One record. `values[i]` belongs to `kind.fields()[i]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub kind: Kind,
    pub id: RecordId,
    /// The service's number of the last change to it; 0 while the service has not seen it.
    pub ver: u64,
    pub values: Vec<Value>,
}

impl Record {
    /// A record with nothing filled in.
    pub fn empty(kind: Kind, id: RecordId) -> Self {
        Self { kind, id, ver: 0, values: vec![Value::Null; kind.fields().len()] }
    }
    /// The field's value. The field must be of the record's kind.
    pub fn get(&self, field: Field) -> &Value {
        debug_assert_eq!(field.kind(), self.kind);
        &self.values[field.index()]
    }
    pub fn set(&mut self, field: Field, value: impl Into<Value>) {
        debug_assert_eq!(field.kind(), self.kind);
        self.values[field.index()] = value.into();
    }
    /// Builder form of `set`.
    pub fn with(mut self, field: Field, value: impl Into<Value>) -> Self {
        self.set(field, value);
        self
    }
    pub fn text(&self, field: Field) -> Option<&str> {
        self.get(field).as_text()
    }
    pub fn int(&self, field: Field) -> Option<i64> {
        self.get(field).as_int()
    }
    /// The id that a `Form::Ref` field holds.
    pub fn reference(&self, field: Field) -> Option<RecordId> {
        self.text(field)?.parse().ok()
    }
}

impl From<RecordId> for Value {
    fn from(id: RecordId) -> Self {
        let mut buffer = [0; Hyphenated::LENGTH];
        Value::Text(id.0.hyphenated().encode_lower(&mut buffer).to_owned())
    }
}
