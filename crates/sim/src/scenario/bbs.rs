//! The BBS (C.6).

use serde::{Deserialize, Serialize};

/// How often the BBS converges and how long a pass takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bbs {
    /// From the end of a convergence pass to the next (C.6).
    pub convergence_interval_s: f64,
    /// How long a pass takes, before what it takes by records; its start requests go out at its end.
    pub convergence_pass_ms: f64,
    /// How much longer a pass takes for every 1,000 instance records.
    pub convergence_pass_ms_per_1000_records: f64,
}

impl Default for Bbs {
    fn default() -> Self {
        Self {
            convergence_interval_s: 30.0,
            convergence_pass_ms: 200.0,
            convergence_pass_ms_per_1000_records: 10.0,
        }
    }
}
