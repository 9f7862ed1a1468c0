//! BOSH's update of the cells (D.1 to D.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::count;
use crate::random::distribution::Distribution;

/// How the group of cells is updated.
///
/// The durations of the steps are fitted to the one published measurement (G.1: 8.64 min a cell, drain included);
/// the split between them is an assumption, see the book's chapter on the roll-out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Update {
    /// Cells at a time, where a comparison does not say: an integer or a percentage (D.1, default of D.6).
    #[serde(deserialize_with = "count::read")]
    #[schemars(schema_with = "count::schema")]
    pub max_in_flight: String,
    /// Canaries: an integer or a percentage, no minimum (D.1; 1 in cf-deployment, D.7).
    #[serde(deserialize_with = "count::read")]
    #[schemars(schema_with = "count::schema")]
    pub canaries: String,
    /// Seconds to the first and to the last check of a canary (D.2, D.7).
    pub canary_watch_s: [f64; 2],
    /// Seconds to the first and to the last check of any other cell (D.2, D.7).
    pub update_watch_s: [f64; 2],
    /// Whether the old VM goes before the new one comes (D.2).
    pub vm_strategy: VmStrategy,
    /// Whether VMs are replaced (a new stemcell) or only their jobs restarted (D.4).
    pub replace_vm: bool,
    /// `monit stop` of the other jobs, and post-stop.
    pub stop_s: Distribution,
    /// Deletion of the VM.
    pub vm_delete_s: Distribution,
    /// Creation of the VM until its agent answers.
    pub vm_create_s: Distribution,
    /// DNS, packages, templates, pre-start.
    pub prepare_s: Distribution,
    /// From the start of the jobs until the rep answers and its presence is set.
    pub rep_start_s: Distribution,
}

/// Order of deletion and creation of a VM (D.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VmStrategy {
    /// The old VM is deleted, then the new one is created.
    DeleteCreate,
    /// The new VM is created before the old one is drained.
    CreateSwapDelete,
}

impl Default for Update {
    fn default() -> Self {
        Self {
            max_in_flight: "4%".to_owned(),
            canaries: "1".to_owned(),
            canary_watch_s: [30.0, 1200.0],
            update_watch_s: [5.0, 1200.0],
            vm_strategy: VmStrategy::DeleteCreate,
            replace_vm: true,
            stop_s: Distribution::Lognormal { median: 10.0, p95: 20.0 },
            vm_delete_s: Distribution::Lognormal { median: 50.0, p95: 90.0 },
            vm_create_s: Distribution::Lognormal { median: 240.0, p95: 370.0 },
            prepare_s: Distribution::Lognormal { median: 75.0, p95: 120.0 },
            rep_start_s: Distribution::Lognormal { median: 30.0, p95: 50.0 },
        }
    }
}
