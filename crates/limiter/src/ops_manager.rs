//! What Ops Manager lets an operator set as `max_in_flight` (D.5). Stricter than BOSH.

use std::fmt;
use std::str::FromStr;

use crate::MaxInFlight;

/// A value of Ops Manager's `max_in_flight` API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpsManagerMaxInFlight {
    /// Back to the default of the product.
    Default,
    /// An integer from 1 to 100 or a percentage from 1% to 100%.
    Set(MaxInFlight),
}

/// Why Ops Manager would not take a value. The texts say what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpsManagerError {
    /// Another form.
    #[error("'{0}' is not a max_in_flight: write a count ('2'), a percentage ('50%') or 'default'")]
    Form(String),
    /// An integer out of bounds.
    #[error("'{0}' is out of bounds: a count must be from 1 to 100")]
    Count(String),
    /// A percentage out of bounds.
    #[error("'{0}' is out of bounds: a percentage must be from 1% to 100%")]
    Percent(String),
}

impl FromStr for OpsManagerMaxInFlight {
    type Err = OpsManagerError;

    /// Reads `default`, an integer from 1 to 100, or a percentage from 1% to 100%.
    fn from_str(text: &str) -> Result<Self, OpsManagerError> {
        const BOUNDS: std::ops::RangeInclusive<u32> = 1..=100;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let bounded = |number: &str| number.parse::<u32>().ok().filter(|number| BOUNDS.contains(number));
        match text.strip_suffix('%') {
            _ if text == "default" => Ok(Self::Default),
            Some(number) if digits(number) => bounded(number)
                .map(|percent| Self::Set(MaxInFlight::percent(percent)))
                .ok_or_else(|| OpsManagerError::Percent(text.to_owned())),
            None if digits(text.strip_prefix('-').unwrap_or(text)) => bounded(text)
                .map(|count| Self::Set(MaxInFlight::instances(count.cast_signed())))
                .ok_or_else(|| OpsManagerError::Count(text.to_owned())),
            _ => Err(OpsManagerError::Form(text.to_owned())),
        }
    }
}

impl fmt::Display for OpsManagerMaxInFlight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.pad("default"),
            Self::Set(value) => value.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<OpsManagerMaxInFlight, OpsManagerError> {
        text.parse()
    }

    #[test]
    fn what_the_api_allows() {
        assert_eq!(read("default"), Ok(OpsManagerMaxInFlight::Default));
        assert_eq!(read("1"), Ok(OpsManagerMaxInFlight::Set(MaxInFlight::instances(1))));
        assert_eq!(read("100"), Ok(OpsManagerMaxInFlight::Set(MaxInFlight::instances(100))));
        assert_eq!(read("20%"), Ok(OpsManagerMaxInFlight::Set(MaxInFlight::percent(20))));
        assert_eq!(read("100%"), Ok(OpsManagerMaxInFlight::Set(MaxInFlight::percent(100))));
    }

    #[test]
    fn what_it_refuses_and_what_would_be_right() {
        let error = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(error("0"), "'0' is out of bounds: a count must be from 1 to 100");
        assert_eq!(error("-1"), "'-1' is out of bounds: a count must be from 1 to 100");
        assert_eq!(error("101"), "'101' is out of bounds: a count must be from 1 to 100");
        assert_eq!(error("101%"), "'101%' is out of bounds: a percentage must be from 1% to 100%");
        assert_eq!(error("0%"), "'0%' is out of bounds: a percentage must be from 1% to 100%");
        let form = "is not a max_in_flight: write a count ('2'), a percentage ('50%') or 'default'";
        for text in ["", "all", "%", "Default", "1.5", "-4%", "+3"] {
            assert_eq!(error(text), format!("'{text}' {form}"));
        }
    }

    #[test]
    fn what_is_shown_is_read_again() {
        for text in ["default", "7", "7%"] {
            assert_eq!(read(text).unwrap().to_string(), text);
        }
    }
}
