//! Plain reading of records, for use cases that need more than the grid.

use crate::page::mark_of;
use crate::rows::{self, Bound};
use crate::{Mark, Store, StoreError};
use mingce_model::{Field, Kind, Record, RecordId, Value};
use std::ops::ControlFlow;

impl Store {
    /// The record as it is here, with the edits that wait.
    pub fn get(&self, kind: Kind, id: RecordId) -> Result<Option<Record>, StoreError> {
        self.readers.read(|conn| Ok(rows::find(conn, kind, id)?.map(|stored| stored.record)))
    }

    /// The records whose field holds the value, in the order they were added; at most `limit`.
    ///
    /// Fast for references, card numbers and the records of conflicts, which are indexed.
    pub fn find_by(&self, field: Field, value: &Value, limit: usize) -> Result<Vec<Record>, StoreError> {
        let kind = field.kind();
        self.readers.read(|conn| {
            let (columns, table, column) = (rows::columns(kind), kind.name(), field.name());
            let sql = format!("SELECT {columns} FROM \"{table}\" WHERE \"{column}\" = ?1 ORDER BY row LIMIT ?2");
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = statement.query((Bound(field, value), i64::try_from(limit).unwrap_or(i64::MAX)))?;
            let mut records = Vec::new();
            while let Some(row) = found.next()? {
                records.push(rows::read(kind, row)?.record);
            }
            Ok(records)
        })
    }

    /// The records whose text field begins with the prefix; at most `limit`. Fast for the fields that `find_by` is.
    pub fn find_by_prefix(&self, field: Field, prefix: &str, limit: usize) -> Result<Vec<Record>, StoreError> {
        let kind = field.kind();
        self.readers.read(|conn| {
            let (columns, table, column) = (rows::columns(kind), kind.name(), field.name());
            // Behind everything that begins with the prefix: no text has a character above U+10FFFF.
            let end = format!("{prefix}\u{10FFFF}");
            let sql = format!(
                "SELECT {columns} FROM \"{table}\" WHERE \"{column}\" >= ?1 AND \"{column}\" < ?2 ORDER BY row LIMIT ?3"
            );
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = statement.query((prefix, end, i64::try_from(limit).unwrap_or(i64::MAX)))?;
            let mut records = Vec::new();
            while let Some(row) = found.next()? {
                records.push(rows::read(kind, row)?.record);
            }
            Ok(records)
        })
    }

    /// Hands every record of the kind to `each`, in the order they were added, all as of one moment.
    ///
    /// Writing goes on meanwhile. `Break` ends it early.
    pub fn scan(&self, kind: Kind, each: &mut dyn FnMut(Record) -> ControlFlow<()>) -> Result<(), StoreError> {
        self.readers.read(|conn| {
            let (columns, table) = (rows::columns(kind), kind.name());
            let mut statement = conn.prepare_cached(&format!("SELECT {columns} FROM \"{table}\" ORDER BY row"))?;
            let mut found = statement.query([])?;
            while let Some(row) = found.next()? {
                if each(rows::read(kind, row)?.record).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// What the record's edits wait for.
    pub fn mark(&self, kind: Kind, id: RecordId) -> Result<Option<Mark>, StoreError> {
        self.readers.read(|conn| mark_of(conn, kind, id))
    }

    /// Live records of the kind.
    pub fn count(&self, kind: Kind) -> Result<u64, StoreError> {
        self.readers.read(|conn| {
            let sql = format!("SELECT count(*) FROM \"{}\"", kind.name());
            let count: i64 = conn.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }
}
