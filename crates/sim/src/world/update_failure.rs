//! Updates that fail, and the deployment after that (D.3, D.4, B.13).
//!
//! Which cell's update fails is a fault of the scenario; what a failure does is the director's: nothing new is started, what
//! runs goes on to its end, and the deployment has failed. A new deployment takes up the cells that are still changed.

use std::collections::BTreeSet;

use rivera_model::{CellIx, Span};

use super::World;
use super::director::Phase;
use crate::event::Event;
use crate::outcome::timeline::What;
use crate::random::distribution::{Distribution, secs};
use crate::random::stream::Stream;
use crate::scenario::{FailingStep, FaultKind};

/// What the faults of updates remember.
#[derive(Debug, Default)]
pub(super) struct UpdateFailures {
    /// Slots given so far.
    slots: u32,
    /// Faults of one cell that have happened.
    done: BTreeSet<u32>,
    /// When to deploy anew, after a failure that says so.
    redeploy_after: Option<Span>,
    deployments: u64,
}

impl World<'_> {
    /// What fails in the update of a cell that gets its slot now, if anything.
    pub(super) fn failing_step(&mut self, cell: CellIx) -> Option<FailingStep> {
        if self.director.phase() != Phase::Roll {
            return None;
        }
        self.update_failures.slots += 1;
        let faults = &self.scenario.faults;
        if !faults.enabled {
            return None;
        }
        let mut failing = None;
        for (event, number) in faults.events.iter().zip(0..) {
            if event.kind != FaultKind::UpdateFails || !self.is_hit(number, cell) {
                continue;
            }
            self.update_failures.done.insert(number);
            let redeploy_after = event.redeploy_after_s.map(secs);
            self.update_failures.redeploy_after = self.update_failures.redeploy_after.max(redeploy_after);
            failing = failing.or(Some(event.step.unwrap_or_default()));
        }
        if failing.is_some() {
            let fault = self.faults.log.begin(FaultKind::UpdateFails, self.now, None);
            self.faults.log.hit(fault, cell);
            self.note(What::FaultBegins(FaultKind::UpdateFails, Some(cell)));
        }
        failing
    }

    /// Whether the update of this cell, which has the present slot, is one that fails by this fault.
    fn is_hit(&self, number: u32, cell: CellIx) -> bool {
        let event = &self.scenario.faults.events[number as usize];
        let failures = &self.update_failures;
        if let Some(share) = event.share {
            let key = u64::from(number) << 40 | u64::from(cell.0) << 8 | failures.deployments & 0xff;
            return Distribution::Uniform(0.0, 1.0).draw(&mut self.streams.at(Stream::UpdateFailure, key))
                < share;
        }
        if failures.done.contains(&number) {
            return false;
        }
        match (&event.cell, event.nth) {
            (Some(name), _) => self.fleet.cells[cell.index()].id == *name,
            (None, Some(nth)) => failures.slots == nth,
            (None, None) => {
                let mut draws = self.streams.at(Stream::FaultTarget, u64::from(number) << 20);
                self.any_cell(&mut draws) == cell
            }
        }
    }

    /// Whether a fault of one cell's update has happened.
    pub(super) fn has_failed_by(&self, number: u32) -> bool {
        self.update_failures.done.contains(&number)
    }

    /// The deployment has failed: whether the operator deploys anew.
    pub(super) fn plan_redeployment(&mut self) -> bool {
        let Some(after) = self.update_failures.redeploy_after.take() else { return false };
        self.after(after, Event::Redeploy);
        true
    }

    /// The operator deploys anew: the cells that are still changed are updated.
    pub(super) fn redeploy(&mut self) {
        if self.end.is_some() {
            return;
        }
        self.note(What::Redeploys);
        self.faults.log.redeployments += 1;
        self.update_failures.deployments += 1;
        self.director.redeploy(self.fleet, self.scenario, self.setting, &self.cells, &self.upgrade);
        self.begin_groups();
    }
}
