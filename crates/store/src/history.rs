//! Reading what happened: to a record, and in which operations.

use crate::operation::{Label, Origin};
use crate::shadow::read_verb;
use crate::{Store, StoreError, rows};
use mingce_model::id::BatchId;
use mingce_model::{Edit, Kind, RecordId};
use rusqlite::Row;
use rusqlite::types::ValueRef;

/// One change of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    pub edit: Edit,
    /// Of the operation it was part of; `None` for what came from the service.
    pub batch: Option<BatchId>,
    pub label: Label,
    pub origin: Origin,
    /// Name of the person; empty for what came from the service.
    pub actor: String,
    /// By this computer's clock, milliseconds since 1970, UTC.
    pub at_ms: i64,
}

/// One operation of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationRow {
    /// `None` for what came from the service.
    pub batch: Option<BatchId>,
    pub label: Label,
    pub origin: Origin,
    /// Name of the person; empty for changes that came from the service.
    pub actor: String,
    /// By this computer's clock, milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// Records it changed.
    pub changed: u64,
    /// `undo_batch` would take it back.
    pub can_undo: bool,
}

const COLUMNS: &str = "p.batch, p.label, p.origin, p.actor, p.at_ms, p.changed, p.can_undo";

fn read_operation(row: &Row<'_>) -> Result<OperationRow, StoreError> {
    let word = |column| row.get_ref(column)?.as_str().map_err(|_| StoreError::Damaged);
    Ok(OperationRow {
        batch: match row.get_ref(0)? {
            ValueRef::Null => None,
            bytes => Some(rows::read_id(bytes)?.into()),
        },
        label: Label::from_word(word(1)?).ok_or(StoreError::Damaged)?,
        origin: Origin::from_word(word(2)?).ok_or(StoreError::Damaged)?,
        actor: row.get(3)?,
        at_ms: row.get(4)?,
        changed: row.get::<_, i64>(5)?.unsigned_abs(),
        can_undo: row.get(6)?,
    })
}

impl Store {
    /// What happened to the record on this computer, newest first. Others' changes are in it from the moment the record
    /// was here.
    pub fn history(&self, kind: Kind, id: RecordId, limit: usize) -> Result<Vec<HistoryEntry>, StoreError> {
        self.readers.read(|conn| {
            let sql = format!(
                "SELECT {COLUMNS}, h.verb, h.changes FROM history h JOIN operation p ON p.number = h.operation
                WHERE h.id = ?1 AND h.kind = ?2 ORDER BY h.seq DESC LIMIT ?3"
            );
            let mut statement = conn.prepare_cached(&sql)?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let mut found = statement.query((id.as_bytes(), kind as u8, limit))?;
            let mut entries = Vec::new();
            while let Some(row) = found.next()? {
                let text = row.get_ref(8)?.as_str().map_err(|_| StoreError::Damaged)?;
                let verb = read_verb(row.get(7)?)?;
                let edit = Edit { kind, id, verb, changes: rows::changes_from_json(kind, verb, text)? };
                let OperationRow { batch, label, origin, actor, at_ms, .. } = read_operation(row)?;
                entries.push(HistoryEntry { edit, batch, label, origin, actor, at_ms });
            }
            Ok(entries)
        })
    }

    /// The newest operations.
    pub fn operations(&self, limit: usize) -> Result<Vec<OperationRow>, StoreError> {
        self.readers.read(|conn| {
            let sql = format!("SELECT {COLUMNS} FROM operation p ORDER BY p.number DESC LIMIT ?1");
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = statement.query([i64::try_from(limit).unwrap_or(i64::MAX)])?;
            let mut operations = Vec::new();
            while let Some(row) = found.next()? {
                operations.push(read_operation(row)?);
            }
            Ok(operations)
        })
    }
}
