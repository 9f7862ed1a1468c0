//! What is in a fleet, as data: for a person who wants to see whether the import understood the foundation.

use std::collections::{BTreeMap, BTreeSet};

use rivera_model::{Fleet, FleetError, Resources};
use serde::Serialize;

use crate::matching::suits;
use crate::names::{presence_name, state_name};

/// What is in a fleet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FleetSummary {
    /// The fleet's name.
    pub name: String,
    /// Number of cells.
    pub cells: usize,
    /// The groups of cells, in the order of their update.
    pub groups: Vec<CellGroupSummary>,
    /// The zones, by name.
    pub zones: Vec<ZoneSummary>,
    /// The distinct kinds of cells, the most frequent first.
    pub cell_kinds: Vec<CellKindSummary>,
    /// Use of all cells, proxies and unlisted use included.
    pub usage: Usage,
    /// Number of processes (apps).
    pub processes: usize,
    /// Processes with a single desired instance: an evacuation of its cell touches the whole app.
    pub single_instance_processes: usize,
    /// Desired instances of all processes.
    pub desired_instances: u64,
    /// Number of instance records by state: `RUNNING`, ...
    pub records_by_state: BTreeMap<&'static str, usize>,
    /// Number of instance records by presence: `ORDINARY`, ...
    pub records_by_presence: BTreeMap<&'static str, usize>,
    /// Tasks on cells.
    pub running_tasks: usize,
    /// Tasks that wait for a cell.
    pub pending_tasks: usize,
    /// What work demands of cells, in the order of the fleet.
    pub constraints: Vec<ConstraintSummary>,
}

/// A group of cells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CellGroupSummary {
    /// Its name.
    pub name: String,
    /// Its cells by zone, for the zones in which it has some.
    pub cells: BTreeMap<String, usize>,
    /// `max_in_flight` of the manifest, as written.
    pub max_in_flight: Option<String>,
    /// Whether it is updated by itself.
    pub serial: bool,
    /// Use of its cells.
    pub usage: Usage,
    /// The tags that work must have on some of its cells.
    pub placement_tags: BTreeSet<String>,
}

/// A zone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ZoneSummary {
    /// Its name.
    pub name: String,
    /// Its cells.
    pub cells: usize,
    /// Instances and tasks on them.
    pub containers: usize,
    /// Use of its cells.
    pub usage: Usage,
    /// How many of its cells could be emptied at once so that by memory everything still fits on the others of
    /// the zone: free memory divided by the mean total of a cell, rounded down. Sizes of instances, disk and
    /// constraints are left out.
    pub emptiable_cells: i64,
}

/// Cells that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellKindSummary {
    /// How many.
    pub cells: usize,
    /// Memory of each in MiB.
    pub memory_mb: i32,
    /// Disk of each in MiB.
    pub disk_mb: i32,
    /// Containers of each.
    pub containers: i32,
    /// Memory of the proxy of each LRP.
    pub proxy_memory_mb: i32,
    /// Tags that work must have.
    pub placement_tags: Vec<String>,
    /// Tags that work may have.
    pub optional_placement_tags: Vec<String>,
    /// Volume drivers.
    pub volume_drivers: Vec<String>,
}

/// Use of memory, disk and containers.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Usage {
    /// Memory in MiB.
    pub memory_mb: Amount,
    /// Disk in MiB.
    pub disk_mb: Amount,
    /// Containers.
    pub containers: Amount,
}

/// How much of something is used.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Amount {
    /// Used.
    pub used: i64,
    /// In all.
    pub total: i64,
    /// Used, in percent of the total; 0 of nothing.
    pub percent: f64,
}

/// A distinct demand, and who makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConstraintSummary {
    /// Root file system.
    pub rootfs: String,
    /// Volume drivers.
    pub volume_drivers: Vec<String>,
    /// Placement tags.
    pub placement_tags: Vec<String>,
    /// Processes that demand it.
    pub processes: usize,
    /// Their desired instances.
    pub desired_instances: u64,
    /// Tasks that demand it.
    pub tasks: usize,
    /// Cells that can take it.
    pub cells: usize,
}

impl Amount {
    #[expect(clippy::cast_precision_loss, reason = "for display")]
    fn add(&mut self, used: i32, total: i32) {
        self.used += i64::from(used);
        self.total += i64::from(total);
        self.percent = if self.total > 0 { 100.0 * self.used as f64 / self.total as f64 } else { 0.0 };
    }
}

impl Usage {
    fn add(&mut self, used: Resources, total: Resources) {
        self.memory_mb.add(used.memory_mb, total.memory_mb);
        self.disk_mb.add(used.disk_mb, total.disk_mb);
        self.containers.add(used.containers, total.containers);
    }
}

