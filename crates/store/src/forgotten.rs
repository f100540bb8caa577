//! What a service has forgotten because an older state of it was put back: edits that it had answered go out once more.
//!
//! Told by values alone. A field whose value at the service is one that it had here before has gone back; whatever else
//! differs was changed there since.

use crate::journal::Journal;
use crate::rebase::{self, Values};
use crate::rows::Stored;
use crate::shadow::{self, Shadow};
use crate::{StoreError, creation, rows};
use mingce_model::{Change, Edit, Field, Kind, Owner, RecordId, Verb};
use rusqlite::Connection;

/// How many changes of a record are looked through.
const CHANGES_MAX: i64 = 200;

/// Changes that lead from what the service says now to what it said before, for the fields that went back.
pub(crate) fn find(
    conn: &Connection,
    kind: Kind,
    id: RecordId,
    before: &Values,
    now: &Values,
) -> Result<Vec<Change>, StoreError> {
    let differs =
        |field: &Field| field.owner() == Owner::Administrator && before.get(field.index()) != now.get(field.index());
    let mut open: Vec<Field> = kind.fields().iter().copied().filter(differs).collect();
    let mut forgotten = Vec::new();
    if open.is_empty() {
        return Ok(forgotten);
    }
    let sql = "SELECT verb, changes, seq FROM history WHERE id = ?1 AND kind = ?2 ORDER BY seq DESC LIMIT ?3";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query((id.as_bytes(), kind as u8, CHANGES_MAX))?;
    while let Some(row) = found.next()? {
        let verb = shadow::read_verb(row.get(0)?)?;
        if verb == Verb::Remove {
            break;
        }
        let text = row.get_ref(1)?.as_str().map_err(|_| StoreError::Damaged)?;
        for change in creation::changes(conn, (kind, id), verb, row.get(2)?, text)? {
            let at = change.field.index();
            if open.contains(&change.field) && change.base == now[at] {
                open.retain(|field| *field != change.field);
                forgotten.push(Change { field: change.field, base: now[at].clone(), new: before[at].clone() });
            }
        }
    }
    forgotten.sort_by_key(|change| change.field);
    Ok(forgotten)
}

/// Takes what waits or was refused of a record that exists nowhere any more out of outbox and attention.
pub(crate) fn withdraw(conn: &Connection, kind: Kind, id: RecordId) -> Result<(), StoreError> {
    let sql = "DELETE FROM outbox WHERE seq IN (SELECT seq FROM history WHERE id = ?1 AND kind = ?2)";
    conn.prepare_cached(sql)?.execute((id.as_bytes(), kind as u8))?;
    let sql = "UPDATE attention SET state = 'dropped' WHERE state = 'open'
        AND seq IN (SELECT seq FROM history WHERE id = ?1 AND kind = ?2)";
    conn.prepare_cached(sql)?.execute((id.as_bytes(), kind as u8))?;
    shadow::remove(conn, kind, id)
}

impl Journal<'_> {
    /// Queues the changes as one edit behind what waits of the record; `own` says what the service has now. Answers
    /// whether somebody else changed the record.
    pub(crate) fn send_forgotten(
        &mut self,
        (kind, id): (Kind, RecordId),
        changes: Vec<Change>,
        own: &mut Shadow,
        current: Option<&Stored>,
    ) -> Result<bool, StoreError> {
        let edit = Edit { kind, id, verb: Verb::Edit, changes };
        // The roster here does not change by it, so that the history names nothing.
        let seq = self.log(&Edit { changes: Vec::new(), ..edit.clone() })?;
        let sql = "INSERT INTO outbox (seq, verb, changes) VALUES (?1, ?2, ?3)";
        let parameters = (seq, Verb::Edit as u8, rows::changes_to_json(&edit)?);
        self.conn.prepare_cached(sql)?.execute(parameters)?;
        own.pending += 1;
        let mine = shadow::mine(self.conn, kind, id, own)?;
        let local = current.map(|stored| &stored.record.values);
        let after = rebase::rebase(own.stored.as_ref(), local, &mine);
        let is_news = after.as_ref() != local;
        self.log_remote((kind, id), current, after.as_ref(), own.stored.as_ref())?;
        self.set_row(kind, id, current, after.as_ref(), own.ver)?;
        self.put_shadow(kind, id, own)?;
        Ok(is_news)
    }
}
