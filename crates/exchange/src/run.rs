//! How long work is watched and stopped by its caller.

use crate::ExchangeError;

/// How far a piece of long work has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    pub rows_done: u64,
    /// Known only when the file says so, and then only as its claim.
    pub rows_expected: Option<u64>,
}

/// The caller's hand on long work: asked often whether to go on, told now and then how far it is.
pub struct Run<'a> {
    pub is_cancelled: &'a dyn Fn() -> bool,
    pub on_progress: &'a mut dyn FnMut(Progress),
}

/// Rows between two looks at `is_cancelled` and two calls of `on_progress`.
pub const ROWS_PER_STEP: u64 = 1000;

impl Run<'_> {
    /// Ends the work with `Cancelled` when the caller wants it to.
    pub fn check(&self) -> Result<(), ExchangeError> {
        if (self.is_cancelled)() { Err(ExchangeError::Cancelled) } else { Ok(()) }
    }

    /// To be called for each row; looks and reports only every [`ROWS_PER_STEP`] rows.
    pub fn step(&mut self, rows_done: u64, rows_expected: Option<u64>) -> Result<(), ExchangeError> {
        if rows_done.is_multiple_of(ROWS_PER_STEP) {
            self.check()?;
            (self.on_progress)(Progress { rows_done, rows_expected });
        }
        Ok(())
    }
}

/// Runs `work` with nobody watching.
pub fn unwatched<T>(work: impl FnOnce(&mut Run<'_>) -> T) -> T {
    work(&mut Run { is_cancelled: &|| false, on_progress: &mut |_| () })
}
