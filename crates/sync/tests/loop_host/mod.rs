//! A host for the machine that does what it asks, and breaks the test when it asks for what it must not.

use mingce_protocol::News;
use mingce_sync::{Effect, Event, Failure, Left, Machine, PageKind, State, Tick, Ticket, TimerId};

/// Where the log of every test begins.
pub const HEAD: u64 = 7;
const SCOPE: u64 = 1;

pub struct Host {
    pub machine: Machine,
    pub push: Option<Ticket>,
    pub pull: Option<Ticket>,
    /// The stream that is wanted or held.
    pub ear: Option<Ticket>,
    /// The organisation's head, as every answer states it.
    pub head: u64,
    pub epoch: u64,
    /// Pulls that were answered.
    pub pulls: u64,
    pub timer: Option<(TimerId, u64)>,
    pub mono_ms: u64,
    pub jitter: u16,
    /// Edits made after the push under way had started, or in no push that was answered.
    has_unsent: bool,
    is_carried: bool,
    state: Option<State>,
}

#[allow(dead_code)]
impl Host {
    pub fn new() -> Self {
        Self {
            machine: Machine::new(),
            push: None,
            pull: None,
            ear: None,
            head: HEAD,
            epoch: 1,
            pulls: 0,
            timer: None,
            mono_ms: 7,
            jitter: 0,
            has_unsent: false,
            is_carried: false,
            state: None,
        }
    }

    /// Started, everything synced, the stream is open.
    pub fn idle() -> Self {
        let mut host = Self::deaf();
        host.hear();
        // Whether something changed before the first word is not known.
        host.pull_done(PageKind::Nothing);
        assert!(matches!(host.state(), State::Idle { .. }) && host.pull.is_none() && host.ear.is_some());
        host
    }

    /// Started, everything synced, the stream is open, and a pull looks all the same.
    pub fn looking() -> Self {
        let mut host = Self::idle();
        host.head += 1;
        host.hear();
        host
    }

    /// Started, everything synced, no stream yet.
    pub fn deaf() -> Self {
        let mut host = Self::new();
        host.step(Event::Started);
        host.push_done(Left::NothingEitherWay);
        host.pull_done(PageKind::Nothing);
        // The outbox is looked at once more: a restored service may have needed something.
        host.push_done(Left::NothingEitherWay);
        assert!(matches!(host.state(), State::Idle { .. }));
        host
    }

    pub fn state(&self) -> State {
        self.state.expect("the first step reports a state")
    }

    pub fn armed_ms(&self) -> u64 {
        self.timer.expect("a timer is always armed").1 - self.mono_ms
    }

    pub fn step(&mut self, event: Event) -> Vec<Effect> {
        let tick = Tick { mono_ms: self.mono_ms, wall_ms: self.mono_ms as i64 + 1_000_000, jitter: self.jitter };
        match event {
            Event::LocalEdit => (self.has_unsent, self.is_carried) = (true, false),
            Event::PushDone { ticket, .. } if self.push == Some(ticket) && self.is_carried => self.has_unsent = false,
            _ => {}
        }
        match event {
            Event::PushDone { ticket, .. } | Event::PullDone { ticket, .. } | Event::Failed { ticket, .. } => {
                self.push.take_if(|flying| *flying == ticket);
                self.pull.take_if(|flying| *flying == ticket);
                self.ear.take_if(|held| *held == ticket);
            }
            Event::TimerFired(id) => {
                self.timer.take_if(|(armed, _)| *armed == id);
            }
            _ => {}
        }
        let effects = self.machine.step(event, tick);
        for effect in &effects {
            match *effect {
                Effect::Cancel(ticket) => {
                    let was_flying = self.push.take_if(|flying| *flying == ticket).is_some()
                        | self.pull.take_if(|flying| *flying == ticket).is_some()
                        | self.ear.take_if(|held| *held == ticket).is_some();
                    assert!(was_flying, "cancels what is not under way");
                }
                Effect::Push { ticket, ops } => {
                    assert!(ops > 0);
                    self.is_carried = true;
                    assert_eq!(self.push.replace(ticket), None, "a second push beside the first");
                }
                Effect::Pull { ticket } => {
                    assert_eq!(self.pull.replace(ticket), None, "a second pull beside the first");
                }
                Effect::Listen { ticket } => {
                    assert_eq!(self.ear.replace(ticket), None, "a second stream beside the first");
                }
                Effect::RenewReplica => assert_eq!(self.push, None, "renumbers under a push"),
                Effect::ResetCursor | Effect::ResetLog => assert_eq!(self.pull, None, "resets the cursor under a pull"),
                Effect::ArmTimer { id, ms } => self.timer = Some((id, self.mono_ms + ms)),
                Effect::Report(state) => {
                    let is_idle = matches!(state, State::Idle { .. });
                    assert!(!(is_idle && self.has_unsent), "idle with an edit that no answer covers");
                    let is_news = self.state.replace(state) != Some(state);
                    assert!(is_news || !matches!(state, State::Idle { .. }), "reports what is known");
                }
                Effect::AskSignIn | Effect::TellUpgrade => {}
            }
        }
        assert!(self.timer.is_some(), "a state without a timer");
        effects
    }

    pub fn fire(&mut self) -> Vec<Effect> {
        let (id, due_ms) = self.timer.expect("a timer is always armed");
        self.mono_ms = self.mono_ms.max(due_ms);
        self.step(Event::TimerFired(id))
    }

    /// Lets time pass in a world whose pulls bring nothing, until a push is under way.
    pub fn pass_until_push(&mut self) -> u64 {
        let start_ms = self.mono_ms;
        while self.push.is_none() {
            if self.pull.is_some() {
                self.pull_done(PageKind::Nothing);
            } else {
                self.fire();
            }
        }
        self.mono_ms - start_ms
    }

    /// The stream says what the head is.
    pub fn hear(&mut self) -> Vec<Effect> {
        let ticket = self.ear.expect("a stream is held");
        let news = self.news();
        self.step(Event::Heard { ticket, news })
    }

    /// What the stream would say now.
    pub fn news(&self) -> News {
        News { epoch: self.epoch, head: self.head, scope: SCOPE }
    }

    pub fn ear_failed(&mut self, failure: Failure) -> Vec<Effect> {
        let ticket = self.ear.expect("a stream is held");
        self.step(Event::Failed { ticket, failure })
    }

    pub fn push_done(&mut self, left: Left) -> Vec<Effect> {
        let ticket = self.push.expect("a push is under way");
        self.step(Event::PushDone { ticket, left, head: self.head })
    }

    pub fn pull_done(&mut self, page: PageKind) -> Vec<Effect> {
        let ticket = self.pull.expect("a pull is under way");
        self.pulls += 1;
        self.step(Event::PullDone { ticket, page, head: self.head })
    }

    pub fn push_failed(&mut self, failure: Failure) -> Vec<Effect> {
        let ticket = self.push.expect("a push is under way");
        self.step(Event::Failed { ticket, failure })
    }

    pub fn pull_failed(&mut self, failure: Failure) -> Vec<Effect> {
        let ticket = self.pull.expect("a pull is under way");
        self.step(Event::Failed { ticket, failure })
    }
}
