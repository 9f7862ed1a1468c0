//! A version of the commercial product, and what it sets (D.6).

use std::fmt;
use std::str::FromStr;

use rivera_limiter::VersionDefaults;

/// A version of PCF, PAS or TAS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductVersion {
    major: u32,
    minor: u32,
    patch: u32,
}

/// The text is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a version of the product: write two or three numbers, such as 1.9.8 or 6.0")]
pub struct ParseVersionError(String);

impl ProductVersion {
    /// Versions that are to be upgraded before TAS for VMs (Windows) is, or else TCP routes go down there (D.8).
    pub(super) const BEFORE_WINDOWS: [Self; 2] =
        [Self { major: 6, minor: 0, patch: 5 }, Self { major: 6, minor: 0, patch: 6 }];

    /// The lines of versions of which the sources speak.
    pub const KNOWN: &'static str = "1.7 to 1.12, 2.0 to 2.13, 3.0, 4.0, 5.0 and 6.0";

    /// Whether it is of a line of versions of which the sources speak; what others set is taken for what the nearest earlier
    /// one does.
    #[must_use]
    pub const fn is_known(self) -> bool {
        matches!((self.major, self.minor), (1, 7..=12) | (2, 0..=13) | (3..=6, 0))
    }

    /// What both throttles are if nobody sets them, and which of them can be set.
    #[must_use]
    pub fn defaults(self) -> VersionDefaults {
        VersionDefaults::of(self.major, self.minor, self.patch)
    }
}

impl FromStr for ProductVersion {
    type Err = ParseVersionError;

    /// Reads `1.9.8`, or `1.9` for `1.9.0`.
    fn from_str(text: &str) -> Result<Self, ParseVersionError> {
        let number = |part: &str| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().ok()).flatten()
        };
        let numbers: Option<Vec<u32>> = text.split('.').map(number).collect();
        match numbers.as_deref() {
            Some(&[major, minor]) => Ok(Self { major, minor, patch: 0 }),
            Some(&[major, minor, patch]) => Ok(Self { major, minor, patch }),
            _ => Err(ParseVersionError(text.to_owned())),
        }
    }
}

impl fmt::Display for ProductVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { major, minor, patch } = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_two_or_three_numbers() {
        let shown = |text: &str| text.parse::<ProductVersion>().map(|version| version.to_string());
        assert_eq!(shown("1.9.8").unwrap(), "1.9.8");
        assert_eq!(shown("1.12").unwrap(), "1.12.0");
        for text in ["", "6", "1.9.8.1", "1.9.x", "1..8", "+1.9", "1.9.99999999999"] {
            assert_eq!(shown(text).unwrap_err(), ParseVersionError(text.to_owned()));
        }
    }

    #[test]
    fn a_line_of_versions_that_there_was_never_is_not_known() {
        let known = |text: &str| text.parse::<ProductVersion>().unwrap().is_known();
        assert!(["1.7.44", "1.12", "2.0", "2.13.30", "3.0", "6.0.5"].iter().all(|text| known(text)));
        assert!(!["0.1", "1.6.9", "1.13", "2.14", "3.1", "99.9.9"].iter().any(|text| known(text)));
    }

    #[test]
    fn d6_the_last_version_without_a_limit_and_the_first_with_one() {
        let limit = |text: &str| text.parse::<ProductVersion>().unwrap().defaults().max_starts.maximum();
        assert_eq!((limit("1.9.7"), limit("1.9.8")), (None, Some(200)));
    }
}
