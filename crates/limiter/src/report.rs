//! The count of starting containers as the cells report it (A.6).

use std::convert::Infallible;
use std::mem;

use crate::{CountError, StartLimiter};

/// A report in the making, from before the first cell is asked until all have answered.
///
/// The count becomes what the cells reported and all that was granted while this was open, as a container may start
/// after its cell has answered. So it is never too low, if the caller keeps two rules: what was granted before
/// has reached its cell when the report begins, and the counts of all cells are in it. It may be too high until
/// the next report: by what was granted and already reported, and by what was reported and then released.
///
/// Dropped without [`Report::finish`], it leaves the count as it is.
#[derive(Debug)]
#[must_use = "the count changes when the report is finished"]
pub struct Report<'a> {
    limiter: &'a StartLimiter,
}

/// A report is refused. The count stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// There is one report at a time.
    #[error("begin a report of starting containers: another one is open")]
    AnotherIsOpen,
    /// 32,767 permits or more were granted while the report was open.
    #[error("finish a report of starting containers: 32767 or more were granted meanwhile")]
    TooManyGrants,
    /// The new count does not fit.
    #[error(transparent)]
    Count(#[from] CountError),
}

impl<'a> Report<'a> {
    pub(crate) fn new(limiter: &'a StartLimiter) -> Self {
        Self { limiter }
    }

    /// All cells together reported so many starting containers. The count may be above the maximum.
    ///
    /// # Errors
    /// [`ReportError::TooManyGrants`] and [`ReportError::Count`]; then the count stays as it is.
    pub fn finish(self, reported: u64) -> Result<(), ReportError> {
        self.limiter.update(|word| word.finish_report(reported))?;
        // It is closed: another one may be open already, which is not this one's to close.
        mem::forget(self);
        Ok(())
    }
}

impl Drop for Report<'_> {
    fn drop(&mut self) {
        let closed = self.limiter.update(|word| Ok::<_, Infallible>(word.close_report()));
        let Ok(()) = closed;
    }
}
