//! Use cases: what a person can do with a roster, one subject a file.
//!
//! Everything blocks; hosts call from threads of their own. No host is named here, no error leaves without a code, and
//! nothing of a record goes into a log or an error.

mod acts;
mod administrators;
mod affiliations;
mod apart;
mod attention;
mod belongings;
mod bulk;
mod calls;
mod cells;
mod cells_extra;
pub mod columns;
mod command_line;
mod creating;
mod custom;
mod custom_values;
mod days;
mod departments;
mod doctor;
mod duplicates;
mod embedded;
mod exporting;
pub mod failure;
mod grid;
mod guardians;
mod history;
pub mod host;
mod import_history;
mod importing;
mod invitations;
mod inviting;
mod jobs;
mod locking;
mod masking;
mod members;
mod merging;
mod one_roster;
mod organisation;
mod past;
mod photos;
mod preferences;
mod problems;
mod profile;
mod replacing;
mod reprinting;
mod rewrite;
mod rules;
mod saved_views;
mod session;
mod sheets;
mod syncing;
mod tags;
mod typed;
mod undoing;
mod views;
mod year;

pub use failure::{Outcome, told};
pub use host::{Host, RunningService, ServicePlan};

use embedded::Embedded;
use mingce_ipc::Code;
use session::Session;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The use cases on one host, with at most one roster open.
pub struct App {
    host: Arc<dyn Host>,
    runtime: tokio::runtime::Runtime,
    embedded: Mutex<Embedded>,
    session: Mutex<Option<Arc<Session>>>,
    /// Somebody who signed in and has not opened a roster yet.
    entering: Mutex<Option<organisation::Entering>>,
}

impl App {
    /// Never touches the disk; the first call does.
    pub fn new(host: Arc<dyn Host>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("mingce")
            .enable_all()
            .build()
            .expect("a program that cannot start two threads cannot do anything");
        Self { host, runtime, embedded: Mutex::default(), session: Mutex::default(), entering: Mutex::default() }
    }

    /// The open roster, unless it is locked.
    pub(crate) fn session(&self) -> Outcome<Arc<Session>> {
        let session = self.any_session()?;
        if session.lock.is_locked() { Err(Code::Locked.into()) } else { Ok(session) }
    }

    /// The open roster, be it locked: for signing in, and for what says nothing of anybody.
    pub(crate) fn any_session(&self) -> Outcome<Arc<Session>> {
        lock(&self.session).clone().ok_or_else(|| Code::NoProfile.into())
    }

    /// Ends what runs in the background and lets the roster go.
    pub fn close(&self) {
        drop(lock(&self.session).take());
        lock(&self.embedded).stop();
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.close();
    }
}

/// A thread that panicked while it held a lock left whole values behind: ours change in one step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `2026-11-22 14:05` in UTC, for people; nothing for instants no calendar has.
pub fn instant_text(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}
