//! A number of instances as a manifest writes it: `20`, `-1` or `4%`. Shared by the two types that differ in
//! their minimum (D.1).

use std::fmt;
use std::str::FromStr;

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Count {
    Percent(u32),
    Integer(i32),
}

impl Count {
    /// BOSH's value for a group of `size` instances, before any minimum (D.1). A percentage is rounded down and
    /// never more than `size`; an integer is taken as it is.
    pub(crate) fn of(self, size: usize) -> i128 {
        match self {
            Self::Integer(count) => i128::from(count),
            Self::Percent(percent) => {
                let size = i128::try_from(size).unwrap_or(i128::MAX / i128::from(u32::MAX));
                (i128::from(percent) * size / 100).min(size)
            }
        }
    }

    /// As [`Count::of`], but not below `minimum`.
    pub(crate) fn at_least(self, minimum: usize, size: usize) -> usize {
        usize::try_from(self.of(size)).map_or(minimum, |count| count.max(minimum))
    }
}

impl FromStr for Count {
    type Err = ParseCountError;

    fn from_str(text: &str) -> Result<Self, ParseCountError> {
        let digits_of = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let too_large = |_| ParseCountError::TooLarge(text.to_owned());
        if let Some(percent) = text.strip_suffix('%').filter(|digits| digits_of(digits)) {
            percent.parse().map(Self::Percent).map_err(too_large)
        } else if digits_of(text.strip_prefix(['-', '+']).unwrap_or(text)) {
            text.parse().map(Self::Integer).map_err(too_large)
        } else {
            Err(ParseCountError::Form(text.to_owned()))
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => f.pad(&format!("{percent}%")),
            Self::Integer(count) => f.pad(&count.to_string()),
        }
    }
}
