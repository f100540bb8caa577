//! Records in their tables: one column for each field, references as 16 bytes.

use super::super::{FedRecord, OrganisationKey, Records, StorageError, StoredRecord};
use super::schema::table;
use super::{SqliteTransaction, failure};
use mingce_model::{Field, Form, Kind, Record, RecordId, Value};
use mingce_protocol::pull::ValueRef;
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::types::{self, Null, ToSqlOutput};
use rusqlite::{Row, Rows, Statement};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The statements of one kind.
struct Sql {
    find: String,
    save: String,
    remove: String,
    after: String,
}

static SQL: LazyLock<Vec<Sql>> = LazyLock::new(|| Kind::ALL.into_iter().map(statements).collect());

fn sql(kind: Kind) -> &'static Sql {
    // `Kind` is numbered from 1 in the order of `Kind::ALL`; a test holds that.
    &SQL[kind as usize - 1]
}

fn statements(kind: Kind) -> Sql {
    let table = table(kind);
    let names: Vec<String> = kind.fields().iter().map(|field| format!("\"{}\"", field.name())).collect();
    let columns = names.join(", ");
    let marks: Vec<String> = (0..names.len()).map(|i| format!("?{}", i + 4)).collect();
    let set: Vec<String> = names.iter().map(|name| format!("{name}=excluded.{name}")).collect();
    let cleared: Vec<String> = names.iter().map(|name| format!("{name}=NULL")).collect();
    Sql {
        find: format!("SELECT ver, is_deleted, {columns} FROM {table} WHERE organisation=?1 AND id=?2"),
        save: format!(
            "INSERT INTO {table}(organisation, id, ver, is_deleted, {columns}) VALUES(?1, ?2, ?3, 0, {}) \
             ON CONFLICT(organisation, id) DO UPDATE SET ver=excluded.ver, is_deleted=0, {}",
            marks.join(", "),
            set.join(", ")
        ),
        remove: format!(
            "UPDATE {table} SET ver=?3, is_deleted=1, {} WHERE organisation=?1 AND id=?2",
            cleared.join(", ")
        ),
        after: format!(
            "SELECT ver, is_deleted, id, {columns} FROM {table} WHERE organisation=?1 AND ver>?2 ORDER BY ver LIMIT ?3"
        ),
    }
}

/// A value as its column holds it.
fn to_column(field: Field, value: &Value) -> Result<ToSqlOutput<'_>, StorageError> {
    match value {
        Value::Null => Ok(ToSqlOutput::from(Null)),
        Value::Int(number) => Ok(ToSqlOutput::from(*number)),
        Value::Text(text) => match field.form() {
            Form::Ref(_) => {
                let id: RecordId = text.parse().map_err(|_| StorageError::Inconsistent)?;
                Ok(ToSqlOutput::from(id.as_bytes().to_vec()))
            }
            _ => Ok(ToSqlOutput::from(text.as_str())),
        },
    }
}

