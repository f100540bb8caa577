//! New records put in many at a time: imports and first pulls are mostly these, and one statement for many rows costs
//! a fraction of a statement each.

use crate::StoreError;
use crate::author::By;
use crate::creation;
use crate::journal::{Journal, Queue};
use crate::operation::Base;
use crate::rows::{self, Filled};
use mingce_model::{Edit, Record, Verb};
use rusqlite::{Connection, ErrorCode, Statement};

/// Rows of one statement; more gain nothing.
pub(crate) const ROWS: usize = 32;

/// A record that waits to be put in.
pub(crate) struct Fresh {
    record: Record,
    author: Author,
}

/// Who made the record.
enum Author {
    /// This computer: its creation goes into history and outbox, within a set that the service applies as one or not.
    Here { changes: Option<String>, unit: Option<i64> },
    /// Who it was there, if it is known.
    Service { by: Option<By> },
}

impl Fresh {
    fn is_made_here(&self) -> bool {
        matches!(self.author, Author::Here { .. })
    }
}

impl Journal<'_> {
    /// `local` for an edit that is given away: it may wait to be written with others.
    pub(crate) fn local_owned(&mut self, edit: Edit, base: Base, unit: Option<i64>) -> Result<(), StoreError> {
        match edit.verb {
            Verb::Edit => return self.edit_soon(edit, base, unit),
            Verb::Create if !self.has_shadow(edit.kind, edit.id)? => {}
            Verb::Create | Verb::Remove => {
                self.local(&edit, base, Queue::Append, unit)?;
                return Ok(());
            }
        }
        let mut record = Record::empty(edit.kind, edit.id);
        for change in edit.changes {
            record.values[change.field.index()] = change.new;
        }
        let changes = creation::to_write(&record)?;
        self.wait(Fresh { record, author: Author::Here { changes, unit } }, base)
    }

    /// Puts in what the service has and no row is here of, soon; nothing may be known of the record.
    pub(crate) fn put_in_soon(&mut self, record: Record) -> Result<(), StoreError> {
        self.wait(Fresh { record, author: Author::Service { by: self.author } }, Base::TakeCurrent)
    }

    fn wait(&mut self, fresh: Fresh, base: Base) -> Result<(), StoreError> {
        // Those that wait are of one kind and one origin, so that they are put in and written down alike.
        let is_other = self.waiting.first().is_some_and(|first| {
            first.record.kind != fresh.record.kind || first.is_made_here() != fresh.is_made_here()
        });
        if is_other || self.waiting_base != base || !self.edited.is_empty() {
            self.put_in()?;
        }
        self.waiting_base = base;
        self.waiting.push(fresh);
        if self.waiting.len() >= ROWS { self.put_in() } else { Ok(()) }
    }

    /// Writes everything that waits. Whatever else looks at rows or writes them does this first.
    pub(crate) fn put_in(&mut self) -> Result<(), StoreError> {
        self.write_edited()?;
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        let written = insert_rows(self.conn, &waiting)?;
        let doubtful = waiting.split_off(written);
        waiting.iter().for_each(|fresh| self.note_created(&fresh.record));
        self.log_creations(&waiting)?;
        self.put_in_singly(doubtful)?;
        // Used again, so that it need not grow anew.
        self.waiting = waiting;
        self.waiting.clear();
        Ok(())
    }

    /// The first of them is here already, or comes twice.
    fn put_in_singly(&mut self, waiting: Vec<Fresh>) -> Result<(), StoreError> {
        for fresh in waiting {
            match fresh.author {
                Author::Service { by } => {
                    self.author = by;
                    let Record { kind, id, ver, values } = fresh.record;
                    self.take(kind, id, ver, Some(values))?;
                }
                Author::Here { unit, .. } => {
                    self.local(&Edit::create(&fresh.record), self.waiting_base, Queue::Append, unit)?;
                }
            }
        }
        Ok(())
    }

    fn log_creations(&mut self, all: &[Fresh]) -> Result<(), StoreError> {
        if !all.first().is_some_and(Fresh::is_made_here) {
            return Ok(());
        }
        let sql = "INSERT OR FAIL INTO history (operation, kind, id, verb, changes) VALUES ";
        let operation = self.operation;
        put_rows(self.conn, sql, 5, all, |statement, at, fresh| {
            let Author::Here { changes, .. } = &fresh.author else { return Ok(()) };
            statement.raw_bind_parameter(at, operation)?;
            statement.raw_bind_parameter(at + 1, fresh.record.kind as u8)?;
            statement.raw_bind_parameter(at + 2, fresh.record.id.as_bytes().as_slice())?;
            statement.raw_bind_parameter(at + 3, Verb::Create as u8)?;
            statement.raw_bind_parameter(at + 4, changes.as_deref().unwrap_or(creation::LEFT_OUT))
        })?;
        let last = self.conn.last_insert_rowid();
        let first = last + 1 - all.len() as i64;
        self.note_logged(first, last);
        let mut seqs = first..=last;
        put_rows(self.conn, "INSERT OR FAIL INTO outbox (seq, unit) VALUES ", 2, all, |statement, at, fresh| {
            statement.raw_bind_parameter(at, seqs.next())?;
            match fresh.author {
                Author::Here { unit, .. } => statement.raw_bind_parameter(at + 1, unit),
                Author::Service { .. } => Ok(()),
            }
        })?;
        Ok(())
    }
}

/// Puts the records in, up to the first that is here already; answers how many.
fn insert_rows(conn: &Connection, all: &[Fresh]) -> Result<usize, StoreError> {
    let Some(kind) = all.first().map(|fresh| fresh.record.kind) else { return Ok(0) };
    let filled = Filled::by(kind, all.iter().map(|fresh| &fresh.record));
    let (sql, columns) = filled.insert();
    let put = put_rows(conn, &sql, columns, all, |statement, at, fresh| {
        let ver = match fresh.author {
            Author::Here { .. } => rows::FRESH,
            Author::Service { .. } => fresh.record.ver as i64,
        };
        filled.bind(statement, at, &fresh.record, ver)
    });
    match put {
        Ok(()) => Ok(all.len()),
        // INSERT OR FAIL keeps the rows before the one that failed, and `changes` counts them.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Ok(usize::try_from(conn.changes()).unwrap_or(0).min(all.len()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Runs one `INSERT OR FAIL … VALUES` for all the rows: unlike others it need not be able to take rows back by itself,
/// which saves a copy of every page it touches.
pub(crate) fn put_rows<T>(
    conn: &Connection,
    head: &str,
    columns: usize,
    all: &[T],
    mut bind: impl FnMut(&mut Statement<'_>, usize, &T) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut sql = String::with_capacity(head.len() + all.len() * (2 * columns + 3));
    sql.push_str(head);
    for place in 0..all.len() {
        sql.push_str(if place == 0 { "(?" } else { ", (?" });
        (1..columns).for_each(|_| sql.push_str(",?"));
        sql.push(')');
    }
    let mut statement = conn.prepare_cached(&sql)?;
    for (place, row) in all.iter().enumerate() {
        bind(&mut statement, 1 + place * columns, row)?;
    }
    statement.raw_execute()?;
    Ok(())
}
