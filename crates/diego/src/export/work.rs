//! Desired LRPs, instance records and tasks as `cfdot` prints them.

use rivera_model::{Constraint, Fleet, FleetInstance, FleetTask, Process, UpdateStrategy};

use super::ExportError;
use super::error::narrow;
use crate::cell_state::TaskState;
use crate::cfdot::{ActualLrp, DesiredLrp, SchedulingInfo, TaskRecord, VolumeMount, VolumePlacement};
use crate::names::{presence_name, state_name};
use crate::recipe::fnv1a;

/// The domain of tasks; a fleet does not keep it.
pub(super) const TASK_DOMAIN: &str = "cf-tasks";

/// A moment, in nanoseconds of Unix time: a fleet does not say since when its records are as they are.
const SINCE: i64 = 1_700_000_000_000_000_000;

pub(super) fn scheduling_info(fleet: &Fleet, process: &Process) -> Result<SchedulingInfo, ExportError> {
    let Constraint { rootfs, volume_drivers, placement_tags } =
        &fleet.constraints[process.constraint.index()];
    Ok(SchedulingInfo {
        process_guid: process.guid.clone(),
        domain: process.domain.clone(),
        instances: narrow("a number of instances", process.instances)?,
        memory_mb: process.memory_mb,
        disk_mb: process.disk_mb,
        rootfs: rootfs.clone(),
        volume_placement: VolumePlacement { driver_names: volume_drivers.iter().cloned().collect() },
        placement_tags: placement_tags.iter().cloned().collect(),
    })
}

/// Whether the process has something that its scheduling info cannot say.
pub(super) fn has_more_to_say(process: &Process) -> bool {
    process.strategy != UpdateStrategy::Rolling || process.start_timeout.is_some()
}

pub(super) fn desired_lrp(fleet: &Fleet, process: &Process) -> Result<DesiredLrp, ExportError> {
    let Constraint { rootfs, volume_drivers, placement_tags } =
        &fleet.constraints[process.constraint.index()];
    let start_timeout_ms = process.start_timeout.map_or(0, rivera_model::Span::as_ms);
    Ok(DesiredLrp {
        process_guid: process.guid.clone(),
        domain: process.domain.clone(),
        rootfs: rootfs.clone(),
        instances: narrow("a number of instances", process.instances)?,
        start_timeout_ms: i64::try_from(start_timeout_ms)
            .map_err(|_| ExportError::TooLarge { what: "a start timeout", value: start_timeout_ms })?,
        disk_mb: process.disk_mb,
        memory_mb: process.memory_mb,
        volume_mounts: mounts(volume_drivers),
        placement_tags: placement_tags.iter().cloned().collect(),
        update_strategy: match process.strategy {
            UpdateStrategy::Rolling => 0,
            UpdateStrategy::Recreate => 1,
        },
    })
}

pub(super) fn actual_lrp(fleet: &Fleet, instance: &FleetInstance) -> Result<ActualLrp, ExportError> {
    let process = &fleet.processes[instance.process.index()];
    let cell = instance.cell.map(|cell| &fleet.cells[cell.index()]);
    Ok(ActualLrp {
        process_guid: process.guid.clone(),
        index: narrow("an instance index", instance.index)?,
        domain: process.domain.clone(),
        instance_guid: cell.map(|_| instance_guid(fleet, instance)).unwrap_or_default(),
        cell_id: cell.map(|cell| cell.id.clone()).unwrap_or_default(),
        crash_count: narrow("a crash count", instance.crash_count)?,
        state: state_name(instance.state).to_owned(),
        since: SINCE,
        presence: presence_name(instance.presence).to_owned(),
    })
}

pub(super) fn task(fleet: &Fleet, task: &FleetTask) -> TaskRecord {
    let Constraint { rootfs, volume_drivers, placement_tags } = &fleet.constraints[task.constraint.index()];
    let cell = task.cell.map(|cell| fleet.cells[cell.index()].id.clone());
    TaskRecord {
        rootfs: rootfs.clone(),
        disk_mb: task.disk_mb,
        memory_mb: task.memory_mb,
        volume_mounts: mounts(volume_drivers),
        placement_tags: placement_tags.iter().cloned().collect(),
        task_guid: task.guid.clone(),
        domain: TASK_DOMAIN.to_owned(),
        state: if cell.is_some() { TaskState::Running } else { TaskState::Pending },
        cell_id: cell.unwrap_or_default(),
    }
}

fn mounts(drivers: &std::collections::BTreeSet<String>) -> Vec<VolumeMount> {
    drivers.iter().map(|driver| VolumeMount { driver: driver.clone() }).collect()
}

/// A guid in the shape of Diego's, a UUID cut to 28 characters (B.2), always the same for a record.
pub(super) fn instance_guid(fleet: &Fleet, instance: &FleetInstance) -> String {
    let guid = &fleet.processes[instance.process.index()].guid;
    let name = format!("{guid}/{}/{}", instance.index, presence_name(instance.presence));
    let (high, low) = (fnv1a(name.as_bytes()), fnv1a(format!("{name}/").as_bytes()));
    let hex = format!("{high:016x}{low:016x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..24])
}
