//! Timeouts that mostly come to nothing, at one event for many.
//!
//! Timeouts of one length end in the order in which they begin. So only the first of a line needs an event; by the time it
//! comes most of those behind it have been met, and need none.

use std::collections::{BTreeMap, VecDeque};

use rivera_model::{Span, Time};

/// Timeouts under way, a line for each length.
#[derive(Debug, Clone)]
pub(crate) struct DelayLines<T> {
    lines: BTreeMap<Span, VecDeque<(Time, T)>>,
}

impl<T> Default for DelayLines<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> DelayLines<T> {
    pub(crate) const fn new() -> Self {
        Self { lines: BTreeMap::new() }
    }

    /// Begins a timeout. Answers whether it is the first of its line, so that somebody has to look when it ends.
    pub(crate) fn enter(&mut self, now: Time, length: Span, item: T) -> bool {
        let line = self.lines.entry(length).or_default();
        line.push_back((now + length, item));
        line.len() == 1
    }

    /// Takes the next of a line whose time is over.
    pub(crate) fn pop_due(&mut self, length: Span, now: Time) -> Option<T> {
        let line = self.lines.get_mut(&length)?;
        let (_, item) = line.pop_front_if(|(at, _)| *at <= now)?;
        Some(item)
    }

    /// Drops those at the head of a line that have been met, and says when the first of the others ends.
    pub(crate) fn next_due(&mut self, length: Span, waits: impl Fn(&T) -> bool) -> Option<Time> {
        let line = self.lines.get_mut(&length)?;
        while line.pop_front_if(|(_, item)| !waits(item)).is_some() {}
        line.front().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Span = Span::from_secs(60);

    #[test]
    fn one_look_serves_all_that_were_met_before_it() {
        let mut lines = DelayLines::new();
        let begun: Vec<bool> = (0..5).map(|n| lines.enter(Time::from_ms(n * 1_000), MINUTE, n)).collect();
        assert_eq!(begun, [true, false, false, false, false]);
        let now = Time::from_ms(60_000);
        assert_eq!((lines.pop_due(MINUTE, now), lines.pop_due(MINUTE, now)), (Some(0), None));
        assert_eq!(lines.next_due(MINUTE, |n| *n == 3), Some(Time::from_ms(63_000)));
        assert_eq!(lines.pop_due(MINUTE, Time::from_ms(63_000)), Some(3));
        assert_eq!(lines.next_due(MINUTE, |_| false), None);
        assert!(lines.enter(Time::from_ms(70_000), MINUTE, 9), "the line is empty again");
    }

    #[test]
    fn lengths_do_not_wait_for_each_other() {
        let mut lines = DelayLines::new();
        assert!(lines.enter(Time::ZERO, MINUTE, "long"));
        assert!(lines.enter(Time::from_ms(5), Span::from_secs(1), "short"));
        assert_eq!(lines.pop_due(Span::from_secs(1), Time::from_ms(1_005)), Some("short"));
        assert_eq!(lines.pop_due(MINUTE, Time::from_ms(1_005)), None);
    }
}
