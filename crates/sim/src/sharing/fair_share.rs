//! Work that shares what does it: the more there is, the slower all of it goes.
//!
//! Every job goes at the same speed, from 1 (undisturbed) down. The jobs live on a clock of their own that runs at
//! that speed, so a change of speed moves no job: it only changes when the next one ends. That makes a change
//! cost what one job costs, however many there are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rivera_model::{Span, Time};

/// Jobs that share one thing.
#[derive(Debug, Clone)]
pub(crate) struct FairShare<J> {
    clock: Clock,
    jobs: BinaryHeap<Reverse<Entry<J>>>,
    entered: u64,
    look: Look,
}

/// The jobs' own clock.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    /// Microseconds of undisturbed work.
    pub(crate) reading_us: f64,
    read_at: Time,
    pub(crate) speed: f64,
}

/// A job, by the reading of the clock at which it is done; of two that are done together the one that came first.
#[derive(Debug, Clone)]
pub(crate) struct Entry<J> {
    pub(crate) done_us: f64,
    pub(crate) entered: u64,
    pub(crate) job: J,
}

/// The earliest moment for which a look has been promised.
#[derive(Debug, Clone, Default)]
pub(crate) struct Look(Option<Time>);

/// Less than any difference that integer time can show.
pub(crate) const TOLERANCE_US: f64 = 1e-2;

impl Clock {
    /// A clock that shows `reading_us` at `now`, and goes at `speed`.
    pub(crate) const fn new(reading_us: f64, now: Time, speed: f64) -> Self {
        Self { reading_us, read_at: now, speed }
    }

    pub(crate) fn read(&mut self, now: Time) -> f64 {
        self.reading_us += micros(now.since(self.read_at)) * self.speed;
        self.read_at = now;
        self.reading_us
    }

    /// From `now` on it goes at `speed`, which is above 0 and at most 1.
    pub(crate) fn set_speed(&mut self, now: Time, speed: f64) {
        debug_assert!(speed > 0.0 && speed <= 1.0, "a speed of {speed}");
        self.read(now);
        self.speed = speed;
    }

    /// When it will show `done_us`, as it goes now.
    pub(crate) fn shows_at(&self, done_us: f64, now: Time) -> Time {
        now + whole_micros((done_us - self.reading_us).max(0.0) / self.speed)
    }
}

impl Look {
    /// Promises a look at `at`, unless there is going to be one by then.
    pub(crate) fn promise(&mut self, now: Time, at: Time) -> Option<Time> {
        if self.0.is_some_and(|promised| promised > now && promised <= at) {
            return None;
        }
        self.0 = Some(at);
        self.0
    }
}

impl<J> FairShare<J> {
    pub(crate) fn new() -> Self {
        Self {
            clock: Clock::new(0.0, Time::ZERO, 1.0),
            jobs: BinaryHeap::new(),
            entered: 0,
            look: Look::default(),
        }
    }

    /// How fast work goes: 1 is undisturbed.
    pub(crate) fn speed(&self) -> f64 {
        self.clock.speed
    }

    /// From `now` on work goes at `speed`, which is above 0 and at most 1.
    pub(crate) fn set_speed(&mut self, now: Time, speed: f64) {
        self.clock.set_speed(now, speed);
    }

    /// Adds a job that takes `work` when undisturbed.
    pub(crate) fn enter(&mut self, now: Time, work: Span, job: J) {
        let done_us = self.clock.read(now) + micros(work);
        self.entered += 1;
        self.jobs.push(Reverse(Entry { done_us, entered: self.entered, job }));
    }

    /// Takes the next job that is done by `now`; of several the one that was to be done first.
    pub(crate) fn pop_done(&mut self, now: Time) -> Option<J> {
        let reading_us = self.clock.read(now);
        let Reverse(first) = self.jobs.peek()?;
        if first.done_us > reading_us + TOLERANCE_US {
            return None;
        }
        self.jobs.pop().map(|Reverse(entry)| entry.job)
    }

