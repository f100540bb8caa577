//! Reading what happened: to a record, in one operation, and which operations there were. Always a page at a time.

use crate::creation::changes_but_of_creations;
use crate::operation::{Label, Origin};
use crate::rewind::Rewind;
use crate::shadow::read_verb;
use crate::{Store, StoreError, creation, rows};
use mingce_model::id::BatchId;
use mingce_model::{Edit, Kind, Record, RecordId};
use mingce_protocol::PulledBatch;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

/// A place in the history: the roster as it was after this entry and everything before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Moment(pub u64);

impl Moment {
    /// The place just before this entry.
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
    pub(crate) fn seq(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }
}

/// Names an operation within this database.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OperationNumber(pub u64);

/// One change of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    pub moment: Moment,
    pub edit: Edit,
    pub operation: OperationNumber,
    /// Of the operation it was part of; `None` for what came from the service.
    pub batch: Option<BatchId>,
    pub label: Label,
    pub origin: Origin,
    /// What the service said it was part of there.
    pub elsewhere: Option<PulledBatch>,
    /// Name of the person; empty when the service did not say, or for the member's own doing.
    pub actor: String,
    /// Name of the computer; `None` for this one, empty when the service did not say.
    pub device: Option<String>,
    /// By the clock of that computer, milliseconds since 1970, UTC.
    pub at_ms: i64,
}

/// One operation of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationRow {
    pub number: OperationNumber,
    /// `None` for what came from the service.
    pub batch: Option<BatchId>,
    pub label: Label,
    pub origin: Origin,
    /// Name of the person; of what came from the service those who did it, divided by `、`, or empty.
    pub actor: String,
    /// By this computer's clock, milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// Records it changed.
    pub changed: u64,
    /// `undo_batch` would take it back.
    pub can_undo: bool,
    /// It was taken back.
    pub is_undone: bool,
    /// The roster as it was after it.
    pub moment: Moment,
}

const COLUMNS: &str = "p.batch, p.label, p.origin, p.actor, p.at_ms, p.changed, p.can_undo, p.number, p.last_seq";

pub(crate) fn read_batch(value: ValueRef<'_>) -> Result<Option<BatchId>, StoreError> {
    match value {
        ValueRef::Null => Ok(None),
        bytes => Ok(Some(rows::read_id(bytes)?.into())),
    }
}

/// What the work is called whose label and origin stand in these columns: that of taking something back, not of what.
pub(crate) fn read_word(row: &Row<'_>, first: usize) -> Result<&'static str, StoreError> {
    let word = |column| row.get_ref(column)?.as_str().map_err(|_| StoreError::Damaged);
    let label = Label::from_word(word(first)?).ok_or(StoreError::Damaged)?;
    Ok(match Origin::from_word(word(first + 1)?).ok_or(StoreError::Damaged)? {
        Origin::Local | Origin::Remote => label.word(),
        other => other.word(),
    })
}

fn read_operation(row: &Row<'_>) -> Result<OperationRow, StoreError> {
    let word = |column| row.get_ref(column)?.as_str().map_err(|_| StoreError::Damaged);
    let label = Label::from_word(word(1)?).ok_or(StoreError::Damaged)?;
    let origin = Origin::from_word(word(2)?).ok_or(StoreError::Damaged)?;
    let can_undo: bool = row.get(6)?;
    Ok(OperationRow {
        number: OperationNumber(row.get::<_, i64>(7)?.unsigned_abs()),
        batch: read_batch(row.get_ref(0)?)?,
        label,
        origin,
        actor: row.get(3)?,
        at_ms: row.get(4)?,
        changed: row.get::<_, i64>(5)?.unsigned_abs(),
        can_undo,
        is_undone: !can_undo && origin == Origin::Local && !matches!(label, Label::Retry | Label::Recover),
        moment: Moment(row.get::<_, Option<i64>>(8)?.unwrap_or(0).unsigned_abs()),
    })
}

/// Columns of an entry: `h` is the history, `p` its operation, `a` the author.
const ENTRY: &str = "h.kind, h.id, h.verb, h.changes, h.seq, coalesce(a.name, p.actor), a.device, coalesce(h.at_ms, p.at_ms), b.id, b.label";
const ENTRY_FROM: &str = "FROM history h JOIN operation p ON p.number = h.operation
    LEFT JOIN author a ON a.number = h.author LEFT JOIN batch_elsewhere b ON b.number = h.batch";

fn read_entry(conn: &Connection, row: &Row<'_>) -> Result<HistoryEntry, StoreError> {
    const FIRST: usize = 9;
    let OperationRow { number, batch, label, origin, .. } = read_operation(row)?;
    let kind = Kind::from_number(row.get(FIRST)?).ok_or(StoreError::Damaged)?;
    let verb = read_verb(row.get(FIRST + 2)?)?;
    let text = row.get_ref(FIRST + 3)?.as_str().map_err(|_| StoreError::Damaged)?;
    let device: Option<String> = row.get(FIRST + 6)?;
    let id = rows::read_id(row.get_ref(FIRST + 1)?)?;
    let seq: i64 = row.get(FIRST + 4)?;
    let label_elsewhere: Option<String> = row.get(FIRST + 9)?;
    Ok(HistoryEntry {
        moment: Moment(seq.unsigned_abs()),
        edit: Edit { kind, id, verb, changes: creation::changes(conn, (kind, id), verb, seq, text)? },
        operation: number,
        batch,
        label,
        origin,
        elsewhere: read_batch(row.get_ref(FIRST + 8)?)?
            .zip(label_elsewhere)
            .map(|(id, label)| PulledBatch { id, label }),
        actor: row.get(FIRST + 5)?,
        device: if origin == Origin::Remote { Some(device.unwrap_or_default()) } else { None },
        at_ms: row.get(FIRST + 7)?,
    })
}

pub(crate) fn entries(
    conn: &Connection,
    condition: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<HistoryEntry>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS}, {ENTRY} {ENTRY_FROM} {condition}"))?;
    let mut found = statement.query(parameters)?;
    let mut entries = Vec::new();
    while let Some(row) = found.next()? {
        entries.push(read_entry(conn, row)?);
    }
    Ok(entries)
}

