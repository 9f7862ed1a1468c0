//! Something that does not answer for a time. Outages that overlap are one, until the later end.

use rivera_model::{Span, Time};

/// Whether, and until when, something is away.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outage {
    until: Option<Time>,
}

impl Outage {
    /// It is away until then, or longer if it was to be away longer already.
    pub(crate) fn extend(&mut self, until: Time) {
        self.until = self.until.max(Some(until));
    }

    /// Whether it does not answer at `now`.
    pub(crate) fn is_on(&self, now: Time) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    /// Whether it is back at `now`: true once for each outage, and not while another one goes on.
    pub(crate) fn ends(&mut self, now: Time) -> bool {
        let is_over = self.until.is_some_and(|until| until <= now);
        if is_over {
            self.until = None;
        }
        is_over
    }

    /// How long who tries each `period` from `now` on has to wait until a try succeeds; nothing if it answers.
    pub(crate) fn wait(&self, now: Time, period: Span) -> Span {
        let left = self.until.map_or(Span::ZERO, |until| until.since(now));
        Span(left.0.div_ceil(period.0).saturating_mul(period.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Time {
        Time::from_ms(secs * 1_000)
    }

    #[test]
    fn overlapping_outages_are_one_that_ends_with_the_later() {
        let mut outage = Outage::default();
        assert!(!outage.is_on(at(0)) && !outage.ends(at(0)));
        outage.extend(at(10));
        outage.extend(at(30));
        outage.extend(at(20));
        assert!(outage.is_on(at(29)) && !outage.is_on(at(30)));
        assert_eq!([10, 20, 30, 30].map(|secs| outage.ends(at(secs))), [false, false, true, false]);
        assert!(!outage.is_on(at(31)));
    }

    #[test]
    fn who_tries_each_second_waits_for_the_first_try_after_the_end() {
        let mut outage = Outage::default();
        let wait = |outage: &Outage, ms| outage.wait(Time::from_ms(ms), Span::from_secs(1)).as_ms();
        assert_eq!(wait(&outage, 5), 0);
        outage.extend(at(10));
        assert_eq!([7_000, 7_300, 9_999, 10_000].map(|ms| wait(&outage, ms)), [3_000, 3_000, 1_000, 0]);
    }
}
