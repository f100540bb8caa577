//! One history: a service, desktops, the oracle beside them, and events that happen to all of them.

use crate::desk::Desk;
use crate::desk::Request;
use crate::event::{Act, Event, Temper};
use crate::folders::Files;
use crate::ground::Kept;
use crate::house::{DEVICES, House, Slow};
use crate::model::Model;
use mingce_model::{Field, OrganisationId, RecordId};
use mingce_service::sync::{Safeguard, Safeguards};
use mingce_sync::Ticket;
use mingce_testkit::{Ids, Random};
use std::collections::{BTreeMap, BTreeSet};

/// What is taken away to see that its absence is noticed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    Nothing,
    AtTheService(Safeguard),
    /// A desktop takes in what is older than what it has.
    VersionSkip,
}

/// A backup of a desktop: its files and what it owed when they were taken.
pub(crate) struct DeskBackup {
    pub desk: usize,
    pub files: Files,
    pub owes: BTreeSet<String>,
}

/// A backup of the service, with the oracle as it was.
pub(crate) struct ServiceBackup {
    pub kept: Kept,
    pub model: Model,
}

pub struct World {
    pub seed: u64,
    pub temper: Temper,
    pub(crate) house: House,
    pub(crate) desks: Vec<Desk>,
    pub(crate) model: Model,
    /// Marked values that each desktop's database must not lose.
    pub(crate) owes: Vec<BTreeSet<String>>,
    /// Record and field of each marked value.
    pub(crate) marks: BTreeMap<String, (RecordId, Field)>,
    /// Marked values that somebody wrote over; such a one may go if it never got through to the service.
    pub(crate) written_over: BTreeSet<String>,
    pub(crate) refused: BTreeSet<String>,
    /// The service was put back.
    pub(crate) is_put_back: bool,
    /// Marked values that somebody took back or gave up.
    pub(crate) given_up: BTreeSet<String>,
    pub(crate) removed: BTreeSet<RecordId>,
    pub(crate) ids: Ids,
    pub(crate) next_mark: u64,
    pub(crate) slow: Vec<(usize, Ticket, Request, Slow)>,
    /// Requests that may arrive once more, with the device that sent them.
    pub(crate) stash: Vec<(usize, Request)>,
    pub(crate) desk_backups: Vec<DeskBackup>,
    pub(crate) service_backups: Vec<ServiceBackup>,
    pub(crate) epoch: u64,
    pub counts: Counts,
}

/// How much of everything there was, so that a harness that does nothing is noticed.
#[derive(Clone, Copy, Default, Debug)]
pub struct Counts {
    pub edits: u64,
    pub pushes: u64,
    pub pages: u64,
    pub conflicts: u64,
    pub refusals: u64,
    pub forks: u64,
    pub epochs: u64,
    pub unavailable: u64,
    pub power_cuts: u64,
}

impl Counts {
    pub fn add(&mut self, other: &Counts) {
        self.edits += other.edits;
        self.pushes += other.pushes;
        self.pages += other.pages;
        self.conflicts += other.conflicts;
        self.refusals += other.refusals;
        self.forks += other.forks;
        self.epochs += other.epochs;
        self.unavailable += other.unavailable;
        self.power_cuts += other.power_cuts;
    }
}

/// The organisation of every history.
pub fn organisation() -> OrganisationId {
    OrganisationId(Ids::seeded(0).next_id())
}

impl World {
    pub fn new(seed: u64, missing: Missing) -> Result<Self, String> {
        let safeguards = match missing {
            Missing::AtTheService(safeguard) => Safeguards::without(safeguard),
            Missing::Nothing | Missing::VersionSkip => Safeguards::default(),
        };
        let temper = Temper::of(seed);
        let house = House::open(seed, safeguards);
        let desks: Vec<Desk> = (0..temper.desks()).map(|number| Desk::new(seed, number)).collect();
        let mut world = Self {
            seed,
            temper,
            owes: vec![BTreeSet::new(); desks.len()],
            house,
            desks,
            model: Model::default(),
            marks: BTreeMap::new(),
            written_over: BTreeSet::new(),
            refused: BTreeSet::new(),
            is_put_back: false,
            given_up: BTreeSet::new(),
            removed: BTreeSet::new(),
            ids: Ids::seeded(seed.wrapping_add(77)),
            next_mark: 0,
            slow: Vec::new(),
            stash: Vec::new(),
            desk_backups: Vec::new(),
            service_backups: Vec::new(),
            epoch: 1,
            counts: Counts::default(),
        };
        world.model.rows = world
            .dump()?
            .into_iter()
            .map(|(key, record)| (key, Some(mingce_model::Record { ver: 0, ..record })))
            .collect();
        Ok(world)
    }

