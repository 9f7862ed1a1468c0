//! The state of the limiter in 64 bits, and its transitions as plain functions. [`crate::StartLimiter`] makes each
//! of them one atomic step.
//!
//! | bits | field |
//! |---|---|
//! | 0 to 23 | containers in flight |
//! | 24 to 47 | the maximum; all ones is unlimited |
//! | 48 to 62 | granted since the open report began; all ones is more than can be told |
//! | 63 | a report is open |
//!
//! Unlimited is the greatest maximum, so that a grant need not ask for it: the count ends there in any case.

use crate::{CountError, ReleaseError, ReportError, Snapshot, StartLimit};

/// The greatest count of containers in flight. The greatest maximum is one less.
pub(crate) const MOST_IN_FLIGHT: u32 = (1 << 24) - 1;
const UNLIMITED: u32 = MOST_IN_FLIGHT;
const UNTOLD: u32 = (1 << 15) - 1;

const MAXIMUM_AT: u32 = 24;
const GRANTED_AT: u32 = 48;
const OPEN: u64 = 1 << 63;

/// One state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word(u64);

impl Word {
    /// Nothing in flight, no report open.
    pub(crate) fn new(maximum: StartLimit) -> Result<Self, CountError> {
        Self(0).with_maximum(maximum)
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) fn snapshot(self) -> Snapshot {
        let maximum = match self.maximum() {
            UNLIMITED => StartLimit::Unlimited,
            maximum => StartLimit::from_config(i64::from(maximum)),
        };
        Snapshot { maximum, in_flight: self.in_flight() }
    }

    /// Up to `wanted` more in flight, and how many of them were granted.
    pub(crate) fn grant(self, wanted: u32) -> (Self, u32) {
        let granted = wanted.min(self.maximum().saturating_sub(self.in_flight()));
        let word = Self(self.0 + u64::from(granted));
        if !self.is_report_open() {
            return (word, granted);
        }
        let granted_since = self.granted_since().saturating_add(granted).min(UNTOLD);
        (word.with(GRANTED_AT, UNTOLD, granted_since), granted)
    }

    /// So many less in flight.
    pub(crate) fn release(self, count: u32) -> Result<Self, ReleaseError> {
        let held = self.in_flight();
        if count > held {
            return Err(ReleaseError { released: count, held });
        }
        Ok(Self(self.0 - u64::from(count)))
    }

    /// Another maximum, with all else as it is.
    pub(crate) fn with_maximum(self, maximum: StartLimit) -> Result<Self, CountError> {
        let field = match maximum.maximum() {
            None => UNLIMITED,
            Some(maximum) if maximum < UNLIMITED => maximum,
            Some(maximum) => return Err(CountError(u64::from(maximum))),
        };
        Ok(self.with(MAXIMUM_AT, MOST_IN_FLIGHT, field))
    }

    /// A report is open, and nothing was granted since.
    pub(crate) fn begin_report(self) -> Result<Self, ReportError> {
        if self.is_report_open() { Err(ReportError::AnotherIsOpen) } else { Ok(Self(self.0 | OPEN)) }
    }

    /// No report is open.
    pub(crate) fn close_report(self) -> Self {
        Self(self.with(GRANTED_AT, UNTOLD, 0).0 & !OPEN)
    }

    /// What was reported and what was granted since is in flight, and no report is open.
    pub(crate) fn finish_report(self, reported: u64) -> Result<Self, ReportError> {
        let granted_since = self.granted_since();
        if granted_since == UNTOLD {
            return Err(ReportError::TooManyGrants);
        }
        let in_flight = reported.saturating_add(u64::from(granted_since));
        let field = u32::try_from(in_flight).ok().filter(|count| *count <= MOST_IN_FLIGHT);
        let field = field.ok_or(CountError(in_flight))?;
        Ok(self.close_report().with(0, MOST_IN_FLIGHT, field))
    }

    fn in_flight(self) -> u32 {
        self.field(0, MOST_IN_FLIGHT)
    }

    fn maximum(self) -> u32 {
        self.field(MAXIMUM_AT, MOST_IN_FLIGHT)
    }

    fn granted_since(self) -> u32 {
        self.field(GRANTED_AT, UNTOLD)
    }

    fn is_report_open(self) -> bool {
        self.0 & OPEN != 0
    }

    #[expect(clippy::cast_possible_truncation, reason = "a field is cut out of the word")]
    fn field(self, at: u32, mask: u32) -> u32 {
        (self.0 >> at) as u32 & mask
    }

    fn with(self, at: u32, mask: u32, field: u32) -> Self {
        Self(self.0 & !(u64::from(mask) << at) | u64::from(field) << at)
    }
}
