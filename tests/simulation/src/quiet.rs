//! The end of a history: nothing goes wrong any more, everybody syncs, and then everything that was promised is asked for.

use crate::desk::Stage;
use crate::model::mark_in;
use crate::world::World;
use mingce_model::{Field, Kind, Record, RecordId};
use mingce_store::{Label, Operation};
use mingce_sync::State;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Rounds in which every desktop syncs once; more than enough for any history to come to rest (I9).
const ROUNDS: usize = 14;
/// Requests and timers of one desktop in one round.
const STEPS: usize = 400;

type Rows = BTreeMap<(Kind, RecordId), Record>;

impl World {
    /// Lets everything come to rest and checks every invariant that holds then.
    pub fn finish(&mut self) -> Result<(), String> {
        self.calm();
        self.come_to_rest()?;
        self.check_marks()?;
        if self.drop_refusals()? {
            self.come_to_rest()?;
        }
        self.counts.conflicts += self.model.conflicts as u64;
        let rows = self.check_service()?;
        for desk in &self.desks {
            let here = desk.everything();
            if here != rows {
                return Err(format!(
                    "desktop {} differs from the service (I3): {}",
                    desk.number,
                    difference(&here, &rows)
                ));
            }
        }
        self.check_changes()
    }

    fn calm(&mut self) {
        self.house.prepare(None);
        self.break_off();
        self.stash.clear();
        for desk in 0..self.desks.len() {
            self.desks[desk].is_shut = false;
            if self.desks[desk].is_full {
                self.desks[desk].set_full(false);
            }
            self.sign_in(desk);
        }
    }

    fn come_to_rest(&mut self) -> Result<(), String> {
        let mut before = None;
        for _ in 0..ROUNDS {
            for desk in 0..self.desks.len() {
                self.sync(desk)?;
            }
            let mut state = vec![(self.head(), String::new())];
            for desk in &self.desks {
                let sync = desk.store().sync_state().map_err(|error| error.to_string())?;
                let waiting = desk.store().counts().map_err(|error| error.to_string())?.waiting;
                state.push((waiting, sync.cursor.unwrap_or_default()));
            }
            let is_empty = state[1..].iter().all(|(waiting, _)| *waiting == 0);
            if is_empty && before.as_ref() == Some(&state) {
                return Ok(());
            }
            before = Some(state);
        }
        Err(format!("no rest after {ROUNDS} quiet rounds (I9): {before:?}"))
    }

    /// One desktop, until its loop says that everything is exchanged.
    fn sync(&mut self, desk: usize) -> Result<(), String> {
        self.desks[desk].hear(mingce_sync::Event::NetworkHint);
        for _ in 0..STEPS {
            let open = |flight: &crate::desk::Flight| !matches!(flight.stage, Stage::Slow);
            if let Some(at) = self.desks[desk].flights.iter().position(open) {
                self.finish_flight(desk, at)?;
            } else if matches!(self.desks[desk].state, Some(State::Idle { .. })) {
                return Ok(());
            } else if !self.desks[desk].fire_timer() {
                return Err(format!("desktop {desk} has no timer armed (I9)"));
            }
        }
        Err(format!("desktop {desk} does not come to rest (I9): {:?}", self.desks[desk].state))
    }

    /// I1: every edit that was ever made is written down, in a conflict, refused, or its author gave it up.
    fn check_marks(&self) -> Result<(), String> {
        for desk in 0..self.desks.len() {
            let waiting = self.waiting_marks(desk);
            for mark in &self.owes[desk] {
                let is_somewhere = self.model.logged.contains(mark) || waiting.contains(mark);
                if !is_somewhere && !self.may_be_gone(mark) {
                    let id = self.marks.get(mark).map(|(id, _)| *id);
                    let here = self.desks[desk].everything().into_values().find(|row| Some(row.id) == id);
                    let there = self.model.rows.values().flatten().find(|row| Some(row.id) == id);
                    return Err(format!(
                        "the value {mark} of desktop {desk} is nowhere (I1): {here:?} here, {there:?} there"
                    ));
                }
            }
        }
        Ok(())
    }

