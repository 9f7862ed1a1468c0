//! What must hold at every moment, checked in release builds too (DESIGN 6).
//!
//! A violation is a bug of ours, never of the user's input: the run stops with a panic that says which law broke.
//! That no index has two ordinary records needs no check: `InstanceGroup` has room for one only.

use rivera_lifecycle::LrpKey;
use rivera_model::{CellIx, ProcessIx};

use super::World;

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

    /// No more containers start at once than the auctioneer may start. Checked after every auction.
    pub(super) fn check_starting(&self, starting_before: u32) {
        let starting: u32 = self.in_service().map(|cell| cell.starting).sum();
        assert_eq!(starting, self.tally.starting, "the count of starting containers is right");
        // What was starting when the limit was smaller, or in the export, may be above it.
        if let Some(limit) = self.setting.max_starts.maximum() {
            assert!(
                starting <= limit.max(starting_before),
                "{starting} containers are starting, the limit is {limit}"
            );
        }
    }

    /// No more cells are updated at once than may be. Checked whenever a slot is given.
    pub(super) fn check_in_flight(&self, cell: CellIx) {
        let zone = self.fleet.cells[cell.index()].zone;
        let updating = self.cells.iter().filter(|cell| cell.is_updating()).count();
        let in_zone = self.fleet.cells.iter().filter(|cell| cell.zone == zone).count();
        let limit = self.setting.max_in_flight.in_flight(in_zone);
        assert!(updating < limit, "{updating} cells are being updated, the limit is {limit}");
    }

    /// Every desired instance of every process has a record, or convergence is about to create it.
    pub(super) fn check_all(&self) {
        for (process, ix) in self.fleet.processes.iter().zip(0..) {
            for index in 0..process.instances {
                let lrp = LrpKey::new(ProcessIx(ix), index);
                let group = self.bbs.group(lrp);
                if let Some(key) = group.ordinary.and_then(|record| record.key) {
                    assert!(
                        key.cell.index() < self.cells.len(),
                        "the cell of {} index {index} exists",
                        process.guid
                    );
                }
            }
        }
        assert!(self.books.up as usize <= self.books.instances(), "no more instances are up than exist");
    }

    pub(super) fn in_service(&self) -> impl Iterator<Item = &crate::cell::Cell> {
        self.cells.iter().filter(|cell| cell.rollout.accepts_work())
    }
}
