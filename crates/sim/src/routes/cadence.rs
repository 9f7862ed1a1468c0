//! What happens again and again at equal distances, and begins anew now and then.

use rivera_model::{Span, Time};

use super::windows::FOREVER;

/// Ticks at equal distances. A new beginning ends the old ticks.
#[derive(Debug, Clone)]
pub(crate) struct Cadence {
    period: Span,
    /// In their order; none begins before the one before it ends.
    stretches: Vec<Stretch>,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    first: Time,
    /// Ticks come before it.
    until: Time,
}

impl Cadence {
    /// Ticks from `first` on.
    pub(crate) fn new(first: Time, period: Span) -> Self {
        Self { period, stretches: vec![Stretch { first, until: FOREVER }] }
    }

    /// The ticks end, and begin again later.
    pub(crate) fn interrupt(&mut self, at: Time, first: Time) {
        if let Some(last) = self.stretches.last_mut() {
            last.until = last.until.min(at);
        }
        self.stretches.push(Stretch { first, until: FOREVER });
    }

    /// The first tick that is not before a moment.
    pub(crate) fn at_or_after(&self, time: Time) -> Time {
        let candidates = self.stretches.iter().filter_map(|stretch| {
            let passed = time.since(stretch.first).0.div_ceil(self.period.0);
            let tick = stretch.first + Span(passed.saturating_mul(self.period.0));
            (tick < stretch.until).then_some(tick)
        });
        candidates.min().unwrap_or(FOREVER)
    }

    /// The last tick before a moment.
    pub(crate) fn before(&self, time: Time) -> Option<Time> {
        let mut stretches = self.stretches.iter().rev();
        stretches.find_map(|stretch| Self::last_of(*stretch, self.period, time))
    }

    /// The tick before a tick, if nothing began anew between the two.
    pub(crate) fn previous(&self, tick: Time) -> Option<Time> {
        let stretch = self.stretches.iter().rev().find(|stretch| stretch.first <= tick)?;
        Self::last_of(*stretch, self.period, tick)
    }

    fn last_of(stretch: Stretch, period: Span, time: Time) -> Option<Time> {
        let end = stretch.until.min(time);
        (stretch.first < end).then(|| {
            let passed = (end.since(stretch.first).0 - 1) / period.0;
            stretch.first + Span(passed * period.0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_at_equal_distances_and_begin_anew() {
        let mut cadence = Cadence::new(Time(3), Span(20));
        cadence.interrupt(Time(50), Time(54));
        let ticks: Vec<u64> = [0, 3, 4, 43, 44, 54, 55].map(|time| cadence.at_or_after(Time(time)).0).into();
        assert_eq!(ticks, [3, 3, 23, 43, 54, 54, 74]);
        let before: Vec<Option<u64>> =
            [3, 4, 43, 44, 54, 55, 75].map(|time| cadence.before(Time(time)).map(|tick| tick.0)).into();
        assert_eq!(before, [None, Some(3), Some(23), Some(43), Some(43), Some(54), Some(74)]);
        assert_eq!(cadence.previous(Time(54)), None, "it is the first of its kind");
        assert_eq!(cadence.previous(Time(74)), Some(Time(54)));
    }
}
