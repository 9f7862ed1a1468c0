//! The two throttles as people write them. Held to more than a manifest is: who writes a value to ask about it means it as
//! it stands, so what BOSH would quietly take for something else is refused (D.1).

use rivera_limiter::{MaxInFlight, ParseStartLimitError, StartLimit};

/// A number of cells from 1, or a percentage from 1% to 100%. BOSH takes 0 for 1, and 150% for 100%.
///
/// # Errors
/// What would be right.
pub fn max_in_flight(text: &str) -> Result<MaxInFlight, String> {
    MaxInFlight::asked(text).map_err(|error| error.to_string())
}

/// A number, or `none`. 0 is `none`, as in Diego's manifest (A.6).
///
/// # Errors
/// What would be right.
pub fn max_starts(text: &str) -> Result<StartLimit, String> {
    if text.starts_with('-') {
        return Err("a maximum of starting containers is at least 1: write 'none' for no limit".to_owned());
    }
    text.parse().map_err(|error: ParseStartLimitError| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bosh_would_take_for_something_else_is_refused() {
        for text in ["1", "20", "2000", "1%", "100%"] {
            assert_eq!(max_in_flight(text).unwrap().to_string(), text);
        }
        for text in ["0", "-5", "-2147483648", "0%", "101%", "150%", "4294967295%"] {
            assert!(max_in_flight(text).unwrap_err().contains("from 1% to 100%"), "{text}");
        }
    }

    #[test]
    fn no_limit_of_starts_has_two_names() {
        assert_eq!(max_starts("none"), Ok(StartLimit::Unlimited));
        assert_eq!(max_starts("0"), Ok(StartLimit::Unlimited));
        assert_eq!(max_starts("200").unwrap().maximum(), Some(200));
        assert!(max_starts("-1").is_err());
    }
}
