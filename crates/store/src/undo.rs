//! Taking operations back and doing them again, across restarts.
//!
//! The inverse edits are an operation of their own and go to the service like any other. What was changed since is left
//! alone and reported.

use crate::journal::{Effects, Heading, Journal, Queue};
use crate::operation::{Base, Kept, Label, Operation, Origin, Touched, UndoState, Undone};
use crate::rebase::Values;
use crate::removal::Units;
use crate::rows::{self, Stored};
use crate::shadow::read_verb;
use crate::{Store, StoreError, creation, undo_many};
use mingce_model::id::BatchId;
use mingce_model::merge::group_of;
use mingce_model::{Change, Edit, Field, Kind, RecordId, Value, Verb};
use rusqlite::{Connection, OptionalExtension};
use std::ops::ControlFlow;

/// History rows read at a time, so that an import of any size is taken back in little memory.
const CHUNK: i64 = 1_000;

/// Hears how many of all edits are taken back, now and then; `Break` leaves everything as it was.
pub type UndoProgress<'a> = &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>;

fn unwatched(_done: u64, _total: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// An operation that can be taken back or done again.
struct Target {
    number: i64,
    /// The operation whose history rows hold its present state.
    done_by: i64,
    batch: BatchId,
    label: Label,
}

impl Store {
    /// What undo and redo would act on.
    pub fn undo_state(&self) -> Result<UndoState, StoreError> {
        self.readers.read(|conn| {
            Ok(UndoState {
                undo: newest_done(conn)?.map(|target| target.label),
                redo: newest_undone(conn)?.map(|(target, _)| target.label),
            })
        })
    }

    /// Whether `undo` would take back the operation of that name.
    pub fn is_next_undone(&self, batch: BatchId) -> Result<bool, StoreError> {
        self.readers.read(|conn| Ok(newest_done(conn)?.is_some_and(|target| target.batch == batch)))
    }

    /// Takes back the newest operation of this computer that is not taken back; `NothingToDo` when there is none.
    pub fn undo(&self, by: &Operation) -> Result<Undone, StoreError> {
        self.undo_with(by, &mut unwatched)
    }

    /// `undo`, telling how far it is; a `Break` leaves everything as it was and answers `Cancelled`.
    pub fn undo_with(&self, by: &Operation, progress: UndoProgress<'_>) -> Result<Undone, StoreError> {
        self.undo_where(by, newest_done, progress)
    }

    /// Takes back a certain operation, also long after: what people changed since stays as they made it.
    pub fn undo_batch(&self, batch: BatchId, by: &Operation) -> Result<Undone, StoreError> {
        self.undo_batch_with(batch, by, &mut unwatched)
    }

    /// `undo_batch` that can be watched and stopped.
    pub fn undo_batch_with(
        &self,
        batch: BatchId,
        by: &Operation,
        progress: UndoProgress<'_>,
    ) -> Result<Undone, StoreError> {
        let choose = |conn: &Connection| find_target(conn, "batch = ?1 AND can_undo = 1", batch.0.as_bytes());
        self.undo_where(by, choose, progress)
    }

    /// What `undo_batch` would do; nothing is written. `None` for a batch of more than `changed_max` records: trying it
    /// would hold up everybody who writes.
    pub fn plan_undo_batch(
        &self,
        batch: BatchId,
        changed_max: u64,
        by: &Operation,
    ) -> Result<Option<Undone>, StoreError> {
        let sql = "SELECT changed FROM operation WHERE batch = ?1 AND can_undo = 1";
        let changed: Option<i64> = self.readers.read(|conn| {
            Ok(conn.prepare_cached(sql)?.query_row([batch.0.as_bytes()], |row| row.get(0)).optional()?)
        })?;
        if changed.ok_or(StoreError::NothingToDo)?.unsigned_abs() > changed_max {
            return Ok(None);
        }
        let mut planned = None;
        let tried = self.transact(|conn| {
            let target = find_target(conn, "batch = ?1 AND can_undo = 1", batch.0.as_bytes())?;
            let target = target.ok_or(StoreError::NothingToDo)?;
            let heading = Heading {
                batch: Some(by.id),
                label: target.label,
                origin: Origin::Undo,
                actor: &by.actor,
                at_ms: by.at_ms,
            };
            let mut inverter = Inverter::begin(conn, &heading)?;
            inverter.take_back(target.done_by, &mut unwatched)?;
            let Inverter { journal, kept, kept_count, .. } = inverter;
            let touched = journal.touched;
            planned = Some(Undone { label: target.label, batch: target.batch, touched, kept, kept_count });
            // Everything is taken back again.
            Err::<((), Effects), _>(StoreError::Cancelled)
        });
        match (tried, planned) {
            (Err(StoreError::Cancelled), Some(planned)) => Ok(Some(planned)),
            (Err(error), _) => Err(error),
            (Ok(_), _) => Ok(None),
        }
    }

    fn undo_where(
        &self,
        by: &Operation,
        choose: impl FnOnce(&Connection) -> Result<Option<Target>, StoreError>,
        progress: UndoProgress<'_>,
    ) -> Result<Undone, StoreError> {
        self.invert(
            (by, Origin::Undo),
            progress,
            |conn| Ok(choose(conn)?.map(|target| (target.done_by, target))),
            |target, by| {
                // Nothing to do again when everything was kept.
                let redo = (by.touched > 0).then_some(by.operation);
                ("UPDATE operation SET can_undo = 0, redo = ?2 WHERE number = ?1", target.number, redo)
            },
        )
    }

    /// Does the operation again that was taken back last; `NothingToDo` after any new edit.
    pub fn redo(&self, by: &Operation) -> Result<Undone, StoreError> {
        self.redo_with(by, &mut unwatched)
    }

    /// `redo` that can be watched and stopped.
    pub fn redo_with(&self, by: &Operation, progress: UndoProgress<'_>) -> Result<Undone, StoreError> {
        let choose = |conn: &Connection| Ok(newest_undone(conn)?.map(|(target, undone_by)| (undone_by, target)));
        self.invert((by, Origin::Redo), progress, choose, |target, by| {
            let done_by = if by.touched > 0 { by.operation } else { target.done_by };
            let sql = "UPDATE operation SET can_undo = 1, redo = NULL, done_by = ?2 WHERE number = ?1";
            (sql, target.number, Some(done_by))
        })
    }

    fn invert(
        &self,
        (by, origin): (&Operation, Origin),
        progress: UndoProgress<'_>,
        choose: impl FnOnce(&Connection) -> Result<Option<(i64, Target)>, StoreError>,
        mark: impl FnOnce(&Target, Inverse) -> (&'static str, i64, Option<i64>),
    ) -> Result<Undone, StoreError> {
        let (mut undone, version) = self.transact(|conn| {
            let (source, target) = choose(conn)?.ok_or(StoreError::NothingToDo)?;
            let heading =
                Heading { batch: Some(by.id), label: target.label, origin, actor: &by.actor, at_ms: by.at_ms };
            let mut inverter = Inverter::begin(conn, &heading)?;
            inverter.take_back(source, progress)?;
            let Inverter { journal, kept, kept_count, .. } = inverter;
            let inverse = Inverse { operation: journal.operation, touched: journal.touched.changed };
            let (sql, number, other) = mark(&target, inverse);
            conn.prepare_cached(sql)?.execute((number, other))?;
            let (touched, effects): (Touched, Effects) = journal.finish()?;
            let undone = Undone { label: target.label, batch: target.batch, touched, kept, kept_count };
            Ok((undone, effects))
        })?;
        undone.touched.version = version;
        Ok(undone)
    }
}

/// The operation that takes another one back.
struct Inverse {
    operation: i64,
    touched: u64,
}

struct Inverter<'c> {
    units: Units,
    journal: Journal<'c>,
    kept: Vec<Kept>,
    kept_count: u64,
}

impl<'c> Inverter<'c> {
    fn begin(conn: &'c Connection, heading: &Heading<'_>) -> Result<Self, StoreError> {
        let journal = Journal::begin(conn, heading)?;
        Ok(Self { units: Units::of(journal.operation), journal, kept: Vec::new(), kept_count: 0 })
    }

    /// Takes the operation's edits back, newest first.
    fn take_back(&mut self, source: i64, progress: UndoProgress<'_>) -> Result<(), StoreError> {
        let sql = "SELECT coalesce(last_seq - first_seq + 1, 0) FROM operation WHERE number = ?1";
        let total: i64 = self.journal.conn.prepare_cached(sql)?.query_row([source], |row| row.get(0))?;
        let total = total.unsigned_abs();
        let (mut before, mut done) = (i64::MAX, 0);
        loop {
            if progress(done, total).is_break() {
                return Err(StoreError::Cancelled);
            }
            let chunk = history_chunk(self.journal.conn, source, before)?;
            let Some((oldest, _)) = chunk.last() else { return Ok(()) };
            before = *oldest;
            done += chunk.len() as u64;
            let taken = undo_many::take_back(&mut self.journal, &chunk)?;
            for (seq, edit) in chunk.iter().filter(|(seq, _)| !taken.contains(seq)) {
                self.take_back_one(*seq, edit)?;
            }
        }
    }

    fn take_back_one(&mut self, seq: i64, done: &Edit) -> Result<(), StoreError> {
        let conn = self.journal.conn;
        let current = rows::find(conn, done.kind, done.id)?;
        let inverse = match (done.verb, current) {
            (Verb::Create, None) => return Ok(()),
            (Verb::Create, Some(current)) => match self.removable(done, &current)? {
                true => Edit::remove(&current.record),
                false => return Ok(()),
            },
            (Verb::Remove, None) => done.inverse(),
            (Verb::Remove, Some(current)) => {
                let removed = values_of(done, |change| &change.base);
                self.keep_all(done, &rows::differing(done.kind, &current.record.values, &removed));
                return Ok(());
            }
            (Verb::Edit, None) => {
                let fields: Vec<Field> = done.changes.iter().map(|change| change.field).collect();
                self.keep_all(done, &fields);
                return Ok(());
            }
            (Verb::Edit, Some(current)) => {
                let changes = self.revertible(done, &current.record.values);
                if changes.is_empty() {
                    return Ok(());
                }
                Edit { changes, ..done.clone() }
            }
        };
        let unit = self.units.of_removal(&inverse);
        self.journal.local(&inverse, Base::TakeCurrent, Queue::Cancel(seq), unit)?;
        Ok(())
    }

    /// A created record goes only when nobody changed it since and nothing refers to it.
    fn removable(&mut self, done: &Edit, current: &Stored) -> Result<bool, StoreError> {
        let created = values_of(done, |change| &change.new);
        let changed = rows::differing(done.kind, &current.record.values, &created);
        if !changed.is_empty() {
            self.keep_all(done, &changed);
            return Ok(false);
        }
        if rows::is_referred_to(self.journal.conn, done.kind, done.id)? {
            self.keep(done.kind, done.id, None);
            return Ok(false);
        }
        Ok(true)
    }

    /// The inverse of those changes whose fields still hold what was written; groups only as a whole.
    fn revertible(&mut self, done: &Edit, current: &Values) -> Vec<Change> {
        let is_untouched = |change: &Change| current[change.field.index()] == change.new;
        let mut changes = Vec::new();
        for change in &done.changes {
            let group = group_of(change.field);
            let together = |other: &&Change| other.field == change.field || group.contains(&other.field);
            if done.changes.iter().filter(together).all(is_untouched) {
                changes.push(Change { field: change.field, base: change.new.clone(), new: change.base.clone() });
            } else if current[change.field.index()] != change.base {
                self.keep(done.kind, done.id, Some(change.field));
            }
        }
        changes
    }

    fn keep_all(&mut self, done: &Edit, fields: &[Field]) {
        for field in fields {
            self.keep(done.kind, done.id, Some(*field));
        }
    }

    fn keep(&mut self, kind: Kind, id: RecordId, field: Option<Field>) {
        self.kept_count += 1;
        if self.kept.len() < Touched::LISTED {
            self.kept.push(Kept { kind, id, field });
        }
    }
}

fn values_of(edit: &Edit, side: impl Fn(&Change) -> &Value) -> Values {
    let mut values = vec![Value::Null; edit.kind.fields().len()];
    for change in &edit.changes {
        values[change.field.index()] = side(change).clone();
    }
    values
}

fn history_chunk(conn: &Connection, operation: i64, before: i64) -> Result<Vec<(i64, Edit)>, StoreError> {
    let sql = "SELECT h.seq, h.kind, h.id, h.verb, h.changes FROM operation p
        JOIN history h ON h.seq BETWEEN p.first_seq AND min(p.last_seq, ?2 - 1)
        WHERE p.number = ?1 ORDER BY h.seq DESC LIMIT ?3";
    let mut statement = conn.prepare_cached(sql)?;
    let mut found = statement.query((operation, before, CHUNK))?;
    let mut chunk = Vec::new();
    while let Some(row) = found.next()? {
        let seq: i64 = row.get(0)?;
        let kind = Kind::from_number(row.get(1)?).ok_or(StoreError::Damaged)?;
        let id = rows::read_id(row.get_ref(2)?)?;
        let text = row.get_ref(4)?.as_str().map_err(|_| StoreError::Damaged)?;
        let verb = read_verb(row.get(3)?)?;
        let changes = creation::changes(conn, (kind, id), verb, seq, text)?;
        chunk.push((seq, Edit { kind, id, verb, changes }));
    }
    Ok(chunk)
}

fn newest_done(conn: &Connection) -> Result<Option<Target>, StoreError> {
    find_target(conn, "can_undo = ?1 ORDER BY number DESC LIMIT 1", 1)
}

/// The operation whose changes `undo` would take back.
pub(crate) fn done_by_undo(conn: &Connection) -> Result<Option<i64>, StoreError> {
    Ok(newest_done(conn)?.map(|target| target.done_by))
}

/// The operation whose changes `redo` would take back.
pub(crate) fn done_by_redo(conn: &Connection) -> Result<Option<i64>, StoreError> {
    Ok(newest_undone(conn)?.map(|(_, undone_by)| undone_by))
}

/// The operation whose changes `undo_batch` would take back.
pub(crate) fn done_by_batch(conn: &Connection, batch: BatchId) -> Result<Option<i64>, StoreError> {
    let target = find_target(conn, "batch = ?1 AND can_undo = 1", batch.0.as_bytes())?;
    Ok(target.map(|target| target.done_by))
}

/// The operation that was taken back last, with the operation that did it.
fn newest_undone(conn: &Connection) -> Result<Option<(Target, i64)>, StoreError> {
    let sql = "SELECT number, redo FROM operation WHERE redo IS NOT NULL ORDER BY redo DESC LIMIT 1";
    let found: Option<(i64, i64)> =
        conn.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((number, undone_by)) = found else { return Ok(None) };
    Ok(find_target(conn, "number = ?1", number)?.map(|target| (target, undone_by)))
}

fn find_target(
    conn: &Connection,
    condition: &str,
    parameter: impl rusqlite::ToSql,
) -> Result<Option<Target>, StoreError> {
    let sql = format!("SELECT number, done_by, batch, label FROM operation WHERE {condition}");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([parameter])?;
    let Some(row) = found.next()? else { return Ok(None) };
    let label = row.get_ref(3)?.as_str().ok().and_then(Label::from_word).ok_or(StoreError::Damaged)?;
    let batch = rows::read_id(row.get_ref(2)?)?.into();
    Ok(Some(Target { number: row.get(0)?, done_by: row.get(1)?, batch, label }))
}
