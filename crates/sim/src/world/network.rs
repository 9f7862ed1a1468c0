//! The network of a cell: its downloads and its apps share what it can receive (G, I-8).
//!
//! Up to what it can receive nothing is felt. Beyond, everything that it receives goes at one speed.

use rivera_model::CellIx;

use super::World;
use super::storage::bytes_per_s;
use crate::cells::cell::Activity;

impl World<'_> {
    /// The apps of a cell receive more than before, or less.
    pub(super) fn apps_traffic_changed(&mut self, cell: CellIx) {
        if self.network_load_changed(cell) {
            self.storage_load_changed();
        }
    }

    /// A cell lets its downloads go as fast as its network allows. True if that has changed something.
    pub(super) fn network_load_changed(&mut self, cell: CellIx) -> bool {
        let network = &self.scenario.network;
        if !network.enabled {
            return false;
        }
        let download_mb_per_s = self.scenario.rep.download_mb_per_s;
        let downloads = self.storage.transfers.transfers_of(cell);
        let apps = f64::from(self.cell(cell).doing[Activity::Running as usize]);
        let asked_mb_per_s = f64::from(downloads) * download_mb_per_s + apps * network.app_mb_per_s;
        let load = asked_mb_per_s / network.cell_mb_per_s;
        self.tally.peak_network_load = self.tally.peak_network_load.max(load);
        let cap = bytes_per_s(download_mb_per_s / load.max(1.0));
        downloads > 0 && self.storage.transfers.limit_cell(self.now, cell, cap)
    }
}
