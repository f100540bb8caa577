//! Drives the machine: a thread that hears events, carries out effects and keeps the timer.

use super::lanes::{Lanes, Request, Stop, Task};
use crate::host::Host;
use mingce_sync::{Effect, Event, Failure, Left, Machine, PageKind, State, Tick, Ticket, TimerId};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What the loop last said, for people and for whoever waits for it.
#[derive(Default)]
struct Said {
    state: Option<State>,
    /// Rises with every report.
    count: u64,
}

struct Shared {
    said: Mutex<Said>,
    changed: Condvar,
}

/// The background loop of the open roster. Dropping it stops the loop and waits for its requests to end.
pub(crate) struct Driver {
    events: Sender<Heard>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

enum Heard {
    Event(Event),
    Stop,
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
                said.count += 1;
                drop(said);
                shared.changed.notify_all();
                tell(state);
            }
        };
        let own = events.clone();
        let thread = std::thread::Builder::new().name("sync".into()).spawn(move || {
            Loop::new(host, lanes, own, Box::new(teller)).run(&heard);
        })?;
        let driver = Self { events, shared, thread: Some(thread) };
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

    /// Asks for a round now and waits until the loop rests again: everything exchanged, or a reason why not.
    pub(crate) fn sync_now(&self, patience: Duration) -> Option<State> {
        let before = self.shared.said.lock().unwrap_or_else(PoisonError::into_inner).count;
        self.tell(Event::NetworkHint);
        let said = self.shared.said.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = |said: &mut Said| said.count == before || matches!(said.state, None | Some(State::Syncing));
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
///
/// Trouble in one lane does not end the other one. When that one gets through, the service is there after all, and the
/// lane in trouble tries once more.
pub(crate) fn run_once(host: Arc<dyn Host>, lanes: Lanes) -> State {
    let (events, heard) = channel();
    let rested = Arc::new(Mutex::new(None));
    let teller = {
        let rested = rested.clone();
        move |state| {
            let mut rested = rested.lock().unwrap_or_else(PoisonError::into_inner);
            *rested = Some(state);
        }
    };
    let mut looping = Loop::new(host, lanes, events, Box::new(teller));
    looping.has_waiting_pulls = false;
    looping.hear(Event::Started);
    let mut has_tried_again = false;
    loop {
        let state = *rested.lock().unwrap_or_else(PoisonError::into_inner);
        match state {
            None | Some(State::Syncing) => {}
            Some(State::Offline { .. }) if !looping.in_flight.is_empty() => {}
            Some(State::Offline { .. }) if looping.has_got_through && !has_tried_again => {
                has_tried_again = true;
                looping.hear(Event::NetworkHint);
                continue;
            }
            Some(state) => {
                looping.stop_tasks();
                return state;
            }
        }
        looping.wait(&heard);
    }
}

struct Loop {
    host: Arc<dyn Host>,
    lanes: Lanes,
    machine: Machine,
    events: Sender<Heard>,
    tell: Box<dyn Fn(State) + Send>,
    tasks: Vec<(Ticket, Stop, Task)>,
    timer: Option<(TimerId, u64)>,
    has_waiting_pulls: bool,
    /// Requests that exchange something; not the pull that waits for news.
    in_flight: Vec<Ticket>,
    has_got_through: bool,
}

impl Loop {
    fn new(host: Arc<dyn Host>, lanes: Lanes, events: Sender<Heard>, tell: Box<dyn Fn(State) + Send>) -> Self {
        Self {
            host,
            lanes,
            machine: Machine::new(),
            events,
            tell,
            tasks: Vec::new(),
            timer: None,
            has_waiting_pulls: true,
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
            Err(RecvTimeoutError::Timeout) => {
                if let Some((id, _)) = self.timer.take() {
                    self.hear(Event::TimerFired(id));
                }
            }
            Ok(Heard::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
        }
        true
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
                Effect::Push { ticket, .. } | Effect::Pull { ticket, .. } if is_broken => {
                    let _ = self.events.send(Heard::Event(Event::Failed { ticket, failure: Failure::Local }));
                }
                other => self.carry_out(other),
            }
        }
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
            Effect::Pull { ticket, wait_s } => {
                if wait_s == 0 {
                    self.in_flight.push(ticket);
                }
                let wait_s = if self.has_waiting_pulls { wait_s } else { 0 };
                self.start(ticket, |lanes, stop| lanes.pull(wait_s, stop));
            }
            Effect::ArmTimer { id, ms } => self.timer = Some((id, self.host.mono_ms().saturating_add(ms))),
            Effect::Report(state) => (self.tell)(state),
            // The reported state says so too; the UI asks from there.
            Effect::AskSignIn | Effect::TellUpgrade | Effect::RenewReplica | Effect::ResetCursor => {}
        }
    }

    fn start(&mut self, ticket: Ticket, begin: impl FnOnce(&Lanes, Stop) -> Request) {
        self.tasks.retain(|(_, _, task)| !task.is_finished());
        let stop = Stop::default();
        let request = begin(&self.lanes, stop.clone());
        let events = self.events.clone();
        let task = self.lanes.spawn(async move {
            let event = match request.await {
                Ok(Brought::Pushed(left)) => Event::PushDone { ticket, left },
                Ok(Brought::Pulled(page)) => Event::PullDone { ticket, page },
                Err(failure) => Event::Failed { ticket, failure },
            };
            let _ = events.send(Heard::Event(event));
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
    Pushed(Left),
    Pulled(PageKind),
}
