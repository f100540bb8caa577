//! How often strangers may knock (OWASP ASVS 5.0, 2.4.1 and 6.1.1). Counted in memory; nothing here is a lock-out for
//! ever: every limit refills by itself.

use crate::failure::Failure;
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use mingce_model::RecordId;
use mingce_protocol::ApiFailure;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// A burst, and how long one more takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    pub burst: u32,
    pub refill: Duration,
}

/// Every limit of the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateLimits {
    /// Any request without a valid token, by peer.
    pub strangers: Rate,
    /// Sign-ins by peer.
    pub sign_in_peer: Rate,
    /// Sign-ins by phone number, whoever tries. Wide enough that a stranger cannot keep its owner out for long.
    pub sign_in_phone: Rate,
    /// New organisations by peer.
    pub organisations: Rate,
    /// Photos lent and fetched, by device.
    pub photos: Rate,
    /// Lines of desktops' own audits, by device: some thousands a day.
    pub reports: Rate,
    /// Steps of joining (two for each person), and changes of consents, by peer. Each invitation also closes after five
    /// wrong tries.
    pub join: Rate,
}

impl Default for RateLimits {
    /// Wide enough for a whole school behind one address that scans its invitations in one morning.
    fn default() -> Self {
        Self {
            strangers: Rate { burst: 600, refill: Duration::from_millis(50) },
            sign_in_peer: Rate { burst: 20, refill: Duration::from_secs(6) },
            sign_in_phone: Rate { burst: 10, refill: Duration::from_secs(30) },
            organisations: Rate { burst: 20, refill: Duration::from_secs(60) },
            photos: Rate { burst: 2_000, refill: Duration::from_millis(20) },
            reports: Rate { burst: 5_000, refill: Duration::from_secs(17) },
            join: Rate { burst: 200, refill: Duration::from_millis(500) },
        }
    }
}

/// One limit's counters.
pub struct Limiter<K: Hash + Eq + Clone>(Counters<K>);

type Counters<K> = RateLimiter<K, DashMapStateStore<K>, MonotonicClock, NoOpMiddleware<Instant>>;

impl<K: Hash + Eq + Clone> Limiter<K> {
    pub fn new(rate: Rate) -> Self {
        let burst = NonZeroU32::new(rate.burst).unwrap_or(NonZeroU32::MIN);
        let refill = rate.refill.max(Duration::from_millis(1));
        let quota = Quota::with_period(refill).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(burst);
        Self(RateLimiter::dashmap_with_clock(quota, MonotonicClock))
    }

    /// Counts one; `too_many` with the seconds to wait when the burst is used up.
    pub fn check(&self, key: K) -> Result<(), Failure> {
        self.0.check_key(&key).map_err(|denied| {
            let wait = denied.wait_time_from(MonotonicClock.now());
            Failure::too_many(wait.as_secs() + 1)
        })
    }

    /// Counts several at once, at most a burst.
    pub fn check_many(&self, key: K, count: usize) -> Result<(), Failure> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let Some(count) = NonZeroU32::new(count) else { return Ok(()) };
        let checked = self.0.check_key_n(&key, count).map_err(|_| Failure::from(ApiFailure::TooLarge))?;
        checked.map_err(|denied| {
            let wait = denied.wait_time_from(MonotonicClock.now());
            Failure::too_many(wait.as_secs() + 1)
        })
    }

    /// Forgets keys that have refilled.
    pub fn forget_idle(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

/// The service's limiters.
pub struct Limiters {
    pub strangers: Limiter<IpAddr>,
    pub sign_in_peer: Limiter<IpAddr>,
    pub sign_in_phone: Limiter<[u8; 32]>,
    pub organisations: Limiter<IpAddr>,
    pub photos: Limiter<RecordId>,
    pub reports: Limiter<RecordId>,
    pub join: Limiter<IpAddr>,
}

impl Limiters {
    pub fn new(rates: &RateLimits) -> Self {
        Self {
            strangers: Limiter::new(rates.strangers),
            sign_in_peer: Limiter::new(rates.sign_in_peer),
            sign_in_phone: Limiter::new(rates.sign_in_phone),
            organisations: Limiter::new(rates.organisations),
            photos: Limiter::new(rates.photos),
            reports: Limiter::new(rates.reports),
            join: Limiter::new(rates.join),
        }
    }
    pub fn forget_idle(&self) {
        self.strangers.forget_idle();
        self.sign_in_peer.forget_idle();
        self.sign_in_phone.forget_idle();
        self.organisations.forget_idle();
        self.photos.forget_idle();
        self.reports.forget_idle();
        self.join.forget_idle();
    }
}

/// What a peer is counted by: an IPv4 address, or the /64 that an IPv6 subscriber owns (RFC 6177).
pub fn counted(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => IpAddr::V4(mapped),
            None => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_peer_waits() {
        let limiter = Limiter::new(Rate { burst: 3, refill: Duration::from_secs(3600) });
        for _ in 0..3 {
            assert!(limiter.check(1).is_ok());
        }
        let wait = limiter.check(1).unwrap_err().0.retry_after_s.unwrap();
        assert!((3_500..=3_601).contains(&wait));
        assert!(limiter.check(2).is_ok());
    }

    #[test]
    fn several_at_once_count_as_many() {
        let limiter = Limiter::new(Rate { burst: 5, refill: Duration::from_secs(3600) });
        assert!(limiter.check_many(1, 0).is_ok() && limiter.check_many(1, 3).is_ok());
        assert_eq!(limiter.check_many(1, 3).unwrap_err().0.code, ApiFailure::TooMany);
        assert!(limiter.check_many(1, 2).is_ok() && limiter.check_many(2, 5).is_ok());
        assert_eq!(limiter.check_many(2, 6).unwrap_err().0.code, ApiFailure::TooLarge);
    }

    #[test]
    fn an_ipv6_subscriber_is_one_peer() {
        let a: IpAddr = "2001:db8:1:2:aaaa::1".parse().unwrap();
        let b: IpAddr = "2001:db8:1:2:bbbb::2".parse().unwrap();
        assert_eq!(counted(a), counted(b));
        assert_eq!(counted("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1".parse::<IpAddr>().unwrap());
    }
}
