//! Names of Diego's JSON as the kernel's dense ids.

use std::collections::BTreeMap;

use rivera_auction::{Catalog, CellState, Config, Item, LrpAuction, TaskAuction};
use rivera_diego::cell_state::{self, Lrp};
use rivera_diego::recording::Settings;
use rivera_diego::start_request::{LrpStart, TaskStart};
use rivera_model::{CellIx, ProcessIx, TaskIx, ZoneIx};

/// The ids of what has been named so far, and the catalog of constraints and offers.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) catalog: Catalog,
    processes: Interner,
    tasks: Interner,
    /// Sorted, so that zones are in the order of their names.
    zones: Vec<String>,
}

impl Names {
    /// Names for these cells and all that will be put on them.
    pub(super) fn for_cells<'a>(states: impl Iterator<Item = &'a cell_state::CellState>) -> Self {
        let mut zones: Vec<_> = states.map(|state| state.zone.clone()).collect();
        zones.sort_unstable();
        zones.dedup();
        Self {
            catalog: Catalog::default(),
            processes: Interner::default(),
            tasks: Interner::default(),
            zones,
        }
    }

    /// One of the cells that these names are for.
    pub(super) fn cell(&mut self, cell: CellIx, state: &cell_state::CellState) -> CellState {
        CellState {
            cell,
            zone: ZoneIx::from_index(self.zones.partition_point(|zone| *zone < state.zone)),
            offer: self.catalog.intern_offer(&state.offer()),
            index: state.cell_index,
            available: state.available.into(),
            total: state.total.into(),
            starting: state.starting_container_count,
            proxy_memory_mb: state.proxy_memory_mb,
            lrps: state.lrps.iter().map(|lrp| self.process(&lrp.process_guid)).collect(),
            tasks: u32::try_from(state.tasks.len()).unwrap_or(u32::MAX),
        }
    }

    pub(super) fn process(&mut self, guid: &str) -> ProcessIx {
        ProcessIx::from_index(self.processes.position(guid))
    }

    pub(super) fn task(&mut self, guid: &str) -> TaskIx {
        TaskIx::from_index(self.tasks.position(guid))
    }

    /// The name of an item (A.2): `<process_guid>.<index>` or the task guid.
    pub(super) fn item(&self, item: &Item) -> String {
        match item {
            Item::Lrp(lrp) => lrp_id(&self.processes.names[lrp.process.index()], lrp.index),
            Item::Task(task) => self.tasks.names[task.task.index()].clone(),
        }
    }

    pub(super) fn lrp_auction(&mut self, lrp: &Lrp) -> LrpAuction {
        LrpAuction {
            process: self.process(&lrp.process_guid),
            index: lrp.index,
            memory_mb: lrp.memory_mb,
            disk_mb: lrp.disk_mb,
            constraint: self.catalog.intern_request(&lrp.constraint(), &lrp.placement_tags),
        }
    }

    /// An auction for each index of the request (A.2).
    pub(super) fn lrp_auctions(&mut self, start: &LrpStart) -> Vec<LrpAuction> {
        let process = self.process(&start.process_guid);
        let constraint = self.catalog.intern_request(&start.constraint(), &start.placement_tags);
        let LrpStart { memory_mb, disk_mb, .. } = *start;
        let auction = |index: &i32| LrpAuction { process, index: *index, memory_mb, disk_mb, constraint };
        start.indices.iter().map(auction).collect()
    }

    pub(super) fn task_auction(&mut self, start: &TaskStart) -> TaskAuction {
        TaskAuction {
            task: self.task(&start.task_guid),
            memory_mb: start.memory_mb,
            disk_mb: start.disk_mb,
            constraint: self.catalog.intern_request(&start.constraint(), &start.placement_tags),
        }
    }
}

/// Names, numbered as they come.
#[derive(Debug, Default)]
struct Interner {
    positions: BTreeMap<String, usize>,
    names: Vec<String>,
}

impl Interner {
    fn position(&mut self, name: &str) -> usize {
        if let Some(position) = self.positions.get(name) {
            return *position;
        }
        let position = self.names.len();
        self.names.push(name.to_owned());
        self.positions.insert(name.to_owned(), position);
        position
    }
}

/// The name of an LRP's auction (A.2).
pub(super) fn lrp_id(process_guid: &str, index: i32) -> String {
    format!("{process_guid}.{index}")
}

pub(super) fn config(settings: &Settings) -> Config {
    Config {
        starting_container_weight: settings.starting_container_weight,
        bin_pack_first_fit_weight: settings.bin_pack_first_fit_weight,
        max_starts: settings.max_starts,
    }
}
