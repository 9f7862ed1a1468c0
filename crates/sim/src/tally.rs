//! Counters of a run.

use std::collections::BTreeMap;

use rivera_lifecycle::ReasonIx;
use rivera_model::{GroupIx, Span, Time};

use crate::cascades::Cascades;
use crate::outcome::cascade::Cause;

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
    pub(crate) start_requests: ByName,
    pub(crate) crashes: BTreeMap<Cause, u64>,
    pub(crate) cascades: Cascades,
    /// Healthy instances on evacuating cells that ended because their replacement had crashed (Q11).
    pub(crate) evacuees_lost: u64,
    pub(crate) peak_cell_load: f64,
    pub(crate) peak_network_load: f64,
    pub(crate) crashes_of_crashing_apps: u64,
    pub(crate) drains: Vec<Span>,
    pub(crate) slots: Vec<Span>,
    pub(crate) evacuation_timeouts: u32,
    pub(crate) instances_killed: u32,
    pub(crate) tasks_killed: u32,
    /// Rejections of tasks, by the auctioneer's or the cell's reason.
    pub(crate) task_rejections: BTreeMap<ReasonIx, u64>,
    pub(crate) staging: Stagings,
    /// Since when every auction has been held back by the start limit, and the longest such time.
    pub(crate) limited_since: Option<Time>,
    pub(crate) longest_limited: Span,
    pub(crate) records_repaired: u64,
    /// The most containers that were starting at once on cells in service.
    pub(crate) peak_starting: u32,
    /// Cells of each group that are being updated.
    pub(crate) updating: BTreeMap<GroupIx, u32>,
}

/// Counts under a handful of names, which are looked through: it is faster than to find the place of a name in an order.
#[derive(Debug, Clone, Default)]
pub(crate) struct ByName(Vec<(&'static str, u64)>);

impl ByName {
    pub(crate) fn count(&mut self, name: &'static str) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => self.0.push((name, 1)),
        }
    }

    pub(crate) fn sorted(self) -> BTreeMap<String, u64> {
        self.0.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
    }
}

/// What became of pushes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stagings {
    pub(crate) pushes: u64,
    /// Pushes that the platform did not take.
    pub(crate) unavailable: u64,
    /// Pushes while part of the Diego Brains did not listen on the file server's new port.
    pub(crate) in_window: u64,
    pub(crate) failed_in_window: u64,
    /// From the push to the end that the Cloud Controller heard of.
    pub(crate) staged: Vec<Span>,
    pub(crate) failed: Vec<Span>,
    /// Apps that were stopped and started with what was staged, and those that could not be since the platform was away.
    pub(crate) restarted: u64,
    pub(crate) not_restarted: u64,
    /// Apps that are rolled out, and of the healthy ones how many were overtaken by the next push and what the others took.
    pub(crate) rolled: u64,
    pub(crate) superseded: u64,
    pub(crate) rolling: Vec<Span>,
    /// Crashes of instances that pushes start, before they have run.
    pub(crate) crashes: u64,
    /// Failures by what developers see, and by Diego's reason.
    pub(crate) errors: BTreeMap<&'static str, u64>,
    pub(crate) reasons: BTreeMap<ReasonIx, u64>,
}

impl Tally {
    /// An auction has decided: the start limit held something back, or it did not.
    pub(crate) fn auction_decided(&mut self, limited: bool, now: Time) {
        self.auctions += 1;
        self.limited_auctions += u64::from(limited);
        if limited {
            let since = *self.limited_since.get_or_insert(now);
            self.longest_limited = self.longest_limited.max(now.since(since));
        } else {
            self.limited_since = None;
        }
    }

    /// The roll-out begins, with so many containers starting: what happened before does not count.
    pub(crate) fn begin(&mut self, starting: u32) {
        *self = Self { events: self.events, peak_starting: starting, ..Self::default() };
    }
}
