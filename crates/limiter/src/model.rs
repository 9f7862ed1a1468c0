//! The limiter as plain arithmetic, and any sequence of operations on both: shared by property tests and fuzzing.

use crate::{CountError, Permits, ReleaseError, Report, ReportError, StartLimit, StartLimiter};

/// What the counter of the limiter can hold at most, and what it can tell of grants during a report.
const MOST_IN_FLIGHT: u64 = 16_777_215;
const MOST_GRANTED_SINCE: u64 = 32_766;

/// One operation. Guards are named by their place, taken around the number there are.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum Operation {
    /// Takes so many permits, counted.
    Acquire(u32),
    /// Gives so many back.
    Release(u32),
    /// Changes the maximum, as configured.
    SetMaximum(i64),
    /// Begins a report of the cells.
    BeginReport,
    /// Finishes the open one, if any, with so many.
    FinishReport(u64),
    /// Drops the open one.
    AbandonReport,
    /// Takes so many permits into a new guard.
    Guard(u32),
    /// Splits so many off a guard.
    Split(u8, u32),
    /// Detaches a guard and releases so many of its permits at once.
    Detach(u8, u32),
    /// Drops a guard.
    Drop(u8),
}

/// What the limiter should be: numbers that are wide enough, and no atomic step.
struct Model {
    maximum: Option<u64>,
    in_flight: u64,
    granted_since: Option<u64>,
    guards: Vec<u64>,
}

impl Model {
    fn acquire(&mut self, wanted: u32) -> u64 {
        let most = self.maximum.unwrap_or(MOST_IN_FLIGHT);
        let mut granted = 0;
        if self.in_flight < most {
            granted = u64::from(wanted).min(most - self.in_flight);
        }
        self.in_flight += granted;
        if let Some(since) = &mut self.granted_since {
            *since += granted;
        }
        granted
    }

    fn release(&mut self, count: u64) -> bool {
        let held = count <= self.in_flight;
        if held {
            self.in_flight -= count;
        }
        held
    }

    fn set_maximum(&mut self, maximum: StartLimit) -> bool {
        let maximum = maximum.maximum().map(u64::from);
        let fits = maximum.is_none_or(|maximum| maximum < MOST_IN_FLIGHT);
        if fits {
            self.maximum = maximum;
        }
        fits
    }

    fn finish_report(&mut self, reported: u64) -> Result<(), ReportError> {
        let since = self.granted_since.take().expect("a report is open");
        if since > MOST_GRANTED_SINCE {
            return Err(ReportError::TooManyGrants);
        }
        let count = reported.saturating_add(since);
        if count > MOST_IN_FLIGHT {
            return Err(CountError(count).into());
        }
        self.in_flight = count;
        Ok(())
    }
}

/// Does the same to a limiter and to its model.
///
/// # Panics
/// If they differ in an answer or in what they hold.
pub fn run(operations: impl IntoIterator<Item = Operation>) {
    let limiter = StartLimiter::new(StartLimit::Unlimited).expect("no maximum always fits");
    let mut pair = Pair {
        limiter: &limiter,
        report: None,
        guards: Vec::new(),
        model: Model { maximum: None, in_flight: 0, granted_since: None, guards: Vec::new() },
    };
    for operation in operations {
        pair.apply(operation);
        pair.compare();
    }
    drop(pair.guards);
    let held: u64 = pair
        .model
        .guards
        .iter()
        .fold(pair.model.in_flight, |held, guard| held.checked_sub(*guard).unwrap_or(held));
    assert_eq!(u64::from(limiter.snapshot().in_flight), held);
}

struct Pair<'a> {
    limiter: &'a StartLimiter,
    report: Option<Report<'a>>,
    guards: Vec<Permits<'a>>,
    model: Model,
}

impl Pair<'_> {
    fn apply(&mut self, operation: Operation) {
        match operation {
            Operation::Acquire(wanted) => {
                assert_eq!(u64::from(self.limiter.acquire(wanted)), self.model.acquire(wanted));
            }
            Operation::Release(count) => self.release(count),
            Operation::SetMaximum(maximum) => {
                let maximum = StartLimit::from_config(maximum);
                assert_eq!(self.limiter.set_maximum(maximum).is_ok(), self.model.set_maximum(maximum));
            }
            Operation::BeginReport => self.begin_report(),
            Operation::FinishReport(reported) => {
                if let Some(report) = self.report.take() {
                    assert_eq!(report.finish(reported), self.model.finish_report(reported));
                }
            }
            Operation::AbandonReport => {
                self.report = None;
                self.model.granted_since = None;
            }
            Operation::Guard(wanted) => {
                self.guards.push(self.limiter.permits(wanted));
                let granted = self.model.acquire(wanted);
                self.model.guards.push(granted);
            }
            Operation::Split(guard, count) => {
                if let Some(ix) = self.guard(guard) {
                    let part = self.guards[ix].split(count);
                    let expected = self.model.guards[ix].min(count.into());
                    self.model.guards[ix] -= expected;
                    self.guards.push(part);
                    self.model.guards.push(expected);
                }
            }
            Operation::Detach(guard, count) => {
                if let Some(ix) = self.guard(guard) {
                    let detached = self.guards.remove(ix).detach();
                    assert_eq!(u64::from(detached), self.model.guards.remove(ix));
                    self.release(count.min(detached));
                }
            }
            Operation::Drop(guard) => {
                if let Some(ix) = self.guard(guard) {
                    drop(self.guards.remove(ix));
                    let held = self.model.guards.remove(ix);
                    self.model.release(held);
                }
            }
        }
    }

    fn release(&mut self, released: u32) {
        let held = self.model.in_flight;
        match self.limiter.release(released) {
            Ok(()) => assert!(self.model.release(released.into())),
            Err(ReleaseError { released: told, held: told_held }) => {
                assert_eq!((told, u64::from(told_held)), (released, held));
                assert!(!self.model.release(released.into()));
            }
        }
    }

    fn begin_report(&mut self) {
        match self.limiter.begin_report() {
            Ok(report) => {
                assert_eq!(self.model.granted_since.replace(0), None);
                self.report = Some(report);
            }
            Err(error) => assert!(error == ReportError::AnotherIsOpen && self.report.is_some()),
        }
    }

    fn guard(&self, named: u8) -> Option<usize> {
        usize::from(named).checked_rem(self.guards.len())
    }

    fn compare(&self) {
        let now = self.limiter.snapshot();
        let maximum = now.maximum.maximum().map(u64::from);
        assert_eq!((maximum, u64::from(now.in_flight)), (self.model.maximum, self.model.in_flight));
        let free = self.model.maximum.unwrap_or(MOST_IN_FLIGHT).saturating_sub(self.model.in_flight);
        assert_eq!(u64::from(now.free()), free);
        let guards = self.guards.iter().map(|guard| u64::from(guard.count()));
        assert!(guards.eq(self.model.guards.iter().copied()));
    }
}
