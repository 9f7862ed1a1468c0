//! `cf push`: staging tasks that compete with the roll-out for cells and starts (F.3, F.4, J-9).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::random::distribution::Distribution;

/// Pushes during the roll-out, and what staging takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Staging {
    /// Whether apps are pushed during the roll-out. Tasks of the export are there in any case.
    pub enabled: bool,
    /// How often developers push, for every 1,000 apps. No source: assumed.
    pub pushes_per_hour_per_1000_apps: f64,
    /// Size of the package that a staging task downloads. A package has at most 1 GiB (F.4). No source: assumed.
    pub package_mb: Distribution,
    /// Least memory of a staging task; an app that has more stages with as much (F.4).
    pub memory_mb: i32,
    /// Least disk of a staging task; an app that has more stages with as much (F.4).
    pub disk_mb: i32,
    /// From the package on the cell to the droplet in the storage, on an undisturbed cell. No source: assumed.
    pub stage_s: Distribution,
    /// A staging that takes longer in its container has failed (F.4).
    pub timeout_s: f64,
    /// What becomes of an app whose staging succeeded.
    pub restart: Restart,
    /// How often the Cloud Controller looks at the apps that it rolls out: `update_frequency_in_seconds` of its deployment
    /// updater in cloud_controller_ng.
    pub deployment_updater_interval_s: f64,
    /// Whether the upgrade is one after which the Cloud Controller asks the file server at a port that only updated
    /// Diego Brains listen on (F.3).
    pub file_server_port_change: bool,
    /// Whether each of a download's tries asks the name service anew, or all go to one Diego Brain (F.3 leaves it open).
    pub resolve_each_try: bool,
}

/// What becomes of an app that has been pushed, once it is staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Restart {
    /// Nothing: it goes on as it was.
    None,
    /// All of its instances are stopped, and as many are started with the new droplet: what `cf push` does if no strategy is named.
    AllAtOnce,
    /// Instances with the new droplet are started one at a time, and an old one is stopped for each that runs: what
    /// `cf push --strategy rolling` does.
    Rolling,
}

impl Default for Staging {
    fn default() -> Self {
        Self {
            enabled: true,
            pushes_per_hour_per_1000_apps: 20.0,
            package_mb: Distribution::Lognormal { median: 20.0, p95: 150.0 },
            memory_mb: 1_024,
            disk_mb: 4_096,
            stage_s: Distribution::Lognormal { median: 40.0, p95: 150.0 },
            timeout_s: 900.0,
            restart: Restart::AllAtOnce,
            deployment_updater_interval_s: 5.0,
            file_server_port_change: false,
            resolve_each_try: false,
        }
    }
}
