//! Edits that the service would not take: they stay here with its reason until a person mends, repeats or drops them.

use crate::journal::{Journal, Queue};
use crate::operation::{Base, Label, Operation, Progress, Touched};
use crate::rebase;
use crate::shadow::{self, EDIT_COLUMNS, Shadow, read_edit};
use crate::write::{finish_local, unit};
use crate::{Store, StoreError, rows, scope};
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_protocol::Exception;
use rusqlite::Connection;
use std::ops::ControlFlow;

/// Progress is told every so many edits.
const TOLD_EVERY: u64 = 500;

/// An edit that the service would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Names it for `drop_refusals` and `retry_refusals`.
    pub number: u64,
    pub edit: Edit,
    /// The service's answer: why, and for `duplicate` which other record.
    pub answer: Exception,
    /// When the answer came, by this computer's clock.
    pub at_ms: i64,
}

/// Which of the refused edits are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusals {
    One(u64),
    /// Edits like that one, which the service would not take for the same reason.
    Alike(u64),
    /// Every one up to this.
    Until(u64),
}

/// Which side of a conflict shall hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Mine,
    Theirs,
}

impl Store {
    /// Refused edits that wait for a person, oldest first.
    pub fn refusals(&self, limit: usize) -> Result<Vec<Refusal>, StoreError> {
        self.refusals_from(0, limit)
    }

    /// Those from this place of the list on.
    pub fn refusals_from(&self, start: usize, limit: usize) -> Result<Vec<Refusal>, StoreError> {
        self.readers.read(|conn| {
            let sql = format!(
                "SELECT o.number, o.answer, o.at_ms, {EDIT_COLUMNS} FROM attention o JOIN history h ON h.seq = o.seq
                WHERE o.state = 'open' ORDER BY o.number LIMIT ?1 OFFSET ?2"
            );
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = statement.query(limits(limit, start))?;
            let mut refusals = Vec::new();
            while let Some(row) = found.next()? {
                let text = row.get_ref(1)?.as_str().map_err(|_| StoreError::Damaged)?;
                refusals.push(Refusal {
                    number: row.get::<_, i64>(0)?.unsigned_abs(),
                    edit: read_edit(conn, row, 3)?,
                    answer: serde_json::from_str(text).map_err(|_| StoreError::Damaged)?,
                    at_ms: row.get(2)?,
                });
            }
            Ok(refusals)
        })
    }

    /// `drop_refusals` of one.
    pub fn drop_refusal(&self, number: u64, by: &Operation) -> Result<Touched, StoreError> {
        self.drop_refusals(Refusals::One(number), by, &mut |_| ControlFlow::Continue(()))
    }

    /// Gives refused edits up as one operation: the records become what the service has, with the edits that still wait
    /// on top. A `Break` leaves all of them as they were.
    pub fn drop_refusals(
        &self,
        which: Refusals,
        by: &Operation,
        progress: Progress<'_>,
    ) -> Result<Touched, StoreError> {
        self.settle_refusals(which, by, Label::Drop, progress, |journal, number, open| {
            let Open { kind, id, mut shadow } = open;
            set_state(journal.conn, number, "dropped")?;
            shadow.refused -= 1;
            let current = rows::find(journal.conn, kind, id)?;
            let local = current.as_ref().map(|stored| &stored.record.values);
            let mine = shadow::mine(journal.conn, kind, id, &shadow)?;
            let after = rebase::rebase(shadow.stored.as_ref(), local, &mine);
            if let Some(change) = rebase::step(kind, id, local, after.as_ref()) {
                journal.log_on(current.as_ref(), &change)?;
            }
            journal.set_row(kind, id, current.as_ref(), after.as_ref(), shadow.ver)?;
            journal.put_shadow(kind, id, &shadow)
        })
    }

    /// `retry_refusals` of one.
    pub fn retry_refusal(&self, number: u64, by: &Operation) -> Result<Touched, StoreError> {
        self.retry_refusals(Refusals::One(number), by, &mut |_| ControlFlow::Continue(()))
    }

