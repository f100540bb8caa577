//! The background loop as a value: events in, effects out. Two lanes, push and pull, each with at most one request
//! under way, neither waiting for the other; beside them an ear at the service that says when to pull. A timer is armed
//! after every step, so that no state is a dead end.

use crate::ear::Ear;
use crate::lane::{Flight, Lane, Side};
use crate::signal::{Effect, Event, Failure, Left, PageKind, State, Ticket, TimerId, Why};
use crate::timing::Tick;
use mingce_protocol::PUSH_OPS_MAX;

/// How often to look for news while no stream tells of them.
const REST_MS: u64 = 30_000;
/// After so long a request without an answer is given up, whatever became of its task.
const REQUEST_MS_MAX: u64 = 300_000;
/// How often to look whether a refused sign-in or version is accepted after all.
const PROBE_MS: u64 = 300_000;
/// A pause ends by itself after a day at the most.
const PAUSE_MS_MAX: u64 = 24 * 3_600_000;
/// New replica ids or cursors in a row without a success between.
const RENEWALS_MAX: u8 = 3;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    Running,
    SignInNeeded,
    UpgradeNeeded,
    Paused { until: i64 },
}

/// The background loop of one profile.
#[derive(Clone, Debug)]
pub struct Machine {
    mode: Mode,
    push: Lane,
    pull: Lane,
    /// The outbox may hold edits that no request carries.
    is_dirty: bool,
    /// The service may have records that are not here.
    is_behind: bool,
    /// The next pull that catches up may queue edits: records that a restored service lost.
    is_recovering: bool,
    ear: Ear,
    /// Next look in a mode other than running.
    look_ms: Option<u64>,
    rest_ms: Option<u64>,
    ops: usize,
    synced_at: Option<i64>,
    clock_ms: u64,
    last_name: u64,
    timer: Option<(TimerId, u64)>,
    reported: Option<State>,
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

impl Machine {
    /// Does nothing before the first event: `Started`, or `SignedOut` for a profile without a device token.
    pub fn new() -> Self {
        Self {
            mode: Mode::Running,
            push: Lane::default(),
            pull: Lane::default(),
            is_dirty: true,
            is_behind: true,
            is_recovering: true,
            ear: Ear::default(),
            look_ms: None,
            rest_ms: None,
            ops: PUSH_OPS_MAX,
            synced_at: None,
            clock_ms: 0,
            last_name: 0,
            timer: None,
            reported: None,
        }
    }

    /// Takes one event and says what to do, in order.
    pub fn step(&mut self, event: Event, tick: Tick) -> Vec<Effect> {
        self.clock_ms = self.clock_ms.max(tick.mono_ms);
        let mut effects = Vec::new();
        match event {
            Event::Started => {}
            Event::LocalEdit => self.is_dirty = true,
            Event::NetworkHint => self.hasten(&mut effects),
            Event::TimerFired(id) => self.fire(id, tick, &mut effects),
            Event::PushDone { ticket, left, head } => {
                if self.push.land(ticket).is_some() {
                    self.note_pushed(left, head);
                    self.succeed(Side::Push, tick);
                }
            }
            Event::PullDone { ticket, page, head } => {
                if let Some(flight) = self.pull.land(ticket) {
                    self.note_pulled(flight, page, head);
                    self.rest_ms = Some(self.clock_ms.saturating_add(REST_MS));
                    self.leave_waiting_mode();
                    self.succeed(Side::Pull, tick);
                }
            }
            Event::Heard { ticket, news } => self.ear.hear(ticket, news, self.clock_ms),
            Event::Failed { ticket, failure } => {
                if self.push.land(ticket).is_some() {
                    self.is_dirty = true;
                    self.fail(Side::Push, failure, tick, &mut effects);
                } else if self.pull.land(ticket).is_some() {
                    self.fail(Side::Pull, failure, tick, &mut effects);
                } else if self.ear.lose(ticket, failure, tick, self.clock_ms) {
                    // Whether the service is there at all, a pull finds out; so it does what was missed.
                    self.rest_ms = None;
                }
            }
            Event::SignedIn => self.run_afresh(&mut effects),
            Event::Resume => {
                if matches!(self.mode, Mode::Paused { .. }) {
                    self.run_afresh(&mut effects);
                }
            }
            Event::SignedOut => self.stop(Mode::SignInNeeded, PROBE_MS, &mut effects),
            Event::Pause { for_ms } => {
                let for_ms = for_ms.min(PAUSE_MS_MAX);
                let until = tick.wall_ms.saturating_add_unsigned(for_ms);
                self.stop(Mode::Paused { until }, for_ms, &mut effects);
            }
        }
        self.start_what_is_due(&mut effects);
        self.arm(&mut effects);
        self.report(&mut effects);
        effects
    }

