//! The maximum number of containers that may be starting at a time (A.6).

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// `starting_container_count_maximum`: how many containers may be starting at a time.
///
/// Ordered by how much it lets through; `Unlimited` is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum StartLimit {
    /// At most so many.
    Limited(NonZeroU32),
    /// As many as there are.
    #[default]
    Unlimited,
}

/// The text is not a limit of starting containers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a maximum of starting containers: write a number such as 200, or 'none'")]
pub struct ParseStartLimitError(String);

impl StartLimit {
    /// The limit as configured: 0 or less is unlimited (A.6). A limit above `u32::MAX` is unlimited too, as no
    /// foundation has so many containers.
    #[must_use]
    pub fn from_config(maximum: i64) -> Self {
        u32::try_from(maximum).ok().and_then(NonZeroU32::new).map_or(Self::Unlimited, Self::Limited)
    }

    /// The limit as configured in Diego: 0 is unlimited.
    #[must_use]
    pub fn to_config(self) -> i64 {
        self.maximum().map_or(0, i64::from)
    }

    /// The number, or `None` if there is no limit.
    #[must_use]
    pub const fn maximum(self) -> Option<u32> {
        match self {
            Self::Limited(maximum) => Some(maximum.get()),
            Self::Unlimited => None,
        }
    }

    /// Whether one more may start while `starting` are starting (A.6).
    #[must_use]
    pub fn allows(self, starting: u64) -> bool {
        self.maximum().is_none_or(|maximum| starting < u64::from(maximum))
    }
}

impl FromStr for StartLimit {
    type Err = ParseStartLimitError;

    /// Reads an integer (0 or less is unlimited) or `none`.
    fn from_str(text: &str) -> Result<Self, ParseStartLimitError> {
        if text == "none" {
            return Ok(Self::Unlimited);
        }
        text.parse().map(Self::from_config).map_err(|_| ParseStartLimitError(text.to_owned()))
    }
}

impl fmt::Display for StartLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limited(maximum) => f.pad(&maximum.to_string()),
            Self::Unlimited => f.pad("none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_or_less_or_none_is_unlimited() {
        for text in ["none", "0", "-1", "-200"] {
            assert_eq!(text.parse(), Ok(StartLimit::Unlimited));
        }
        assert_eq!("200".parse::<StartLimit>().unwrap().maximum(), Some(200));
        assert_eq!(StartLimit::from_config(i64::MAX), StartLimit::Unlimited);
        assert_eq!(
            "many".parse::<StartLimit>().unwrap_err().to_string(),
            "'many' is not a maximum of starting containers: write a number such as 200, or 'none'"
        );
    }

    #[test]
    fn one_more_may_start_below_the_limit() {
        let limit = StartLimit::from_config(2);
        assert!(limit.allows(1));
        assert!(!limit.allows(2));
        assert!(!limit.allows(3));
        assert!(StartLimit::Unlimited.allows(u64::MAX));
    }

    #[test]
    fn limits_are_ordered_by_what_they_let_through() {
        let limit = StartLimit::from_config;
        assert!(limit(1) < limit(200) && limit(200) < limit(0));
    }

    #[test]
    fn what_is_shown_is_read_again() {
        for config in [0, 1, 200] {
            let limit = StartLimit::from_config(config);
            assert_eq!(limit.to_string().parse(), Ok(limit));
            assert_eq!(limit.to_config(), config);
        }
    }
}
