//! What the service last said of records with edits here, and those edits themselves.
//!
//! A shadow exists exactly while its record has an edit in the outbox or an open refusal, but not for a record whose only
//! edit is its creation: such a row says so itself (`rows::FRESH`).

use crate::StoreError;
use crate::rebase::Values;
use crate::{creation, rows};
use mingce_model::{Edit, Kind, RecordId, Verb};
use rusqlite::{Connection, Row};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shadow {
    pub ver: u64,
    /// Edits of the record in the outbox.
    pub pending: i64,
    /// Open refusals of the record.
    pub refused: i64,
    /// `None`: the service has no such record.
    pub stored: Option<Values>,
}

impl Shadow {
    pub(crate) fn is_needed(&self) -> bool {
        self.pending > 0 || self.refused > 0
    }
}

pub(crate) fn exist(conn: &Connection) -> Result<bool, StoreError> {
    Ok(conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM shadow)")?.query_row([], |row| row.get(0))?)
}

/// Stands in the place of what the service has: it is the row as it was before the record's one edit, which waits.
/// So written for changes of a great many records; it is spelled out when the shadow is next written.
pub(crate) const AS_BEFORE: &str = "";

/// The row without the edits that wait.
fn as_before(conn: &Connection, kind: Kind, id: RecordId) -> Result<Values, StoreError> {
    let mut values = rows::find(conn, kind, id)?.ok_or(StoreError::Damaged)?.record.values;
    for edit in pending_edits(conn, kind, id)?.into_iter().rev() {
        for change in edit.changes {
            values[change.field.index()] = change.base;
        }
    }
    Ok(values)
}

/// The shadow in the table.
pub(crate) fn find(conn: &Connection, kind: Kind, id: RecordId) -> Result<Option<Shadow>, StoreError> {
    let sql = "SELECT ver, pending, refused, stored FROM shadow WHERE id = ?1 AND kind = ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query((id.as_bytes(), kind as u8))?;
    let Some(row) = found.next()? else { return Ok(None) };
    let stored = match row.get_ref(3)?.as_str_or_null().map_err(|_| StoreError::Damaged)? {
        Some(AS_BEFORE) => Some(as_before(conn, kind, id)?),
        Some(text) => Some(rows::values_from_json(kind, text)?),
        None => None,
    };
    let ver = u64::try_from(row.get::<_, i64>(0)?).map_err(|_| StoreError::Damaged)?;
    Ok(Some(Shadow { ver, pending: row.get(1)?, refused: row.get(2)?, stored }))
}

/// Writes the shadow, or removes it when nothing needs it any more.
pub(crate) fn put(conn: &Connection, kind: Kind, id: RecordId, shadow: &Shadow) -> Result<(), StoreError> {
    if !shadow.is_needed() {
        return remove(conn, kind, id);
    }
    let stored = shadow.stored.as_ref().map(|values| rows::values_to_json(values)).transpose()?;
    let sql = "INSERT INTO shadow (id, kind, ver, pending, refused, stored) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (id, kind) DO UPDATE SET ver = ?3, pending = ?4, refused = ?5, stored = ?6";
    let ver = shadow.ver as i64;
    conn.prepare_cached(sql)?.execute((id.as_bytes(), kind as u8, ver, shadow.pending, shadow.refused, stored))?;
    Ok(())
}

pub(crate) fn remove(conn: &Connection, kind: Kind, id: RecordId) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM shadow WHERE id = ?1 AND kind = ?2")?.execute((id.as_bytes(), kind as u8))?;
    Ok(())
}

/// Columns of an edit as sent: of the history row, unless the outbox or refusal says otherwise.
/// `h` is the history, `o` the outbox or attention table.
pub(crate) const EDIT_COLUMNS: &str = "h.kind, h.id, coalesce(o.verb, h.verb), coalesce(o.changes, h.changes), h.seq";

/// Reads `EDIT_COLUMNS` starting at a column.
pub(crate) fn read_edit(conn: &Connection, row: &Row<'_>, first: usize) -> Result<Edit, StoreError> {
    let kind = Kind::from_number(row.get(first)?).ok_or(StoreError::Damaged)?;
    let id = rows::read_id(row.get_ref(first + 1)?)?;
    let verb = read_verb(row.get(first + 2)?)?;
    let text = row.get_ref(first + 3)?.as_str().map_err(|_| StoreError::Damaged)?;
    Ok(Edit { kind, id, verb, changes: creation::changes(conn, (kind, id), verb, row.get(first + 4)?, text)? })
}

