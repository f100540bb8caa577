//! Drives the machine: a thread that hears events, carries out effects and keeps the timer.

use super::lanes::{Lanes, Request, Stop, Task};
use crate::host::Host;
use mingce_protocol::News;
use mingce_sync::{Effect, Event, Failure, Left, Machine, PageKind, State, Tick, Ticket, TimerId};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What the loop last said, for people and for whoever waits for it.
#[derive(Default)]
struct Said {
    state: Option<State>,
    /// The last round that somebody asked for and that came to its end.
    rested: u64,
}

struct Shared {
    said: Mutex<Said>,
    changed: Condvar,
}

/// The background loop of the open roster. Dropping it stops the loop and waits for its requests to end.
pub(crate) struct Driver {
    events: Sender<Heard>,
    shared: Arc<Shared>,
    /// Rounds that were asked for.
    asked: AtomicU64,
    thread: Option<JoinHandle<()>>,
}

enum Heard {
    Event(Event),
    /// A round now, by its number.
    Now(u64),
    Stop,
}

/// A round that somebody waits for.
struct Asked {
    number: u64,
    /// Requests from before were under way, so that their end says nothing of a try made now.
    has_earlier_requests: bool,
    has_tried_again: bool,
}

impl Driver {
    /// Starts the loop. `tell` hears every state.
    pub(crate) fn start(
        host: Arc<dyn Host>,
        lanes: Lanes,
        tell: impl Fn(State) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (events, heard) = channel();
        let shared = Arc::new(Shared { said: Mutex::default(), changed: Condvar::new() });
        let teller = {
            let shared = shared.clone();
            move |state| {
                let mut said = shared.said.lock().unwrap_or_else(PoisonError::into_inner);
                said.state = Some(state);
                drop(said);
                tell(state);
            }
        };
        let rested = {
            let shared = shared.clone();
            move |number| {
                shared.said.lock().unwrap_or_else(PoisonError::into_inner).rested = number;
                shared.changed.notify_all();
            }
        };
        let own = events.clone();
        let thread = std::thread::Builder::new().name("sync".into()).spawn(move || {
            Loop::new(host, lanes, own, Box::new(teller), Box::new(rested)).run(&heard);
        })?;
        let driver = Self { events, shared, asked: AtomicU64::new(0), thread: Some(thread) };
        driver.tell(Event::Started);
        Ok(driver)
    }

    pub(crate) fn tell(&self, event: Event) {
        // The loop only ends together with this value.
        let _ = self.events.send(Heard::Event(event));
    }

    pub(crate) fn state(&self) -> Option<State> {
        self.shared.said.lock().unwrap_or_else(PoisonError::into_inner).state
    }

