//! The apps: what they download and how they start (B.11, J-4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::random::distribution::Distribution;

/// Distributions over apps. An app keeps what it drew, in every setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Apps {
    /// Size of a droplet. Nothing but an example of 100 MB and a limit of 1 GiB is published (G.2, L-2).
    pub droplet_mb: Distribution,
    /// Size of the lifecycle bundle that every start fetches first (B.11).
    pub lifecycle_mb: f64,
    /// From the start of an app's process until it would answer a health check; by app.
    pub start_s: Distribution,
    /// How much one start differs from the app's usual: a factor, by start.
    pub start_jitter: Distribution,
    /// Start timeout of apps of which the export does not say (B.11).
    pub start_timeout_s: f64,
    /// An app that runs in the export has been started before: its usual start takes at most this share of its
    /// timeout.
    pub start_timeout_share: f64,
    /// How long an instance of a crashing app runs.
    pub crash_after_s: Distribution,
    /// What is left of a running task's time when the run begins (B.9: tasks are never moved).
    pub task_remaining_s: Distribution,
}

impl Default for Apps {
    fn default() -> Self {
        Self {
            droplet_mb: Distribution::Lognormal { median: 100.0, p95: 300.0 },
            lifecycle_mb: 20.0,
            start_s: Distribution::Lognormal { median: 6.0, p95: 25.0 },
            start_jitter: Distribution::Uniform(0.8, 1.2),
            start_timeout_s: 60.0,
            start_timeout_share: 0.5,
            crash_after_s: Distribution::Uniform(1.0, 20.0),
            task_remaining_s: Distribution::Lognormal { median: 60.0, p95: 600.0 },
        }
    }
}
