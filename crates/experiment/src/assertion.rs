//! What must hold in every setting: `downtime_s.p99 < 30`.

use std::fmt;

use crate::mistake::Mistake;
use crate::statistic::Statistic;

/// A bound of a figure.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// The figure.
    pub statistic: Statistic,
    comparison: Comparison,
    bound: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
}

/// The longer ones first, so that `<=` is not read as `<`.
const COMPARISONS: [(&str, Comparison); 5] = [
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("==", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

/// Units of time that a bound may be written in.
const UNITS_S: [(char, f64); 3] = [('s', 1.0), ('m', 60.0), ('h', 3600.0)];

impl Assertion {
    /// Reads `METRIC[.STATISTIC] COMPARISON NUMBER`; a number of seconds may end in `s`, `m` or `h`.
    ///
    /// # Errors
    /// What would be right.
    pub fn read(text: &str) -> Result<Self, Mistake> {
        let form = "write METRIC.STATISTIC, one of < <= > >= ==, and a number: 'crashes.max <= 0'";
        let (at, sign, comparison) = COMPARISONS
            .iter()
            .filter_map(|&(sign, comparison)| Some((text.find(sign)?, sign, comparison)))
            .min_by_key(|(at, sign, _)| (*at, std::cmp::Reverse(sign.len())))
            .ok_or_else(|| Mistake::new(format!("`{text}` compares nothing")).help(form))?;
        let statistic = Statistic::read(text[..at].trim())?;
        let written = text[at + sign.len()..].trim();
        let bound = number(written).ok_or_else(|| {
            Mistake::new(format!("`{written}` is no number to compare {} with", statistic.metric.key))
                .help(form)
        })?;
        Ok(Self { statistic, comparison, bound })
    }

    /// Whether it holds for a sample, and the value that it was held against.
    #[must_use]
    pub fn check(&self, sample: &[f64]) -> (bool, f64) {
        let value = self.statistic.of(sample);
        (self.holds(value), value)
    }

    #[expect(clippy::float_cmp, reason = "`==` is what the user asked for, mostly of counts")]
    fn holds(&self, value: f64) -> bool {
        match self.comparison {
            Comparison::Less => value < self.bound,
            Comparison::LessOrEqual => value <= self.bound,
            Comparison::Greater => value > self.bound,
            Comparison::GreaterOrEqual => value >= self.bound,
            Comparison::Equal => value == self.bound,
        }
    }

    /// Whether it always holds, or never, because no figure is below 0; nothing if it depends.
    #[must_use]
    pub fn certain(&self) -> Option<bool> {
        match self.comparison {
            Comparison::GreaterOrEqual if self.bound <= 0.0 => Some(true),
            Comparison::Greater if self.bound < 0.0 => Some(true),
            Comparison::Less if self.bound <= 0.0 => Some(false),
            Comparison::LessOrEqual | Comparison::Equal if self.bound < 0.0 => Some(false),
            _ => None,
        }
    }

    /// Whether, once it is broken, no further run can mend it.
    #[must_use]
    pub fn stays_broken(&self) -> bool {
        self.statistic.only_rises() && matches!(self.comparison, Comparison::Less | Comparison::LessOrEqual)
    }
}

fn number(text: &str) -> Option<f64> {
    let unit = UNITS_S.iter().find_map(|&(unit, s)| Some((text.strip_suffix(unit)?, s)));
    let (digits, factor) = unit.unwrap_or((text, 1.0));
    let number: f64 = digits.trim().parse().ok()?;
    number.is_finite().then_some(number * factor)
}

impl fmt::Display for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = COMPARISONS.iter().find(|(_, it)| *it == self.comparison).map_or("", |(sign, _)| sign);
        write!(f, "{} {sign} {}", self.statistic, self.bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, sample: &[f64]) -> bool {
        Assertion::read(text).unwrap().check(sample).0
    }

    #[test]
    fn a_bound_is_held_against_the_figure() {
        let sample = [1.0, 2.0, 30.0];
        assert!(check("downtime_s.p99 <= 30", &sample) && !check("downtime_s.p99<30", &sample));
        assert!(check("duration_s.median == 2", &sample) && check("duration_s.min >= 1s", &sample));
        assert!(check("duration_s < 0.5m", &[29.9]) && !check("duration_s > 1h", &[3600.0]));
    }

    #[test]
    fn what_is_no_bound_is_told_with_what_would_be_right() {
        let refused = |text| Assertion::read(text).unwrap_err();
        assert!(refused("crashes").help.unwrap().contains("crashes.max <= 0"));
        assert!(refused("crashes.max <= none").message.contains("`none` is no number"));
        assert!(refused("crashes.max < inf").message.contains("`inf` is no number"));
        assert_eq!(refused("crash.max < 1").help.as_deref(), Some("did you mean `crashes`?"));
    }

    #[test]
    fn it_is_written_in_one_way() {
        assert_eq!(Assertion::read("crashes<=0").unwrap().to_string(), "crashes.max <= 0");
        assert_eq!(Assertion::read("duration_s.p90 < 6h").unwrap().to_string(), "duration_s.p90 < 21600");
    }
}