pub(crate) fn bound(number: Option<u64>) -> i64 {
    number.and_then(|number| i64::try_from(number).ok()).unwrap_or(i64::MAX)
}

pub(crate) fn most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl Store {
    /// What happened to the record on this computer, newest first. Others' changes are in it from the moment the record
    /// was here.
    pub fn history(&self, kind: Kind, id: RecordId, limit: usize) -> Result<Vec<HistoryEntry>, StoreError> {
        let condition = "WHERE h.id = ?1 AND h.kind = ?2 ORDER BY h.seq DESC LIMIT ?3";
        self.readers.read(|conn| entries(conn, condition, (id.as_bytes(), kind as u8, most(limit))))
    }

    /// One entry.
    pub fn history_entry(&self, moment: Moment) -> Result<Option<HistoryEntry>, StoreError> {
        self.readers.read(|conn| Ok(entries(conn, "WHERE h.seq = ?1", [moment.seq()])?.pop()))
    }

    /// The newest operations, or those that are older than one that was read.
    pub fn operations(&self, before: Option<OperationNumber>, limit: usize) -> Result<Vec<OperationRow>, StoreError> {
        self.readers.read(|conn| {
            let sql = format!("SELECT {COLUMNS} FROM operation p WHERE p.number < ?1 ORDER BY p.number DESC LIMIT ?2");
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = statement.query((bound(before.map(|number| number.0)), most(limit)))?;
            let mut operations = Vec::new();
            while let Some(row) = found.next()? {
                operations.push(read_operation(row)?);
            }
            Ok(operations)
        })
    }

    /// What an operation changed, in its order, after an entry that was read.
    pub fn operation_entries(
        &self,
        number: OperationNumber,
        after: Option<Moment>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        let condition = "WHERE p.number = ?1 AND h.seq BETWEEN max(p.first_seq, ?2 + 1) AND p.last_seq
            ORDER BY h.seq LIMIT ?3";
        let after = after.map_or(0, Moment::seq);
        let number = i64::try_from(number.0).unwrap_or(i64::MAX);
        self.readers.read(|conn| entries(conn, condition, (number, after, most(limit))))
    }

    /// What a batch changed that somebody made on another computer, as far as it came here, in the order in which it came,
    /// after an entry that was read.
    pub fn entries_elsewhere(
        &self,
        batch: BatchId,
        after: Option<Moment>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        let condition = "WHERE h.batch = (SELECT number FROM batch_elsewhere WHERE id = ?1) AND h.seq > ?2
            ORDER BY h.seq LIMIT ?3";
        let after = after.map_or(0, Moment::seq);
        self.readers.read(|conn| entries(conn, condition, (batch.0.as_bytes(), after, most(limit))))
    }

    /// Records that it changed here.
    pub fn count_elsewhere(&self, batch: BatchId) -> Result<u64, StoreError> {
        let sql = "SELECT count(DISTINCT id) FROM history
            WHERE batch = (SELECT number FROM batch_elsewhere WHERE id = ?1)";
        self.readers.read(|conn| {
            let count: i64 = conn.prepare_cached(sql)?.query_row([batch.0.as_bytes()], |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }

    /// The operation that was the newest at the instant, by the clocks it was written with; `None` before all of them.
    pub fn operation_at(&self, at_ms: i64) -> Result<Option<OperationNumber>, StoreError> {
        let sql = "SELECT number FROM operation WHERE at_ms <= ?1 ORDER BY at_ms DESC, number DESC LIMIT 1";
        self.readers.read(|conn| {
            let number: Option<i64> = conn.prepare_cached(sql)?.query_row([at_ms], |row| row.get(0)).optional()?;
            Ok(number.map(|number| OperationNumber(number.unsigned_abs())))
        })
    }

    /// The record as it was at the moment.
    pub fn record_at(&self, kind: Kind, id: RecordId, moment: Moment) -> Result<Option<Record>, StoreError> {
        self.readers.read(|conn| record_at(conn, kind, id, moment))
    }
}

/// Rows of the history that changed no record here: edits written down only to be sent again. A removal among them
/// happened all the same.
pub(crate) const IS_RESENT: &str = "(p.label = 'retry' OR p.label = 'recover' AND h.verb <> 2)";

pub(crate) fn record_at(
    conn: &Connection,
    kind: Kind,
    id: RecordId,
    moment: Moment,
) -> Result<Option<Record>, StoreError> {
    let sql = format!(
        "SELECT h.verb, h.changes FROM history h JOIN operation p ON p.number = h.operation
        WHERE h.id = ?1 AND h.kind = ?2 AND h.seq > ?3 AND NOT {IS_RESENT} ORDER BY h.seq"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query((id.as_bytes(), kind as u8, moment.seq()))?;
    let mut rewind = Rewind::default();
    while let Some(row) = found.next()? {
        let verb = read_verb(row.get(0)?)?;
        let text = row.get_ref(1)?.as_str().map_err(|_| StoreError::Damaged)?;
        rewind.tell(&Edit { kind, id, verb, changes: changes_but_of_creations(kind, verb, text)? }, |_| true);
    }
    let current = rows::find(conn, kind, id)?.map(|stored| stored.record.values);
    let values = rewind.values(current, kind.fields().len());
    Ok(values.map(|values| Record { kind, id, ver: 0, values }))
}
