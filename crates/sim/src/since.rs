//! A moment, or none, in the room of a moment: a run keeps several for each of hundreds of thousands of instances.

use rivera_model::Time;

/// Since when something has been so, if it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Since(Time);

/// No run comes to the end of time.
const NEVER: Time = Time(u64::MAX);

impl Since {
    /// It is not so.
    pub(crate) const NOT: Self = Self(NEVER);

    /// It is so since `now`.
    pub(crate) const fn at(now: Time) -> Self {
        Self(now)
    }

    pub(crate) fn get(self) -> Option<Time> {
        self.is_so().then_some(self.0)
    }

    pub(crate) fn is_so(self) -> bool {
        self.0 != NEVER
    }

    /// From `now` on it is so, if it was not before.
    pub(crate) fn begin(&mut self, now: Time) {
        self.0 = self.0.min(now);
    }

    /// It is so no longer. Answers since when it was.
    pub(crate) fn take(&mut self) -> Option<Time> {
        std::mem::take(self).get()
    }
}

impl Default for Since {
    fn default() -> Self {
        Self::NOT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_begun_does_not_begin_again_until_it_is_over() {
        let mut since = Since::default();
        assert_eq!((since.is_so(), since.take()), (false, None));
        since.begin(Time(5));
        since.begin(Time(7));
        assert_eq!((since.get(), since.is_so()), (Some(Time(5)), true));
        assert_eq!((since.take(), since), (Some(Time(5)), Since::NOT));
        assert_eq!(Since::at(Time(7)).get(), Some(Time(7)));
    }
}
