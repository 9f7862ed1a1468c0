//! Names of a recording as dense ids.

use std::collections::BTreeMap;

use rivera_auction::{Catalog, CellState, Config, LrpAuction, TaskAuction};
use rivera_diego::cell_state::{self, Lrp, Task};
use rivera_model::{CellIx, ProcessIx, TaskIx, ZoneIx};
use serde::Deserialize;

/// The configuration under the keys of a recording.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(remote = "Config")]
pub(crate) struct RecordedConfig {
    starting_container_weight: f64,
    bin_pack_first_fit_weight: f64,
    #[serde(rename = "starting_container_count_maximum")]
    max_starts: i64,
}

/// Ids by first use, and the catalog of constraints and offers.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) catalog: Catalog,
    processes: BTreeMap<String, ProcessIx>,
    zones: BTreeMap<String, ZoneIx>,
}

impl Names {
    pub(crate) fn process(&mut self, guid: &str) -> ProcessIx {
        let next = ProcessIx::from_index(self.processes.len());
        *self.processes.entry(guid.to_owned()).or_insert(next)
    }

    pub(crate) fn cell(&mut self, cell: CellIx, state: &cell_state::CellState) -> CellState {
        let next = ZoneIx::from_index(self.zones.len());
        CellState {
            cell,
            zone: *self.zones.entry(state.zone.clone()).or_insert(next),
            offer: self.catalog.intern_offer(&state.offer()),
            index: state.cell_index,
            available: state.available.into(),
            total: state.total.into(),
            starting: state.starting_container_count,
            proxy_memory_mb: state.proxy_memory_mb,
            lrps: state.lrps.iter().map(|lrp| self.process(&lrp.process_guid)).collect(),
            tasks: u32::try_from(state.tasks.len()).expect("few tasks"),
        }
    }

    pub(crate) fn lrp(&mut self, lrp: &Lrp) -> LrpAuction {
        LrpAuction {
            process: self.process(&lrp.process_guid),
            index: lrp.index,
            memory_mb: lrp.memory_mb,
            disk_mb: lrp.disk_mb,
            constraint: self.catalog.intern_request(&lrp.constraint(), &lrp.placement_tags),
        }
    }

    pub(crate) fn task(&mut self, number: TaskIx, task: &Task) -> TaskAuction {
        TaskAuction {
            task: number,
            memory_mb: task.memory_mb,
            disk_mb: task.disk_mb,
            constraint: self.catalog.intern_request(&task.constraint(), &task.placement_tags),
        }
    }
}
