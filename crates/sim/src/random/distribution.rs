//! Distributions as a scenario states them.

use std::fmt;

use rand::Rng;
use rand_distr::{Distribution as _, StandardNormal, Uniform};
use rivera_model::Span;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A distribution of a non-negative quantity; the unit is that of the key it is given under.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Distribution {
    /// Always this value.
    Fixed(f64),
    /// Any value between the two, equally likely.
    Uniform(f64, f64),
    /// A skewed distribution with a long tail, by its median and its 95th percentile.
    Lognormal {
        /// Half of the values are below.
        median: f64,
        /// 95 % of the values are below.
        p95: f64,
    },
}

/// A distribution as it is written, for the derived reader.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Written {
    Fixed(f64),
    Uniform(f64, f64),
    Lognormal { median: f64, p95: f64 },
}

impl<'de> Deserialize<'de> for Distribution {
    /// Says what may be written where the derived reader would speak of an enum.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfTable;

        impl<'de> Visitor<'de> for OfTable {
            type Value = Distribution;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a distribution: { fixed = 6 }, { uniform = [3, 9] } or { lognormal = { median = 6, p95 = 18 } }",
                )
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Distribution, A::Error> {
                Ok(match Written::deserialize(MapAccessDeserializer::new(map))? {
                    Written::Fixed(value) => Distribution::Fixed(value),
                    Written::Uniform(low, high) => Distribution::Uniform(low, high),
                    Written::Lognormal { median, p95 } => Distribution::Lognormal { median, p95 },
                })
            }
        }

        deserializer.deserialize_map(OfTable)
    }
}

/// The 95th percentile of the standard normal distribution.
const Z95: f64 = 1.644_853_626_951_472_2;

impl Distribution {
    /// Half of the values are below.
    pub(crate) const fn median(self) -> f64 {
        match self {
            Self::Fixed(value) => value,
            Self::Uniform(low, high) => f64::midpoint(low, high),
            Self::Lognormal { median, .. } => median,
        }
    }

    /// Draws one value.
    pub(crate) fn draw(self, rng: &mut impl Rng) -> f64 {
        Sampler::from(self).draw(rng)
    }

    /// Draws a length of time, the distribution being one of seconds.
    pub(crate) fn draw_secs(self, rng: &mut impl Rng) -> Span {
        Sampler::from(self).draw_secs(rng)
    }

    /// Draws a length of time, the distribution being one of milliseconds.
    pub(crate) fn draw_ms(self, rng: &mut impl Rng) -> Span {
        Sampler::from(self).draw_ms(rng)
    }

    /// The greatest value: of a lognormal, which has none, what one value in thirty million is above.
    pub(crate) fn greatest(self) -> f64 {
        /// Standard deviations of the normal distribution, above which lie 3.3e-8 of it.
        const Z_GREATEST: f64 = 5.4;
        match self {
            Self::Fixed(value) | Self::Uniform(_, value) => value,
            Self::Lognormal { median, p95 } => median * (p95 / median).powf(Z_GREATEST / Z95),
        }
    }

    /// What is wrong with the parameters, if anything.
    pub(crate) fn problem(self) -> Option<&'static str> {
        let sound = |value: f64| value.is_finite() && (0.0..=1e9).contains(&value);
        match self {
            Self::Fixed(value) if !sound(value) => Some("the value must be a number from 0 to 1e9"),
            Self::Uniform(low, high) if !sound(low) || !sound(high) || low > high => {
                Some("it must be two numbers from 0 to 1e9, the lesser one first")
            }
            Self::Lognormal { median, p95 }
                if !sound(median) || !sound(p95) || median <= 0.0 || p95 < median =>
            {
                Some("median must be above 0, and p95 not below the median (both up to 1e9)")
            }
            _ => None,
        }
    }
}

/// A distribution of which much is drawn: what is the same for every draw is computed once.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sampler {
    Fixed(f64),
    Uniform(Uniform<f64>),
    /// The standard deviation is that of the logarithm.
    Lognormal {
        median: f64,
        deviation: f64,
    },
}

impl From<Distribution> for Sampler {
    fn from(distribution: Distribution) -> Self {
        match distribution {
            Distribution::Fixed(value) => Self::Fixed(value),
            Distribution::Uniform(low, high) => {
                Uniform::new_inclusive(low, high).map_or(Self::Fixed(low), Self::Uniform)
            }
            Distribution::Lognormal { median, p95 } => {
                Self::Lognormal { median, deviation: (p95 / median).ln() / Z95 }
            }
        }
    }
}

impl Sampler {
    /// Draws one value.
    pub(crate) fn draw(self, rng: &mut impl Rng) -> f64 {
        match self {
            Self::Fixed(value) => value,
            Self::Uniform(uniform) => uniform.sample(rng),
            Self::Lognormal { median, deviation } => {
                let z: f64 = StandardNormal.sample(rng);
                median * (deviation * z).exp()
            }
        }
    }

    /// Draws a length of time, the distribution being one of seconds.
    pub(crate) fn draw_secs(self, rng: &mut impl Rng) -> Span {
        secs(self.draw(rng))
    }

    /// Draws a length of time, the distribution being one of milliseconds.
    pub(crate) fn draw_ms(self, rng: &mut impl Rng) -> Span {
        secs(self.draw(rng) / 1e3)
    }
}

/// Seconds as integer time.
pub(crate) fn secs(seconds: f64) -> Span {
    Span::from_secs_f64(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream::{Stream, Streams};

    #[test]
    fn a_lognormal_has_the_stated_percentiles() {
        let distribution = Distribution::Lognormal { median: 6.0, p95: 18.0 };
        let streams = Streams::new(1);
        let mut values: Vec<f64> =
            (0..20_000).map(|key| distribution.draw(&mut streams.at(Stream::AppStart, key))).collect();
        values.sort_by(f64::total_cmp);
        assert!((values[10_000] - 6.0).abs() < 0.15, "median {}", values[10_000]);
        assert!((values[19_000] - 18.0).abs() < 0.8, "p95 {}", values[19_000]);
    }

    #[test]
    fn no_value_of_many_is_above_the_greatest() {
        assert_eq!(
            [Distribution::Fixed(3.0), Distribution::Uniform(1.0, 4.0)].map(Distribution::greatest),
            [3.0, 4.0]
        );
        let lognormal = Distribution::Lognormal { median: 50.0, p95: 100.0 };
        let streams = Streams::new(1);
        let drawn = (0..20_000).map(|key| lognormal.draw(&mut streams.at(Stream::HealthCheck, key)));
        let most = drawn.fold(0.0, f64::max);
        assert!(
            most < lognormal.greatest() && lognormal.greatest() < 500.0,
            "{most} {}",
            lognormal.greatest()
        );
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(Distribution::Fixed(-1.0).problem().is_some());
        assert!(Distribution::Fixed(f64::NAN).problem().is_some());
        assert!(Distribution::Uniform(3.0, 2.0).problem().is_some());
        assert!(Distribution::Lognormal { median: 0.0, p95: 1.0 }.problem().is_some());
        assert!(Distribution::Lognormal { median: 2.0, p95: 1.0 }.problem().is_some());
        assert_eq!(Distribution::Lognormal { median: 2.0, p95: 2.0 }.problem(), None);
    }
}
