//! Values of options.

use std::ops::RangeInclusive;

use rivera_experiment::{Assertion, Mistake, Statistic, throttle};
use rivera_limiter::{MaxInFlight, StartLimit};

use rivera_sim::Surplus;

use crate::in_flight::ForGroup;

/// A number of cells from 1, or a percentage from 1% to 100%. BOSH takes 0 for 1, and 150% for 100% (D.1).
pub(crate) fn max_in_flight(text: &str) -> Result<MaxInFlight, String> {
    throttle::max_in_flight(text)
}

/// The same for all groups of cells, or `GROUP=` it for one.
pub(crate) fn max_in_flight_of(text: &str) -> Result<ForGroup<MaxInFlight>, String> {
    ForGroup::read(text, max_in_flight)
}

/// A value as it is written, for all groups of cells or for one.
pub(crate) fn as_written(text: &str) -> Result<ForGroup<String>, String> {
    ForGroup::read(text, |value| Ok(value.to_owned()))
}

/// A number, or `none`. 0 is `none`, as in Diego's manifest (A.6).
pub(crate) fn max_starts(text: &str) -> Result<StartLimit, String> {
    throttle::max_starts(text)
}

/// A weight of the score. The auctioneer takes any number (A.15).
pub(crate) fn weight(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|weight: &f64| weight.is_finite()).ok_or_else(|| "a number is needed".to_owned())
}

/// A number above zero.
pub(crate) fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "a number above 0 is needed".to_owned())
}

/// A job and its value, `JOB=VALUE`. What the value is worth is not for the command line to say.
pub(crate) fn job_and_value(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((job, value)) if !job.is_empty() => Ok((job.to_owned(), value.to_owned())),
        _ => Err("a job and its value are needed: JOB=VALUE".to_owned()),
    }
}

/// How many cells are added for the upgrade.
pub(crate) fn surplus_cells(text: &str) -> Result<u32, String> {
    let cells = whole_number(text, 0..=Surplus::MOST.into())?;
    Ok(u32::try_from(cells).expect("what can be added fits"))
}

/// A number from zero on.
pub(crate) fn not_negative(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| (0.0..=1e9).contains(number));
    number.ok_or_else(|| "a number from 0 to 1e9 is needed".to_owned())
}

/// Instances of an app.
pub(crate) fn instances(text: &str) -> Result<u32, String> {
    let number = whole_number(text, 1..=100_000)?;
    Ok(u32::try_from(number).expect("in range"))
}

/// Routers.
pub(crate) fn routers(text: &str) -> Result<u32, String> {
    let number = whole_number(text, 1..=1_000)?;
    Ok(u32::try_from(number).expect("in range"))
}

/// How many runs each setting has.
pub(crate) fn seeds(text: &str) -> Result<u64, String> {
    whole_number(text, 1..=10_000)
}

/// A precision: `5%`.
pub(crate) fn precision(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse().ok();
    let in_range = number.filter(|number: &f64| *number > 0.0 && *number < 100.0);
    in_range.ok_or_else(|| "a percentage above 0 and below 100 is needed, such as 5%".to_owned())
}

/// What must hold.
pub(crate) fn assertion(text: &str) -> Result<Assertion, String> {
    Assertion::read(text).map_err(Mistake::in_one_line)
}

/// A statistic, as text.
pub(crate) fn statistic(text: &str) -> Result<String, String> {
    Statistic::read(text).map(|statistic| statistic.to_string()).map_err(Mistake::in_one_line)
}

/// What random numbers start from.
pub(crate) fn seed(text: &str) -> Result<u64, String> {
    whole_number(text, 0..=u64::MAX)
}

fn whole_number(text: &str, range: RangeInclusive<u64>) -> Result<u64, String> {
    text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
        let (least, most) = range.into_inner();
        format!("a whole number from {least} to {most} is needed")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_any_number_but_not_infinite() {
        assert_eq!(weight("0.25"), Ok(0.25));
        assert_eq!(weight("-1"), Ok(-1.0));
        for text in ["inf", "NaN", "1e999", "heavy", ""] {
            assert!(weight(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_told_with_their_range() {
        assert_eq!(seeds("10000"), Ok(10_000));
        assert_eq!(seeds("0").unwrap_err(), "a whole number from 1 to 10000 is needed");
        assert_eq!(seed("18446744073709551615"), Ok(u64::MAX));
        assert!(seed("-1").is_err());
    }
}
