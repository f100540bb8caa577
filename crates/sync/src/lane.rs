//! One direction of syncing: the request under way, and when to try again after a failure.

use crate::signal::{Ticket, Why};
use crate::timing::{Tick, backoff_ms};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Flight {
    pub ticket: Ticket,
    pub deadline_ms: u64,
    /// Nothing was outstanding as far as is known.
    pub is_look: bool,
    /// A push was answered meanwhile, so the page may have been read before it.
    pub is_outdated: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Trouble {
    pub failures: u32,
    pub since: i64,
    pub next_try: i64,
    pub why: Why,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Lane {
    pub flight: Option<Flight>,
    pub trouble: Option<Trouble>,
    pub retry_ms: Option<u64>,
    pub renewals: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    Push,
    Pull,
}

impl Lane {
    /// Ends the request if it is this one.
    pub fn land(&mut self, ticket: Ticket) -> Option<Flight> {
        self.flight.take_if(|flight| flight.ticket == ticket)
    }

    /// A failure: the next try waits longer than the last one did, and no less than the service asked for.
    pub fn back_off(&mut self, why: Why, asked_s: Option<u64>, tick: Tick, now_ms: u64) {
        let failures = self.trouble.map_or(0, |trouble| trouble.failures).saturating_add(1);
        let since = self.trouble.map_or(tick.wall_ms, |trouble| trouble.since);
        let delay_ms = backoff_ms(failures, asked_s, tick.jitter);
        let next_try = tick.wall_ms.saturating_add_unsigned(delay_ms);
        self.trouble = Some(Trouble { failures, since, next_try, why });
        self.retry_ms = Some(now_ms.saturating_add(delay_ms));
    }
}

impl Side {
    pub fn other(self) -> Self {
        match self {
            Side::Push => Side::Pull,
            Side::Pull => Side::Push,
        }
    }
}
