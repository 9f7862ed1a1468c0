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
    use proptest::prelude::*;
    use rand_distr::{Distribution, Exp1};

    use super::*;
    use crate::random::stream::{Draws, Stream, Streams};
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

    /// Mean wait of requests that come at random, as a share of what one takes on average.
    fn mean_wait(workers: u32, load: f64, takes: impl Fn(&mut Draws) -> f64) -> f64 {
        const REQUESTS: u32 = 400_000;
        let mut draws = Streams::new(3).at(Stream::PlatformService, 0);
        let mut service = PlatformService::new(workers);
        let (mut now_s, mut waited_s) = (0.0, 0.0);
        for _ in 0..REQUESTS {
            let gap: f64 = Exp1.sample(&mut draws);
            now_s += gap / (load * f64::from(workers));
            let work = Span::from_secs_f64(takes(&mut draws));
            let now = Time::ZERO + Span::from_secs_f64(now_s);
            let After(after) = service.ask(now, work, Span::from_secs(1_000_000)) else { panic!("in time") };
            waited_s += (after - work).as_secs_f64();
        }
        waited_s / f64::from(REQUESTS)
    }

    #[test]
    fn with_one_worker_and_fixed_times_the_wait_is_pollaczeks_and_khinchins() {
        for load in [0.5, 0.8] {
            let (found, expected) = (mean_wait(1, load, |_| 1.0), load / (2.0 * (1.0 - load)));
            assert!((found / expected - 1.0).abs() < 0.03, "load {load}: {found} beside {expected}");
        }
    }

    #[test]
    fn with_many_workers_and_exponential_times_the_wait_is_erlangs() {
        for (workers, load) in [(4, 0.7), (100, 0.95)] {
            let all = f64::from(workers);
            // Erlang's B by its recursion, then C, the share that waits; those wait 1 / (workers (1 - load)) on average.
            let offered = all * load;
            let blocked = (1..=workers).map(f64::from).fold(1.0, |b, n| offered * b / (n + offered * b));
            let waits = blocked / (1.0 - load * (1.0 - blocked));
            let expected = waits / (all * (1.0 - load));
            let found = mean_wait(workers, load, |draws| Exp1.sample(draws));
            assert!((found / expected - 1.0).abs() < 0.05, "{workers} at {load}: {found} beside {expected}");
        }
    }

    proptest! {
        /// Whoever asks, and for what.
        #[test]
        fn one_worker_more_makes_nobody_wait_longer(
            asked in prop::collection::vec((0_u64..500, 1_u64..400), 1..60),
            workers in 1_u32..5,
        ) {
            let answers = |workers| {
                let (mut service, mut now) = (PlatformService::new(workers), 0);
                let mut ask = |&(gap, takes): &(u64, u64)| {
                    now += gap;
                    match service.ask(Time::from_ms(now), ms(takes), ms(1_000_000)) {
                        After(after) => after,
                        TimedOut(_) => unreachable!("nobody gives up so soon"),
                    }
                };
                asked.iter().map(&mut ask).collect::<Vec<Span>>()
            };
            prop_assert!(answers(workers + 1).iter().zip(answers(workers)).all(|(more, fewer)| *more <= fewer));
        }
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
