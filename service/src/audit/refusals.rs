//! Sign-ins that were refused, on their way into the audits.
//!
//! They are written behind the answer, so that how long it takes does not tell which phones have an account; and what
//! strangers can do as often as they like becomes one entry at a time with a count.

use super::{Act, Actor, Deed, Ledger, record};
use crate::storage::{Database, StorageError, Transaction};
use mingce_model::id::AccountId;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Entries of refusals with phones that nobody has are this far apart at least.
const STRANGERS_EVERY_MS: i64 = 10 * 60_000;
/// Refusals that wait to be written one by one; those beyond are counted with the strangers'.
const WAITING_MAX: usize = 1_000;
/// Neighbourhoods that are told apart in one count.
const NETWORKS_MAX: usize = 1_000;

/// Which refusals are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Until {
    /// Those whose time has come.
    Due,
    /// All: the service stops.
    All,
}

/// What waits to be written.
#[derive(Default)]
pub struct Refusals {
    state: Mutex<State>,
    /// Held by whoever writes.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    /// With phones that somebody has.
    waiting: Vec<Refusal>,
    strangers: Strangers,
    /// When strangers were written last.
    written_at_ms: Option<i64>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Refusal {
    account: AccountId,
    network: String,
    at_ms: i64,
}

/// Refusals with phones that nobody has.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct Strangers {
    count: u64,
    since_ms: i64,
    networks: BTreeSet<String>,
}

impl Strangers {
    fn add(&mut self, network: String, at_ms: i64) {
        self.since_ms = if self.count == 0 { at_ms } else { self.since_ms.min(at_ms) };
        self.count = self.count.saturating_add(1);
        if self.networks.len() < NETWORKS_MAX {
            self.networks.insert(network);
        }
    }

    fn add_all(&mut self, others: Strangers) {
        if others.count == 0 {
            return;
        }
        self.since_ms = if self.count == 0 { others.since_ms } else { self.since_ms.min(others.since_ms) };
        self.count = self.count.saturating_add(others.count);
        let room = NETWORKS_MAX.saturating_sub(self.networks.len());
        self.networks.extend(others.networks.into_iter().take(room));
    }
}

impl State {
    fn note(&mut self, account: Option<AccountId>, network: String, at_ms: i64) {
        match account {
            Some(account) if self.waiting.len() < WAITING_MAX => {
                self.waiting.push(Refusal { account, network, at_ms });
            }
            _ => self.strangers.add(network, at_ms),
        }
    }

    fn take(&mut self, until: Until, now_ms: i64) -> (Vec<Refusal>, Strangers) {
        let waiting = std::mem::take(&mut self.waiting);
        // A clock that was put back makes nothing wait.
        let is_soon = |written_ms: i64| (0..STRANGERS_EVERY_MS).contains(&(now_ms - written_ms));
        let is_due = until == Until::All || !self.written_at_ms.is_some_and(is_soon);
        if !is_due || self.strangers.count == 0 {
            return (waiting, Strangers::default());
        }
        self.written_at_ms = Some(now_ms);
        (waiting, std::mem::take(&mut self.strangers))
    }
}

impl Refusals {
    /// Takes note of one. It is written by the next `write`.
    pub fn note(&self, account: Option<AccountId>, network: String, at_ms: i64) {
        self.state().note(account, network, at_ms);
    }

