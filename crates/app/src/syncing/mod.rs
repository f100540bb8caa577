//! Syncing: the loop of `mingce_sync` given hands. Requests run as tasks; what they bring is stored here.

mod driver;
mod lanes;
mod looks;
mod photos;
mod verifying;

pub(crate) use driver::Driver;
pub(crate) use lanes::Lanes;
pub(crate) use photos::Fetcher;

use crate::failure::{Outcome, told};
use crate::session::Session;
use crate::{App, lock};
use mingce_ipc::sync::{SyncDone, SyncPhase, SyncStatus};
use mingce_ipc::{Code, Event, Failure};
use mingce_store::Store;
use mingce_sync::{State, Why};
use std::sync::Arc;
use std::time::Duration;

/// How long a person who asked to sync is kept waiting before the work goes on in the background.
const PATIENCE: Duration = Duration::from_secs(600);

impl App {
    /// Starts the background loop of the roster.
    pub(crate) fn start_syncing(&self, session: &Arc<Session>) -> Outcome<()> {
        let mut driver = lock(&session.driver);
        if driver.is_some() {
            return Ok(());
        }
        let (host, store, guard) = (self.host.clone(), session.store.clone(), session.lock.clone());
        let tell = move |state| {
            // Before anybody is told: whoever hears of it finds the roster locked.
            if state == State::SignInNeeded {
                guard.lock();
            }
            if let Ok(status) = status(&store, Some(state)) {
                host.emit(Event::Sync { status });
            }
        };
        let started = Driver::start(self.host.clone(), session.lanes.clone(), tell);
        *driver = Some(started.map_err(|_| Failure::from(Code::Internal).with("reason", "no_thread"))?);
        *lock(&session.fetcher) = Some(Fetcher::start(session.lanes.clone()));
        Ok(())
    }

    /// Reads the departments in the background: the first page shows them and need not wait for all of it.
    pub(crate) fn arrange_departments(&self, session: &Session) {
        let store = session.store.clone();
        let reading = self.runtime.spawn_blocking(move || {
            // What cannot be read now is said when somebody asks for it.
            let _ = store.department_tree();
        });
        *lock(&session.arranging) = Some(reading);
    }

    /// Reads the search index in the background, once: the first search should not wait for it, nor should the first
    /// page, so it is read behind that. Only where the background loop runs: a command may never search.
    pub(crate) fn warm_search(&self, session: &Session) {
        let mut warming = lock(&session.warming);
        if warming.is_some() || lock(&session.driver).is_none() {
            return;
        }
        let store = session.store.clone();
        *warming = Some(self.runtime.spawn_blocking(move || {
            // What cannot be read now is said when somebody searches.
            let _ = store.warm_search();
        }));
    }

    /// One round now, in the background loop when there is one.
    pub(crate) fn run_sync(&self, session: &Session) -> Outcome<()> {
        let state = match &*lock(&session.driver) {
            Some(driver) => driver.sync_now(PATIENCE),
            None => Some(driver::run_once(self.host.clone(), session.lanes.clone())),
        };
        match state {
            Some(State::Idle { .. } | State::Syncing | State::Paused { .. }) | None => Ok(()),
            Some(State::SignInNeeded) => {
                session.lock.lock();
                Err(Code::SignInNeeded.into())
            }
            Some(State::UpgradeNeeded) => Err(Code::UpgradeNeeded.into()),
            Some(State::Offline { why, .. }) => Err(match why {
                Why::Network => Code::Offline.into(),
                Why::Untrusted => Code::Untrusted.into(),
                Why::NotMingce => Code::NotMingce.into(),
                Why::Busy | Why::Refused | Why::Breach => Code::ServiceFailed.into(),
                Why::Local => Failure::from(Code::FileFailed).with("reason", "roster"),
            }),
        }
    }

    pub(crate) fn sync(&self, session: &Session) -> Outcome<SyncDone> {
        let before = told(session.store.counts())?;
        let received = session.lanes.received();
        self.run_sync(session)?;
        let after = told(session.store.counts())?;
        let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(SyncDone {
            pushed: count(before.waiting.saturating_sub(after.waiting)),
            pulled: count(session.lanes.received().saturating_sub(received)),
            conflicts: count(after.conflicts),
            refused: count(after.refused),
        })
    }
}

impl Session {
    pub(crate) fn sync_status(&self) -> Outcome<SyncStatus> {
        let state = lock(&self.driver).as_ref().and_then(Driver::state);
        status(&self.store, state)
    }
}

fn status(store: &Store, state: Option<State>) -> Outcome<SyncStatus> {
    let counts = told(store.counts())?;
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let (phase, synced_at) = match state {
        None | Some(State::Paused { .. }) => (SyncPhase::Idle, counts.last_synced_at_ms),
        Some(State::Idle { synced_at }) => (SyncPhase::Idle, Some(synced_at)),
        Some(State::Syncing) => (SyncPhase::Syncing, counts.last_synced_at_ms),
        Some(State::Offline { .. }) => (SyncPhase::Offline, counts.last_synced_at_ms),
        Some(State::SignInNeeded) => (SyncPhase::SignInNeeded, counts.last_synced_at_ms),
        Some(State::UpgradeNeeded) => (SyncPhase::UpgradeNeeded, counts.last_synced_at_ms),
    };
    Ok(SyncStatus {
        phase,
        synced_at,
        waiting: count(counts.waiting),
        conflicts: count(counts.conflicts),
        refused: count(counts.refused),
    })
}