    /// Asks for a round now and waits for its end: everything exchanged, or a reason why not that a try made now found.
    pub(crate) fn sync_now(&self, patience: Duration) -> Option<State> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        let _ = self.events.send(Heard::Now(number));
        let said = self.shared.said.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = |said: &mut Said| said.rested < number;
        let (said, _) =
            self.shared.changed.wait_timeout_while(said, patience, waiting).unwrap_or_else(PoisonError::into_inner);
        said.state
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.events.send(Heard::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One round in the caller's thread: until everything is exchanged or the machine would wait for a next try.
pub(crate) fn run_once(host: Arc<dyn Host>, lanes: Lanes) -> State {
    let (events, heard) = channel();
    let mut looping = Loop::new(host, lanes, events, Box::new(|_| {}), Box::new(|_| {}));
    looping.may_listen = false;
    looping.ask(1, Event::Started);
    while looping.asked.is_some() && looping.wait(&heard) {}
    looping.stop_tasks();
    // A round that came to its end has said how.
    looping.state.unwrap_or(State::Syncing)
}

struct Loop {
    host: Arc<dyn Host>,
    lanes: Lanes,
    machine: Machine,
    events: Sender<Heard>,
    tell: Box<dyn Fn(State) + Send>,
    /// Hears of each round's end.
    tell_rest: Box<dyn Fn(u64) + Send>,
    /// What was told last.
    state: Option<State>,
    asked: Option<Asked>,
    tasks: Vec<(Ticket, Stop, Task)>,
    timer: Option<(TimerId, u64)>,
    may_listen: bool,
    /// Requests that exchange something; not the stream.
    in_flight: Vec<Ticket>,
    has_got_through: bool,
}

impl Loop {
    fn new(
        host: Arc<dyn Host>,
        lanes: Lanes,
        events: Sender<Heard>,
        tell: Box<dyn Fn(State) + Send>,
        tell_rest: Box<dyn Fn(u64) + Send>,
    ) -> Self {
        Self {
            host,
            lanes,
            machine: Machine::new(),
            events,
            tell,
            tell_rest,
            state: None,
            asked: None,
            tasks: Vec::new(),
            timer: None,
            may_listen: true,
            in_flight: Vec::new(),
            has_got_through: false,
        }
    }

    fn run(mut self, heard: &Receiver<Heard>) {
        while self.wait(heard) {}
        self.stop_tasks();
    }

    /// Waits for an event or the timer; `false` when the loop is to end.
    fn wait(&mut self, heard: &Receiver<Heard>) -> bool {
        let next = match self.timer {
            None => heard.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some((_, due)) => heard.recv_timeout(Duration::from_millis(due.saturating_sub(self.host.mono_ms()))),
        };
        match next {
            Ok(Heard::Event(event)) => self.hear(event),
            Ok(Heard::Now(number)) => self.ask(number, Event::NetworkHint),
            Err(RecvTimeoutError::Timeout) => {
                if let Some((id, _)) = self.timer.take() {
                    self.hear(Event::TimerFired(id));
                }
            }
            Ok(Heard::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
        }
        true
    }

    /// Begins a round that somebody waits for.
    fn ask(&mut self, number: u64, event: Event) {
        self.has_got_through = false;
        let has_earlier_requests = !self.in_flight.is_empty();
        self.asked = Some(Asked { number, has_earlier_requests, has_tried_again: false });
        self.hear(event);
    }

    /// Ends the round that somebody waits for, once there is nothing more to wait for.
    ///
    /// Trouble in one lane does not end the other one. When that one gets through, the service is there after all, and
    /// the lane in trouble tries once more; so does a round whose requests were under way before it was asked for.
    fn rest(&mut self) {
        let Some(asked) = &mut self.asked else { return };
        match self.state {
            None | Some(State::Syncing) => return,
            Some(State::Idle { .. } | State::Paused { .. }) => {}
            Some(_) if !self.in_flight.is_empty() => return,
            Some(State::Offline { .. })
                if (self.has_got_through || asked.has_earlier_requests) && !asked.has_tried_again =>
            {
                asked.has_tried_again = true;
                return self.hear(Event::NetworkHint);
            }
            Some(_) => {}
        }
        let number = asked.number;
        self.asked = None;
        (self.tell_rest)(number);
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::PushDone { ticket, .. } | Event::PullDone { ticket, .. } => {
                self.has_got_through = true;
                self.landed(ticket);
            }
            Event::Failed { ticket, .. } => self.landed(ticket),
            _ => {}
        }
        let mut dice = [0; 2];
        // Without chance desktops only come back together; syncing works all the same.
        let _ = self.host.fill_random(&mut dice);
        let tick = Tick {
            mono_ms: self.host.mono_ms(),
            wall_ms: self.host.now_ms(),
            jitter: u16::from_ne_bytes(dice) % 1_000,
        };
        let effects = self.machine.step(event, tick);
        let mut is_broken = false;
        for effect in effects {
            match effect {
                Effect::RenewReplica => is_broken = is_broken || self.lanes.renew_replica(&*self.host).is_err(),
                Effect::ResetCursor => is_broken = is_broken || self.lanes.reset_cursor().is_err(),
                Effect::ResetLog => is_broken = is_broken || self.lanes.reset_log().is_err(),
                Effect::Push { ticket, .. } | Effect::Pull { ticket, .. } if is_broken => {
                    let _ = self.events.send(Heard::Event(Event::Failed { ticket, failure: Failure::Local }));
                }
                other => self.carry_out(other),
            }
        }
        self.rest();
    }

    fn landed(&mut self, ticket: Ticket) {
        self.in_flight.retain(|other| *other != ticket);
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Cancel(ticket) => {
                self.landed(ticket);
                if let Some(at) = self.tasks.iter().position(|(other, _, _)| *other == ticket) {
                    let (_, stop, task) = self.tasks.swap_remove(at);
                    stop.stop();
                    self.lanes.wait_for(task);
                }
            }
            Effect::Push { ticket, ops } => {
                self.in_flight.push(ticket);
                self.start(ticket, |lanes, stop| lanes.push(ops, stop));
            }
            Effect::Pull { ticket } => {
                self.in_flight.push(ticket);
                self.start(ticket, |lanes, stop| lanes.pull(stop));
            }
            Effect::Listen { ticket } => {
                if self.may_listen {
                    self.listen(ticket);
                }
            }
            Effect::ArmTimer { id, ms } => self.timer = Some((id, self.host.mono_ms().saturating_add(ms))),
            Effect::Report(state) => {
                self.state = Some(state);
                (self.tell)(state);
            }
            // The reported state says so too; the UI asks from there.
            Effect::AskSignIn | Effect::TellUpgrade | Effect::RenewReplica | Effect::ResetCursor | Effect::ResetLog => {
            }
        }
    }

    fn start(&mut self, ticket: Ticket, begin: impl FnOnce(&Lanes, Stop) -> Request) {
        self.tasks.retain(|(_, _, task)| !task.is_finished());
        let stop = Stop::default();
        let request = begin(&self.lanes, stop.clone());
        let events = self.events.clone();
        let task = self.lanes.spawn(async move {
            let event = match request.await {
                Ok(Brought::Pushed { left, head }) => Event::PushDone { ticket, left, head },
                Ok(Brought::Pulled { page, head, queued }) => {
                    if queued {
                        let _ = events.send(Heard::Event(Event::LocalEdit));
                    }
                    Event::PullDone { ticket, page, head }
                }
                Err(failure) => Event::Failed { ticket, failure },
            };
            let _ = events.send(Heard::Event(event));
        });
        self.tasks.push((ticket, stop, task));
    }

    fn listen(&mut self, ticket: Ticket) {
        let stop = Stop::default();
        let (heard, ended) = (self.events.clone(), self.events.clone());
        let listening = self.lanes.listen(stop.clone(), move |news: News| {
            let _ = heard.send(Heard::Event(Event::Heard { ticket, news }));
        });
        let task = self.lanes.spawn(async move {
            let failure = listening.await;
            let _ = ended.send(Heard::Event(Event::Failed { ticket, failure }));
        });
        self.tasks.push((ticket, stop, task));
    }

    fn stop_tasks(&mut self) {
        for (_, stop, task) in self.tasks.drain(..) {
            stop.stop();
            self.lanes.wait_for(task);
        }
    }
}

/// What a request brought and stored.
pub(crate) enum Brought {
    Pushed {
        left: Left,
        head: u64,
    },
    /// `queued`: what was stored put edits into the outbox.
    Pulled {
        page: PageKind,
        head: u64,
        queued: bool,
    },
}
