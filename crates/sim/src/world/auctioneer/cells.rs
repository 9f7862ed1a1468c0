//! The cells as the auctioneer sees them: kept current in the index, so that an auction costs nothing but its placements.

use rivera_auction::{CellIndex, CellState, ChangeError, Container as Held, Kind};
use rivera_lifecycle::LrpKey;
use rivera_model::{CellIx, ProcessIx, ZoneIx};

use crate::cells::cell::{Cell, Container, Work};
use crate::world::World;

impl World<'_> {
    /// A cell begins to take work: from now on it takes part in auctions.
    pub(in crate::world) fn index_cell(&mut self, cell: CellIx) {
        let state = self.cell_state(self.cell(cell));
        self.auctioneer.index.insert(state);
    }

    /// A cell evacuates: it takes part in auctions no longer (A.4).
    pub(in crate::world) fn unindex_cell(&mut self, cell: CellIx) {
        self.auctioneer.index.remove(cell);
    }

    /// A container has been reserved on a cell.
    pub(in crate::world) fn index_start(&mut self, container: &Container) {
        self.change_index(container, |index, cell, held| index.start(cell, held));
    }

    /// A container starts no longer.
    pub(in crate::world) fn index_started(&mut self, container: &Container) {
        self.change_index(container, |index, cell, _| index.started(cell));
    }

    /// A container is gone.
    pub(in crate::world) fn index_stop(&mut self, container: &Container) {
        self.change_index(container, |index, cell, held| index.stop(cell, held));
    }

    fn change_index(
        &mut self,
        container: &Container,
        change: fn(&mut CellIndex, CellIx, &Held) -> Result<(), ChangeError>,
    ) {
        if !self.cell(container.cell).rollout.accepts_work() {
            return;
        }
        let kind = match container.work {
            Work::Lrp(LrpKey { process, .. }) => Kind::Lrp(process),
            Work::Task(_) => Kind::Task,
        };
        let held = Held { kind, memory_mb: container.cost.memory_mb, disk_mb: container.cost.disk_mb };
        change(&mut self.auctioneer.index, container.cell, &held)
            .expect("the index knows the containers of the cells in service");
    }

    /// A cell's answer to `/state`.
    fn cell_state(&self, cell: &Cell) -> CellState {
        let known = &self.fleet.cells[cell.ix.index()];
        let lrps = cell.containers.iter().filter_map(|it| match self.container(*it).work {
            Work::Lrp(LrpKey { process, .. }) => Some(process),
            Work::Task(_) => None,
        });
        CellState {
            cell: cell.ix,
            zone: ZoneIx(known.zone.0),
            offer: self.auctioneer.offers[known.offer.index()],
            index: i64::from(known.bosh_index),
            available: cell.available,
            total: known.total,
            starting: cell.starting,
            proxy_memory_mb: known.proxy_memory_mb,
            lrps: lrps.collect::<Vec<ProcessIx>>(),
            tasks: cell.tasks,
        }
    }
}
