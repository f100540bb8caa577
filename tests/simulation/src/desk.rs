//! A desktop of a history: the real encrypted store and the real loop, whose requests wait until the scheduler lets them
//! go on. What the app's loop does between store, judge and line is done here in the same order.

use crate::folders::{self, Files};
use crate::house::Answer;
use crate::power;
use mingce_model::id::ReplicaId;
use mingce_model::{Kind, Record, RecordId};
use mingce_protocol::pull::read_pull;
use mingce_protocol::push::write_push;
use mingce_protocol::{BODY_BYTES_MAX, BodyError, News, Op, PullHeader, PulledRecord, PushAnswer, PushHeader};
use mingce_store::{Identity, Store, StoreError, SyncState};
use mingce_sync::{
    Effect, Event, Failure, Left, Machine, PageKind, PushLimits, PushState, State, Tick, Ticket, TimerId, judge,
    judge_page, plan_push,
};
use mingce_testkit::clock::NOW_MS;
use mingce_testkit::{Ids, Random};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::LazyLock;
use tempfile::TempDir;

const KEY: [u8; 32] = [0x4b; 32];
/// A small page, so that a pull takes many and is cut off in the middle.
pub const PAGE_ROWS: usize = 5;
/// Room that a disk still has when it is said to be full.
const FULL_BYTES: u64 = 8_192;

/// An empty roster, made once.
static EMPTY: LazyLock<Files> = LazyLock::new(|| {
    let folder = folders::fresh();
    let mut ids = Ids::seeded(9);
    let organisation = crate::world::organisation();
    let identity =
        Identity {
            organisation, account: ids.next_id().into(), actor: "王老师".into(), replica: ids.next_id().into()
        };
    drop(Store::create(folder.path(), &KEY, &identity).expect("a roster is made"));
    Files::of(folder.path())
});

/// A request on its way.
#[derive(Clone, Debug)]
pub enum Request {
    Push { header: PushHeader, ops: Vec<Op>, body: Vec<u8> },
    Pull { state: SyncState },
}

/// How far a request of the loop has come.
pub enum Stage {
    Wanted,
    /// It left the desktop.
    Sent(Request),
    /// The service is reading it.
    Slow,
    Answered(Request, Answer),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    Push { ops: usize },
    Pull,
}

pub struct Flight {
    pub ticket: Ticket,
    pub lane: Lane,
    pub stage: Stage,
}

pub struct Desk {
    pub number: usize,
    store: Option<Store>,
    folder: TempDir,
    machine: Machine,
    pub flights: Vec<Flight>,
    /// The stream that it wants or holds.
    ear: Option<Ticket>,
    timer: Option<(TimerId, u64)>,
    pub state: Option<State>,
    mono_ms: u64,
    pub clock_ms: i64,
    chance: Random,
    pub is_full: bool,
    /// Its device token is not known at the service.
    pub is_sent_away: bool,
    /// In a drawer.
    pub is_shut: bool,
}

impl Desk {
    pub fn new(seed: u64, number: usize) -> Self {
        let mut desk = Self::on(&EMPTY, seed, number);
        desk.renew_replica().expect("a fresh roster can be written");
        desk.hear(Event::Started);
        desk
    }

    fn on(files: &Files, seed: u64, number: usize) -> Self {
        let folder = folders::fresh();
        files.lay(folder.path());
        let store = Store::open(folder.path(), &KEY).expect("the roster opens");
        Self {
            number,
            store: Some(store),
            folder,
            machine: Machine::new(),
            flights: Vec::new(),
            ear: None,
            timer: None,
            state: None,
            mono_ms: 0,
            clock_ms: NOW_MS.cast_signed(),
            chance: Random::for_index(seed, 100 + number as u64),
            is_full: false,
            is_sent_away: false,
            is_shut: false,
        }
    }

    /// Another computer starts on a copy of this roster's files.
    pub fn started_on(files: &Files, seed: u64, number: usize) -> Self {
        let mut desk = Self::on(files, seed, number);
        desk.hear(Event::Started);
        desk
    }

    /// The program starts anew on these files; what was on its way goes lost.
    pub fn restart_on(&mut self, files: &Files) {
        let folder = folders::fresh();
        files.lay(folder.path());
        self.store = None;
        self.folder = folder;
        self.store = Some(Store::open(self.folder.path(), &KEY).expect("the roster opens"));
        self.machine = Machine::new();
        self.flights.clear();
        self.ear = None;
        (self.timer, self.state, self.is_full) = (None, None, false);
        self.hear(Event::Started);
    }

    pub fn files(&self) -> Files {
        Files::of(self.folder.path())
    }

    /// What the disk holds when the power fails now.
    pub fn files_after_cut(&self, seed: u64) -> Files {
        power::files_after_cut(self.folder.path(), seed)
    }

