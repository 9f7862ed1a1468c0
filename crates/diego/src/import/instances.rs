//! The instance records: from `cfdot actual-lrps`, else from the containers that cells report.

use std::collections::BTreeSet;

use rivera_model::{InstanceState, Presence, Resources};

use super::cells::Cells;
use super::containers::Containers;
use super::processes::{Processes, is_alive};
use super::sources::{Origin, Source, Sources};
use crate::cell_state::{CellState, Lrp};
use crate::cfdot::ActualLrp;
use crate::collector::Collector;
use crate::draft::DraftInstance;
use crate::names::{PRESENCES, STATES, presence_name, state_name};
use crate::{Fault, Problem};

/// Reads the instances.
pub(crate) fn instances<'a>(
    sources: &'a Sources,
    cells: &mut Cells<'a>,
    processes: &Processes<'a>,
    collector: &mut Collector,
) -> Vec<DraftInstance> {
    let mut reader =
        Reader { processes, seen: BTreeSet::new(), taken: BTreeSet::new(), drafts: Vec::new(), collector };
    match &sources.actual_lrps {
        Some(actual_lrps) => reader.read_records(sources, actual_lrps, cells),
        None => reader.read_containers(sources, cells),
    }
    reader.drafts
}

struct Reader<'a, 'b> {
    processes: &'b Processes<'a>,
    seen: BTreeSet<(usize, u32, Presence)>,
    /// Where there is an instance already: an evacuating record outlives its container when its cell is back.
    taken: BTreeSet<(usize, u32, usize)>,
    drafts: Vec<DraftInstance>,
    collector: &'b mut Collector,
}

