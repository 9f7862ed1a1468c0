//! What one run gave.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::outcome::cascade::{Cascade, Cause};
use crate::outcome::fault_report::FaultReport;
use crate::outcome::job_outcome::JobOutcome;
use crate::outcome::quantiles::Quantiles;
use crate::outcome::upgrade_outcome::UpgradeOutcome;
use crate::routes::{RouteErrors, RouteUse};

/// The result of one run: one setting, one seed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// The seed of the run.
    pub seed: u64,
    /// How the roll-out ended.
    pub end: End,
    /// From the start of the roll-out until the last cell was updated (or the run was given up), with the time that surplus
    /// cells take to be added and removed; of a whole upgrade, until its last errand was done.
    pub duration_s: f64,
    /// When each zone of each group of cells began and ended, in the order of the update.
    pub zones: Vec<ZoneSpan>,
    /// What the surplus cells took, if there were any; all of it is part of `duration_s`.
    pub surplus: Option<SurplusTimes>,
    /// How long the cells took to drain.
    pub drain: Quantiles,
    /// Time a cell occupied its slot, from pre-stop to post-start.
    pub slot: Quantiles,
    /// Cells updated.
    pub cells_updated: u32,
    /// Cells whose evacuation ended by the timeout (B.8).
    pub evacuation_timeouts: u32,
    /// Instances whose container was killed by an evacuation timeout.
    pub instances_killed: u32,
    /// Tasks that an evacuation timeout killed: tasks are never moved (B.9).
    pub tasks_killed: u32,
    /// Apps pushed during the roll-out, and the tasks that stage them (F.4).
    pub staging: Pushes,
    /// Records that convergence had to repair: evacuating ones pruned, and instances on missing cells replaced (C.6).
    pub records_repaired: u64,
    /// Start requests that the auctioneer got, by what caused them.
    pub start_requests: BTreeMap<String, u64>,
    /// Sum over the instances of healthy apps with the rolling strategy of the time without a running container.
    pub instance_downtime_s: f64,
    /// The same for apps with the recreate strategy, which are stopped before they are replaced, while the auctioneer did
    /// not refuse them. Not part of `instance_downtime_s`, nor are these apps of `apps_down`.
    pub recreate_downtime_s: f64,
    /// Healthy apps that had no running instance for some time.
    pub apps_down: u32,
    /// The longest time that a healthy app had no running instance.
    pub longest_app_down_s: f64,
    /// The apps that were down the longest, longest first.
    pub worst_apps: Vec<AppDown>,
    /// Crashes of instances of healthy apps.
    pub crashes: u64,
    /// `crashes` by what caused them.
    pub crashes_by_cause: BTreeMap<Cause, u64>,
    /// Crashes that followed each other, ten or more without a minute's quiet: when each began and what started it.
    pub cascades: Vec<Cascade>,
    /// Healthy instances on evacuating cells that were ended because their replacement had crashed (Q11).
    pub evacuees_lost: u64,
    /// Greatest load of a cell: what its containers asked for, by what it has. Above 1 all that it does is slower.
    pub peak_cell_load: f64,
    /// Greatest load of a cell's network: what its downloads and apps would have received, by what it can receive. Above 1 all
    /// that it receives is slower.
    pub peak_network_load: f64,
    /// What the file storage did.
    pub storage: StorageUse,
    /// What routers knew, and what clients saw of it.
    pub routes: RouteUse,
    /// Crashes of apps that crash by themselves, roll-out or not.
    pub crashes_of_crashing_apps: u64,
    /// Instances that started on another cell.
    pub moves: u64,
    /// `moves` by the number of instances that ran at the start.
    pub moves_per_instance: f64,
    /// Greatest number of starting containers on cells in service.
    pub peak_starting: u32,
    /// From unclaimed to running.
    pub wait: Quantiles,
    /// Failed placements by the auctioneer's reason.
    pub placement_failures: BTreeMap<String, u64>,
    /// Auctions held.
    pub auctions: u64,
    /// Share of the auctions in which the limit of starting containers held something back.
    pub limited_auctions_share: f64,
    /// Longest time in which the limit of starting containers held something back in every auction.
    pub longest_limited_s: f64,
    /// Instances of healthy apps that ran when the roll-out began and did not run at the end.
    pub not_running_at_end: u32,
    /// What failed, and what followed from it.
    #[serde(default, skip_serializing_if = "FaultReport::is_empty")]
    pub faults: FaultReport,
    /// What the upgrade of everything else gave, if it was simulated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upgrade: Option<UpgradeOutcome>,
    /// What became of the Cloud Controller's jobs, if they were simulated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs: Option<JobOutcome>,
    /// Events processed.
    pub events: u64,
    /// The course over time, if it was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub course: Vec<Sample>,
}

/// What became of `cf push` during the roll-out (F.3, F.4, J-9).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Pushes {
    /// Apps pushed.
    pub pushes: u64,
    /// Pushes whose staging succeeded.
    pub staged: u64,
    /// Pushes whose staging failed.
    pub failed: u64,
    /// Pushes that could not begin, because a component of the platform was away that they need (D.7).
    pub unavailable: u64,
    /// `failed` by the error that the developer sees (F.4).
    pub failed_by_error: BTreeMap<String, u64>,
    /// `failed` by Diego's reason; of a push of whose end the Cloud Controller did not hear in time, that it took too long.
    pub failed_by_reason: BTreeMap<String, u64>,
    /// Rejections of tasks by the auctioneer and by cells, by reason; those of the export's tasks are among them.
    pub rejections: BTreeMap<String, u64>,
    /// From the push to the end of its staging.
    pub delay: Quantiles,
    /// From the push to its failure.
    pub failure: Quantiles,
    /// Pushes while part of the Diego Brains did not listen on the port of which updated Cloud Controllers know (F.3).
    pub in_window: u64,
    /// Those of them that failed.
    pub failed_in_window: u64,
    /// What became of the apps that were restarted with what was staged, if that was simulated and any was pushed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restarts: Option<Restarts>,
    /// What became of the apps that were rolled out with what was staged, if that was simulated and any was pushed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolling: Option<RollingPushes>,
}

