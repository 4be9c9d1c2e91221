//! The time at which a token is checked. The library has no clock of its own.

use super::claims::NumericDate;

/// The current time, and the allowed difference between two clocks, both in seconds.
///
/// # Examples
///
/// The leeway applies in both directions, and its last second is included:
///
/// ```
/// use qsh_auth::jwt::{NumericDate, Time};
///
/// let time = Time::new(1_000).with_leeway(30);
/// assert!(!time.is_after(NumericDate::from(970)) && time.is_after(NumericDate::from(969)));
/// assert!(!time.is_before(NumericDate::from(1_030)) && time.is_before(NumericDate::from(1_031)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    now: i64,
    leeway: u32,
}

impl Time {
    /// A time in Unix seconds, without leeway.
    pub fn new(now: i64) -> Self {
        Self { now, leeway: 0 }
    }

    /// The same time with this many seconds of leeway.
    #[must_use]
    pub fn with_leeway(self, leeway: u32) -> Self {
        Self { leeway, ..self }
    }

    /// The time in Unix seconds, without the leeway.
    pub fn now(self) -> i64 {
        self.now
    }

    /// The leeway in seconds.
    pub fn leeway(self) -> u32 {
        self.leeway
    }

    /// Whether it is later than a date plus the leeway (CON-7).
    #[must_use]
    pub fn is_after(self, date: NumericDate) -> bool {
        date.is_before(i128::from(self.now) - i128::from(self.leeway))
    }

    /// Whether it is earlier than a date minus the leeway (CON-11).
    #[must_use]
    pub fn is_before(self, date: NumericDate) -> bool {
        date.is_after(i128::from(self.now) + i128::from(self.leeway))
    }
}
