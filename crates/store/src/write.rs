//! Writing operations of this computer.

use crate::journal::{Heading, Journal};
use crate::operation::{Atomicity, Label, Operation, Origin, Progress, Touched};
use crate::removal::Units;
use crate::schema::{self, Filling};
use crate::{Store, StoreError, pull};
use mingce_model::{Edit, Owner, Verb};
use rusqlite::Connection;
use std::ops::ControlFlow;

/// Progress is told every so many edits.
const TOLD_EVERY: u64 = 500;

impl Store {
    /// Changes records, writes their history and queues the edits for the service, all in one transaction.
    ///
    /// The edits are taken one by one, so they may be made on the way; they must not write to this store themselves.
    /// An operation that changes nothing leaves no trace. `Stale` and `NotFound` take the whole operation back.
    pub fn write(&self, operation: &Operation, edits: impl IntoIterator<Item = Edit>) -> Result<Touched, StoreError> {
        self.write_with(operation, edits, &mut |_| ControlFlow::Continue(()))
    }

    /// `write`, telling how many edits are done; a `Break` takes all of it back and answers `Cancelled`.
    pub fn write_with(
        &self,
        operation: &Operation,
        edits: impl IntoIterator<Item = Edit>,
        progress: Progress<'_>,
    ) -> Result<Touched, StoreError> {
        self.write_and(operation, edits, progress, |_, _| Ok(()))
    }

    /// `write_with`, and in the same transaction what `also` does; it hears the operation's number, unless nothing changed.
    pub(crate) fn write_and(
        &self,
        operation: &Operation,
        edits: impl IntoIterator<Item = Edit>,
        progress: Progress<'_>,
        also: impl FnOnce(&Connection, Option<i64>) -> Result<(), StoreError>,
    ) -> Result<Touched, StoreError> {
        let (mut touched, version) = self.transact(|conn| {
            let mut journal = Journal::begin(conn, &operation.heading())?;
            let mut units = Units::of(journal.operation);
            // Filling an empty roster: indexes are built at the end, which is cheaper than keeping them current.
            let defers_indexes = operation.label == Label::Import && pull::is_empty(conn)?;
            if defers_indexes {
                schema::drop_indexes(conn, Filling::Import)?;
            }
            let mut done = 0u64;
            for edit in edits {
                check_owners(&edit)?;
                let together = match operation.atomicity {
                    Atomicity::Each => None,
                    Atomicity::AllOrNone => Some(unit(journal.operation, 0)),
                    Atomicity::WithMember => units.of_removal(&edit),
                };
                journal.local_owned(edit, operation.base, together)?;
                done += 1;
                if done.is_multiple_of(TOLD_EVERY) && progress(done).is_break() {
                    return Err(StoreError::Cancelled);
                }
            }
            journal.put_in()?;
            if operation.atomicity == Atomicity::AllOrNone
                && journal.touched.changed > mingce_protocol::PUSH_OPS_MAX as u64
            {
                return Err(StoreError::GroupTooLarge);
            }
            if progress(done).is_break() {
                return Err(StoreError::Cancelled);
            }
            if defers_indexes {
                schema::create_indexes(conn)?;
            }
            let number = Some(journal.operation).filter(|_| journal.touched.changed > 0);
            also(conn, number)?;
            finish_local(conn, journal)
        })?;
        touched.version = version;
        Ok(touched)
    }
}

/// Number of a set of edits that the service applies all or none; an operation may have many such sets.
pub(crate) fn unit(operation: i64, place: usize) -> i64 {
    (operation << 24) | (place as i64 & 0xff_ffff)
}

impl Operation {
    pub(crate) fn heading(&self) -> Heading<'_> {
        Heading {
            batch: Some(self.id),
            label: self.label,
            origin: Origin::Local,
            actor: &self.actor,
            at_ms: self.at_ms,
        }
    }
}

/// Ends an operation that a person did: what was undone before it cannot be done again after it.
pub(crate) fn finish_local(
    conn: &Connection,
    journal: Journal<'_>,
) -> Result<(Touched, crate::journal::Effects), StoreError> {
    if journal.touched.changed > 0 {
        conn.prepare_cached("UPDATE operation SET redo = NULL WHERE redo IS NOT NULL")?.execute([])?;
    }
    journal.finish()
}

fn check_owners(edit: &Edit) -> Result<(), StoreError> {
    let foreign = |field: &mingce_model::Field| field.owner() == Owner::Service;
    match edit.changes.iter().map(|change| change.field).find(foreign) {
        Some(field) if edit.verb != Verb::Remove => Err(StoreError::ServiceField { field }),
        _ => Ok(()),
    }
}
