//! `max_in_flight`: how many instances of a group BOSH updates at a time (D.1).

use std::ops::RangeInclusive;

use crate::{InstanceCount, ParseCountError};

/// BOSH's `max_in_flight`: an integer or a percentage. It comes to at least 1.
pub type MaxInFlight = InstanceCount<1>;

/// A value that nobody means who writes it to ask about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskedError {
    /// It is no value at all.
    #[error(transparent)]
    Form(#[from] ParseCountError),
    /// BOSH would quietly take it for another one.
    #[error("a number of cells is at least 1, a percentage is from 1% to 100%")]
    Range,
}

impl MaxInFlight {
    /// A value that is asked about: it has to mean what it says. BOSH takes 0 for 1, and 150% for 100% (D.1), which a
    /// manifest may say.
    ///
    /// # Errors
    /// [`AskedError`]: no value, or neither an integer from 1 nor a percentage from 1% to 100%.
    pub fn asked(text: &str) -> Result<Self, AskedError> {
        const PERCENTAGES: RangeInclusive<MaxInFlight> = MaxInFlight::percent(1)..=MaxInFlight::percent(100);
        let value = text.parse()?;
        if PERCENTAGES.contains(&value) || value >= Self::instances(1) {
            return Ok(value);
        }
        Err(AskedError::Range)
    }

    /// How many instances are updated at a time, at least 1 (D.1).
    ///
    /// `size` is the number of instances *that need an update in one zone*, not the size of the group (Q15). A
    /// percentage is rounded down. An integer may be above `size`: all at once.
    #[must_use]
    pub fn in_flight(self, size: usize) -> usize {
        self.of(size)
    }

    /// The most instances of a zone of `size` that are down at the same time, where so many canaries are updated before
    /// the rest, in the same pool (D.3).
    #[must_use]
    pub fn down_at_once(self, size: usize, canaries: usize) -> usize {
        self.in_flight(size).min(canaries.max(size.saturating_sub(canaries)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn in_flight(text: &str, size: usize) -> usize {
        text.parse::<MaxInFlight>().unwrap().in_flight(size)
    }

    #[test]
    fn percentages_round_down_to_at_least_one() {
        assert_eq!(in_flight("10%", 20), 2);
        assert_eq!(in_flight("20%", 10), 2);
        assert_eq!(in_flight("4%", 24), 1);
        assert_eq!(in_flight("50%", 3), 1);
        assert_eq!(in_flight("0%", 100), 1);
        assert_eq!(in_flight("250%", 100), 100);
    }

    #[test]
    fn q15_a_percentage_is_of_the_instances_of_one_zone() {
        assert_eq!(in_flight("4%", 200), 8);
        assert_eq!(in_flight("4%", 67), 2);
    }

    #[test]
    fn integers_are_not_capped_and_below_one_mean_one() {
        assert_eq!(in_flight("20", 67), 20);
        assert_eq!(in_flight("20", 3), 20);
        assert_eq!(in_flight("-1", 100), 1);
        assert_eq!(in_flight("+3", 100), 3);
        assert_eq!(in_flight("0", 100), 1);
    }

    #[test]
    fn other_texts_are_refused_with_what_would_be_right() {
        for text in ["", "%", "-4%", "4 %", "4.5%", "all", "default", "1e3", "0x10", "--1", " 4"] {
            let error = text.parse::<MaxInFlight>().unwrap_err();
            assert_eq!(error, ParseCountError::Form(text.to_owned()));
            assert!(error.to_string().contains("an integer such as 20 nor a percentage such as 4%"));
        }
        assert!(matches!("99999999999".parse::<MaxInFlight>(), Err(ParseCountError::TooLarge(_))));
        assert!(matches!("99999999999%".parse::<MaxInFlight>(), Err(ParseCountError::TooLarge(_))));
    }

    proptest! {
        #[test]
        fn a_percentage_is_the_floor_with_a_minimum_and_a_cap(percent in 0u32..300, size in 0usize..100_000) {
            let in_flight = MaxInFlight::percent(percent).in_flight(size);
            // The largest k with k% not above the percentage, without division.
            let fits = |k: usize| k * 100 <= percent as usize * size && k <= size;
            prop_assert!(in_flight == 1 || fits(in_flight));
            prop_assert!(!fits(in_flight + 1));
        }

        #[test]
        fn more_cells_or_more_per_cent_never_mean_fewer_in_flight(
            percent in 0u32..200, size in 0usize..10_000, more in 0u32..50,
        ) {
            let in_flight = MaxInFlight::percent(percent).in_flight(size);
            prop_assert!(MaxInFlight::percent(percent + more).in_flight(size) >= in_flight);
            prop_assert!(MaxInFlight::percent(percent).in_flight(size + more as usize) >= in_flight);
        }

        #[test]
        fn what_is_shown_is_read_again(percent: bool, number in 0..i32::MAX) {
            let value = if percent {
                MaxInFlight::percent(number.unsigned_abs())
            } else {
                MaxInFlight::instances(-number)
            };
            prop_assert_eq!(value.to_string().parse(), Ok(value));
        }
    }
}
