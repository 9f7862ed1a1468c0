//! A service with so many workers and one line before them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use rivera_model::{Span, Time};

/// The service: when each of its workers is free.
///
/// Requests are served in the order in which they come, so the moment of an answer is known when it is asked.
#[derive(Debug, Clone)]
pub(crate) struct PlatformService {
    free_at: BinaryHeap<Reverse<Time>>,
    /// Those that wait, in the order in which they came, which is that in which they leave the line.
    line: VecDeque<Waiting>,
}

/// A request that waits in line.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    asked_at: Time,
    /// When it is worked on, or given up.
    leaves_at: Time,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is answered after so long.
    After(Span),
    /// It is given up after so long.
    TimedOut(Span),
}

impl PlatformService {
    /// A service with at least one worker.
    pub(crate) fn new(workers: u32) -> Self {
        Self { free_at: (0..workers).map(|_| Reverse(Time::ZERO)).collect(), line: VecDeque::new() }
    }

    /// Asks for something that takes `work`; who asks waits no longer than `timeout`. What still waits then is dropped;
    /// what is being worked on is finished, though nobody waits for it.
    pub(crate) fn ask(&mut self, now: Time, work: Span, timeout: Span) -> Answer {
        while self.line.front().is_some_and(|it| it.leaves_at < now) {
            self.line.pop_front();
        }
        let Some(mut first_free) = self.free_at.peek_mut() else { return Answer::TimedOut(timeout) };
        let begins_at = first_free.0.max(now);
        if begins_at > now {
            self.line.push_back(Waiting { asked_at: now, leaves_at: begins_at.min(now + timeout) });
        }
        if begins_at.since(now) > timeout {
            return Answer::TimedOut(timeout);
        }
        first_free.0 = begins_at + work;
        let takes = first_free.0.since(now);
        if takes > timeout { Answer::TimedOut(timeout) } else { Answer::After(takes) }
    }

    /// Requests that wait in line, those that leave it at this moment included; and how long the first of them has waited.
    pub(crate) fn waiting(&self, now: Time) -> (u32, Span) {
        let gone = self.line.partition_point(|it| it.leaves_at < now);
        let waited = self.line.get(gone).map_or(Span::ZERO, |first| now.since(first.asked_at));
        (u32::try_from(self.line.len() - gone).unwrap_or(u32::MAX), waited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Answer::{After, TimedOut};

    fn ms(ms: u64) -> Span {
        Span::from_ms(ms)
    }

    #[test]
    fn requests_wait_for_a_worker_in_the_order_in_which_they_come() {
        let mut service = PlatformService::new(2);
        let mut ask = |at| service.ask(Time::from_ms(at), ms(100), ms(1_000));
        assert_eq!([ask(0), ask(0), ask(0)], [After(ms(100)), After(ms(100)), After(ms(200))]);
        assert_eq!(ask(150), After(ms(100)), "one worker is free since 100");
        assert_eq!(ask(1_000), After(ms(100)));
    }

    #[test]
    fn what_is_being_worked_on_is_finished_and_what_waits_too_long_is_dropped() {
        let mut service = PlatformService::new(1);
        let mut ask = |at| service.ask(Time::from_ms(at), ms(400), ms(1_000));
        assert_eq!([ask(0), ask(0), ask(0)], [After(ms(400)), After(ms(800)), TimedOut(ms(1_000))]);
        // The third is worked on from 800 to 1,200, so that this one could begin only after its time.
        assert_eq!(ask(100), TimedOut(ms(1_000)));
        assert_eq!(ask(1_000), After(ms(600)), "what was dropped took no time");
    }

    #[test]
    fn the_line_is_of_those_that_are_neither_worked_on_nor_gone() {
        let mut service = PlatformService::new(1);
        for _ in 0..4 {
            service.ask(Time::from_ms(0), ms(400), ms(1_000));
        }
        // Worked on from 0, 400 and 800; the fourth could begin at 1,200, so that it gives up at 1,000.
        let line = |at| service.waiting(Time::from_ms(at));
        assert_eq!([0, 400, 401, 800].map(line), [(3, ms(0)), (3, ms(400)), (2, ms(401)), (2, ms(800))]);
        assert_eq!([801, 1_000, 1_001].map(line), [(1, ms(801)), (1, ms(1_000)), (0, ms(0))]);
        service.ask(Time::from_ms(1_100), ms(400), ms(1_000));
        assert_eq!(service.waiting(Time::from_ms(1_150)), (1, ms(50)), "who is gone is not counted again");
    }

    #[test]
    fn a_line_that_grows_faster_than_it_is_served_grows_by_the_difference() {
        // The closed form of a line with a fixed rate: one request each 100 ms, 150 ms each, one worker.
        let mut service = PlatformService::new(1);
        for n in 0..100 {
            let asked = service.ask(Time::from_ms(n * 100), ms(150), ms(1_000_000));
            assert_eq!(asked, After(ms(150 + n * 50)));
        }
    }
}
