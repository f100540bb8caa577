//! One value into one field of a great many members: statements over all of them, where each on its own would be read,
//! compared and written by itself. History, outbox and undo are as of any other operation.

use crate::find::View;
use crate::journal::{Journal, Queue};
use crate::operation::{Base, Operation, Progress, Touched};
use crate::write::finish_local;
use crate::{Store, StoreError, rows, search_text, shadow};
use mingce_model::{Change, Edit, Field, Form, Kind, Owner, RecordId, Value, Verb};
use rusqlite::{Connection, params};
use std::ops::Range;

/// Members of one round; more gain nothing.
const CHUNK: usize = 2_000;

impl Store {
    /// Whether `set_all` takes the field: one that nobody is found by and that refers to nothing.
    pub fn can_set_all(field: Field) -> bool {
        field.kind() == Kind::Member
            && field.owner() == Owner::Administrator
            && !search_text::is_searched(field)
            && !matches!(field.form(), Form::Ref(_))
    }

    /// Sets the field of the members in these places of the view, as one operation. Those who have the value already
    /// are left alone; what they had counts as base, whatever the view showed. A `Break` takes all of it back.
    ///
    /// # Errors
    /// `ServiceField` for a field that `can_set_all` does not name.
    pub fn set_all(
        &self,
        operation: &Operation,
        view: &View,
        places: &[Range<usize>],
        (field, value): (Field, &Value),
        progress: Progress<'_>,
    ) -> Result<Touched, StoreError> {
        if !Self::can_set_all(field) {
            return Err(StoreError::ServiceField { field });
        }
        let (mut touched, version) = self.transact(|conn| {
            let mut journal = Journal::begin(conn, &operation.heading())?;
            let mut done = 0;
            for places in places {
                let rows = view.rows.get(places.start.min(view.len())..places.end.min(view.len())).unwrap_or(&[]);
                for rows in rows.chunks(CHUNK) {
                    set_chunk(&mut journal, rows, field, value)?;
                    done += rows.len() as u64;
                    if progress(done).is_break() {
                        return Err(StoreError::Cancelled);
                    }
                }
            }
            finish_local(conn, journal)
        })?;
        touched.version = version;
        Ok(touched)
    }
}

fn set_chunk(journal: &mut Journal<'_>, rows: &[u32], field: Field, value: &Value) -> Result<(), StoreError> {
    let conn = journal.conn;
    let others = others(conn, &list(rows), field, value)?;
    let column = field.name();
    // Nothing waits for these: what the service has of them is what they are before this edit.
    let sql = format!(
        "SELECT m.row, m.id FROM member m WHERE m.row IN (SELECT value FROM json_each(?1))
        AND m.\"{column}\" IS NOT ?2 AND m.ver <> ?3
        AND NOT EXISTS (SELECT 1 FROM shadow s WHERE s.id = m.id AND s.kind = {})",
        Kind::Member as u8
    );
    let value = rows::Bound(field, value);
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query(params![list(rows), value, rows::FRESH])?;
    let mut plain = Vec::with_capacity(rows.len());
    let mut listed = Vec::new();
    while let Some(row) = found.next()? {
        plain.push(row.get::<_, i64>(0)?);
        if listed.len() < Touched::LISTED {
            listed.push(rows::read_id(row.get_ref(1)?)?);
        }
    }
    if !plain.is_empty() {
        write_history(journal, &list(&plain), plain.len(), field, &value)?;
        let sql = format!(
            "INSERT OR FAIL INTO shadow (id, kind, ver, pending, refused, stored)
            SELECT id, {}, ver, 1, 0, '{}' FROM member WHERE row IN (SELECT value FROM json_each(?1))",
            Kind::Member as u8,
            shadow::AS_BEFORE
        );
        conn.prepare_cached(&sql)?.execute([list(&plain)])?;
        journal.has_shadows = true;
        let sql = format!("UPDATE OR FAIL member SET \"{column}\" = ?2 WHERE row IN (SELECT value FROM json_each(?1))");
        conn.prepare_cached(&sql)?.execute(params![list(&plain), value])?;
        journal.note_many_changed(&listed, plain.len());
    }
    for id in others {
        let changes = vec![Change { field, base: Value::Null, new: value.1.clone() }];
        let edit = Edit { kind: Kind::Member, id, verb: Verb::Edit, changes };
        journal.local(&edit, Base::TakeCurrent, Queue::Append, None)?;
    }
    Ok(())
}

/// Those who have another value and an edit that waits or was refused: they are written one by one.
fn others(conn: &Connection, rows: &str, field: Field, value: &Value) -> Result<Vec<RecordId>, StoreError> {
    let sql = format!(
        "SELECT m.id FROM member m WHERE m.row IN (SELECT value FROM json_each(?1)) AND m.\"{}\" IS NOT ?2
        AND (m.ver = ?3 OR EXISTS (SELECT 1 FROM shadow s WHERE s.id = m.id AND s.kind = {}))",
        field.name(),
        Kind::Member as u8
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query(params![rows, rows::Bound(field, value), rows::FRESH])?;
    let mut ids = Vec::new();
    while let Some(row) = found.next()? {
        ids.push(rows::read_id(row.get_ref(0)?)?);
    }
    Ok(ids)
}

/// The edits as `rows::changes_to_json` would write them, and each in the outbox.
fn write_history(
    journal: &mut Journal<'_>,
    rows: &str,
    count: usize,
    field: Field,
    value: &rows::Bound<'_>,
) -> Result<(), StoreError> {
    let conn = journal.conn;
    let sql = format!(
        "INSERT OR FAIL INTO history (operation, kind, id, verb, changes)
        SELECT ?2, {}, id, {}, json_array(json_array({}, \"{}\", ?3))
        FROM member WHERE row IN (SELECT value FROM json_each(?1))",
        Kind::Member as u8,
        Verb::Edit as u8,
        field.number(),
        field.name()
    );
    conn.prepare_cached(&sql)?.execute(params![rows, journal.operation, value])?;
    let last = conn.last_insert_rowid();
    let first = last + 1 - count as i64;
    journal.note_logged(first, last);
    let sql = "INSERT OR FAIL INTO outbox (seq) SELECT seq FROM history WHERE seq BETWEEN ?1 AND ?2";
    conn.prepare_cached(sql)?.execute([first, last])?;
    Ok(())
}

fn list<T: ToString>(rows: &[T]) -> String {
    format!("[{}]", rows.iter().map(T::to_string).collect::<Vec<_>>().join(","))
}
