//! The tasks that wait for a cell or run on one: from `cfdot tasks`, else from the cell states.

use std::collections::BTreeSet;

use rivera_model::Resources;

use super::cells::{Cells, check_not_negative};
use super::containers::Containers;
use super::sources::{Origin, Source, Sources};
use crate::cell_state::{TaskState, constraint};
use crate::cfdot::TaskRecord;
use crate::collector::Collector;
use crate::draft::DraftTask;
use crate::{Fault, Problem};

/// Reads the tasks. Those that have ended hold nothing.
pub(crate) fn tasks<'a>(
    sources: &'a Sources,
    cells: &mut Cells<'a>,
    collector: &mut Collector,
) -> Vec<DraftTask> {
    let mut tasks = match &sources.tasks {
        Some(records) => from_records(sources, records, cells, collector),
        None => from_containers(sources, cells, collector),
    };
    let mut seen = BTreeSet::new();
    tasks.retain(|(origin, task)| {
        if task.guid.is_empty() {
            collector.fatal(Problem::new(origin.place(), Fault::Empty("task_guid")));
            return false;
        }
        let first = seen.insert(task.guid.clone());
        if !first {
            collector.fault(origin.place(), Fault::TaskTwice(task.guid.clone()));
        }
        first
    });
    tasks.into_iter().map(|(_, task)| task).collect()
}

fn from_records<'a>(
    sources: &'a Sources,
    records: &'a Source<TaskRecord>,
    cells: &mut Cells<'a>,
    collector: &mut Collector,
) -> Vec<(Origin<'a>, DraftTask)> {
    let mut containers = Containers::new();
    for (origin, state) in sources.cell_states() {
        let Some(cell) = cells.of_state(origin, state) else { continue };
        for task in &state.tasks {
            let resources = Resources::new(task.memory_mb, task.disk_mb, 1);
            let alive = task.state == TaskState::Running;
            if !containers.add(origin, cell, task.task_guid.as_str(), resources, alive) {
                collector.fault(origin.place(), Fault::TaskTwice(task.task_guid.clone()));
            }
        }
    }
    let mut tasks = Vec::new();
    for (origin, record) in records.records() {
        if !matches!(record.state, TaskState::Pending | TaskState::Running) {
            continue;
        }
        check_not_negative(
            origin,
            "the task",
            Resources::new(record.memory_mb, record.disk_mb, 1),
            collector,
        );
        let cell =
            if record.state == TaskState::Running { cell_of(origin, record, cells, collector) } else { None };
        if let Some(cell) = cell
            && sources.cell_states.is_some()
            && containers.claim(cell, record.task_guid.as_str()).is_none()
        {
            let fault = Fault::NoContainer {
                cell: record.cell_id.clone(),
                what: format!("task {}", record.task_guid),
            };
            collector.fault(origin.place(), fault);
        }
        let drivers: Vec<String> = record.volume_mounts.iter().map(|mount| mount.driver.clone()).collect();
        let task = DraftTask {
            guid: record.task_guid.clone(),
            cell,
            memory_mb: record.memory_mb,
            disk_mb: record.disk_mb,
            constraint: constraint(&record.rootfs, &drivers, &record.placement_tags),
        };
        tasks.push((origin, task));
    }
    containers.report_strays(cells, |guid| format!("task {guid}"), collector);
    tasks
}

fn cell_of(
    origin: Origin<'_>,
    record: &TaskRecord,
    cells: &Cells<'_>,
    collector: &mut Collector,
) -> Option<usize> {
    let cell = cells.by_id.get(record.cell_id.as_str()).copied();
    if cell.is_none() {
        let what = format!("task {}", record.task_guid);
        collector.fault(origin.place(), Fault::UnknownCell { what, cell: record.cell_id.clone() });
    }
    cell
}

fn from_containers<'a>(
    sources: &'a Sources,
    cells: &Cells<'a>,
    collector: &mut Collector,
) -> Vec<(Origin<'a>, DraftTask)> {
    let mut tasks = Vec::new();
    for (origin, state) in sources.cell_states() {
        let Some(cell) = cells.of_state(origin, state) else { continue };
        for task in state.tasks.iter().filter(|task| task.state == TaskState::Running) {
            check_not_negative(origin, "Tasks", Resources::new(task.memory_mb, task.disk_mb, 1), collector);
            let draft = DraftTask {
                guid: task.task_guid.clone(),
                cell: Some(cell),
                memory_mb: task.memory_mb,
                disk_mb: task.disk_mb,
                constraint: task.constraint(),
            };
            tasks.push((origin, draft));
        }
    }
    tasks
}
