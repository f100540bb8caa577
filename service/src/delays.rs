//! Stepped delays after wrong passwords and codes (OWASP ASVS 5.0, 6.1.1 and 6.3.1), counted by credential and network.
//!
//! Whoever guesses waits longer and longer; the owner of the phone, who comes from another network, does not. Counted in
//! memory by hashes, forgotten after a day without a try: nothing here is a lock-out for ever.

use crate::failure::Failure;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;

/// From so many wrong tries in a row on, each further one waits so long after the one before.
const STEPS: [(u32, i64); 5] = [(5, 10_000), (8, 60_000), (12, 5 * 60_000), (20, 30 * 60_000), (50, 4 * 3_600_000)];
const FORGOTTEN_MS: i64 = 24 * 3_600_000;
/// A network that somebody got in from stays known for so long.
const KNOWN_MS: i64 = 30 * 24 * 3_600_000;
/// Pairs that are remembered; beyond, those that wait for nothing are forgotten first.
const PAIRS_MAX: usize = 200_000;

/// A phone tried from a network.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Pair([u8; 32]);

impl Pair {
    /// Phones are counted by a hash, so that memory holds no list of them. `network`: as `limits::counted` says.
    pub fn new(phone: &str, network: IpAddr) -> Self {
        let mut hash = Sha256::new_with_prefix(b"mingce tries 1");
        hash.update((phone.len() as u64).to_be_bytes());
        hash.update(phone.as_bytes());
        hash.update(network.to_string().as_bytes());
        Self(hash.finalize().into())
    }
}

#[derive(Clone, Copy, Default)]
struct Tried {
    wrong: u32,
    last_ms: i64,
    /// When somebody got in from here last.
    right_ms: Option<i64>,
}

impl Tried {
    fn waits_until(&self) -> i64 {
        let step = STEPS.iter().rev().find(|(from, _)| self.wrong >= *from);
        step.map_or(i64::MIN, |(_, wait)| self.last_ms.saturating_add(*wait))
    }
    fn is_idle(&self, now_ms: i64) -> bool {
        let is_over = now_ms - self.last_ms >= FORGOTTEN_MS || now_ms < self.last_ms;
        is_over && self.right_ms.is_none_or(|at| now_ms - at >= KNOWN_MS)
    }
}

/// The tries of this process.
#[derive(Default)]
pub struct Delays(Mutex<HashMap<Pair, Tried>>);

impl Delays {
    /// Counts a try as a wrong one, until `note_right`: so many at the same time are counted, too. `too_many` with the
    /// seconds to wait when it comes too early; that try is not counted, nor is anything looked at for it.
    pub fn begin(&self, pair: Pair, now_ms: i64) -> Result<(), Failure> {
        let mut all = self.0.lock();
        if all.len() >= PAIRS_MAX && !all.contains_key(&pair) {
            all.retain(|_, tried| tried.waits_until() > now_ms);
        }
        let tried = all.entry(pair).or_default();
        // A clock that was put back makes nobody wait for long.
        if now_ms < tried.last_ms || now_ms - tried.last_ms >= FORGOTTEN_MS {
            (tried.wrong, tried.last_ms) = (0, now_ms);
        }
        let wait_ms = tried.waits_until().saturating_sub(now_ms);
        if wait_ms > 0 {
            return Err(Failure::too_many(u64::try_from(wait_ms).unwrap_or(0).div_ceil(1_000)));
        }
        tried.wrong = tried.wrong.saturating_add(1);
        tried.last_ms = now_ms;
        Ok(())
    }

    /// It was the right one: wrong ones before it are forgotten, and the network is known.
    pub fn note_right(&self, pair: Pair, now_ms: i64) {
        self.0.lock().insert(pair, Tried { wrong: 0, last_ms: now_ms, right_ms: Some(now_ms) });
    }

    /// The try that was begun last was no guess.
    pub fn take_back(&self, pair: Pair) {
        if let Some(tried) = self.0.lock().get_mut(&pair) {
            tried.wrong = tried.wrong.saturating_sub(1);
        }
    }

    /// Whether somebody got in with this phone from this network lately: what strangers do elsewhere does not count here.
    pub fn is_known(&self, pair: Pair, now_ms: i64) -> bool {
        let right_ms = self.0.lock().get(&pair).and_then(|tried| tried.right_ms);
        right_ms.is_some_and(|at| now_ms - at < KNOWN_MS)
    }

    pub fn forget_idle(&self, now_ms: i64) {
        let mut all = self.0.lock();
        all.retain(|_, tried| !tried.is_idle(now_ms));
        all.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(phone: &str, network: &str) -> Pair {
        Pair::new(phone, network.parse().unwrap())
    }

    #[test]
    fn each_step_waits_longer_and_nobody_else_waits() {
        let delays = Delays::default();
        let (guesser, owner) = (pair("13800138000", "203.0.113.1"), pair("13800138000", "198.51.100.1"));
        let mut now_ms = 1_000_000;
        let mut waited = Vec::new();
        for _ in 0..25 {
            let wait = match delays.begin(guesser, now_ms) {
                Ok(()) => 0,
                Err(failure) => {
                    let wait = failure.0.retry_after_s.unwrap();
                    now_ms += i64::try_from(wait).unwrap() * 1_000;
                    delays.begin(guesser, now_ms).unwrap();
                    wait
                }
            };
            waited.push(wait);
            assert!(delays.begin(owner, now_ms).is_ok());
            delays.take_back(owner);
        }
        let expected: Vec<u64> = [[0; 5].as_slice(), &[10; 3], &[60; 4], &[300; 8], &[1_800; 5]].concat();
        assert_eq!(waited, expected);
        assert!(delays.begin(owner, now_ms).is_ok());
        // Too early, however often.
        assert!(delays.begin(guesser, now_ms + 1).is_err() && delays.begin(guesser, now_ms + 2).is_err());
        assert!(delays.begin(guesser, now_ms + FORGOTTEN_MS).is_ok());
    }

    #[test]
    fn the_right_one_forgets_the_wrong_ones_and_makes_the_network_known() {
        let delays = Delays::default();
        let own = pair("13800138000", "203.0.113.1");
        for _ in 0..5 {
            delays.begin(own, 5).unwrap();
        }
        assert!(delays.begin(own, 6).is_err() && !delays.is_known(own, 6));
        delays.note_right(own, 7);
        assert!(delays.begin(own, 8).is_ok() && delays.is_known(own, 8));
        delays.forget_idle(8 + FORGOTTEN_MS);
        assert!(delays.is_known(own, 8 + FORGOTTEN_MS));
        delays.forget_idle(8 + KNOWN_MS);
        assert!(delays.0.lock().is_empty());
    }
}
