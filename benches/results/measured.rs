//! What one benchmark gave.

use std::collections::BTreeMap;

/// What was measured, by the id of the benchmark.
pub(crate) type AllMeasured = BTreeMap<String, Measured>;

/// The figures of one benchmark, for each element; of a whole iteration if it states no elements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Measured {
    /// Nanoseconds: the median of the samples and the least of them. On a machine with other work the least is nearer to the
    /// truth, as other work can only add.
    Time { median_ns: f64, least_ns: f64 },
    /// Instructions, counted once: they are the same on every run.
    Instructions(u64),
}

impl Measured {
    /// The time that goals are held against.
    pub(crate) const fn median_ns(self) -> Option<f64> {
        match self {
            Self::Time { median_ns, .. } => Some(median_ns),
            Self::Instructions(_) => None,
        }
    }
}

/// Why what was measured cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MeasuredError {
    #[error("{path}: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("{path}: {source}")]
    NotJson { path: String, source: serde_json::Error },
    #[error("{0}: there is no sample in it")]
    NoSample(String),
    #[error("two benchmarks are called {0:?}")]
    Twice(String),
}