    pub fn step(&mut self, event: &Event) -> Result<(), String> {
        let mut dice = Random::new(event.dice);
        let desk = dice.below(self.desks.len() as u64) as usize;
        if self.desks[desk].is_shut && !event.act.is_elsewhere() {
            return Ok(());
        }
        match event.act {
            Act::Create
            | Act::Edit
            | Act::EditTogether
            | Act::EditAlike
            | Act::EditBadly
            | Act::TakeNumber
            | Act::MoveMember
            | Act::Remove
            | Act::CreateDepartment
            | Act::RenameDepartment
            | Act::MoveDepartment
            | Act::RemoveDepartment
            | Act::Undo
            | Act::Redo
            | Act::Resolve
            | Act::DropRefusal
            | Act::RetryRefusal => match self.only_looks(desk) {
                true => Ok(()),
                false => self.work(event.act, desk, &mut dice),
            },
            Act::Exchange
            | Act::Step
            | Act::LoseRequest
            | Act::LoseAnswer
            | Act::DamageRequest
            | Act::DamageAnswer
            | Act::SpoilCursor
            | Act::Duplicate
            | Act::ArriveLate
            | Act::BeginSlowly
            | Act::EndSlowly => self.exchange(event.act, desk, &mut dice),
            _ => self.suffer(event.act, desk, &mut dice),
        }?;
        match self.desks.iter().find(|desk| !desk.has_timer()) {
            Some(desk) => Err(format!("desktop {} has no timer armed (I9)", desk.number)),
            None => Ok(()),
        }
    }

    /// Somebody at this desktop reads and never writes.
    fn only_looks(&self, desk: usize) -> bool {
        self.temper == Temper::Watched && desk + 1 == self.temper.desks()
    }

    /// What happens to programs, disks, clocks and files.
    fn suffer(&mut self, act: Act, desk: usize, dice: &mut Random) -> Result<(), String> {
        match act {
            Act::TimerFires => {
                if !self.desks[desk].fire_timer() {
                    return Err(format!("desktop {desk} has no timer armed (I9)"));
                }
            }
            Act::Hear => {
                let (epoch, head) = (self.house.look("SELECT epoch FROM organisation"), self.head());
                self.desks[desk].hear_news(epoch, head);
            }
            Act::LoseStream => self.desks[desk].lose_stream(),
            Act::NetworkHint => self.desks[desk].hear(mingce_sync::Event::NetworkHint),
            Act::SendAway => self.desks[desk].is_sent_away = true,
            Act::SignIn => self.sign_in(desk),
            Act::TurnClock => self.desks[desk].clock_ms = any_time(dice),
            Act::TurnServiceClock => {
                self.house.clock_ms.store(any_time(dice), std::sync::atomic::Ordering::Relaxed);
            }
            Act::FillDisk => self.desks[desk].set_full(true),
            Act::FreeDisk => self.desks[desk].set_full(false),
            Act::KillDesk => {
                let files = self.desks[desk].files();
                self.restart_desk(desk, &files);
            }
            Act::CutPower => {
                self.counts.power_cuts += 1;
                let files = self.desks[desk].files_after_cut(dice.next_u64());
                self.restart_desk(desk, &files);
            }
            Act::ShutDesk => {
                let files = self.desks[desk].files();
                self.restart_desk(desk, &files);
                self.desks[desk].is_shut = true;
            }
            Act::OpenDesk => self.desks[desk].is_shut = false,
            Act::BackUpDesk | Act::BackUpDeskCarelessly => {
                let mut files = self.desks[desk].files();
                if act == Act::BackUpDeskCarelessly {
                    files = files.without_logs();
                }
                let owes = match act {
                    // What was in the log is not in such a copy; what it holds is found when it is opened.
                    Act::BackUpDeskCarelessly => BTreeSet::new(),
                    _ => self.owes[desk].clone(),
                };
                self.desk_backups.push(DeskBackup { desk, files, owes });
            }
            Act::RestoreDesk => {
                let own: Vec<usize> =
                    (0..self.desk_backups.len()).filter(|place| self.desk_backups[*place].desk == desk).collect();
                if !own.is_empty() {
                    let backup = &self.desk_backups[*dice.pick(&own)];
                    let (files, owes) = (backup.files.clone(), backup.owes.clone());
                    self.owes[desk] = owes;
                    self.restart_desk(desk, &files);
                }
            }
            Act::CopyDesk => {
                if self.desks.len() < DEVICES {
                    let copy = Desk::started_on(&self.desks[desk].files(), self.seed, self.desks.len());
                    self.owes.push(self.owes[desk].clone());
                    self.desks.push(copy);
                }
            }
            _ => self.suffer_at_service(act, dice),
        }
        Ok(())
    }

    pub(crate) fn sign_in(&mut self, desk: usize) {
        if std::mem::take(&mut self.desks[desk].is_sent_away) {
            self.desks[desk].hear(mingce_sync::Event::SignedIn);
        }
    }

    /// Requests of the desktop that the service is reading break off with it.
    fn restart_desk(&mut self, desk: usize, files: &Files) {
        let (own, others) = std::mem::take(&mut self.slow).into_iter().partition(|(number, ..)| *number == desk);
        self.slow = others;
        let own: Vec<(usize, Ticket, Request, Slow)> = own;
        own.into_iter().for_each(|(_, _, _, slow)| self.house.hang_up(slow));
        self.desks[desk].restart_on(files);
    }
}

/// Within ten years either way.
fn any_time(dice: &mut Random) -> i64 {
    const TEN_YEARS_MS: i64 = 315_576_000_000;
    let now = mingce_testkit::clock::NOW_MS.cast_signed();
    now - TEN_YEARS_MS + (dice.below(2 * TEN_YEARS_MS.unsigned_abs())).cast_signed()
}
