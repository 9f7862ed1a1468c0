//! A service of the platform that every start asks: the policy server of the container network, for example (I-8).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::random::distribution::Distribution;

/// The service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlatformService {
    /// Whether starts ask it.
    pub enabled: bool,
    /// Requests that it works on at once; the others wait. It is what the cells' own regular requests leave.
    pub workers: u32,
    /// How long it works on one.
    pub service_ms: Distribution,
    /// Who has waited longer for an answer gives up, and the container is not created. What is being worked on by then
    /// is finished all the same; what still waits is dropped.
    pub timeout_s: f64,
}

impl Default for PlatformService {
    fn default() -> Self {
        Self {
            enabled: true,
            workers: 100,
            service_ms: Distribution::Lognormal { median: 20.0, p95: 60.0 },
            timeout_s: 5.0,
        }
    }
}