fn from_column(column: types::ValueRef<'_>) -> Result<ValueRef<'_>, StorageError> {
    match column {
        types::ValueRef::Null => Ok(ValueRef::Null),
        types::ValueRef::Integer(number) => Ok(ValueRef::Int(number)),
        types::ValueRef::Text(bytes) => {
            std::str::from_utf8(bytes).map(ValueRef::Text).map_err(|_| StorageError::Inconsistent)
        }
        types::ValueRef::Blob(bytes) => {
            RecordId::from_slice(bytes).map(ValueRef::Reference).ok_or(StorageError::Inconsistent)
        }
        types::ValueRef::Real(_) => Err(StorageError::Inconsistent),
    }
}

/// The values from column `first` on.
fn values_from(row: &Row<'_>, kind: Kind, first: usize) -> Result<Vec<Value>, StorageError> {
    let column = |place| from_column(row.get_ref(first + place).map_err(failure)?).map(Value::from);
    (0..kind.fields().len()).map(column).collect()
}

pub(super) fn ver_from(row: &Row<'_>, column: usize) -> Result<u64, StorageError> {
    row.get::<_, i64>(column).map_err(failure)?.try_into().map_err(|_| StorageError::Inconsistent)
}

pub(super) fn id_from(row: &Row<'_>, column: usize) -> Result<RecordId, StorageError> {
    let bytes = row.get_ref(column).map_err(failure)?.as_blob().map_err(|_| StorageError::Inconsistent)?;
    RecordId::from_slice(bytes).ok_or(StorageError::Inconsistent)
}

/// SQLite's integers are signed; versions stay far below the limit.
pub(super) fn signed(number: u64) -> Result<i64, StorageError> {
    i64::try_from(number).map_err(|_| StorageError::Inconsistent)
}

impl Records for SqliteTransaction<'_> {
    fn find_record(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        id: RecordId,
    ) -> Result<Option<StoredRecord>, StorageError> {
        let mut statement = self.connection.prepare_cached(&sql(kind).find).map_err(failure)?;
        let mut rows = statement.query((organisation.0, id.as_bytes())).map_err(failure)?;
        let Some(row) = rows.next().map_err(failure)? else { return Ok(None) };
        let ver = ver_from(row, 0)?;
        let is_deleted = row.get(1).map_err(failure)?;
        let values = values_from(row, kind, 2)?;
        Ok(Some(StoredRecord { record: Record { kind, id, ver, values }, is_deleted }))
    }

    fn find_vers(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        ids: &[RecordId],
    ) -> Result<HashMap<RecordId, u64>, StorageError> {
        let text = format!("SELECT ver FROM {} WHERE organisation=?1 AND id=?2", table(kind));
        let mut statement = self.connection.prepare_cached(&text).map_err(failure)?;
        let mut found = HashMap::new();
        for id in ids {
            let mut rows = statement.query((organisation.0, id.as_bytes())).map_err(failure)?;
            if let Some(row) = rows.next().map_err(failure)? {
                found.insert(*id, ver_from(row, 0)?);
            }
        }
        Ok(found)
    }

    fn save_record(&mut self, organisation: OrganisationKey, record: &Record) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached(&sql(record.kind).save).map_err(failure)?;
        statement.raw_bind_parameter(1, organisation.0).map_err(failure)?;
        statement.raw_bind_parameter(2, record.id.as_bytes()).map_err(failure)?;
        statement.raw_bind_parameter(3, signed(record.ver)?).map_err(failure)?;
        for (i, (field, value)) in record.kind.fields().iter().zip(&record.values).enumerate() {
            statement.raw_bind_parameter(i + 4, to_column(*field, value)?).map_err(failure)?;
        }
        statement.raw_execute().map_err(failure)?;
        Ok(())
    }

    fn update_record(
        &mut self,
        organisation: OrganisationKey,
        before: &Record,
        after: &Record,
    ) -> Result<(), StorageError> {
        let fields = after.kind.fields().iter().copied();
        let changed: Vec<Field> = fields.filter(|field| before.get(*field) != after.get(*field)).collect();
        // Only these columns, so that no index of another column is written.
        let mut text = format!("UPDATE {} SET ver=?3", table(after.kind));
        for (i, field) in changed.iter().enumerate() {
            text.push_str(&format!(", \"{}\"=?{}", field.name(), i + 4));
        }
        text.push_str(" WHERE organisation=?1 AND id=?2 AND is_deleted=0");
        let mut statement = self.connection.prepare_cached(&text).map_err(failure)?;
        statement.raw_bind_parameter(1, organisation.0).map_err(failure)?;
        statement.raw_bind_parameter(2, after.id.as_bytes()).map_err(failure)?;
        statement.raw_bind_parameter(3, signed(after.ver)?).map_err(failure)?;
        for (i, field) in changed.iter().enumerate() {
            statement.raw_bind_parameter(i + 4, to_column(*field, after.get(*field))?).map_err(failure)?;
        }
        if statement.raw_execute().map_err(failure)? == 1 { Ok(()) } else { Err(StorageError::Inconsistent) }
    }

    fn save_tombstone(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        id: RecordId,
        ver: u64,
    ) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare_cached(&sql(kind).remove).map_err(failure)?;
        let changed = statement.execute((organisation.0, id.as_bytes(), signed(ver)?)).map_err(failure)?;
        if changed == 1 { Ok(()) } else { Err(StorageError::Inconsistent) }
    }

    fn find_live(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        filters: &[(Field, &Value)],
        limit: usize,
    ) -> Result<Vec<RecordId>, StorageError> {
        let mut text = format!("SELECT id FROM {} WHERE organisation=?1 AND is_deleted=0", table(kind));
        for (i, (field, _)) in filters.iter().enumerate() {
            text.push_str(&format!(" AND \"{}\" IS ?{}", field.name(), i + 2));
        }
        text.push_str(&format!(" ORDER BY id LIMIT {limit}"));
        let mut statement = self.connection.prepare_cached(&text).map_err(failure)?;
        statement.raw_bind_parameter(1, organisation.0).map_err(failure)?;
        for (i, (field, value)) in filters.iter().enumerate() {
            statement.raw_bind_parameter(i + 2, to_column(*field, value)?).map_err(failure)?;
        }
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            found.push(id_from(row, 0)?);
        }
        Ok(found)
    }

    fn find_chip(
        &mut self,
        organisation: OrganisationKey,
        number: &str,
        limit: usize,
    ) -> Result<Vec<RecordId>, StorageError> {
        let text = "SELECT id FROM chip WHERE organisation=?1 AND number=?2 ORDER BY id LIMIT ?3";
        let mut statement = self.connection.prepare_cached(text).map_err(failure)?;
        let limit = i64::try_from(limit).map_err(|_| StorageError::Inconsistent)?;
        let mut rows = statement.query((organisation.0, number, limit)).map_err(failure)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            found.push(id_from(row, 0)?);
        }
        Ok(found)
    }

    fn load_departments_below(
        &mut self,
        organisation: OrganisationKey,
        parent: Option<RecordId>,
    ) -> Result<Vec<(RecordId, String)>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT id, name FROM record_department WHERE organisation=?1 AND is_deleted=0 AND parent IS ?2",
            )
            .map_err(failure)?;
        let parent = parent.map(|id| *id.as_bytes());
        let mut rows = statement.query((organisation.0, parent)).map_err(failure)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            found.push((id_from(row, 0)?, row.get::<_, Option<String>>(1).map_err(failure)?.unwrap_or_default()));
        }
        Ok(found)
    }

    fn load_records_after(
        &mut self,
        organisation: OrganisationKey,
        ver: u64,
        rows_max: usize,
        bytes_max: usize,
        each: &mut dyn FnMut(FedRecord<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let limit = i64::try_from(rows_max).map_err(|_| StorageError::Inconsistent)?;
        let mut statements: Vec<rusqlite::CachedStatement<'_>> = Vec::new();
        for kind in Kind::ALL {
            statements.push(self.connection.prepare_cached(&sql(kind).after).map_err(failure)?);
        }
        let mut feeds = Vec::new();
        for (kind, statement) in Kind::ALL.into_iter().zip(&mut statements) {
            feeds.push(Feed::start(kind, statement, organisation, signed(ver)?, limit)?);
        }
        let (mut count, mut bytes) = (0, 0);
        while count < rows_max && bytes < bytes_max {
            let first = feeds.iter_mut().filter(|feed| feed.next.is_some()).min_by_key(|feed| feed.next);
            let Some(feed) = first else { break };
            bytes += feed.give(each)?;
            count += 1;
            feed.go_on()?;
        }
        Ok(())
    }

    fn load_kind_after(
        &mut self,
        organisation: OrganisationKey,
        kind: Kind,
        ver: u64,
        (rows_max, bytes_max): (usize, usize),
        each: &mut dyn FnMut(FedRecord<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let limit = i64::try_from(rows_max).map_err(|_| StorageError::Inconsistent)?;
        let mut statement = self.connection.prepare_cached(&sql(kind).after).map_err(failure)?;
        let mut feed = Feed::start(kind, &mut statement, organisation, signed(ver)?, limit)?;
        let mut bytes = 0;
        while feed.next.is_some() && bytes < bytes_max {
            bytes += feed.give(each)?;
            feed.go_on()?;
        }
        Ok(())
    }
}

/// One kind's records in version order, read as they are wanted.
struct Feed<'s> {
    kind: Kind,
    rows: Rows<'s>,
    /// The version of the record that comes next; `None` at the end.
    next: Option<u64>,
}

