//! The run itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is simulated before and after the roll-out, and what is written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Ordinary operation before the roll-out begins.
    pub warm_up_s: f64,
    /// After the last cell the run goes on until every healthy instance runs again, but no longer than this.
    pub settle_s: f64,
    /// A roll-out that takes longer is given up.
    pub give_up_h: f64,
    /// Between two samples of the course over time.
    pub sample_s: f64,
}

impl Default for Run {
    fn default() -> Self {
        Self { warm_up_s: 60.0, settle_s: 1800.0, give_up_h: 240.0, sample_s: 10.0 }
    }
}
