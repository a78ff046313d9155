//! Virtual time in whole nanoseconds. It starts at zero and never reads a clock.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// The run starts on this day, 2026-01-05 09:00:00 UTC, in seconds since 1970.
pub const EPOCH_UNIX_S: u64 = 1_767_603_600;

/// A moment: nanoseconds since the run began.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(pub u64);

/// A length of time in nanoseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Duration(pub u64);

impl Time {
    /// The moment the run begins.
    pub const ZERO: Time = Time(0);
    /// Never.
    pub const MAX: Time = Time(u64::MAX);

    /// Nanoseconds since 1970 for a capture or a `Date:` header.
    #[must_use]
    pub fn unix_ns(self) -> u64 {
        EPOCH_UNIX_S * 1_000_000_000 + self.0
    }

    /// The time that has passed since `earlier`; zero where it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Time) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration(0);

    /// So many seconds.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * 1_000_000_000)
    }

    /// So many milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1_000_000)
    }

    /// So many microseconds.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros * 1_000)
    }
}

impl Add<Duration> for Time {
    type Output = Time;
    fn add(self, rhs: Duration) -> Time {
        Time(self.0.saturating_add(rhs.0))
    }
}

impl AddAssign<Duration> for Time {
    fn add_assign(&mut self, rhs: Duration) {
        *self = *self + rhs;
    }
}

impl Sub<Time> for Time {
    type Output = Duration;
    fn sub(self, rhs: Time) -> Duration {
        self.since(rhs)
    }
}

/// Shows seconds with milliseconds, `0.265 s`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = (self.0 + 500_000) / 1_000_000;
        write!(f, "{}.{:03} s", millis / 1000, millis % 1000)
    }
}

/// A calendar moment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year, as in 2026.
    pub year: u32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, 1 to 31.
    pub day: u32,
    /// Day of the week, 0 for Sunday.
    pub weekday: u32,
    /// Hour, minute and second.
    pub clock: (u32, u32, u32),
}

impl Civil {
    /// The calendar moment of a virtual one (proleptic Gregorian, UTC).
    #[must_use]
    pub fn at(time: Time) -> Self {
        let unix_s = time.unix_ns() / 1_000_000_000;
        let days = u32::try_from(unix_s / 86_400).expect("virtual time outgrew the calendar");
        let second = u32::try_from(unix_s % 86_400).expect("below a day");
        // Days are counted from 0000-03-01, so that the leap day ends each year.
        let z = days + 719_468;
        let era = z / 146_097;
        let doe = z % 146_097;
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        Self {
            year: yoe + era * 400 + u32::from(month <= 2),
            month,
            day: doy - (153 * mp + 2) / 5 + 1,
            weekday: (days + 4) % 7,
            clock: (second / 3600, second / 60 % 60, second % 60),
        }
    }

    /// As RFC 5322 §3.3 writes it: `Mon, 05 Jan 2026 09:00:00 +0000`.
    #[must_use]
    pub fn rfc5322(&self) -> String {
        [&self.day_and_time(), " +0000"].concat()
    }

    /// As RFC 9110 §5.6.7 writes it: `Mon, 05 Jan 2026 09:00:00 GMT`.
    #[must_use]
    pub fn rfc9110(&self) -> String {
        [&self.day_and_time(), " GMT"].concat()
    }

    fn day_and_time(&self) -> String {
        const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let (h, m, s) = self.clock;
        format!(
            "{}, {:02} {} {} {h:02}:{m:02}:{s:02}",
            DAYS[self.weekday as usize],
            self.day,
            MONTHS[self.month as usize - 1],
            self.year
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_starts_on_a_monday_morning() {
        assert_eq!(
            Civil::at(Time::ZERO).rfc5322(),
            "Mon, 05 Jan 2026 09:00:00 +0000"
        );
        let leap = Time((1_835_395_199 - EPOCH_UNIX_S) * 1_000_000_000);
        assert_eq!(Civil::at(leap).rfc5322(), "Mon, 28 Feb 2028 23:59:59 +0000");
        assert_eq!(
            Civil::at(leap + Duration::from_secs(1)).rfc5322(),
            "Tue, 29 Feb 2028 00:00:00 +0000"
        );
    }

    #[test]
    fn time_shows_as_rounded_seconds() {
        assert_eq!(Time(264_600_000).to_string(), "0.265 s");
        assert_eq!(Time(61_000_000_000).to_string(), "61.000 s");
    }
}