impl<'s> Feed<'s> {
    fn start(
        kind: Kind,
        statement: &'s mut Statement<'_>,
        organisation: OrganisationKey,
        ver: i64,
        limit: i64,
    ) -> Result<Self, StorageError> {
        let rows = statement.query((organisation.0, ver, limit)).map_err(failure)?;
        let mut feed = Self { kind, rows, next: None };
        feed.go_on()?;
        Ok(feed)
    }

    fn go_on(&mut self) -> Result<(), StorageError> {
        self.rows.advance().map_err(failure)?;
        self.next = self.rows.get().map(|row| ver_from(row, 0)).transpose()?;
        Ok(())
    }

    /// Gives the record that comes next; answers about how many bytes it is.
    fn give(&self, each: &mut dyn FnMut(FedRecord<'_>) -> Result<(), StorageError>) -> Result<usize, StorageError> {
        let (Some(row), Some(ver)) = (self.rows.get(), self.next) else { return Ok(0) };
        let (kind, id) = (self.kind, id_from(row, 2)?);
        let mut bytes = 60;
        if row.get(1).map_err(failure)? {
            each(FedRecord { kind, id, ver, values: None })?;
            return Ok(bytes);
        }
        let mut values = Vec::with_capacity(kind.fields().len());
        for place in 0..kind.fields().len() {
            let value = from_column(row.get_ref(3 + place).map_err(failure)?)?;
            bytes += 5 + if let ValueRef::Text(text) = value { text.len() } else { 8 };
            values.push(value);
        }
        each(FedRecord { kind, id, ver, values: Some(&values) })?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_numbered_in_the_order_of_the_list() {
        for (i, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, i + 1);
        }
    }
}