impl FleetSummary {
    /// Sums up a fleet.
    ///
    /// # Errors
    /// [`FleetError::Overflow`] if the containers of a cell add up to too much.
    pub fn of(fleet: &Fleet) -> Result<Self, FleetError> {
        let used = fleet.used()?;
        let mut usage = Usage::default();
        for (cell, &used) in fleet.cells.iter().zip(&used) {
            usage.add(used, cell.total);
        }
        let mut records_by_state = BTreeMap::new();
        let mut records_by_presence = BTreeMap::new();
        for instance in &fleet.instances {
            *records_by_state.entry(state_name(instance.state)).or_default() += 1;
            *records_by_presence.entry(presence_name(instance.presence)).or_default() += 1;
        }
        Ok(Self {
            name: fleet.name.clone(),
            cells: fleet.cells.len(),
            groups: groups(fleet, &used),
            zones: zones(fleet, &used),
            cell_kinds: cell_kinds(fleet),
            usage,
            processes: fleet.processes.len(),
            single_instance_processes: fleet
                .processes
                .iter()
                .filter(|process| process.instances == 1)
                .count(),
            desired_instances: fleet.processes.iter().map(|process| u64::from(process.instances)).sum(),
            records_by_state,
            records_by_presence,
            running_tasks: fleet.tasks.iter().filter(|task| task.cell.is_some()).count(),
            pending_tasks: fleet.tasks.iter().filter(|task| task.cell.is_none()).count(),
            constraints: constraints(fleet),
        })
    }
}

fn groups(fleet: &Fleet, used: &[Resources]) -> Vec<CellGroupSummary> {
    let mut groups: Vec<CellGroupSummary> = fleet
        .groups
        .iter()
        .map(|group| CellGroupSummary {
            name: group.name.clone(),
            cells: BTreeMap::new(),
            max_in_flight: group.update.clone().or(&fleet.facts.cells).max_in_flight,
            serial: group.serial,
            usage: Usage::default(),
            placement_tags: BTreeSet::new(),
        })
        .collect();
    for (cell, &used) in fleet.cells.iter().zip(used) {
        let group = &mut groups[cell.group.index()];
        *group.cells.entry(fleet.zones[cell.zone.index()].clone()).or_default() += 1;
        group.usage.add(used, cell.total);
        group.placement_tags.extend(fleet.offers[cell.offer.index()].placement_tags.iter().cloned());
    }
    groups
}

fn zones(fleet: &Fleet, used: &[Resources]) -> Vec<ZoneSummary> {
    let mut zones: Vec<ZoneSummary> = fleet
        .zones
        .iter()
        .map(|name| ZoneSummary {
            name: name.clone(),
            cells: 0,
            containers: 0,
            usage: Usage::default(),
            emptiable_cells: 0,
        })
        .collect();
    for (cell, &used) in fleet.cells.iter().zip(used) {
        let zone = &mut zones[cell.zone.index()];
        zone.cells += 1;
        zone.usage.add(used, cell.total);
    }
    let instances = fleet.instances.iter().filter_map(|instance| instance.cell);
    for cell in instances.chain(fleet.tasks.iter().filter_map(|task| task.cell)) {
        zones[fleet.cells[cell.index()].zone.index()].containers += 1;
    }
    for zone in &mut zones {
        let Amount { used, total, .. } = zone.usage.memory_mb;
        let cells = i64::try_from(zone.cells).unwrap_or(i64::MAX);
        // free / (total / cells), in whole numbers.
        zone.emptiable_cells = ((total - used) * cells).checked_div(total).unwrap_or_default();
    }
    zones
}

fn cell_kinds(fleet: &Fleet) -> Vec<CellKindSummary> {
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for cell in &fleet.cells {
        let Resources { memory_mb, disk_mb, containers } = cell.total;
        *counts.entry((memory_mb, disk_mb, containers, cell.proxy_memory_mb, cell.offer)).or_default() += 1;
    }
    let mut kinds: Vec<CellKindSummary> = counts
        .into_iter()
        .map(|((memory_mb, disk_mb, containers, proxy_memory_mb, offer), cells)| {
            let offer = &fleet.offers[offer.index()];
            CellKindSummary {
                cells,
                memory_mb,
                disk_mb,
                containers,
                proxy_memory_mb,
                placement_tags: offer.placement_tags.iter().cloned().collect(),
                optional_placement_tags: offer.optional_placement_tags.iter().cloned().collect(),
                volume_drivers: offer.volume_drivers.iter().cloned().collect(),
            }
        })
        .collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.cells));
    kinds
}

fn constraints(fleet: &Fleet) -> Vec<ConstraintSummary> {
    let mut cells_of_offer = vec![0; fleet.offers.len()];
    for cell in &fleet.cells {
        cells_of_offer[cell.offer.index()] += 1;
    }
    let mut summaries: Vec<ConstraintSummary> = fleet
        .constraints
        .iter()
        .map(|constraint| ConstraintSummary {
            rootfs: constraint.rootfs.clone(),
            volume_drivers: constraint.volume_drivers.iter().cloned().collect(),
            placement_tags: constraint.placement_tags.iter().cloned().collect(),
            processes: 0,
            desired_instances: 0,
            tasks: 0,
            cells: (fleet.offers.iter().zip(&cells_of_offer))
                .filter(|(offer, _)| suits(constraint, offer))
                .map(|(_, cells)| cells)
                .sum(),
        })
        .collect();
    for process in &fleet.processes {
        let summary = &mut summaries[process.constraint.index()];
        summary.processes += 1;
        summary.desired_instances += u64::from(process.instances);
    }
    for task in &fleet.tasks {
        summaries[task.constraint.index()].tasks += 1;
    }
    summaries
}
