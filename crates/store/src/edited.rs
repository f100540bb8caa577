//! Edits of records that no other edit waits for, written many at a time: work over a whole roster is mostly these, and
//! one statement for many rows of history, outbox and shadows costs a fraction of a statement each.

use crate::StoreError;
use crate::fresh::{ROWS, put_rows};
use crate::journal::{Journal, Queue, on_what_is_there, place_left};
use crate::operation::Base;
use crate::rebase::overlay;
use crate::rows::{self, Stored};
use mingce_model::{Edit, Field, Record};
use rusqlite::ErrorCode;

/// An edit that waits to be written.
pub(crate) struct Edited {
    edit: Edit,
    before: Stored,
    /// See `OutboxEntry::group`.
    unit: Option<i64>,
}

impl Journal<'_> {
    /// `local` for an edit of a record: it may wait to be written with others.
    pub(crate) fn edit_soon(&mut self, edit: Edit, base: Base, unit: Option<i64>) -> Result<(), StoreError> {
        if !self.waiting.is_empty() || self.edited.iter().any(|other| other.edit.id == edit.id) {
            self.put_in()?;
        }
        let before = rows::find(self.conn, edit.kind, edit.id)?;
        let Some(before) = before.filter(|stored| !stored.is_fresh) else {
            self.local(&edit, base, Queue::Append, unit)?;
            return Ok(());
        };
        if let Some(edit) = on_what_is_there(&edit, Some(&before), base)? {
            self.edited.push(Edited { edit, before, unit });
        }
        if self.edited.len() >= ROWS { self.write_edited() } else { Ok(()) }
    }

    /// Writes the edits that wait, in their order.
    pub(crate) fn write_edited(&mut self) -> Result<(), StoreError> {
        if self.edited.is_empty() {
            return Ok(());
        }
        let mut edited = std::mem::take(&mut self.edited);
        let doubtful = edited.split_off(self.put_shadows(&edited)?);
        for one in &edited {
            self.update_row(one)?;
        }
        self.log_edits(&edited)?;
        for Edited { edit, unit, .. } in doubtful {
            // Something waits for the first of these already; each was put on what is there.
            self.local(&edit, Base::TakeCurrent, Queue::Append, unit)?;
        }
        // Used again, so that it need not grow anew.
        self.edited = edited;
        self.edited.clear();
        Ok(())
    }

    /// Shadows for the records, up to the first that has one; answers for how many.
    fn put_shadows(&mut self, edited: &[Edited]) -> Result<usize, StoreError> {
        self.has_shadows = true;
        let stored = edited.iter().map(|one| rows::values_to_json(&one.before.record.values));
        let stored = stored.collect::<Result<Vec<_>, _>>()?;
        let all: Vec<(&Edited, String)> = edited.iter().zip(stored).collect();
        let sql = "INSERT OR FAIL INTO shadow (id, kind, ver, pending, refused, stored) VALUES ";
        let put = put_rows(self.conn, sql, 6, &all, |statement, at, (one, stored)| {
            statement.raw_bind_parameter(at, one.edit.id.as_bytes().as_slice())?;
            statement.raw_bind_parameter(at + 1, one.edit.kind as u8)?;
            statement.raw_bind_parameter(at + 2, one.before.record.ver as i64)?;
            statement.raw_bind_parameter(at + 3, 1)?;
            statement.raw_bind_parameter(at + 4, 0)?;
            statement.raw_bind_parameter(at + 5, stored.as_str())
        });
        match put {
            Ok(()) => Ok(edited.len()),
            // INSERT OR FAIL keeps the rows before the one that failed, and `changes` counts them.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                Ok(usize::try_from(self.conn.changes()).unwrap_or(0).min(edited.len()))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn update_row(&mut self, one: &Edited) -> Result<(), StoreError> {
        let Record { kind, id, ver, values } = &one.before.record;
        let after = Record { kind: *kind, id: *id, ver: *ver, values: overlay(values.clone(), &one.edit) };
        let changed: Vec<Field> = one.edit.changes.iter().map(|change| change.field).collect();
        rows::update(self.conn, one.before.row, &after, &changed)?;
        self.note_changed(&after, &changed);
        Ok(())
    }

    fn log_edits(&mut self, edited: &[Edited]) -> Result<(), StoreError> {
        if edited.is_empty() {
            return Ok(());
        }
        let changes = edited.iter().map(|one| rows::changes_to_json(&one.edit)).collect::<Result<Vec<_>, _>>()?;
        let all: Vec<(&Edited, String)> = edited.iter().zip(changes).collect();
        let operation = self.operation;
        let sql = "INSERT OR FAIL INTO history (operation, kind, id, verb, changes, place) VALUES ";
        put_rows(self.conn, sql, 6, &all, |statement, at, (one, changes)| {
            statement.raw_bind_parameter(at, operation)?;
            statement.raw_bind_parameter(at + 1, one.edit.kind as u8)?;
            statement.raw_bind_parameter(at + 2, one.edit.id.as_bytes().as_slice())?;
            statement.raw_bind_parameter(at + 3, one.edit.verb as u8)?;
            statement.raw_bind_parameter(at + 4, changes.as_str())?;
            statement.raw_bind_parameter(at + 5, place_left(&one.edit))
        })?;
        let last = self.conn.last_insert_rowid();
        let first = last + 1 - edited.len() as i64;
        self.note_logged(first, last);
        let all: Vec<(i64, &Edited)> = (first..).zip(edited).collect();
        put_rows(self.conn, "INSERT OR FAIL INTO outbox (seq, unit) VALUES ", 2, &all, |statement, at, (seq, one)| {
            statement.raw_bind_parameter(at, seq)?;
            statement.raw_bind_parameter(at + 1, one.unit)
        })?;
        Ok(())
    }
}
