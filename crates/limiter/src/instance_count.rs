//! A number of instances as a manifest writes it: `20`, `-1` or `4%` (D.1).

use std::fmt;
use std::str::FromStr;

/// An integer or a percentage of the instances, of which BOSH makes at least `MINIMUM`.
///
/// [`crate::MaxInFlight`] and [`crate::Canaries`] differ in this minimum. Any sign is taken in an integer and any
/// number in a percentage, as BOSH does; Ops Manager is stricter ([`crate::OpsManagerMaxInFlight`]). The order of
/// values is for sorted lists only: percentages come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceCount<const MINIMUM: usize>(Form);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Form {
    Percent(u32),
    Integer(i32),
}

/// The text is neither an integer nor a percentage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseCountError {
    /// Another form.
    #[error("'{0}' is neither an integer such as 20 nor a percentage such as 4%")]
    Form(String),
    /// The right form, but too large for a number.
    #[error("'{0}' is too large for a number of instances")]
    TooLarge(String),
}

impl<const MINIMUM: usize> InstanceCount<MINIMUM> {
    /// So many instances.
    #[must_use]
    pub const fn instances(count: i32) -> Self {
        Self(Form::Integer(count))
    }

    /// So many per cent of the instances.
    #[must_use]
    pub const fn percent(percent: u32) -> Self {
        Self(Form::Percent(percent))
    }

    /// Whether it is a percentage.
    #[must_use]
    pub const fn is_percent(self) -> bool {
        matches!(self.0, Form::Percent(_))
    }

    /// BOSH's value for a group of `size` instances. A percentage is rounded down and never more than `size`; an
    /// integer may be; both are at least `MINIMUM`.
    pub(crate) fn of(self, size: usize) -> usize {
        let count = match self.0 {
            Form::Integer(count) => usize::try_from(count).unwrap_or(0),
            Form::Percent(percent) => usize::try_from(u128::from(percent) * size as u128 / 100)
                .map_or(size, |count| count.min(size)),
        };
        count.max(MINIMUM)
    }
}

impl<const MINIMUM: usize> Default for InstanceCount<MINIMUM> {
    /// 1, the value of the cf-deployment manifest (D.6, D.7).
    fn default() -> Self {
        Self::instances(1)
    }
}

impl<const MINIMUM: usize> FromStr for InstanceCount<MINIMUM> {
    type Err = ParseCountError;

    /// Reads `20`, `-1` or `4%`.
    fn from_str(text: &str) -> Result<Self, ParseCountError> {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let too_large = |_| ParseCountError::TooLarge(text.to_owned());
        if let Some(percent) = text.strip_suffix('%').filter(|digits| is_number(digits)) {
            percent.parse().map(Self::percent).map_err(too_large)
        } else if is_number(text.strip_prefix(['-', '+']).unwrap_or(text)) {
            text.parse().map(Self::instances).map_err(too_large)
        } else {
            Err(ParseCountError::Form(text.to_owned()))
        }
    }
}

impl<const MINIMUM: usize> fmt::Display for InstanceCount<MINIMUM> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Form::Percent(percent) => f.pad(&format!("{percent}%")),
            Form::Integer(count) => f.pad(&count.to_string()),
        }
    }
}
