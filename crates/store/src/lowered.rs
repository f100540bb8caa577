//! Whether taking something back makes a field of the organisation's own, whose values are masked, one whose values are not.

use crate::creation::changes_but_of_creations;
use crate::shadow::read_verb;
use crate::undo::{done_by_batch, done_by_redo, done_by_undo};
use crate::{Store, StoreError, rows};
use mingce_model::custom::CustomField;
use mingce_model::id::BatchId;
use mingce_model::{Field, Kind, Record, RecordId, Verb};
use rusqlite::Connection;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What would be taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TakenBack {
    /// What `undo` would take back.
    Newest,
    /// What `redo` would do again.
    Redone,
    /// What `undo_batch` would.
    Batch(BatchId),
}

impl Store {
    /// Whether it would unmask values. Nothing is written.
    pub fn would_unmask(&self, what: TakenBack) -> Result<bool, StoreError> {
        self.readers.read(|conn| {
            let source = match what {
                TakenBack::Newest => done_by_undo(conn)?,
                TakenBack::Redone => done_by_redo(conn)?,
                TakenBack::Batch(batch) => done_by_batch(conn, batch)?,
            };
            source.map_or(Ok(false), |source| unmasks(conn, source))
        })
    }
}

/// Whether values of the field of this definition are masked.
fn is_masked(definition: &Record) -> bool {
    CustomField::from_record(definition).is_some_and(|field| field.is_masked())
}

fn unmasks(conn: &Connection, operation: i64) -> Result<bool, StoreError> {
    let sql = "SELECT h.id, h.verb, h.changes FROM history h JOIN operation p ON p.number = ?1
        WHERE h.seq BETWEEN p.first_seq AND p.last_seq AND h.operation = ?1 AND h.kind = ?2 ORDER BY h.seq DESC";
    let kind = Kind::CustomField;
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query((operation, kind as u8))?;
    // Each as it is, and as it would be by then.
    let mut fields: HashMap<RecordId, (Record, Record)> = HashMap::new();
    while let Some(row) = found.next()? {
        let verb = read_verb(row.get(1)?)?;
        if verb != Verb::Edit {
            continue;
        }
        let id = rows::read_id(row.get_ref(0)?)?;
        let text = row.get_ref(2)?.as_str().map_err(|_| StoreError::Damaged)?;
        let changes = changes_but_of_creations(kind, verb, text)?;
        let Some(change) = changes.iter().find(|change| change.field == Field::CustomFieldDataClass) else { continue };
        let then = match fields.entry(id) {
            Entry::Occupied(known) => &mut known.into_mut().1,
            Entry::Vacant(place) => match rows::find(conn, kind, id)? {
                Some(stored) => &mut place.insert((stored.record.clone(), stored.record)).1,
                None => continue,
            },
        };
        // What was changed since stays.
        if *then.get(change.field) == change.new {
            then.set(change.field, change.base.clone());
        }
    }
    Ok(fields.values().any(|(now, then)| is_masked(now) && !is_masked(then)))
}
