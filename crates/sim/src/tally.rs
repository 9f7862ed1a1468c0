//! Counters of a run.

use std::collections::BTreeMap;

use rivera_lifecycle::ReasonIx;
use rivera_model::Span;

use crate::cascade::{Cascades, Cause};

/// What is only counted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) events: u64,
    /// Convergence passes.
    pub(crate) passes: u64,
    pub(crate) auctions: u64,
    /// Auctions in which the start limit held an item back.
    pub(crate) limited_auctions: u64,
    pub(crate) placement_failures: BTreeMap<ReasonIx, u64>,
    pub(crate) start_requests: BTreeMap<&'static str, u64>,
    pub(crate) crashes: BTreeMap<Cause, u64>,
    pub(crate) cascades: Cascades,
    /// Healthy instances on evacuating cells that ended because their replacement had crashed (Q11).
    pub(crate) evacuees_lost: u64,
    pub(crate) peak_cell_load: f64,
    pub(crate) crashes_of_crashing_apps: u64,
    pub(crate) drains: Vec<Span>,
    pub(crate) slots: Vec<Span>,
    pub(crate) evacuation_timeouts: u32,
    pub(crate) instances_killed: u32,
    pub(crate) tasks_killed: u32,
    pub(crate) records_repaired: u64,
    /// Starting containers on cells in service, now and at most.
    pub(crate) starting: u32,
    pub(crate) peak_starting: u32,
}

impl Tally {
    /// The roll-out begins: what happened before does not count.
    pub(crate) fn begin(&mut self) {
        let Self { events, starting, .. } = *self;
        *self = Self { events, starting, peak_starting: starting, ..Self::default() };
    }
}