    /// Given up by a person, gone with a record that somebody removed, written over before the service had taken it, or
    /// forgotten by a service in whose new log somebody else filled the field first (docs/faults.md, not covered).
    fn may_be_gone(&self, mark: &str) -> bool {
        let Some((id, field)) = self.marks.get(mark) else { return true };
        let was_not_taken = self.refused.contains(mark) || self.is_put_back;
        let there = self.model.rows.get(&(Kind::Member, *id)).and_then(Option::as_ref);
        let is_filled = there.is_some_and(|row| !row.get(*field).is_null());
        self.given_up.contains(mark)
            || self.removed.contains(id)
            || (was_not_taken && self.written_over.contains(mark))
            || (self.is_put_back && is_filled)
    }

    /// What is refused stays different until a person gives it up. Whether there was any.
    fn drop_refusals(&mut self) -> Result<bool, String> {
        let mut has_dropped = false;
        for desk in 0..self.desks.len() {
            while let Some(refusal) = self.desks[desk].store().refusals(1).map_err(|error| error.to_string())?.pop() {
                let by = Operation::new(self.ids.next_id().into(), Label::Drop, "王老师", 0);
                let dropped = self.desks[desk].store().drop_refusal(refusal.number, &by);
                dropped.map_err(|error| format!("a refusal cannot be dropped: {error}"))?;
                has_dropped = true;
            }
        }
        Ok(has_dropped)
    }

    /// The service has what the oracle has (I3, I10), and its tree is one (I8).
    fn check_service(&self) -> Result<Rows, String> {
        let rows = self.dump()?;
        let expected: Rows =
            self.model.rows.iter().filter_map(|(key, row)| Some((*key, row.clone()?))).map(compared).collect();
        let found: Rows = rows.iter().map(|(key, row)| (*key, row.clone())).map(compared).collect();
        if found != expected {
            return Err(format!("the service differs from the oracle (I3): {}", difference(&found, &expected)));
        }
        for (key, row) in &rows {
            let above = match key.0 {
                Kind::Member => row.reference(Field::MemberDepartment),
                Kind::Department => row.reference(Field::DepartmentParent),
                _ => None,
            };
            let mut seen = HashSet::new();
            let mut at = above;
            while let Some(id) = at {
                let Some(department) = rows.get(&(Kind::Department, id)) else {
                    return Err(format!("{key:?} is in a department that is not there (I8)"));
                };
                if !seen.insert(id) {
                    return Err(format!("{key:?} is in a ring of departments (I8)"));
                }
                at = department.reference(Field::DepartmentParent);
            }
        }
        Ok(rows)
    }

    /// I2 and I6 in the change log itself: no number twice, no version left out.
    fn check_changes(&self) -> Result<(), String> {
        let twice = "SELECT count(*) FROM (SELECT 1 FROM change WHERE replica IS NOT NULL
            GROUP BY organisation, replica, m, kind, id HAVING count(*) > 1) AS twice";
        let twice = self.house.look(twice);
        let (count, head) = (self.house.look("SELECT count(*) FROM change"), self.head());
        if twice > 0 {
            return Err(format!("{twice} edits were applied twice (I2)"));
        }
        if count != head {
            return Err(format!("{count} changes up to version {head} (I6)"));
        }
        Ok(())
    }
}

/// Of a conflict, the oracle knows only what it is about.
fn compared((key, mut row): ((Kind, RecordId), Record)) -> ((Kind, RecordId), Record) {
    row.ver = 0;
    if key.0 == Kind::Conflict {
        let known = [
            Field::ConflictKind,
            Field::ConflictRecord,
            Field::ConflictField,
            Field::ConflictMine,
            Field::ConflictSettled,
        ];
        for field in Kind::Conflict.fields().iter().filter(|field| !known.contains(field)) {
            row.set(*field, mingce_model::Value::Null);
        }
    }
    (key, row)
}

fn difference(found: &Rows, expected: &Rows) -> String {
    let keys: BTreeSet<_> = found.keys().chain(expected.keys()).collect();
    let differing = keys.into_iter().filter(|key| found.get(key) != expected.get(key));
    let told = differing.take(3).map(|key| format!("{key:?}: {:?} instead of {:?}", found.get(key), expected.get(key)));
    told.collect::<Vec<_>>().join("; ")
}

/// Marked values of records.
pub(crate) fn marks_of(record: &Record) -> impl Iterator<Item = String> {
    record.values.iter().filter_map(mark_in)
}
