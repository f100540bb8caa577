//! Long work that tells how far it is and can be stopped, by a name that the caller chose.

use crate::failure::Outcome;
use crate::lock;
use crate::session::Session;
use mingce_ipc::{Code, Event};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Jobs under way, by name, and whether they shall stop.
pub(crate) type Jobs = HashMap<String, Arc<AtomicBool>>;

/// One piece of work, on the list while it lives. Without a name it says nothing and goes on to its end.
pub(crate) struct Job<'a> {
    session: &'a Session,
    name: Option<&'a str>,
    is_cancelled: Arc<AtomicBool>,
    total: u32,
}

impl<'a> Job<'a> {
    pub(crate) fn begin(session: &'a Session, name: Option<&'a str>, total: usize) -> Self {
        let is_cancelled = Arc::new(AtomicBool::new(false));
        if let Some(name) = name {
            lock(&session.jobs).insert(name.to_owned(), is_cancelled.clone());
        }
        Self { session, name, is_cancelled, total: u32::try_from(total).unwrap_or(u32::MAX) }
    }

    /// Tells how much is done; `Cancelled` when it shall stop.
    pub(crate) fn go_on(&self, done: u32) -> Outcome<()> {
        match self.watch(u64::from(done), u64::from(self.total)) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Code::Cancelled.into()),
        }
    }

    /// What a write asks now and then: tells how many edits are done.
    pub(crate) fn progress(&self) -> impl FnMut(u64) -> ControlFlow<()> {
        move |done| self.watch(done, u64::from(self.total))
    }

    /// The same for work that knows its whole only on the way.
    pub(crate) fn watch(&self, done: u64, total: u64) -> ControlFlow<()> {
        if self.is_cancelled.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        if let Some(name) = self.name {
            let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
            self.session.host.emit(Event::Progress { job: name.to_owned(), done: count(done), total: count(total) });
        }
        ControlFlow::Continue(())
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        if let Some(name) = self.name {
            lock(&self.session.jobs).remove(name);
        }
    }
}

/// Asks the job to stop; one that has ended already stays as it is.
pub(crate) fn cancel(session: &Session, name: &str) {
    if let Some(flag) = lock(&session.jobs).get(name) {
        flag.store(true, Ordering::Relaxed);
    }
}
