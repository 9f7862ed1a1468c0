//! A figure of a setting over its seeds, by name: `duration_s.median`, `crashes.max`.

use std::fmt;

use rivera_sim::{METRICS, Metric};

use crate::interval::Interval;
use crate::mistake::Mistake;

/// How the values of a metric over the seeds become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    Min,
    Mean,
    Max,
    /// The value that so many percent of the runs do not exceed (nearest rank); 50 is the median.
    Percentile(u8),
}

pub(crate) const FOLDS: [(&str, Fold); 7] = [
    ("median", Fold::Percentile(50)),
    ("mean", Fold::Mean),
    ("min", Fold::Min),
    ("max", Fold::Max),
    ("p90", Fold::Percentile(90)),
    ("p95", Fold::Percentile(95)),
    ("p99", Fold::Percentile(99)),
];

/// Other names of metrics.
pub(crate) const ALIASES: [(&str, &str); 1] = [("downtime_s", "instance_downtime_s")];

/// A metric, and how its values over the seeds become one.
#[derive(Clone, Copy)]
pub struct Statistic {
    /// The metric.
    pub metric: &'static Metric,
    fold: Fold,
}

/// The metric of a key or of its other name.
///
/// # Errors
/// The name that was probably meant.
pub(crate) fn metric(key: &str) -> Result<&'static Metric, Mistake> {
    let key = ALIASES.iter().find(|(alias, _)| *alias == key).map_or(key, |(_, key)| key);
    METRICS.iter().find(|metric| metric.key == key).ok_or_else(|| {
        let known: Vec<&str> = METRICS.iter().map(|metric| metric.key).collect();
        Mistake::unknown("metric", key, &known)
    })
}

impl Statistic {
    /// Reads `METRIC` or `METRIC.FOLD`; without a fold the greatest value counts, so that a bound holds in every seed.
    ///
    /// # Errors
    /// The name that was probably meant.
    pub fn read(text: &str) -> Result<Self, Mistake> {
        let (key, fold) = text.split_once('.').unwrap_or((text, "max"));
        let metric = metric(key)?;
        let fold = FOLDS.iter().find(|(name, _)| *name == fold).map(|(_, fold)| *fold).ok_or_else(|| {
            let known: Vec<&str> = FOLDS.iter().map(|(name, _)| *name).collect();
            Mistake::unknown("statistic", fold, &known)
        })?;
        Ok(Self { metric, fold })
    }

    /// Its value over a sample; 0 of an empty one.
    #[must_use]
    pub fn of(&self, sample: &[f64]) -> f64 {
        let mut sorted = sample.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (Some(&min), Some(&max)) = (sorted.first(), sorted.last()) else { return 0.0 };
        match self.fold {
            Fold::Min => min,
            Fold::Max => max,
            #[expect(clippy::cast_precision_loss, reason = "few seeds")]
            Fold::Mean => sorted.iter().sum::<f64>() / sorted.len() as f64,
            Fold::Percentile(50) => Interval::of(sample).median,
            Fold::Percentile(percent) => {
                let rank = (sorted.len() * usize::from(percent)).div_ceil(100);
                sorted[rank.max(1) - 1]
            }
        }
    }

    /// Whether one run more can only raise it.
    #[must_use]
    pub fn only_rises(&self) -> bool {
        self.fold == Fold::Max
    }
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fold = FOLDS.iter().find(|(_, fold)| *fold == self.fold).map_or("", |(name, _)| name);
        write!(f, "{}.{fold}", self.metric.key)
    }
}

impl fmt::Debug for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Statistic({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, sample: &[f64]) -> f64 {
        Statistic::read(name).unwrap().of(sample)
    }

    #[test]
    fn each_fold_is_what_its_name_says() {
        let sample: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(of("duration_s.min", &sample), 1.0);
        assert_eq!(of("duration_s.max", &sample), 100.0);
        assert_eq!(of("duration_s", &sample), 100.0);
        assert_eq!(of("duration_s.mean", &sample), 50.5);
        assert_eq!(of("duration_s.median", &sample), 50.5);
        assert_eq!(of("duration_s.p90", &sample), 90.0);
        assert_eq!(of("duration_s.p99", &sample[..10]), 100.0);
    }

    #[test]
    fn a_name_that_is_none_is_told_with_the_nearest() {
        let mistake = Statistic::read("duraton_s.p99").unwrap_err();
        assert_eq!(mistake.help.as_deref(), Some("did you mean `duration_s`?"));
        let mistake = Statistic::read("duration_s.p98").unwrap_err();
        assert_eq!(mistake.help.as_deref(), Some("did you mean `p90`?"));
        assert_eq!(Statistic::read("downtime_s.p99").unwrap().to_string(), "instance_downtime_s.p99");
    }
}
