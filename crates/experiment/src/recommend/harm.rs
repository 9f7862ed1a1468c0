//! What a run did harm by, in figures: for the reasons why a setting is refused.

use std::collections::BTreeMap;

use rivera_auction::PlacementError;
use rivera_sim::{Cascade, Cause, End, Outcome};
use serde::Serialize;

/// The harm of one run, and what went with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Harm {
    /// How it ended.
    pub end: End,
    /// Crashes by cause.
    pub crashes: BTreeMap<Cause, u64>,
    /// The first cascade, if there was one.
    pub cascade: Option<Cascade>,
    /// Cells that hit the evacuation timeout.
    pub evacuation_timeouts: u32,
    /// Apps without a running instance for some time.
    pub apps_down: u32,
    /// The longest of these times.
    pub longest_app_down_s: f64,
    /// Placements that the auctioneer refused for want of memory, disk, containers or a fitting cell, by its reason.
    pub refused_for_capacity: BTreeMap<String, u64>,
    /// Instances that did not run at the end.
    pub not_running_at_end: u32,
}

impl Harm {
    /// The harm of a run.
    #[must_use]
    pub fn of(run: &Outcome) -> Self {
        Self {
            end: run.end.clone(),
            crashes: run.crashes_by_cause.clone(),
            cascade: run.cascades.first().cloned(),
            evacuation_timeouts: run.evacuation_timeouts,
            apps_down: run.apps_down,
            longest_app_down_s: run.longest_app_down_s,
            refused_for_capacity: refused_for_capacity(run),
            not_running_at_end: run.not_running_at_end,
        }
    }
}

/// Placements that no cell had room for, by the auctioneer's reason.
pub(super) fn refused_for_capacity(run: &Outcome) -> BTreeMap<String, u64> {
    // The limit of starts refuses for a while only; a cell that refuses (Q5) gives no reason.
    let limit = PlacementError::StartLimit.to_string();
    let of_capacity = |reason: &str| !reason.is_empty() && reason != limit;
    let failures = run.placement_failures.iter().filter(|(reason, _)| of_capacity(reason));
    failures.map(|(reason, count)| (reason.clone(), *count)).collect()
}