    /// Writes what waits, after whoever writes already. What cannot be written waits on.
    pub async fn write(&self, database: &Database, until: Until, now_ms: i64) -> Result<(), StorageError> {
        let _turn = self.writing.lock().await;
        let (waiting, strangers) = self.state().take(until, now_ms);
        let mut waiting = waiting.into_iter();
        while let Some(refusal) = waiting.next() {
            let (written, again) = (refusal.clone(), refusal);
            let done = database.write(move |transaction| write_one(transaction, &written)).await;
            if let Err(error) = done {
                let mut state = self.state();
                for Refusal { account, network, at_ms } in std::iter::once(again).chain(waiting) {
                    state.note(Some(account), network, at_ms);
                }
                state.strangers.add_all(strangers);
                return Err(error);
            }
        }
        if strangers.count == 0 {
            return Ok(());
        }
        let written = strangers.clone();
        let done = database.write(move |transaction| write_strangers(transaction, &written, now_ms)).await;
        done.inspect_err(|_| self.state().strangers.add_all(strangers))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Into the audits of the account's organisations; into the service's own where it has none. Which phone, is not told.
fn write_one(transaction: &mut dyn Transaction, refusal: &Refusal) -> Result<(), StorageError> {
    let organisations = transaction.hold_organisations_of(refusal.account)?;
    let own = organisations.is_empty().then(Ledger::of_service);
    for ledger in organisations.iter().map(Ledger::from).chain(own) {
        let deed = Deed {
            act: Act::SignInRefused,
            actor: Actor::Stranger,
            device: None,
            network: Some(&refusal.network),
            subject: Some(refusal.account.0),
            details: json!({}),
        };
        record(transaction, ledger, refusal.at_ms, deed)?;
    }
    Ok(())
}

/// Into the service's own.
fn write_strangers(transaction: &mut dyn Transaction, strangers: &Strangers, now_ms: i64) -> Result<(), StorageError> {
    let mut networks = strangers.networks.iter();
    let deed = Deed {
        act: Act::SignInRefused,
        actor: Actor::Stranger,
        device: None,
        network: networks.next().filter(|_| strangers.networks.len() == 1).map(String::as_str),
        subject: None,
        details: json!({
            "count": strangers.count,
            "since": strangers.since_ms,
            "networks": strangers.networks.len(),
        }),
    };
    record(transaction, Ledger::of_service(), now_ms, deed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_model::RecordId;

    fn account(n: u8) -> Option<AccountId> {
        Some(RecordId::from_parts(1, [n; 10]).into())
    }

    #[test]
    fn the_first_stranger_is_due_at_once_and_the_rest_are_counted() {
        let mut state = State::default();
        state.note(None, "a".into(), 5);
        assert_eq!(state.take(Until::Due, 5).1.count, 1);
        for n in 0..5_000 {
            state.note(None, format!("{n}"), 6 + n);
        }
        assert_eq!(state.take(Until::Due, 4 + STRANGERS_EVERY_MS).1, Strangers::default());
        let (_, strangers) = state.take(Until::Due, 5 + STRANGERS_EVERY_MS);
        assert_eq!((strangers.count, strangers.since_ms, strangers.networks.len()), (5_000, 6, NETWORKS_MAX));
        state.note(None, "a".into(), 7);
        assert_eq!(state.take(Until::Due, 6 + STRANGERS_EVERY_MS).1.count, 0);
        assert_eq!(state.take(Until::All, 6 + STRANGERS_EVERY_MS).1.count, 1);
        // The clock was put back.
        state.note(None, "a".into(), 7);
        assert_eq!(state.take(Until::Due, 7).1.count, 1);
    }

    #[test]
    fn those_of_accounts_are_written_one_by_one_as_far_as_there_is_room() {
        let mut state = State::default();
        for n in 0..=WAITING_MAX {
            state.note(account(n as u8), "a".into(), 5);
        }
        let (waiting, strangers) = state.take(Until::Due, 5);
        assert_eq!((waiting.len(), strangers.count), (WAITING_MAX, 1));
        assert_eq!(state.take(Until::All, 5), (Vec::new(), Strangers::default()));
    }

    #[test]
    fn what_could_not_be_written_is_counted_on() {
        let mut state = State::default();
        state.note(None, "a".into(), 9);
        let (_, mut strangers) = state.take(Until::Due, 9);
        strangers.add("b".into(), 4);
        state.note(None, "c".into(), 12);
        state.strangers.add_all(strangers);
        let all = state.take(Until::All, 13).1;
        assert_eq!((all.count, all.since_ms, all.networks.len()), (3, 4, 3));
        state.strangers.add_all(Strangers::default());
        assert_eq!(state.take(Until::All, 13).1, Strangers::default());
    }
}
