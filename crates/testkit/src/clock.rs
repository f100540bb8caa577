//! A clock that moves only when told.

use jiff::civil::{Date, date};
use std::sync::atomic::{AtomicU64, Ordering};

/// 2026-09-01, the first day of a school year: the day on which rosters are made up.
pub const TODAY: Date = date(2026, 9, 1);

/// 2026-09-01T08:00:00+08:00 in milliseconds since 1970.
pub const NOW_MS: u64 = 1_788_220_800_000;

/// A clock for tests; shared between threads by reference.
#[derive(Debug)]
pub struct Clock {
    now_ms: AtomicU64,
}

impl Clock {
    /// A clock that stands at `NOW_MS`.
    pub fn fixed() -> Clock {
        Clock::at_ms(NOW_MS)
    }
    pub fn at_ms(now_ms: u64) -> Clock {
        Clock { now_ms: AtomicU64::new(now_ms) }
    }
    /// Milliseconds since 1970-01-01 UTC.
    pub fn now_ms(&self) -> u64 {
        self.now_ms.load(Ordering::SeqCst)
    }
    pub fn advance_ms(&self, by_ms: u64) {
        self.now_ms.fetch_add(by_ms, Ordering::SeqCst);
    }
    /// Sets the clock, backwards too, as users do.
    pub fn set_ms(&self, now_ms: u64) {
        self.now_ms.store(now_ms, Ordering::SeqCst);
    }
    /// The day in China (UTC+8).
    pub fn today(&self) -> Date {
        let day = i64::try_from((self.now_ms() + 8 * 3_600_000) / 86_400_000).unwrap_or(0);
        date(1970, 1, 1).saturating_add(jiff::Span::new().days(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_only_when_told() {
        let clock = Clock::fixed();
        assert_eq!((clock.now_ms(), clock.today()), (NOW_MS, TODAY));
        clock.advance_ms(16 * 3_600_000 - 1);
        assert_eq!(clock.today(), TODAY);
        clock.advance_ms(1);
        assert_eq!(clock.today(), date(2026, 9, 2));
        clock.set_ms(0);
        assert_eq!(clock.today(), date(1970, 1, 1));
    }
}