    /// When somebody has to look for jobs that are done, if nobody is going to by then.
    pub(crate) fn next_look(&mut self, now: Time) -> Option<Time> {
        let Reverse(first) = self.jobs.peek()?;
        self.look.promise(now, self.clock.shows_at(first.done_us, now))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a run is far shorter than 2^53 microseconds, which are 285 years"
)]
pub(crate) fn micros(span: Span) -> f64 {
    span.0 as f64
}

/// Rounded up, so that a look never comes before the job is done; a sliver below the tolerance is none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "what is negative is none; a cast saturates"
)]
pub(crate) fn whole_micros(us: f64) -> Span {
    let us = us - TOLERANCE_US;
    let whole = us as u64;
    // As `f64::ceil`, which is a call of a function where the processor's own instruction may not be used.
    Span(whole.saturating_add(u64::from(us > whole as f64)))
}

impl<J> PartialEq for Entry<J> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<J> Eq for Entry<J> {}

impl<J> PartialOrd for Entry<J> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<J> Ord for Entry<J> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.done_us.total_cmp(&other.done_us).then(self.entered.cmp(&other.entered))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs jobs that arrive at given times and share `servers`, as far as more than that are there; answers when
    /// each is done, in milliseconds.
    fn run(servers: f64, arrivals_ms: &[(u64, u64)]) -> Vec<(usize, u64)> {
        let mut share = FairShare::new();
        let mut done = Vec::new();
        let mut arrivals = arrivals_ms.iter().enumerate().peekable();
        let mut look: Option<Time> = None;
        loop {
            let arrival = arrivals.peek().map(|(_, (at, _))| Time::from_ms(*at));
            let now = match (arrival, look) {
                (Some(arrival), Some(look)) => arrival.min(look),
                (Some(next), None) | (None, Some(next)) => next,
                (None, None) => return done,
            };
            while let Some(job) = share.pop_done(now) {
                done.push((job, now.as_ms()));
            }
            while let Some((job, (_, work))) = arrivals.next_if(|(_, (at, _))| Time::from_ms(*at) == now) {
                share.enter(now, Span::from_ms(*work), job);
            }
            #[expect(clippy::cast_precision_loss, reason = "a handful of jobs")]
            let jobs = share.jobs.len() as f64;
            share.set_speed(now, (servers / jobs.max(servers)).min(1.0));
            // A look that has been promised stays promised.
            look = share.next_look(now).or(look.filter(|&at| at > now));
        }
    }

    #[test]
    fn undisturbed_work_takes_exactly_its_time() {
        assert_eq!(run(3.0, &[(0, 1_000), (1, 7), (500, 333)]), [(1, 8), (2, 833), (0, 1_000)]);
    }

    #[test]
    fn two_jobs_on_one_server_take_twice_as_long_while_both_are_there() {
        // Alone for a second, together until the second has had its one, alone for what is left.
        assert_eq!(run(1.0, &[(0, 3_000), (1_000, 1_000)]), [(1, 3_000), (0, 4_000)]);
    }

    #[test]
    fn work_is_conserved() {
        // However it is shared, one server is busy for as long as there is work.
        let arrivals: Vec<(u64, u64)> = (0..50).map(|job| (job * 7 % 40, 10 + job * 13 % 90)).collect();
        let mut sorted = arrivals;
        sorted.sort_unstable();
        let total: u64 = sorted.iter().map(|(_, work)| work).sum();
        let done = run(1.0, &sorted);
        assert_eq!(done.len(), 50);
        let last = done.last().expect("fifty jobs").1;
        assert!(last.abs_diff(total) <= 1, "the last is done after {last} ms of {total} ms of work");
    }

    #[test]
    fn who_asks_for_less_is_done_no_later() {
        let done = run(2.0, &[(0, 100), (0, 200), (0, 300), (0, 400)]);
        let order: Vec<usize> = done.iter().map(|(job, _)| *job).collect();
        assert_eq!(order, [0, 1, 2, 3]);
        // Four at half speed until 200 ms, three at two thirds for 150 ms, two undisturbed.
        assert_eq!(done.iter().map(|(_, at)| *at).collect::<Vec<_>>(), [200, 350, 450, 550]);
    }
}
