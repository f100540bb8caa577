//! Values of records and ids as columns hold them.

use super::super::{OrganisationKey, StorageError};
use mingce_model::id::OrganisationId;
use mingce_model::{Field, Form, Kind, RecordId, Value};
use mingce_protocol::pull::ValueRef;
use sha2::{Digest, Sha256};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};
use uuid::Uuid;

pub(super) fn uuid(id: RecordId) -> Uuid {
    Uuid::from_bytes(*id.as_bytes())
}

/// The number of an organisation follows from its id, so that no sequence is needed and whoever knows the id knows where
/// the organisation lies. Two ids with one number cannot both exist: the second is not taken.
pub(super) fn key_of(id: OrganisationId) -> OrganisationKey {
    let digest = Sha256::digest(id.0.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    OrganisationKey(i64::from_be_bytes(first))
}

/// How a field's column is declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Column {
    Id,
    Number,
    Text,
}

impl Column {
    pub(super) fn of(field: Field) -> Self {
        match field.form() {
            Form::Ref(_) => Self::Id,
            Form::Int | Form::Year | Form::Instant => Self::Number,
            Form::Text(_)
            | Form::PersonName
            | Form::Phone
            | Form::Date
            | Form::Choice(_)
            | Form::Choices(_)
            | Form::CardNumber
            | Form::ChipNumbers
            | Form::DocumentNumber
            | Form::Email
            | Form::Hex(_)
            | Form::Json(_) => Self::Text,
        }
    }

    /// Compared byte by byte: an index then does not depend on the server's language data.
    pub(super) fn declaration(self) -> &'static str {
        match self {
            Self::Id => "uuid",
            Self::Number => "bigint",
            Self::Text => "text COLLATE \"C\"",
        }
    }

    pub(super) fn array(self) -> &'static str {
        match self {
            Self::Id => "uuid[]",
            Self::Number => "bigint[]",
            Self::Text => "text[]",
        }
    }

    /// The values of one column, one for each row, as one array.
    pub(super) fn gather<'v>(
        self,
        values: impl Iterator<Item = &'v Value>,
    ) -> Result<Box<dyn ToSql + Sync + 'v>, StorageError> {
        Ok(match self {
            Self::Id => Box::new(values.map(id_of).collect::<Result<Vec<_>, _>>()?),
            Self::Number => Box::new(values.map(number_of).collect::<Result<Vec<_>, _>>()?),
            Self::Text => Box::new(values.map(text_of).collect::<Result<Vec<_>, _>>()?),
        })
    }

    /// One value.
    pub(super) fn single(self, value: &Value) -> Result<Box<dyn ToSql + Sync + '_>, StorageError> {
        Ok(match self {
            Self::Id => Box::new(id_of(value)?),
            Self::Number => Box::new(number_of(value)?),
            Self::Text => Box::new(text_of(value)?),
        })
    }

    /// The value where the row has it.
    pub(super) fn read(self, row: &Row, at: usize) -> Result<ValueRef<'_>, StorageError> {
        Ok(match self {
            Self::Id => match get::<Option<Uuid>>(row, at)? {
                Some(id) => ValueRef::Reference(RecordId::from_slice(id.as_bytes()).ok_or(StorageError::Inconsistent)?),
                None => ValueRef::Null,
            },
            Self::Number => get::<Option<i64>>(row, at)?.map_or(ValueRef::Null, ValueRef::Int),
            Self::Text => get::<Option<&str>>(row, at)?.map_or(ValueRef::Null, ValueRef::Text),
        })
    }
}

fn id_of(value: &Value) -> Result<Option<Uuid>, StorageError> {
    match value {
        Value::Null => Ok(None),
        Value::Text(text) => text.parse().map(|id| Some(uuid(id))).map_err(|_| StorageError::Inconsistent),
        Value::Int(_) => Err(StorageError::Inconsistent),
    }
}

fn number_of(value: &Value) -> Result<Option<i64>, StorageError> {
    match value {
        Value::Null => Ok(None),
        Value::Int(number) => Ok(Some(*number)),
        Value::Text(_) => Err(StorageError::Inconsistent),
    }
}

fn text_of(value: &Value) -> Result<Option<&str>, StorageError> {
    match value {
        Value::Null => Ok(None),
        Value::Text(text) => Ok(Some(text)),
        Value::Int(_) => Err(StorageError::Inconsistent),
    }
}

/// Name of a kind's table.
pub(super) fn table(kind: Kind) -> String {
    format!("record_{}", kind.name())
}

pub(super) fn quoted(field: Field) -> String {
    format!("\"{}\"", field.name())
}

pub(super) fn get<'r, T: FromSql<'r>>(row: &'r Row, at: usize) -> Result<T, StorageError> {
    row.try_get(at).map_err(|_| StorageError::Inconsistent)
}

pub(super) fn id_from(row: &Row, at: usize) -> Result<RecordId, StorageError> {
    RecordId::from_slice(get::<Uuid>(row, at)?.as_bytes()).ok_or(StorageError::Inconsistent)
}

pub(super) fn ver_from(row: &Row, at: usize) -> Result<u64, StorageError> {
    get::<i64>(row, at)?.try_into().map_err(|_| StorageError::Inconsistent)
}

/// The database's integers are signed; versions stay far below the limit.
pub(super) fn signed(number: u64) -> Result<i64, StorageError> {
    i64::try_from(number).map_err(|_| StorageError::Inconsistent)
}

/// Eight bytes or thirty-two.
pub(super) fn bytes_from<const N: usize>(row: &Row, at: usize) -> Result<[u8; N], StorageError> {
    get::<&[u8]>(row, at)?.try_into().map_err(|_| StorageError::Inconsistent)
}