    /// Sends what was refused once more as it is, for when its cause is gone (a right was given, a duplicate removed).
    /// A `Break` leaves all of it as it was.
    pub fn retry_refusals(
        &self,
        which: Refusals,
        by: &Operation,
        progress: Progress<'_>,
    ) -> Result<Touched, StoreError> {
        self.settle_refusals(which, by, Label::Retry, progress, |journal, _, open| {
            let Open { kind, id, mut shadow } = open;
            let current = rows::find(journal.conn, kind, id)?;
            let local = current.as_ref().map(|stored| &stored.record.values);
            let waiting = shadow::pending_edits(journal.conn, kind, id)?;
            let expected = rebase::rebase(shadow.stored.as_ref(), local, &waiting);
            let seq = match rebase::difference(kind, id, expected.as_ref(), local) {
                Some(fresh) => journal.log(&fresh)?,
                // Nothing differs any more: the refusal is merely closed.
                None => 0,
            };
            journal.mend(seq, (kind, id), &mut shadow, (local, local), None)?;
            journal.put_shadow(kind, id, &shadow)
        })
    }

    fn settle_refusals(
        &self,
        which: Refusals,
        by: &Operation,
        label: Label,
        progress: Progress<'_>,
        settle: impl Fn(&mut Journal<'_>, u64, Open) -> Result<(), StoreError>,
    ) -> Result<Touched, StoreError> {
        let (mut touched, version) = self.transact(|conn| {
            let mut journal = Journal::begin(conn, &Operation { label, ..by.clone() }.heading())?;
            let mut settled = 0;
            for (done, number) in (1..).zip(numbers(conn, which)?) {
                // What was refused of one record is sent as one edit: the first settles the others.
                let Some(open) = find_open(conn, number)? else { continue };
                // What left the account's departments cannot be sent; it stays listed with what was typed.
                if label == Label::Retry && scope::has_left(conn, open.kind, open.id)? {
                    continue;
                }
                let (kind, id, changed) = (open.kind, open.id, journal.touched.changed);
                settle(&mut journal, number, open)?;
                settled += 1;
                if journal.touched.changed == changed {
                    // The mark has changed even where no value did.
                    journal.note_touched(kind, id);
                }
                if done % TOLD_EVERY == 0 && progress(done).is_break() {
                    return Err(StoreError::Cancelled);
                }
            }
            if settled == 0 {
                return Err(StoreError::NothingToDo);
            }
            scope::look_after_departed(conn)?;
            finish_local(conn, journal)
        })?;
        touched.version = version;
        Ok(touched)
    }

    /// Conflicts that nobody has settled, oldest first.
    pub fn conflicts(&self, limit: usize) -> Result<Vec<Record>, StoreError> {
        self.conflicts_from(0, limit)
    }

    /// Those from this place of the list on.
    pub fn conflicts_from(&self, start: usize, limit: usize) -> Result<Vec<Record>, StoreError> {
        self.readers.read(|conn| {
            let columns = rows::columns(Kind::Conflict);
            let sql =
                format!("SELECT {columns} FROM \"conflict\" WHERE settled IS NULL ORDER BY row LIMIT ?1 OFFSET ?2");
            let mut statement = conn.prepare_cached(&sql)?;
            let mut found = statement.query(limits(limit, start))?;
            let mut conflicts = Vec::new();
            while let Some(row) = found.next()? {
                conflicts.push(rows::read(Kind::Conflict, row)?.record);
            }
            Ok(conflicts)
        })
    }

    /// What the newest open conflict, and the newest refused edit, are counted by: a list that was read ends there.
    pub fn newest_attention(&self) -> Result<(u64, u64), StoreError> {
        self.readers.read(|conn| {
            let newest = |sql: &str| -> Result<u64, StoreError> {
                let found: Option<i64> = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
                Ok(found.unwrap_or(0).unsigned_abs())
            };
            let conflict = newest("SELECT max(row) FROM \"conflict\" WHERE settled IS NULL")?;
            Ok((conflict, newest("SELECT max(number) FROM attention WHERE state = 'open'")?))
        })
    }

    /// `resolve` for every open conflict up to that one. Of a record that is gone only the mark is made: there is
    /// nothing left to be mine. A `Break` leaves all of them open.
    pub fn resolve_until(
        &self,
        newest: u64,
        side: Side,
        by: &Operation,
        progress: Progress<'_>,
    ) -> Result<Touched, StoreError> {
        let (mut touched, version) = self.transact(|conn| {
            let mut journal = Journal::begin(conn, &Operation { label: Label::Resolve, ..by.clone() }.heading())?;
            let (mut after, mut done) = (0, 0);
            loop {
                let open = open_conflicts(conn, after, newest)?;
                let Some((last, _)) = open.last() else { break };
                after = *last;
                for (_, id) in &open {
                    let edits = match settling_edits(conn, *id, side) {
                        Err(StoreError::NotFound { kind, .. }) if kind != Kind::Conflict => {
                            settling_edits(conn, *id, Side::Theirs)?
                        }
                        // Of a kind or field that a later version knows: it stays open.
                        Err(StoreError::Damaged) => continue,
                        edits => edits?,
                    };
                    let together = Some(unit(journal.operation, done));
                    for edit in edits {
                        journal.local(&edit, Base::TakeCurrent, Queue::Append, together)?;
                    }
                    done += 1;
                }
                if progress(done as u64).is_break() {
                    return Err(StoreError::Cancelled);
                }
            }
            finish_local(conn, journal)
        })?;
        touched.version = version;
        Ok(touched)
    }

    /// Settles conflicts as one operation that can be undone. `Mine` is an ordinary edit on the value that is there
    /// now, sent all or none with the mark; `Theirs` is only the mark. Conflicts settled meanwhile are left alone.
    pub fn resolve(&self, conflicts: &[RecordId], side: Side, by: &Operation) -> Result<Touched, StoreError> {
        let (mut touched, version) = self.transact(|conn| {
            let mut journal = Journal::begin(conn, &Operation { label: Label::Resolve, ..by.clone() }.heading())?;
            for (place, id) in conflicts.iter().enumerate() {
                let together = Some(unit(journal.operation, place));
                for edit in settling_edits(conn, *id, side)? {
                    journal.local(&edit, Base::TakeCurrent, Queue::Append, together)?;
                }
            }
            finish_local(conn, journal)
        })?;
        touched.version = version;
        Ok(touched)
    }
}

/// An open refusal's record.
struct Open {
    kind: Kind,
    id: RecordId,
    shadow: Shadow,
}

/// Rows and ids of the next open conflicts.
fn open_conflicts(conn: &Connection, after: i64, newest: u64) -> Result<Vec<(i64, RecordId)>, StoreError> {
    let sql = "SELECT row, id FROM \"conflict\" WHERE settled IS NULL AND row > ?1 AND row <= ?2 ORDER BY row LIMIT ?3";
    let mut statement = conn.prepare_cached(sql)?;
    let newest = i64::try_from(newest).unwrap_or(i64::MAX);
    let mut found = statement.query((after, newest, TOLD_EVERY as i64))?;
    let mut open = Vec::new();
    while let Some(row) = found.next()? {
        open.push((row.get(0)?, rows::read_id(row.get_ref(1)?)?));
    }
    Ok(open)
}

/// `LIMIT` and `OFFSET`.
fn limits(limit: usize, start: usize) -> [i64; 2] {
    [limit, start].map(|number| i64::try_from(number).unwrap_or(i64::MAX))
}

/// Numbers of the open refusals that are meant, in their order.
fn numbers(conn: &Connection, which: Refusals) -> Result<Vec<u64>, StoreError> {
    let (condition, one) = match which {
        Refusals::One(number) => ("AND o.number = ?1", number),
        Refusals::Alike(number) => (
            "AND (h.kind, coalesce(o.verb, h.verb), o.answer ->> 'code', coalesce(o.answer ->> 'rule', '')) =
                (SELECT g.kind, coalesce(p.verb, g.verb), p.answer ->> 'code', coalesce(p.answer ->> 'rule', '')
                FROM attention p JOIN history g ON g.seq = p.seq WHERE p.number = ?1)",
            number,
        ),
        Refusals::Until(newest) => ("AND o.number <= ?1", newest),
    };
    let sql = format!(
        "SELECT o.number FROM attention o JOIN history h ON h.seq = o.seq WHERE o.state = 'open' {condition}
        ORDER BY o.number"
    );
    let one = i64::try_from(one).unwrap_or(i64::MAX);
    let mut statement = conn.prepare_cached(&sql)?;
    let numbers = statement.query_map([one], |row| row.get::<_, i64>(0))?;
    Ok(numbers.map(|number| number.map(i64::unsigned_abs)).collect::<Result<_, _>>()?)
}

fn find_open(conn: &Connection, number: u64) -> Result<Option<Open>, StoreError> {
    let sql = "SELECT h.kind, h.id FROM attention o JOIN history h ON h.seq = o.seq
        WHERE o.number = ?1 AND o.state = 'open'";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query([i64::try_from(number).map_err(|_| StoreError::NothingToDo)?])?;
    let Some(row) = found.next()? else { return Ok(None) };
    let kind = Kind::from_number(row.get(0)?).ok_or(StoreError::Damaged)?;
    let id = rows::read_id(row.get_ref(1)?)?;
    let shadow = shadow::find(conn, kind, id)?.ok_or(StoreError::Damaged)?;
    Ok(Some(Open { kind, id, shadow }))
}

fn set_state(conn: &Connection, number: u64, state: &str) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE attention SET state = ?2 WHERE number = ?1")?.execute((number as i64, state))?;
    Ok(())
}

