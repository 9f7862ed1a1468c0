//! What must hold at every moment, checked in release builds too.
//!
//! A violation is a bug of ours, never of the user's input: the run stops with a panic that says which law broke.
//! That no index has two ordinary records needs no check: `InstanceGroup` has room for one only.

use rivera_model::{CellIx, FleetCell, ProcessIx};

use super::World;
use crate::cells::cell::Cell;

/// A full check looks at every instance, which costs far more than a pass does.
pub(super) const PASSES_BETWEEN_CHECKS: u64 = 20;

impl World<'_> {
    /// No cell holds more than it has. Checked at every reservation.
    pub(super) fn check_cell(&self, cell: CellIx) {
        let home = self.cell(cell);
        assert!(
            home.available.is_non_negative(),
            "cell {} holds more than its total at {:?}",
            self.fleet.cells[cell.index()].id,
            self.now
        );
    }

    /// No more containers start at once than the auctioneer may start, beside those on cells whose answer did not come in time,
    /// which it does not know of (A.6). Checked after every auction.
    pub(super) fn check_starting(&self, starting_before: u32, unseen: u32) {
        let starting = self.auctioneer.starting();
        // What was starting when the limit was smaller, or in the export, may be above it.
        if let Some(limit) = self.setting.max_starts.maximum() {
            assert!(
                starting <= limit.saturating_add(unseen).max(starting_before),
                "{starting} containers are starting, the limit is {limit}"
            );
        }
    }

    /// No more cells of a group are updated at once than may be. Checked whenever a slot is given.
    pub(super) fn check_in_flight(&self, cell: CellIx) {
        // The zones of a group go one after the other: all of its cells that are being updated are of this one.
        let known = &self.fleet.cells[cell.index()];
        let updating = self.tally.updating.get(&known.group).map_or(0, |&cells| cells as usize);
        let limit = self.director.most_in_flight(known);
        assert!(updating < limit, "{updating} cells are being updated, the limit is {limit}");
    }

    /// Every desired instance is accounted for: each has an ordinary record (C.6). Checked after every convergence pass, by
    /// a count that [`Self::check_all`] confirms.
    ///
    /// A pass does not see that an index lacks its record while one that is scaled away still has it (C.6): only apps that are
    /// rolled out have such.
    pub(super) fn check_records(&self) {
        let lost = self.books.without_record;
        if lost > 0 {
            let unseen: usize = self.rollings.versions().map(|version| self.unseen(version)).sum();
            assert_eq!(lost as usize, unseen, "{lost} instances have no record at {:?}", self.now);
        }
    }

    /// The indices of a version without a record, if it has as many records as it is to have.
    fn unseen(&self, version: ProcessIx) -> usize {
        let instances = self.desired_instances(version);
        let ordinary = self.bbs.groups(version).filter(|(_, group)| group.ordinary.is_some());
        let (wanted, surplus): (Vec<_>, Vec<_>) = ordinary.partition(|(lrp, _)| lrp.index < instances);
        let missing = instances as usize - wanted.len();
        if missing == surplus.len() { missing } else { 0 }
    }

    /// An app that is rolled out has one instance more than usual, and one for each push that was overtaken since; any other app
    /// has as many as usual. Checked whenever one is scaled.
    pub(super) fn check_rolling(&self, app: ProcessIx, newest: ProcessIx) {
        let versions = self.rollings.older(app).iter().chain([&newest]);
        let desired: u32 = versions.map(|&version| self.desired_instances(version)).sum();
        let process = &self.fleet.processes[app.index()];
        let expected = process.instances + self.rollings.surplus(app);
        assert_eq!(desired, expected, "instances of {} at {:?}", process.guid, self.now);
    }

    /// The books say of every instance what its records say, and each that is up has a container; the counts of starting
    /// containers are right. Checked at the end of a run, and in debug builds after every [`PASSES_BETWEEN_CHECKS`]th pass.
    pub(super) fn check_all(&self) {
        let mut desired = vec![0; self.fleet.processes.len()];
        for version in self.bbs.processes() {
            let (app, now) = (self.books.versions.app(version), self.now);
            let guid = &self.fleet.processes[app.index()].guid;
            let instances = self.desired_instances(version);
            desired[app.index()] += instances;
            for lrp in self.books.instances_of(version) {
                let recorded = self.bbs.group(lrp).ordinary.map(|record| record.state);
                assert_eq!(self.books.ordinary(lrp), recorded, "instance {} of {guid} at {now:?}", lrp.index);
                assert_eq!(
                    self.books.is_desired(lrp),
                    lrp.index < instances,
                    "instance {} of {guid} at {now:?}",
                    lrp.index
                );
            }
        }
        let usual = self.fleet.processes.iter().zip(0..).map(|(process, app)| {
            // While an app is rolled out all its versions together have some more.
            process.instances + self.rollings.surplus(ProcessIx(app))
        });
        assert!(usual.eq(desired), "every app is desired with all of its instances at {:?}", self.now);
        let starting: u32 = self.in_service().map(|cell| cell.starting).sum();
        assert_eq!(starting, self.auctioneer.starting(), "the auctioneer knows what is starting");
        for (group, &counted) in &self.tally.updating {
            let is_updating = |(cell, of): &(&Cell, &FleetCell)| of.group == *group && cell.is_updating();
            let updating = self.cells.iter().zip(&self.fleet.cells).filter(is_updating).count();
            assert_eq!(updating, counted as usize, "the count of cells that are being updated is right");
        }
        let serving = self.containers.iter().filter(|(_, container)| container.serving).count();
        assert!(serving >= self.books.up as usize, "every instance that is up has a container");
        for cell in &self.cells {
            let starting =
                cell.containers.iter().filter(|it| self.container(**it).state.is_starting()).count();
            assert_eq!(
                starting, cell.starting as usize,
                "the count of a cell's starting containers is right"
            );
            assert_eq!(
                self.tasks_on(cell.ix).count(),
                cell.tasks as usize,
                "the count of a cell's tasks is right"
            );
        }
    }

    pub(super) fn in_service(&self) -> impl Iterator<Item = &crate::cells::cell::Cell> {
        self.cells.iter().filter(|cell| cell.rollout.accepts_work())
    }
}