impl<'a> Reader<'a, '_> {
    fn read_records(&mut self, sources: &'a Sources, records: &'a Source<ActualLrp>, cells: &mut Cells<'a>) {
        let mut containers = self.containers(sources, cells);
        for (origin, record) in records.records() {
            let Some(instance) = self.record(origin, record, cells) else { continue };
            if let Some(cell) = instance.cell
                && sources.cell_states.is_some()
            {
                self.compare(origin, &instance, cell, cells, &mut containers);
            }
            self.keep(origin, instance);
        }
        let what = |&(guid, index): &(&str, i32)| format!("instance {index} of {guid}");
        containers.report_strays(cells, what, self.collector);
    }

    fn containers(&mut self, sources: &'a Sources, cells: &Cells<'a>) -> Containers<'a, (&'a str, i32)> {
        let mut containers = Containers::new();
        for (origin, state) in sources.cell_states() {
            let Some(cell) = cells.of_state(origin, state) else { continue };
            for lrp in &state.lrps {
                let resources = Resources::new(lrp.memory_mb, lrp.disk_mb, 1);
                let key = (lrp.process_guid.as_str(), lrp.index);
                let alive = self.state_of_container(origin, lrp).is_some();
                if !containers.add(origin, cell, key, resources, alive) {
                    let fault = twice(&lrp.process_guid, lrp.index.unsigned_abs(), Presence::Ordinary);
                    self.collector.fault(origin.place(), fault);
                }
            }
        }
        containers
    }

    /// Checks a record by itself. `None` if it is left out.
    fn record(&mut self, origin: Origin<'_>, record: &ActualLrp, cells: &Cells<'_>) -> Option<DraftInstance> {
        let (process, index) = self.identify(origin, &record.process_guid, record.index)?;
        let presence = match record.presence.as_str() {
            // Output of versions before there were presences.
            "" => Some(Presence::Ordinary),
            name => {
                named(origin, "presence", name, &PRESENCES, "ORDINARY, EVACUATING, SUSPECT", self.collector)
            }
        }?;
        let known = "UNCLAIMED, CLAIMED, RUNNING, CRASHED";
        let state = named(origin, "state", &record.state, &STATES, known, self.collector)?;
        let crash_count = u32::try_from(record.crash_count).unwrap_or_else(|_| {
            let fault = Fault::Negative { key: "crash_count".into(), value: record.crash_count.into() };
            self.collector.fatal(Problem::new(origin.place(), fault));
            0
        });
        if !state_fits(presence, state) {
            let known = if presence == Presence::Evacuating { "RUNNING" } else { "CLAIMED, RUNNING" };
            let fault = Fault::UnknownName { key: "state", value: record.state.clone(), known };
            self.collector.fault(origin.place(), fault);
            return None;
        }
        let instance = DraftInstance { process, index, presence, state, cell: None, crash_count };
        if matches!(state, InstanceState::Unclaimed | InstanceState::Crashed) {
            return Some(instance);
        }
        let fault = match cells.by_id.get(record.cell_id.as_str()) {
            Some(&cell) => return Some(DraftInstance { cell: Some(cell), ..instance }),
            None if record.cell_id.is_empty() => {
                Fault::NoCell { process: record.process_guid.clone(), index, state: state_name(state) }
            }
            None => Fault::UnknownCell {
                what: format!("instance {index} of {}", record.process_guid),
                cell: record.cell_id.clone(),
            },
        };
        if presence == Presence::Suspect {
            // That its cell has disappeared is what makes a record suspect: nothing is wrong with the export.
            self.collector.note(origin.place(), fault);
            return None;
        }
        self.collector.fault(origin.place(), fault);
        let waiting = DraftInstance { state: InstanceState::Unclaimed, ..instance };
        (presence == Presence::Ordinary).then_some(waiting)
    }

    /// The process and the index, if the process has it.
    fn identify(&mut self, origin: Origin<'_>, guid: &str, index: i32) -> Option<(usize, u32)> {
        let Ok(index) = u32::try_from(index) else {
            let fault = Fault::Negative { key: "index".into(), value: index.into() };
            self.collector.fatal(Problem::new(origin.place(), fault));
            return None;
        };
        if guid.is_empty() {
            self.collector.fatal(Problem::new(origin.place(), Fault::Empty("process_guid")));
            return None;
        }
        let Some(&process) = self.processes.by_guid.get(guid) else {
            let fault = Fault::UnknownProcess { process: guid.to_owned(), index };
            self.collector.fault(origin.place(), fault);
            return None;
        };
        let instances = self.processes.drafts[process].instances;
        if index >= instances {
            let fault = Fault::IndexTooHigh { process: guid.to_owned(), index, instances };
            self.collector.fault(origin.place(), fault);
            return None;
        }
        Some((process, index))
    }

    /// The cell must run what the record says, in the size that is desired (H.1: there with the proxy's memory).
    fn compare(
        &mut self,
        origin: Origin<'a>,
        instance: &DraftInstance,
        cell: usize,
        cells: &Cells<'_>,
        containers: &mut Containers<'a, (&'a str, i32)>,
    ) {
        let process = &self.processes.drafts[instance.process];
        let Some((guid, _)) = self.processes.by_guid.get_key_value(process.guid.as_str()) else { return };
        let index = i32::try_from(instance.index).unwrap_or(i32::MAX);
        let Some((container, resources)) = containers.claim(cell, (guid, index)) else {
            let fault = Fault::NoContainer {
                cell: cells.drafts[cell].id.clone(),
                what: format!("instance {index} of {guid}"),
            };
            self.collector.fault(origin.place(), fault);
            return;
        };
        let proxy_memory_mb = if process.memory_mb > 0 { cells.drafts[cell].proxy_memory_mb } else { 0 };
        let desired_mb = i64::from(process.memory_mb) + i64::from(proxy_memory_mb);
        let facts = [
            ("memory in MB (with its proxy)", i64::from(resources.memory_mb), desired_mb),
            ("disk in MB", i64::from(resources.disk_mb), i64::from(process.disk_mb)),
        ];
        for (what, here, there) in facts {
            if here != there {
                let fault = Fault::Disagree {
                    what: format!("{what} of instance {index} of {guid}"),
                    here: here.to_string(),
                    there: there.to_string(),
                    other: "the desired LRPs",
                };
                self.collector.fault(container.place(), fault);
            }
        }
    }

    fn keep(&mut self, origin: Origin<'_>, instance: DraftInstance) {
        let DraftInstance { process, index, presence, cell, .. } = instance;
        // A cell holds one container of an instance.
        let has_place = cell.is_none_or(|cell| self.taken.insert((process, index, cell)));
        if has_place && self.seen.insert((process, index, presence)) {
            self.drafts.push(instance);
        } else {
            let fault = twice(&self.processes.drafts[process].guid, index, presence);
            self.collector.fault(origin.place(), fault);
        }
    }

    /// Without records every container that lives is one. A container on an evacuating cell is the old instance if
    /// another cell has the same index.
    fn read_containers(&mut self, sources: &'a Sources, cells: &Cells<'a>) {
        let states = |evacuating: bool| {
            sources.cell_states().filter(move |(_, state): &(_, &CellState)| state.evacuating == evacuating)
        };
        for (origin, state) in states(false).chain(states(true)) {
            let Some(cell) = cells.of_state(origin, state) else { continue };
            for lrp in &state.lrps {
                let Some(instance_state) = self.state_of_container(origin, lrp) else { continue };
                let Some((process, index)) = self.identify(origin, &lrp.process_guid, lrp.index) else {
                    continue;
                };
                let replaced = state.evacuating && self.seen.contains(&(process, index, Presence::Ordinary));
                if replaced && instance_state == InstanceState::Claimed {
                    // An evacuating cell throws away what is only starting (B.9).
                    continue;
                }
                let presence = if replaced { Presence::Evacuating } else { Presence::Ordinary };
                self.keep(
                    origin,
                    DraftInstance {
                        process,
                        index,
                        presence,
                        state: instance_state,
                        cell: Some(cell),
                        crash_count: 0,
                    },
                );
            }
        }
    }

    /// The state of a container that lives; `None` for one that has ended or is in no known state.
    fn state_of_container(&mut self, origin: Origin<'_>, lrp: &Lrp) -> Option<InstanceState> {
        const ALIVE: [(&str, InstanceState); 2] =
            [("CLAIMED", InstanceState::Claimed), ("RUNNING", InstanceState::Running)];
        if !is_alive(lrp) {
            return None;
        }
        named(
            origin,
            "LRPs: state",
            &lrp.state,
            &ALIVE,
            "CLAIMED, RUNNING, SHUTDOWN, CRASHED",
            self.collector,
        )
    }
}

/// Whether there can be a record of this presence in this state (C.1).
fn state_fits(presence: Presence, state: InstanceState) -> bool {
    match presence {
        Presence::Ordinary => true,
        Presence::Evacuating => state == InstanceState::Running,
        Presence::Suspect => matches!(state, InstanceState::Claimed | InstanceState::Running),
    }
}

fn twice(process: &str, index: u32, presence: Presence) -> Fault {
    Fault::InstanceTwice { process: process.to_owned(), index, presence: presence_name(presence) }
}

/// The value of a name; a name that Diego does not have is reported.
fn named<T: Copy>(
    origin: Origin<'_>,
    key: &'static str,
    name: &str,
    names: &[(&'static str, T)],
    known: &'static str,
    collector: &mut Collector,
) -> Option<T> {
    let found = names.iter().find(|(candidate, _)| *candidate == name).map(|(_, value)| *value);
    if found.is_none() {
        collector.fault(origin.place(), Fault::UnknownName { key, value: name.to_owned(), known });
    }
    found
}
