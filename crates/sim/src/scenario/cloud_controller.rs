//! The Cloud Controller's jobs while its machines are updated (F.1, F.2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::random::distribution::Distribution;

/// Asynchronous work of the Cloud Controller. It is simulated with the whole upgrade only: without it no version differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CloudController {
    /// Whether jobs are simulated.
    pub enabled: bool,
    /// Jobs that users cause. No source: assumed.
    pub jobs_per_minute: f64,
    /// Workers on each of their machines.
    pub workers_per_machine: u32,
    /// A worker without work looks for it again after so long (F.1).
    pub polling_s: f64,
    /// What a job takes once it is loaded. No source: assumed.
    pub job_s: Distribution,
    /// A job that cannot be loaded is tried again after so long (F.2).
    pub retry_s: f64,
    /// A job that cannot be loaded and is older than this fails (F.2).
    pub expiry_h: f64,
}

impl Default for CloudController {
    fn default() -> Self {
        Self {
            enabled: true,
            jobs_per_minute: 6.0,
            workers_per_machine: 1,
            polling_s: 5.0,
            job_s: Distribution::Lognormal { median: 1.0, p95: 10.0 },
            retry_s: 300.0,
            expiry_h: 24.0,
        }
    }
}