    fn lane(&mut self, side: Side) -> &mut Lane {
        match side {
            Side::Push => &mut self.push,
            Side::Pull => &mut self.pull,
        }
    }

    fn name(&mut self) -> u64 {
        self.last_name += 1;
        self.last_name
    }

    fn cancel(&mut self, side: Side, effects: &mut Vec<Effect>) {
        let Some(flight) = self.lane(side).flight.take() else { return };
        effects.push(Effect::Cancel(flight.ticket));
        match side {
            Side::Push => self.is_dirty = true,
            Side::Pull => self.is_behind |= !flight.is_look,
        }
    }

    fn note_pushed(&mut self, left: Left, head: u64) {
        self.is_dirty |= matches!(left, Left::More | Left::MoreEitherWay);
        let is_behind = matches!(left, Left::Nothing | Left::MoreEitherWay);
        self.is_behind |= is_behind;
        if is_behind {
            if let Some(flight) = &mut self.pull.flight {
                flight.is_outdated = true;
            }
        } else if head > 0 {
            self.ear.know(head);
        }
    }

    fn note_pulled(&mut self, flight: Flight, page: PageKind, head: u64) {
        self.is_behind = page == PageKind::More || flight.is_outdated;
        if !self.is_behind {
            self.ear.know(head);
            self.is_dirty |= std::mem::take(&mut self.is_recovering);
        }
    }

    fn succeed(&mut self, side: Side, tick: Tick) {
        let lane = self.lane(side);
        let had_trouble = lane.trouble.take().is_some();
        lane.retry_ms = None;
        lane.renewals = 0;
        // The first success after an outage says that the other lane's network is back too.
        if had_trouble {
            let other = self.lane(side.other());
            if other.trouble.is_some_and(|trouble| trouble.why == Why::Network) {
                other.retry_ms = None;
            }
            self.ear.try_again();
        }
        if !self.is_behind && !self.has_edits_out() {
            self.synced_at = Some(tick.wall_ms);
        }
    }

    fn fail(&mut self, side: Side, failure: Failure, tick: Tick, effects: &mut Vec<Effect>) {
        let may_renew = self.lane(side).renewals < RENEWALS_MAX;
        match failure {
            Failure::Unauthorised => {
                if self.mode != Mode::SignInNeeded {
                    effects.push(Effect::AskSignIn);
                }
                self.stop(Mode::SignInNeeded, PROBE_MS, effects);
            }
            Failure::Upgrade => {
                if self.mode != Mode::UpgradeNeeded {
                    effects.push(Effect::TellUpgrade);
                }
                self.stop(Mode::UpgradeNeeded, PROBE_MS, effects);
            }
            Failure::Fork if may_renew => {
                self.lane(side).renewals += 1;
                // An answer to edits under their former numbers must not settle others.
                self.cancel(Side::Push, effects);
                effects.push(Effect::RenewReplica);
            }
            Failure::Epoch | Failure::Gap if may_renew => {
                self.lane(side).renewals += 1;
                self.cancel(Side::Push, effects);
                self.cancel(Side::Pull, effects);
                effects.extend([Effect::RenewReplica, Effect::ResetLog]);
                self.ear.forget();
                (self.is_behind, self.is_recovering) = (true, true);
            }
            Failure::Malformed if may_renew => {
                self.lane(side).renewals += 1;
                // The answer to a push would bring the cursor back that is given up here.
                self.cancel(Side::Push, effects);
                self.cancel(Side::Pull, effects);
                effects.push(Effect::ResetCursor);
                (self.is_behind, self.is_recovering) = (true, true);
            }
            Failure::TooLarge if side == Side::Push && self.ops > 1 => self.ops /= 2,
            Failure::Network => self.back_off(side, Why::Network, None, tick),
            Failure::Untrusted => self.back_off(side, Why::Untrusted, None, tick),
            Failure::NotMingce => self.back_off(side, Why::NotMingce, None, tick),
            Failure::Busy { retry_after_s } => self.back_off(side, Why::Busy, retry_after_s, tick),
            Failure::Breach => self.back_off(side, Why::Breach, None, tick),
            Failure::Local => self.back_off(side, Why::Local, None, tick),
            Failure::Fork
            | Failure::Epoch
            | Failure::Gap
            | Failure::Malformed
            | Failure::TooLarge
            | Failure::Refused => self.back_off(side, Why::Refused, None, tick),
        }
    }

