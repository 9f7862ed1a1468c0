//! Cells as `cfdot cell-states` and `cfdot cells` print them.

use rivera_model::{Constraint, Fleet, FleetInstance, InstanceState, Resources, RootFsProvider};

use super::ExportError;
use super::error::narrow;
use super::work::instance_guid;
use crate::cell_state::{CellState, Lrp, Provider, Task, TaskState};
use crate::cfdot::{CellPresence, RootFsEntry};

/// Diego's usual process limit; the scheduler carries it and never looks at it (A.8).
const MAX_PIDS: i32 = 1_024;

/// What runs on each cell, as positions in the fleet.
pub(super) struct Placed {
    instances: Vec<Vec<usize>>,
    tasks: Vec<Vec<usize>>,
}

impl Placed {
    pub(super) fn of(fleet: &Fleet) -> Self {
        let mut placed = Self {
            instances: vec![Vec::new(); fleet.cells.len()],
            tasks: vec![Vec::new(); fleet.cells.len()],
        };
        for (position, instance) in fleet.instances.iter().enumerate() {
            if let Some(cell) = instance.cell {
                placed.instances[cell.index()].push(position);
            }
        }
        for (position, task) in fleet.tasks.iter().enumerate() {
            if let Some(cell) = task.cell {
                placed.tasks[cell.index()].push(position);
            }
        }
        placed
    }
}

/// A cell's state; `used` is the sum over its containers and its unlisted use.
pub(super) fn state(
    fleet: &Fleet,
    placed: &Placed,
    used: Resources,
    position: usize,
) -> Result<CellState, ExportError> {
    let cell = &fleet.cells[position];
    let offer = &fleet.offers[cell.offer.index()];
    let available = cell.total.checked_sub(used).unwrap_or_default();
    let instances = || placed.instances[position].iter().map(|&instance| &fleet.instances[instance]);
    let starting = instances().filter(|instance| instance.state == InstanceState::Claimed).count();
    Ok(CellState {
        rep_url: rep_url(&cell.id),
        cell_id: cell.id.clone(),
        cell_index: cell.bosh_index.into(),
        rootfs_providers: offer
            .rootfs_providers
            .iter()
            .map(|(scheme, provider)| (scheme.clone(), Provider(provider.clone())))
            .collect(),
        available: available.into(),
        total: cell.total.into(),
        lrps: instances()
            .map(|instance| lrp(fleet, instance, cell.proxy_memory_mb))
            .collect::<Result<_, _>>()?,
        tasks: placed.tasks[position].iter().map(|&task| self::task(fleet, task)).collect(),
        starting_container_count: u32::try_from(starting).unwrap_or(u32::MAX),
        zone: fleet.zones[cell.zone.index()].clone(),
        evacuating: false,
        volume_drivers: offer.volume_drivers.iter().cloned().collect(),
        placement_tags: offer.placement_tags.iter().cloned().collect(),
        optional_placement_tags: offer.optional_placement_tags.iter().cloned().collect(),
        proxy_memory_mb: cell.proxy_memory_mb,
    })
}

/// The container of an instance, its memory with its proxy's (H.1).
fn lrp(fleet: &Fleet, instance: &FleetInstance, proxy_memory_mb: i32) -> Result<Lrp, ExportError> {
    let process = &fleet.processes[instance.process.index()];
    let Constraint { rootfs, volume_drivers, placement_tags } =
        &fleet.constraints[process.constraint.index()];
    let proxy_memory_mb = if process.memory_mb > 0 { proxy_memory_mb } else { 0 };
    Ok(Lrp {
        instance_guid: instance_guid(fleet, instance),
        process_guid: process.guid.clone(),
        index: narrow("an instance index", instance.index)?,
        domain: process.domain.as_str().into(),
        placement_tags: placement_tags.iter().cloned().collect(),
        volume_drivers: volume_drivers.iter().cloned().collect(),
        rootfs: rootfs.as_str().into(),
        memory_mb: process.memory_mb.saturating_add(proxy_memory_mb),
        disk_mb: process.disk_mb,
        max_pids: MAX_PIDS,
        state: if instance.state == InstanceState::Claimed { "CLAIMED" } else { "RUNNING" }.into(),
    })
}

fn task(fleet: &Fleet, position: usize) -> Task {
    let task = &fleet.tasks[position];
    let Constraint { rootfs, volume_drivers, placement_tags } = &fleet.constraints[task.constraint.index()];
    Task {
        task_guid: task.guid.clone(),
        domain: super::work::TASK_DOMAIN.to_owned(),
        placement_tags: placement_tags.iter().cloned().collect(),
        volume_drivers: volume_drivers.iter().cloned().collect(),
        rootfs: rootfs.clone(),
        memory_mb: task.memory_mb,
        disk_mb: task.disk_mb,
        max_pids: MAX_PIDS,
        state: TaskState::Running,
        failed: false,
    }
}

/// A cell's presence.
pub(super) fn presence(fleet: &Fleet, position: usize) -> CellPresence {
    let cell = &fleet.cells[position];
    let offer = &fleet.offers[cell.offer.index()];
    let rootfs_provider_list = offer
        .rootfs_providers
        .iter()
        .filter_map(|(name, provider)| {
            let properties = match provider {
                RootFsProvider::Arbitrary => Vec::new(),
                RootFsProvider::FixedSet(names) => names.iter().cloned().collect(),
                RootFsProvider::Unknown => return None,
            };
            Some(RootFsEntry { name: name.clone(), properties })
        })
        .collect();
    CellPresence {
        cell_id: cell.id.clone(),
        zone: fleet.zones[cell.zone.index()].clone(),
        capacity: cell.total.into(),
        rootfs_provider_list,
        placement_tags: offer.placement_tags.iter().cloned().collect(),
        optional_placement_tags: offer.optional_placement_tags.iter().cloned().collect(),
        rep_url: rep_url(&cell.id),
    }
}

/// Where a cell's API is (B.13).
fn rep_url(id: &str) -> String {
    format!("https://{}.cell.service.cf.internal:1801", id.replace('_', "-"))
}