    pub fn store(&self) -> &Store {
        self.store.as_ref().expect("the roster is open")
    }

    pub fn set_full(&mut self, is_full: bool) {
        self.is_full = is_full;
        let bytes = if is_full { FULL_BYTES } else { u64::MAX / 2 };
        self.store().limit_size(bytes).expect("a limit can be set");
    }

    /// Every record here.
    pub fn everything(&self) -> BTreeMap<(Kind, RecordId), Record> {
        let mut all = BTreeMap::new();
        for kind in [Kind::Organisation, Kind::Department, Kind::Member, Kind::Conflict] {
            let scanned = self.store().scan(kind, &mut |record| {
                all.insert((kind, record.id), record);
                ControlFlow::Continue(())
            });
            scanned.expect("the roster can be read");
        }
        all
    }

    pub fn hear(&mut self, event: Event) {
        let jitter = u16::try_from(self.chance.below(1_000)).unwrap_or(0);
        let tick = Tick { mono_ms: self.mono_ms, wall_ms: self.clock_ms, jitter };
        let mut is_broken = false;
        let mut broken = Vec::new();
        for effect in self.machine.step(event, tick) {
            match effect {
                Effect::Cancel(ticket) => {
                    self.flights.retain(|flight| flight.ticket != ticket);
                    self.ear.take_if(|held| *held == ticket);
                }
                Effect::RenewReplica => is_broken = is_broken || self.renew_replica().is_err(),
                Effect::ResetCursor => is_broken = is_broken || self.store().reset_cursor().is_err(),
                Effect::ResetLog => is_broken = is_broken || self.store().reset_log().is_err(),
                Effect::Push { ticket, .. } | Effect::Pull { ticket, .. } if is_broken => broken.push(ticket),
                Effect::Push { ticket, ops } => {
                    self.flights.push(Flight { ticket, lane: Lane::Push { ops }, stage: Stage::Wanted });
                }
                Effect::Pull { ticket } => {
                    self.flights.push(Flight { ticket, lane: Lane::Pull, stage: Stage::Wanted });
                }
                Effect::Listen { ticket } => self.ear = Some(ticket),
                Effect::ArmTimer { id, ms } => self.timer = Some((id, self.mono_ms.saturating_add(ms))),
                Effect::Report(state) => self.state = Some(state),
                Effect::AskSignIn | Effect::TellUpgrade => {}
            }
        }
        for ticket in broken {
            self.hear(Event::Failed { ticket, failure: Failure::Local });
        }
    }

    /// The time of the timer comes. `false`: none is armed, which must never be.
    pub fn fire_timer(&mut self) -> bool {
        let Some((id, due_ms)) = self.timer.take() else { return false };
        let waited_ms = due_ms.saturating_sub(self.mono_ms);
        self.mono_ms += waited_ms;
        self.clock_ms = self.clock_ms.saturating_add_unsigned(waited_ms);
        self.hear(Event::TimerFired(id));
        true
    }

    /// A word of the stream arrives, if it stands.
    pub fn hear_news(&mut self, epoch: u64, head: u64) {
        if let Some(ticket) = self.ear {
            self.hear(Event::Heard { ticket, news: News { epoch, head, scope: 1 } });
        }
    }

    /// The stream breaks, if there is one.
    pub fn lose_stream(&mut self) {
        if let Some(ticket) = self.ear.take() {
            self.hear(Event::Failed { ticket, failure: Failure::Network });
        }
    }

    pub fn has_timer(&self) -> bool {
        self.timer.is_some()
    }

    fn fresh_replica(&mut self) -> ReplicaId {
        ReplicaId(RecordId::from_slice(&self.chance.bytes::<16>()).expect("sixteen bytes are an id"))
    }

    fn renew_replica(&mut self) -> Result<(), StoreError> {
        let replica = self.fresh_replica();
        self.store().renew_replica(replica)
    }

    /// Builds the request of a flight; `None` when the flight ended with it because there is nothing to send.
    pub fn depart(&mut self, at: usize) -> Option<Request> {
        let Flight { ticket, lane, .. } = self.flights[at];
        let built = match lane {
            Lane::Pull => self.store().sync_state().map(|state| Some(Request::Pull { state })).map_err(local),
            Lane::Push { ops } => self.plan(ops),
        };
        match built {
            Ok(Some(request)) => {
                self.flights[at].stage = Stage::Sent(request.clone());
                Some(request)
            }
            Ok(None) => {
                self.flights.remove(at);
                self.hear(Event::PushDone { ticket, left: Left::NothingEitherWay, head: 0 });
                None
            }
            Err(failure) => {
                self.fail(at, failure);
                None
            }
        }
    }

