//! Somebody who is on the roster made what they were: their own fields, and what belongs to them by records of its own.
//! Guardians and further places that came since stay: that somebody answers for a person is not lost by looking back.

use crate::belonging::of_member;
use crate::history::record_at;
use crate::operation::Operation;
use crate::restore::{Restored, Restorer};
use crate::{Moment, Store, StoreError, rows};
use mingce_model::{Edit, Field, Kind, Owner, Record, RecordId, Value};
use rusqlite::Connection;

/// What makes one record what it was.
enum Step {
    Set { now: Record, then: Record },
    Bring(Record),
    Remove(Record),
}

impl Store {
    /// Makes the member what they were at the moment, as one operation. `NotFound` when they are not there now, or were
    /// not then.
    pub fn restore_member(&self, id: RecordId, moment: Moment, by: &Operation) -> Result<Restored, StoreError> {
        self.restore(by, |restorer| {
            for step in steps(restorer.journal.conn, id, moment)? {
                restorer.take(step, moment)?;
            }
            Ok(())
        })
    }

    /// For each of the members whether they are there now, and when they are, whether `restore_member` has something to
    /// do.
    pub fn stand_since(&self, members: &[RecordId], moment: Moment) -> Result<Vec<Stands>, StoreError> {
        self.readers.read(|conn| {
            let stands = |id: &RecordId| match steps(conn, *id, moment) {
                Ok(steps) if steps.is_empty() => Ok(Stands::AsThen),
                Ok(_) => Ok(Stands::Otherwise),
                Err(StoreError::NotFound { .. }) => Ok(Stands::NoMore),
                Err(error) => Err(error),
            };
            members.iter().map(stands).collect()
        })
    }
}

/// How something of the past stands today.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stands {
    AsThen,
    Otherwise,
    NoMore,
}

fn steps(conn: &Connection, member: RecordId, moment: Moment) -> Result<Vec<Step>, StoreError> {
    let missing = StoreError::NotFound { kind: Kind::Member, id: member };
    let Some(now) = find(conn, Kind::Member, member)? else { return Err(missing) };
    let Some(then) = record_at(conn, Kind::Member, member, moment)? else { return Err(missing) };
    let mut steps: Vec<Step> = differing(now, then).into_iter().collect();
    for (kind, id) in of_member(conn, member)? {
        let (now, then) = (find(conn, kind, id)?, record_at(conn, kind, id, moment)?);
        steps.extend(match (now, then) {
            (Some(now), Some(then)) => differing(now, then),
            // A guardian comes back with the guardianship.
            (None, Some(then)) if kind != Kind::Guardian => Some(Step::Bring(then)),
            (Some(now), None) if kind == Kind::CustomValue => {
                let then = now.clone().with(Field::CustomValueValue, Value::Null);
                differing(now, then)
            }
            (Some(now), None) if kind == Kind::Tagging => Some(Step::Remove(now)),
            _ => None,
        });
    }
    Ok(steps)
}

fn find(conn: &Connection, kind: Kind, id: RecordId) -> Result<Option<Record>, StoreError> {
    Ok(rows::find(conn, kind, id)?.map(|stored| stored.record))
}

fn differing(now: Record, then: Record) -> Option<Step> {
    let own = now.kind.fields().iter().filter(|field| field.owner() == Owner::Administrator);
    let is_same = own.into_iter().all(|field| now.get(*field) == then.get(*field));
    (!is_same).then_some(Step::Set { now, then })
}

impl Restorer<'_> {
    fn take(&mut self, step: Step, moment: Moment) -> Result<(), StoreError> {
        match step {
            Step::Set { now, then } => self.bring(Some(now), then, |_| true),
            Step::Bring(then) => self.bring_link(then, moment),
            Step::Remove(now) => self.write(&Edit::remove(&now)),
        }
    }
}
