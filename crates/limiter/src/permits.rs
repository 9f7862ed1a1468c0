//! Permits of the limiter in a guard.

use std::mem;

use crate::StartLimiter;

/// Permits to start containers. They are released when this is dropped.
///
/// If a report of the cells has meanwhile set the count below what this holds, the release is refused whole: the
/// count stays too high until the next report, and never becomes too low.
#[derive(Debug)]
#[must_use = "the permits are released when this is dropped"]
pub struct Permits<'a> {
    limiter: &'a StartLimiter,
    count: u32,
}

impl<'a> Permits<'a> {
    pub(crate) fn new(limiter: &'a StartLimiter, count: u32) -> Self {
        Self { limiter, count }
    }

    /// How many there are: what was granted, which may be none.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Takes up to `count` permits out into a guard of their own.
    pub fn split(&mut self, count: u32) -> Self {
        let count = count.min(self.count);
        self.count -= count;
        Self { limiter: self.limiter, count }
    }

    /// Gives up the guard and leaves the permits taken. The caller has to give them back, at once or in parts, by
    /// [`StartLimiter::release`].
    #[must_use = "as many permits have to be released"]
    pub fn detach(self) -> u32 {
        let count = self.count;
        mem::forget(self);
        count
    }
}

impl Drop for Permits<'_> {
    fn drop(&mut self) {
        if self.count > 0 {
            // Refused only after a report with a lesser count, see above.
            let _ = self.limiter.release(self.count);
        }
    }
}