    fn plan(&self, ops: usize) -> Result<Option<Request>, Failure> {
        let store = self.store();
        let state = store.sync_state().map_err(local)?;
        let limits = PushLimits::default().with_ops(ops);
        let entries = store.outbox_page(limits.ops).map_err(local)?;
        let outbox = entries.into_iter().map(|entry| Op::from_edit(entry.m, entry.at_ms, entry.group, entry.edit));
        let SyncState { replica, epoch, acked, cursor, seen, .. } = state;
        let state = PushState { replica, epoch, acked, cursor, seen };
        let planned = plan_push(&state, outbox, limits).map_err(|_| Failure::Local)?;
        Ok(planned.map(|(header, ops)| {
            let body = write_push(&header, &ops).expect("a push can be written");
            Request::Push { header, ops, body }
        }))
    }

    pub fn fail(&mut self, at: usize, failure: Failure) {
        let flight = self.flights.remove(at);
        self.hear(Event::Failed { ticket: flight.ticket, failure });
    }

    /// The answer arrives. What it brought is stored, then the loop hears of it.
    pub fn take_answer(&mut self, at: usize, request: &Request, answer: &Answer) {
        let ticket = self.flights.remove(at).ticket;
        let taken = self.store_answer(request, answer);
        self.hear(match taken {
            Ok(Brought::Pushed { left, head }) => Event::PushDone { ticket, left, head },
            Ok(Brought::Pulled { page, head }) => Event::PullDone { ticket, page, head },
            Err(failure) => Event::Failed { ticket, failure },
        });
    }

    /// Judges the answer and stores what it says.
    pub fn store_answer(&mut self, request: &Request, answer: &Answer) -> Result<Brought, Failure> {
        if !answer.is_success() {
            // What is no answer of ours comes from somebody else on the line.
            return Err(answer.failure().map_or(Failure::NotMingce, |error| Failure::from(&error)));
        }
        match request {
            Request::Push { header, ops, .. } => self.settle(header, ops, answer),
            Request::Pull { state } => self.apply(state, answer),
        }
    }

    fn settle(&self, header: &PushHeader, ops: &[Op], answer: &Answer) -> Result<Brought, Failure> {
        let answer: PushAnswer = serde_json::from_slice(&answer.body).map_err(|_| Failure::NotMingce)?;
        judge(&answer, header, ops).map_err(|_| Failure::Breach)?;
        let range = header.first..=ops.last().map_or(header.first, |op| op.m);
        self.store().settle(&answer, range, self.clock_ms).map_err(local)?;
        let left = self.store().counts().map_err(local)?.waiting;
        let left = match (left, &answer.cursor) {
            (0, Some(_)) => Left::NothingEitherWay,
            (0, None) => Left::Nothing,
            (_, Some(_)) => Left::More,
            (_, None) => Left::MoreEitherWay,
        };
        Ok(Brought::Pushed { left, head: answer.head })
    }

    fn apply(&mut self, asked: &SyncState, answer: &Answer) -> Result<Brought, Failure> {
        let (header, records) = read_page(answer).map_err(|_| Failure::NotMingce)?;
        let cursor = asked.cursor.as_deref();
        let page = judge_page(&header, &records, asked.epoch, cursor).map_err(|_| Failure::Breach)?;
        if self.store().sync_state().map_err(local)?.cursor != asked.cursor {
            // A push that was settled meanwhile moved the cursor: the page is of the past, and comes again.
            return Ok(Brought::Pulled { page: PageKind::More, head: 0 });
        }
        if cursor.is_none() && asked.epoch != 0 && asked.epoch != header.epoch {
            let replica = self.fresh_replica();
            self.store().begin_epoch(header.epoch, replica).map_err(local)?;
        }
        match self.store().apply_page(asked, &header, records, self.clock_ms) {
            Err(StoreError::OldPage) => return Ok(Brought::Pulled { page: PageKind::More, head: 0 }),
            applied => applied.map_err(local)?,
        };
        let page = match (page.rows, page.has_more) {
            (_, true) => PageKind::More,
            (0, false) => PageKind::Nothing,
            (_, false) => PageKind::Last,
        };
        Ok(Brought::Pulled { page, head: header.head })
    }
}

/// What an answer brought.
pub enum Brought {
    Pushed { left: Left, head: u64 },
    Pulled { page: PageKind, head: u64 },
}

pub fn read_page(answer: &Answer) -> Result<(PullHeader, Vec<PulledRecord>), BodyError> {
    let mut records = Vec::new();
    let header = read_pull::<BodyError>(&answer.body, BODY_BYTES_MAX, &mut |_, record| {
        records.push(record);
        Ok(())
    })?;
    Ok((header, records))
}

fn local(error: StoreError) -> Failure {
    match error {
        StoreError::AnswerMismatch => Failure::Breach,
        StoreError::OtherEpoch { .. } => Failure::Epoch,
        StoreError::Damaged | StoreError::Database(_) | StoreError::NotARoster => {
            panic!("the store fails where it must not: {error}")
        }
        _ => Failure::Local,
    }
}