    fn back_off(&mut self, side: Side, why: Why, asked_s: Option<u64>, tick: Tick) {
        // Whoever asked for this try hears how it ended, even when it ended as before.
        self.reported = None;
        let now = self.clock_ms;
        if self.mode != Mode::Running {
            // The look that failed is repeated by `start_what_is_due`.
            return;
        }
        self.lane(side).back_off(why, asked_s, tick, now);
    }

    /// Ends all requests and waits for a person, looking again by itself after `look_ms`.
    fn stop(&mut self, mode: Mode, look_ms: u64, effects: &mut Vec<Effect>) {
        self.cancel(Side::Push, effects);
        self.cancel(Side::Pull, effects);
        effects.extend(self.ear.close().map(Effect::Cancel));
        (self.push, self.pull) = (Lane::default(), Lane::default());
        self.rest_ms = None;
        self.reported = None;
        self.mode = mode;
        self.look_ms = Some(self.clock_ms.saturating_add(look_ms));
    }

    fn run_afresh(&mut self, effects: &mut Vec<Effect>) {
        self.stop(Mode::Running, 0, effects);
        self.look_ms = None;
        // Asked rather than remembered: an empty outbox costs one look.
        (self.is_dirty, self.is_behind) = (true, true);
    }

    /// A pull was answered although signing in or upgrading was asked for: go on.
    fn leave_waiting_mode(&mut self) {
        if self.mode != Mode::Running {
            self.mode = Mode::Running;
            self.look_ms = None;
        }
    }

    fn hasten(&mut self, effects: &mut Vec<Effect>) {
        match self.mode {
            Mode::Running => {
                (self.push.retry_ms, self.pull.retry_ms) = (None, None);
                // The stream may hang on a connection that no longer exists.
                effects.extend(self.ear.close().map(Effect::Cancel));
                if let Some(flight) = &mut self.pull.flight {
                    // What it brings may have been read before there was a reason to ask.
                    (flight.is_outdated, flight.is_look) = (true, false);
                }
                self.is_behind = true;
            }
            Mode::SignInNeeded | Mode::UpgradeNeeded => {
                if self.pull.flight.is_none() {
                    self.look_ms = Some(self.clock_ms);
                    self.look(effects);
                }
            }
            Mode::Paused { .. } => self.reported = None,
        }
    }

    fn fire(&mut self, id: TimerId, tick: Tick, effects: &mut Vec<Effect>) {
        let Some((_, deadline_ms)) = self.timer.take_if(|(armed, _)| *armed == id) else { return };
        // The timer itself is the proof that the time has come, even if the clock lags.
        self.clock_ms = self.clock_ms.max(deadline_ms);
        let now = self.clock_ms;
        for side in [Side::Push, Side::Pull] {
            if self.lane(side).flight.is_some_and(|flight| flight.deadline_ms <= now) {
                self.cancel(side, effects);
                self.fail(side, Failure::Network, tick, effects);
            }
            let lane = self.lane(side);
            if lane.retry_ms.take_if(|retry_ms| *retry_ms <= now).is_some() {
                // Every try after a wait may renew once.
                lane.renewals = lane.renewals.min(RENEWALS_MAX - 1);
            }
        }
        self.rest_ms.take_if(|rest_ms| *rest_ms <= now);
        if let Some(old) = self.ear.fire(now) {
            effects.push(Effect::Cancel(old));
            self.rest_ms = None;
        }
        self.look(effects);
    }