/// What became of apps that were stopped and started with a new droplet (F.4). That they are down meanwhile is what their
/// developers asked for: none of it is part of the downtime, the crashes and the failed requests of other figures. Apps that
/// crash by themselves are counted in `restarted` and `unavailable` only.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Restarts {
    /// Apps restarted.
    pub restarted: u64,
    /// Apps that were staged, and not restarted because a component of the platform was away that pushes need (D.7).
    pub unavailable: u64,
    /// Restarts of apps that were pushed again before all of their instances had run.
    pub overtaken: u64,
    /// Sum over the restarts of the time without a running instance: of `down`.
    pub downtime_s: f64,
    /// From the stop of an app until an instance runs; of what did not run at the end, until then.
    pub down: Quantiles,
    /// From the stop of an app until all of its instances have run; of what did not at the end, until then.
    pub all_running: Quantiles,
    /// Crashes of instances before they had run.
    pub crashes: u64,
    /// Instances that had not run yet at the end.
    pub not_running_at_end: u32,
    /// Failed requests to apps while they were down for that (E.4).
    pub errors: RouteErrors,
}

/// What became of apps whose instances were replaced one by one: `cf push --strategy rolling`. They are never stopped for it, so
/// an app that is down meanwhile counts as any other. Apps that crash by themselves are counted in `rolled` and `unavailable`
/// only.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RollingPushes {
    /// Apps whose new version was begun.
    pub rolled: u64,
    /// Apps that were staged, and not rolled out because a component of the platform was away that pushes need (D.7).
    pub unavailable: u64,
    /// Those that were pushed again before the old version was gone.
    pub superseded: u64,
    /// From the end of the staging until the old version was gone; of what still was there at the end, until then.
    pub took: Quantiles,
    /// Crashes of instances before they had run.
    pub crashes: u64,
    /// Apps that were between two versions at the end.
    pub not_finished_at_end: u32,
}

/// How a roll-out ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// All cells are updated.
    #[default]
    Finished,
    /// A cell did not come up in its watch time, so BOSH stopped the deployment (D.3, D.4).
    UpdateFailed,
    /// The simulated time that a run may take was over.
    GivenUp,
}

/// When a group's cells in a zone were updated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZoneSpan {
    /// The group of cells.
    pub group: String,
    /// The zone.
    pub zone: String,
    /// Cells updated in it.
    pub cells: u32,
    /// Cells at a time (D.1).
    pub in_flight: u32,
    /// Seconds from the start of the roll-out to the first cell.
    pub start_s: f64,
    /// Seconds from the start of the roll-out to the end of the last cell.
    pub end_s: f64,
}

/// How long cells that are there for the upgrade only were added and removed, and the roll-out between (I-10).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SurplusTimes {
    /// How many cells.
    pub cells: u32,
    /// To add them; 0 where they come in the deploy of the roll-out.
    pub adding_s: f64,
    /// To roll all cells.
    pub rolling_s: f64,
    /// To empty and delete them.
    pub removing_s: f64,
}

/// An app that had no running instance for some time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppDown {
    /// Process guid.
    pub process_guid: String,
    /// Desired instances.
    pub instances: u32,
    /// The longest time without a running instance.
    pub longest_s: f64,
}

/// What the file storage did in a run (G).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct StorageUse {
    /// What it sent.
    pub moved_mb: f64,
    /// Most that it sent in a second.
    pub peak_mb_per_s: f64,
    /// Share of the downloads' time in which it was what limited them, from 0 to 1.
    pub held_by_storage_share: f64,
    /// Share of the downloads' time in which the network of their cell was what limited them, from 0 to 1.
    pub held_by_network_share: f64,
    /// Read operations: as many as each file takes, and one for each question whether a file is still the same.
    pub operations: u64,
    /// Requests whether a cached file is still the same, which move nothing (Q14).
    pub conditional_requests: u64,
    /// The operators' estimate of what moves at once: cells in flight, instances on a cell, size of a droplet (G.2).
    pub estimate_at_once_mb: f64,
}

/// The state of the foundation at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Sample {
    /// Seconds since the start of the roll-out.
    pub t_s: f64,
    /// Cells in service.
    pub cells_in_service: u32,
    /// Cells draining.
    pub cells_evacuating: u32,
    /// Cells whose VM is stopped, replaced or lost.
    pub cells_updating: u32,
    /// Cells starting, not yet in service.
    pub cells_starting: u32,
    /// Starting containers on cells in service.
    pub starting: u32,
    /// Instances without a cell.
    pub waiting: u32,
    /// Instances that run on an evacuating cell and wait for their replacement.
    pub evacuating: u32,
    /// Instances of healthy apps without a running container.
    pub down: u32,
    /// Crashes of instances of healthy apps since the roll-out began.
    pub crashes: u64,
    /// Share of their cores that the cells in service use, on average.
    pub cpu_mean: f64,
    /// The same of the cell that uses most.
    pub cpu_max: f64,
    /// What the file storage sends.
    pub storage_mb_per_s: f64,
    /// Its read operations since the sample before.
    pub storage_operations_per_s: f64,
    /// Instances of healthy apps that answer, and that some router does not have (E.4).
    pub routes_missing: u32,
    /// Those that no longer answer, and that some router still has.
    pub routes_dead: u32,
}
