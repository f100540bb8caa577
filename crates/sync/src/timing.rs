//! When to try again: delays that double up to five minutes, spread by the caller's chance.

/// The moment of a step, as the host's clocks and dice give it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tick {
    /// A clock that only rises, from any start. Decides when things are due; if it jumps, things happen early or late
    /// and nothing else.
    pub mono_ms: u64,
    /// The wall clock in milliseconds since 1970 UTC; only shown to people.
    pub wall_ms: i64,
    /// A random number; taken modulo 1,000. Keeps desktops from coming back all at once.
    pub jitter: u16,
}

/// The first retry comes after one to two seconds.
const FIRST_MS: u64 = 2_000;
/// No two tries are further apart.
const LONGEST_MS: u64 = 300_000;
/// A service may ask for more patience than that, but not for ever.
const ASKED_MS_MAX: u64 = 3_600_000;

/// The wait before the next try: half to all of a delay that doubles with every failure in a row, and no less than
/// what the service asked for.
pub(crate) fn backoff_ms(failures: u32, asked_s: Option<u64>, jitter: u16) -> u64 {
    let doublings = failures.saturating_sub(1).min(16);
    let delay = (FIRST_MS << doublings).min(LONGEST_MS);
    let spread = delay / 2 + delay / 2 * u64::from(jitter % 1_000) / 1_000;
    spread.max(asked_s.unwrap_or(0).saturating_mul(1_000).min(ASKED_MS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_from_a_second_to_five_minutes() {
        assert_eq!(backoff_ms(1, None, 0), 1_000);
        assert_eq!(backoff_ms(2, None, 0), 2_000);
        assert_eq!(backoff_ms(1, None, 999), 1_999);
        for failures in 1..100 {
            for jitter in [0, 1, 500, 999, 1_000, u16::MAX] {
                assert!((1_000..=LONGEST_MS).contains(&backoff_ms(failures, None, jitter)));
            }
        }
        assert!(backoff_ms(u32::MAX, None, 0) >= LONGEST_MS / 2);
    }

    #[test]
    fn a_service_may_ask_for_patience_but_not_for_ever() {
        assert_eq!(backoff_ms(1, Some(60), 0), 60_000);
        assert_eq!(backoff_ms(1, Some(u64::MAX), 0), ASKED_MS_MAX);
        assert_eq!(backoff_ms(9, Some(1), 999), 299_850);
    }
}
