//! Days in the user's time zone, of moments that are kept as milliseconds.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::ops::Range;

/// The day on which the moment was here; nothing for one that no calendar has.
pub(crate) fn day_of(at_ms: i64) -> Option<Date> {
    day_in(&TimeZone::system(), at_ms)
}

/// The moments of the day, the last one left out.
pub(crate) fn moments_of(day: Date) -> Option<Range<i64>> {
    moments_in(&TimeZone::system(), day)
}

fn day_in(zone: &TimeZone, at_ms: i64) -> Option<Date> {
    Some(Timestamp::from_millisecond(at_ms).ok()?.to_zoned(zone.clone()).date())
}

fn moments_in(zone: &TimeZone, day: Date) -> Option<Range<i64>> {
    // A day need not begin at midnight nor have 24 hours.
    let start = |day: Date| Some(day.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond());
    Some(start(day)?..start(day.checked_add(1.day()).ok()?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_holds_its_moments_and_no_others() {
        let zones = [TimeZone::UTC, TimeZone::fixed(jiff::tz::offset(8)), TimeZone::fixed(jiff::tz::offset(-11))];
        for zone in zones {
            for day in [date(2026, 11, 29), date(2024, 2, 29), date(1999, 12, 31)] {
                let moments = moments_in(&zone, day).unwrap();
                assert_eq!(moments.end - moments.start, 86_400_000);
                assert_eq!(day_in(&zone, moments.start), Some(day));
                assert_eq!(day_in(&zone, moments.end - 1), Some(day));
                assert_ne!(day_in(&zone, moments.end), Some(day));
            }
        }
        assert_eq!(day_in(&TimeZone::UTC, i64::MAX), None);
    }
}
