//! Quantiles of a duration.

use rivera_model::Span;
use serde::{Deserialize, Serialize};

/// Quantiles of a duration, in seconds. All zero when there was none.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Quantiles {
    /// How many there were.
    pub count: u64,
    /// Median.
    pub p50_s: f64,
    /// 99th percentile.
    pub p99_s: f64,
    /// Greatest.
    pub max_s: f64,
}

impl Quantiles {
    /// By the nearest rank, so that each is a value that occurred.
    pub(crate) fn of(mut spans: Vec<Span>) -> Self {
        spans.sort_unstable();
        let rank = |percent: usize| {
            let position = (spans.len() * percent).div_ceil(100).max(1) - 1;
            spans.get(position).copied().unwrap_or_default().as_secs_f64()
        };
        Self { count: spans.len() as u64, p50_s: rank(50), p99_s: rank(99), max_s: rank(100) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let spans = (1..=200).map(Span::from_secs).collect();
        let of_200 = Quantiles { count: 200, p50_s: 100.0, p99_s: 198.0, max_s: 200.0 };
        assert_eq!(Quantiles::of(spans), of_200);
        assert_eq!(Quantiles::of(Vec::new()), Quantiles::default());
    }
}
