//! The 95 % interval of a median: the bootstrap's, computed exactly.
//!
//! A bootstrap draws as many values from the sample as it has, with replacement, again and again, and looks how the medians
//! of what it drew are spread. How often such a median is at most the k-th smallest value needs no drawing: it is the
//! probability that at least half of the draws are among the k smallest, a binomial one. So the same sample always gives the
//! same interval. Of an even number of values the lower of the two in the middle bounds the interval below and the upper one
//! above, which makes it a little wider, never narrower.

use serde::{Deserialize, Serialize};

const TAIL: f64 = 0.025;

/// A median and its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Interval {
    /// Median of the sample.
    pub median: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Interval {
    /// The interval of a sample; all zero for an empty one. One value has no spread to tell of: both ends are the value.
    #[must_use]
    pub fn of(sample: &[f64]) -> Self {
        let mut sorted = sample.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        if n == 0 {
            return Self::default();
        }
        let (lower, upper) = (n.div_ceil(2), n / 2 + 1);
        Self {
            median: f64::midpoint(sorted[lower - 1], sorted[upper - 1]),
            low: sorted[rank(n, lower, TAIL) - 1],
            high: sorted[rank(n, upper, 1.0 - TAIL) - 1],
        }
    }

    /// Half of its width.
    #[must_use]
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }
}

/// The least k for which the `middle`-th smallest of n draws is at most the k-th smallest value with probability `p` or
/// more. It grows with k, so halving finds it.
fn rank(n: usize, middle: usize, p: f64) -> usize {
    let (mut least, mut most) = (1, n);
    while least < most {
        let k = usize::midpoint(least, most);
        if at_least(n, middle, k) >= p {
            most = k;
        } else {
            least = k + 1;
        }
    }
    least
}

/// Probability that at least `middle` of n draws are among the k smallest of n values.
#[expect(clippy::cast_precision_loss, reason = "a sample has far fewer than 2^53 values")]
fn at_least(n: usize, middle: usize, k: usize) -> f64 {
    if k == n {
        return 1.0;
    }
    let share = k as f64 / n as f64;
    let odds = (share / (1.0 - share)).ln();
    // Term by term in logarithms: of thousands of draws the first terms are too small for a number.
    let mut term = n as f64 * (1.0 - share).ln();
    let mut below = 0.0;
    for drawn in 0..middle {
        below += term.exp();
        term += odds + ((n - drawn) as f64 / (drawn + 1) as f64).ln();
    }
    1.0 - below
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_one_value_there_is_no_spread() {
        assert_eq!(Interval::of(&[3.0]), Interval { median: 3.0, low: 3.0, high: 3.0 });
        assert_eq!(Interval::of(&[]), Interval::default());
    }

    /// Of three values 27 samples can be drawn: one has three times the least, six have it twice, so that the median is the
    /// least in 7 of 27; that is more than 2.5 %, so the interval is from the least to the greatest.
    #[test]
    fn of_three_values_it_is_all_of_them() {
        assert_eq!(Interval::of(&[2.0, 1.0, 9.0]), Interval { median: 2.0, low: 1.0, high: 9.0 });
        assert!((at_least(3, 2, 1) - 7.0 / 27.0).abs() < 1e-12);
    }

    #[test]
    fn of_many_values_it_is_narrow() {
        let sample: Vec<f64> = (0..10_001).map(f64::from).collect();
        let Interval { median, low, high } = Interval::of(&sample);
        // The median of n values is spread by half the root of n ranks: 50, and 1.96 times that to either side.
        assert_eq!(median, 5_000.0);
        assert!((4_900.0..4_904.0).contains(&low) && (5_096.0..5_100.0).contains(&high), "{low} {high}");
    }

    proptest! {
        /// What is drawn by hand is spread as the formula says.
        #[test]
        fn the_median_lies_in_its_interval(sample in prop::collection::vec(-1e6..1e6_f64, 1..60)) {
            let Interval { median, low, high } = Interval::of(&sample);
            prop_assert!(low <= median && median <= high);
            let (least, most) = sample.iter().fold((f64::MAX, f64::MIN), |(a, b), &x| (a.min(x), b.max(x)));
            prop_assert!(least <= low && high <= most);
        }

        /// All samples of n values counted one by one give what the binomial sum gives.
        #[test]
        fn it_counts_as_drawing_every_sample_would(n in 2_usize..6, k in 1_usize..6, middle in 1_usize..6) {
            prop_assume!(k <= n && middle <= n);
            let all = n.pow(u32::try_from(n).unwrap());
            let hits = (0..all)
                .filter(|&draw| {
                    let among = (0..n).filter(|&at| draw / n.pow(u32::try_from(at).unwrap()) % n < k).count();
                    among >= middle
                })
                .count();
            let share = f64::from(u32::try_from(hits).unwrap()) / f64::from(u32::try_from(all).unwrap());
            prop_assert!((at_least(n, middle, k) - share).abs() < 1e-9);
        }
    }
}
