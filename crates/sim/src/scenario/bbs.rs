//! The BBS (C.6, C.8).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often the BBS converges and how long a pass takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Bbs {
    /// From the end of a convergence pass to the next (C.6).
    pub convergence_interval_s: f64,
    /// How long a pass takes, before what it takes by records; its start requests go out at its end.
    pub convergence_pass_ms: f64,
    /// How much longer a pass takes for every 1,000 instance records.
    pub convergence_pass_ms_per_1000_records: f64,
    /// Rejections that a task survives: the next one fails it (C.6, C.8).
    pub max_task_retries: u32,
    /// A task that is pending for longer has failed (C.6, C.8).
    pub expire_pending_task_s: f64,
    /// A task that has ended is deleted after this time, whether its owner has been told or not (C.6, C.8).
    pub expire_completed_task_s: f64,
    /// The owner of a task that has ended is told again after this time (C.6, C.8).
    pub kick_task_s: f64,
}

impl Default for Bbs {
    fn default() -> Self {
        Self {
            convergence_interval_s: 30.0,
            convergence_pass_ms: 200.0,
            convergence_pass_ms_per_1000_records: 10.0,
            max_task_retries: 3,
            expire_pending_task_s: 1800.0,
            expire_completed_task_s: 120.0,
            kick_task_s: 30.0,
        }
    }
}
