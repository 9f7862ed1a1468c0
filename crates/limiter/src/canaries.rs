//! `canaries`: how many instances BOSH updates first (D.1).

use std::fmt;
use std::str::FromStr;

use crate::count::{Count, ParseCountError};

/// BOSH's `canaries`: an integer or a percentage. Unlike `max_in_flight` it may come to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Canaries(Count);

impl Canaries {
    /// So many instances first.
    #[must_use]
    pub const fn instances(count: i32) -> Self {
        Self(Count::Integer(count))
    }

    /// So many per cent of the instances first.
    #[must_use]
    pub const fn percent(percent: u32) -> Self {
        Self(Count::Percent(percent))
    }

    /// How many of `size` instances are canaries (D.1). A percentage is rounded down; no minimum; not more than
    /// there are instances.
    #[must_use]
    pub fn canaries(self, size: usize) -> usize {
        self.0.at_least(0, size).min(size)
    }
}

impl Default for Canaries {
    /// 1, the value of the cf-deployment manifest.
    fn default() -> Self {
        Self::instances(1)
    }
}

impl FromStr for Canaries {
    type Err = ParseCountError;

    /// Reads `1`, `-1` or `10%`.
    fn from_str(text: &str) -> Result<Self, ParseCountError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Canaries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canaries_may_come_to_nothing() {
        let canaries = |text: &str, size| text.parse::<Canaries>().unwrap().canaries(size);
        assert_eq!(canaries("0", 10), 0);
        assert_eq!(canaries("0%", 10), 0);
        assert_eq!(canaries("9%", 10), 0);
        assert_eq!(canaries("-1", 10), 0);
        assert_eq!(canaries("10%", 20), 2);
        assert_eq!(canaries("3", 20), 3);
        assert_eq!(canaries("3", 2), 2);
    }
}