/// The mark on the conflict and, for my side, the edit of the record.
fn settling_edits(conn: &Connection, id: RecordId, side: Side) -> Result<Vec<Edit>, StoreError> {
    let missing = StoreError::NotFound { kind: Kind::Conflict, id };
    let conflict = rows::find(conn, Kind::Conflict, id)?.ok_or(missing)?.record;
    if !conflict.get(Field::ConflictSettled).is_null() {
        return Ok(Vec::new());
    }
    let word = match side {
        Side::Mine => "mine",
        Side::Theirs => "theirs",
    };
    let mark = Edit::between(&conflict, &conflict.clone().with(Field::ConflictSettled, word));
    let mut edits: Vec<Edit> = mark.into_iter().collect();
    if side == Side::Mine {
        let kind = conflict.text(Field::ConflictKind).and_then(Kind::from_name).ok_or(StoreError::Damaged)?;
        let record: RecordId =
            conflict.text(Field::ConflictRecord).and_then(|id| id.parse().ok()).ok_or(StoreError::Damaged)?;
        let current = rows::find(conn, kind, record)?.map(|stored| stored.record);
        match (conflict.text(Field::ConflictField), current) {
            // Removed meanwhile, as I wanted.
            (Some("*"), None) => {}
            (Some("*"), Some(current)) => edits.push(Edit::remove(&current)),
            (_, None) => return Err(StoreError::NotFound { kind, id: record }),
            (name, Some(current)) => {
                let field = name.and_then(|name| kind.field(name)).ok_or(StoreError::Damaged)?;
                let mine: Value = match conflict.text(Field::ConflictMine) {
                    Some(json) => serde_json::from_str(json).map_err(|_| StoreError::Damaged)?,
                    None => Value::Null,
                };
                edits.extend(Edit::between(&current, &current.clone().with(field, mine)));
            }
        }
    }
    Ok(edits)
}
