//! Integer time: microseconds, so that a run is the same on every machine. Sums end at the greatest time there is,
//! half a million years away, instead of beginning anew.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// A moment, in microseconds since the start of the run (or since the epoch, in an embedding that has one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub u64);

/// A length of time in microseconds, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(pub u64);

impl Time {
    /// The start.
    pub const ZERO: Self = Self(0);

    /// The moment so many milliseconds after the start.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms * 1_000)
    }

    /// Whole milliseconds since the start.
    #[must_use]
    pub const fn as_ms(self) -> u64 {
        self.0 / 1_000
    }

    /// The time passed since `earlier`; zero if `earlier` is not before `self`.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// Seconds since the start, for people and plots.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "for display; exact up to 285 years")]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many milliseconds.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms * 1_000)
    }

    /// So many seconds.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * 1_000_000)
    }

    /// So many seconds, rounded to the microsecond, a half upwards. Less than none is none.
    #[must_use]
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a cast saturates"
    )]
    pub fn from_secs_f64(secs: f64) -> Self {
        let micros = secs * 1e6;
        let whole = micros as u64;
        // As `f64::round`, which is a call of a function where the processor's own instruction may not be used.
        Self(whole.saturating_add(u64::from(micros - whole as f64 >= 0.5)))
    }

    /// Whole milliseconds.
    #[must_use]
    pub const fn as_ms(self) -> u64 {
        self.0 / 1_000
    }

    /// Seconds, for people and plots.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "for display; exact up to 285 years")]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Add<Span> for Time {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Self;
    /// The difference; zero if `other` is longer.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Span {
    fn sum<I: Iterator<Item = Self>>(spans: I) -> Self {
        spans.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Span {
    /// `0.4s`, `12.3s`, `4m 05s`, `2h 03m`: as precise as a person reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 + 50_000) / 100_000;
        let secs = (self.0 + 500_000) / 1_000_000;
        let text = if tenths < 600 {
            format!("{}.{}s", tenths / 10, tenths % 10)
        } else if secs < 3_600 {
            format!("{}m {:02}s", secs / 60, secs % 60)
        } else {
            let minutes = (self.0 + 30_000_000) / 60_000_000;
            format!("{}h {:02}m", minutes / 60, minutes % 60)
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_write_them() {
        let shown = |ms| Span::from_ms(ms).to_string();
        assert_eq!(shown(400), "0.4s");
        assert_eq!(shown(59_940), "59.9s");
        assert_eq!(shown(59_960), "1m 00s");
        assert_eq!(shown(245_000), "4m 05s");
        assert_eq!(shown(3_600_000 * 6 + 170_000), "6h 03m");
    }

    #[test]
    fn differences_stop_at_zero() {
        assert_eq!(Time::from_ms(5).since(Time::from_ms(7)), Span::ZERO);
        assert_eq!(Span::from_ms(5) - Span::from_ms(7), Span::ZERO);
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
    fn seconds_are_rounded_to_the_microsecond_a_half_upwards() {
        let halves = [0.0, 0.4, 0.499_999_999, 0.5, 0.6, 1.5, 2.5, 1e6 + 0.5, 1e15 + 0.5, 2e19, f64::NAN];
        let micros = halves.map(|micros| micros / 1e6);
        let rounded = micros.map(|seconds| Span((seconds * 1e6).round() as u64));
        assert_eq!(micros.map(Span::from_secs_f64), rounded);
    }
}