pub(crate) fn read_verb(number: u8) -> Result<Verb, StoreError> {
    [Verb::Create, Verb::Edit, Verb::Remove].into_iter().find(|verb| *verb as u8 == number).ok_or(StoreError::Damaged)
}

/// The record's edits that wait in the outbox, oldest first.
pub(crate) fn pending_edits(conn: &Connection, kind: Kind, id: RecordId) -> Result<Vec<Edit>, StoreError> {
    edits(conn, kind, id, "JOIN outbox o ON o.seq = h.seq", "")
}

/// The same with their places.
pub(crate) fn waiting_edits(conn: &Connection, kind: Kind, id: RecordId) -> Result<Vec<(i64, Edit)>, StoreError> {
    let sql = format!(
        "SELECT o.seq, {EDIT_COLUMNS} FROM history h JOIN outbox o ON o.seq = h.seq
        WHERE h.id = ?1 AND h.kind = ?2 ORDER BY h.seq"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query((id.as_bytes(), kind as u8))?;
    let mut edits = Vec::new();
    while let Some(row) = found.next()? {
        edits.push((row.get(0)?, read_edit(conn, row, 1)?));
    }
    Ok(edits)
}

/// The record's refused edits that still wait for a person, oldest first.
pub(crate) fn refused_edits(conn: &Connection, kind: Kind, id: RecordId) -> Result<Vec<Edit>, StoreError> {
    edits(conn, kind, id, "JOIN attention o ON o.seq = h.seq", "AND o.state = 'open'")
}

/// Everything that stands on top of the shadow: refused edits, then those that wait.
pub(crate) fn mine(conn: &Connection, kind: Kind, id: RecordId, shadow: &Shadow) -> Result<Vec<Edit>, StoreError> {
    let mut mine = if shadow.refused > 0 { refused_edits(conn, kind, id)? } else { Vec::new() };
    if shadow.pending > 0 {
        mine.extend(pending_edits(conn, kind, id)?);
    }
    Ok(mine)
}

fn edits(conn: &Connection, kind: Kind, id: RecordId, join: &str, also: &str) -> Result<Vec<Edit>, StoreError> {
    let sql =
        format!("SELECT {EDIT_COLUMNS} FROM history h {join} WHERE h.id = ?1 AND h.kind = ?2 {also} ORDER BY h.seq");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query((id.as_bytes(), kind as u8))?;
    let mut edits = Vec::new();
    while let Some(row) = found.next()? {
        edits.push(read_edit(conn, row, 0)?);
    }
    Ok(edits)
}

/// The youngest waiting edit of the record with its place, unless it may have been sent already (`frontier`): such an
/// edit is never touched again.
pub(crate) fn last_unsent(
    conn: &Connection,
    kind: Kind,
    id: RecordId,
    frontier: i64,
) -> Result<Option<(i64, Edit)>, StoreError> {
    let sql = format!(
        "SELECT o.seq, {EDIT_COLUMNS} FROM history h JOIN outbox o ON o.seq = h.seq
        WHERE h.id = ?1 AND h.kind = ?2 ORDER BY h.seq DESC LIMIT 1"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query((id.as_bytes(), kind as u8))?;
    match found.next()? {
        Some(row) if row.get::<_, i64>(0)? > frontier => Ok(Some((row.get(0)?, read_edit(conn, row, 1)?))),
        _ => Ok(None),
    }
}

/// The record's youngest refused edit that still waits for a person, with its number.
pub(crate) fn last_refused(conn: &Connection, kind: Kind, id: RecordId) -> Result<Option<(i64, Edit)>, StoreError> {
    let sql = format!(
        "SELECT o.number, {EDIT_COLUMNS} FROM history h JOIN attention o ON o.seq = h.seq
        WHERE h.id = ?1 AND h.kind = ?2 AND o.state = 'open' ORDER BY h.seq DESC LIMIT 1"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query((id.as_bytes(), kind as u8))?;
    found.next()?.map(|row| Ok((row.get(0)?, read_edit(conn, row, 1)?))).transpose()
}