    /// In a mode that waits for a person: tries by itself when it is time.
    fn look(&mut self, effects: &mut Vec<Effect>) {
        if self.look_ms.take_if(|look_ms| *look_ms <= self.clock_ms).is_none() {
            return;
        }
        match self.mode {
            Mode::Running => {}
            Mode::Paused { .. } => self.run_afresh(effects),
            Mode::SignInNeeded | Mode::UpgradeNeeded => self.start_pull(effects),
        }
    }

    fn start_what_is_due(&mut self, effects: &mut Vec<Effect>) {
        if self.mode != Mode::Running {
            if self.look_ms.is_none() && self.pull.flight.is_none() {
                self.look_ms = Some(self.clock_ms.saturating_add(PROBE_MS));
            }
            return;
        }
        let is_sending = self.push.flight.is_some();
        if self.pull.flight.is_none() {
            self.is_behind |= self.ear.has_news(is_sending, self.clock_ms);
        }
        if self.is_dirty && !is_sending && self.push.retry_ms.is_none() {
            self.is_dirty = false;
            let ticket = Ticket(self.name());
            self.push.flight = Some(self.flight(ticket));
            effects.push(Effect::Push { ticket, ops: self.ops });
        }
        let is_due = self.is_behind || self.pull.trouble.is_some() || (self.rest_ms.is_none() && !self.ear.is_open());
        if is_due && self.pull.flight.is_none() && self.pull.retry_ms.is_none() {
            self.start_pull(effects);
        }
        if !self.is_behind && self.pull.trouble.is_none() && self.ear.may_listen() {
            let ticket = Ticket(self.name());
            self.ear.listen(ticket, self.clock_ms);
            effects.push(Effect::Listen { ticket });
        }
    }

    fn flight(&self, ticket: Ticket) -> Flight {
        let deadline_ms = self.clock_ms.saturating_add(REQUEST_MS_MAX);
        Flight { ticket, deadline_ms, is_look: false, is_outdated: false }
    }

    fn start_pull(&mut self, effects: &mut Vec<Effect>) {
        let ticket = Ticket(self.name());
        self.rest_ms = None;
        self.pull.flight = Some(Flight { is_look: !self.is_behind, ..self.flight(ticket) });
        effects.push(Effect::Pull { ticket });
    }

    fn arm(&mut self, effects: &mut Vec<Effect>) {
        let flight_ms = |lane: &Lane| lane.flight.map(|flight| flight.deadline_ms);
        let deadlines = [
            flight_ms(&self.push),
            flight_ms(&self.pull),
            self.push.retry_ms,
            self.pull.retry_ms,
            self.rest_ms.filter(|_| !self.ear.is_open()),
            self.look_ms,
            self.ear.due_ms(self.push.flight.is_some() && self.pull.flight.is_none()),
        ];
        // There always is one: running, the pull lane flies, waits or rests, or a stream is open, which ends some time;
        // otherwise a look or its pull is due.
        let Some(deadline_ms) = deadlines.into_iter().flatten().min() else { return };
        if self.timer.is_some_and(|(_, armed_ms)| armed_ms == deadline_ms) {
            return;
        }
        let id = TimerId(self.name());
        self.timer = Some((id, deadline_ms));
        effects.push(Effect::ArmTimer { id, ms: deadline_ms.saturating_sub(self.clock_ms) });
    }

    fn has_edits_out(&self) -> bool {
        self.is_dirty || self.push.flight.is_some()
    }

    fn state(&self) -> State {
        match self.mode {
            Mode::SignInNeeded => return State::SignInNeeded,
            Mode::UpgradeNeeded => return State::UpgradeNeeded,
            Mode::Paused { until } => return State::Paused { until },
            Mode::Running => {}
        }
        let troubles = [self.push.trouble, self.pull.trouble].into_iter().flatten();
        if let Some(first) = troubles.min_by_key(|trouble| trouble.next_try) {
            let since = [self.push.trouble, self.pull.trouble].into_iter().flatten().map(|trouble| trouble.since).min();
            return State::Offline { since: since.unwrap_or(first.since), next_try: first.next_try, why: first.why };
        }
        match self.synced_at {
            Some(synced_at) if !self.has_edits_out() && !self.is_behind => State::Idle { synced_at },
            _ => State::Syncing,
        }
    }

    fn report(&mut self, effects: &mut Vec<Effect>) {
        let state = self.state();
        if self.reported != Some(state) {
            self.reported = Some(state);
            effects.push(Effect::Report(state));
        }
    }
}
