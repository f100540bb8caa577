//! What happens to the service: it is killed, its disk is full, its database is put back.

use crate::desk::{Flight, Stage};
use crate::event::Act;
use crate::model::mark_in;
use crate::quiet::marks_of;
use crate::storage::Accident;
use crate::world::{ServiceBackup, World};
use mingce_model::Kind;
use mingce_sync::Failure;
use mingce_testkit::Random;
use std::collections::BTreeSet;

impl World {
    pub(crate) fn suffer_at_service(&mut self, act: Act, dice: &mut Random) {
        match act {
            Act::BusyService => self.house.prepare(Some(Accident::Busy(1 + dice.below(4) as u32))),
            Act::FullService => self.house.prepare(Some(Accident::Full)),
            Act::ForgetfulService => self.house.prepare(Some(Accident::Forgotten)),
            Act::KillService => {
                self.break_off();
                self.house.kill();
            }
            Act::CutServicePower => {
                self.counts.power_cuts += 1;
                self.break_off();
                self.house.cut_power(dice.next_u64());
            }
            Act::BackUpService => {
                let backup = ServiceBackup { kept: self.house.keep(), model: self.model.clone() };
                self.service_backups.push(backup);
            }
            Act::RestoreService | Act::PutServiceBack => self.restore_service(act, dice),
            _ => {}
        }
    }

    /// Connections break with the service.
    pub(crate) fn break_off(&mut self) {
        self.desks.iter_mut().for_each(crate::desk::Desk::lose_stream);
        for (desk, ticket, _, slow) in std::mem::take(&mut self.slow) {
            self.house.hang_up(slow);
            let at = self.desks[desk].flights.iter().position(|flight| flight.ticket == ticket);
            if let Some(at) = at {
                self.desks[desk].fail(at, Failure::Network);
            }
        }
    }

    /// The service goes back to a backup, announced as its operator should or by hand. What it forgets by that and its
    /// author still shows must come back from there.
    fn restore_service(&mut self, act: Act, dice: &mut Random) {
        if self.service_backups.is_empty() {
            return;
        }
        self.break_off();
        // Putting files back takes longer than any answer is under way.
        for desk in &mut self.desks {
            let is_out = |flight: &Flight| !matches!(flight.stage, Stage::Wanted);
            while let Some(at) = desk.flights.iter().position(is_out) {
                desk.fail(at, Failure::Network);
            }
        }
        self.is_put_back = true;
        let place = dice.below(self.service_backups.len() as u64) as usize;
        let backup = &self.service_backups[place];
        let (kept, model) = (backup.kept.clone(), backup.model.clone());
        let forgotten: BTreeSet<String> = self.model.logged.difference(&model.logged).cloned().collect();
        let current: BTreeSet<String> =
            self.model.rows.values().flatten().filter(|row| row.kind != Kind::Conflict).flat_map(marks_of).collect();
        for desk in 0..self.desks.len() {
            let shown: BTreeSet<String> = self.desks[desk].everything().values().flat_map(marks_of).collect();
            let waiting = self.waiting_marks(desk);
            for mark in &forgotten {
                let is_shown = current.contains(mark) && shown.contains(mark);
                if !is_shown && !waiting.contains(mark) {
                    self.owes[desk].remove(mark);
                }
            }
        }
        self.model = model;
        if act == Act::RestoreService {
            self.epoch += 1;
            self.house.put_as_restored(&kept, self.epoch);
        } else {
            self.house.put(&kept);
        }
        self.epoch = self.house.look("SELECT epoch FROM organisation").max(self.epoch);
    }

    /// Marked values of edits that wait or were refused.
    pub(crate) fn waiting_marks(&self, desk: usize) -> BTreeSet<String> {
        let store = self.desks[desk].store();
        let waiting = store.outbox_page(usize::MAX).unwrap_or_default().into_iter().map(|entry| entry.edit);
        let refused = store.refusals(usize::MAX).unwrap_or_default().into_iter().map(|refusal| refusal.edit);
        waiting.chain(refused).flat_map(|edit| edit.changes).filter_map(|change| mark_in(&change.new)).collect()
    }
}
