//! The desired LRPs: from scheduling infos and desired LRPs, else from the containers that run.

use std::collections::BTreeMap;

use rivera_model::{Constraint, Resources, Span, UpdateStrategy};

use super::cells::check_not_negative;
use super::sources::{Origin, Source, Sources};
use crate::cell_state::{CellState, Lrp, constraint};
use crate::cfdot::{DesiredLrp, SchedulingInfo};
use crate::collector::Collector;
use crate::draft::DraftProcess;
use crate::recipe::MOST_INSTANCES;
use crate::{Fault, Problem};

/// The processes, and how to find them again.
#[derive(Default)]
pub(crate) struct Processes<'a> {
    pub(crate) drafts: Vec<DraftProcess>,
    pub(crate) by_guid: BTreeMap<&'a str, usize>,
}

/// Reads the processes.
pub(crate) fn processes<'a>(sources: &'a Sources, collector: &mut Collector) -> Processes<'a> {
    let mut processes = Processes::default();
    for (origin, info) in sources.scheduling_infos.iter().flat_map(Source::records) {
        processes.add(origin, &info.process_guid, from_info(origin, info, collector), collector);
    }
    let with_infos = processes.drafts.len();
    for (origin, desired) in sources.desired_lrps.iter().flat_map(Source::records) {
        let draft = from_desired(origin, desired, collector);
        match processes.by_guid.get(desired.process_guid.as_str()) {
            Some(&process) if process < with_infos => {
                complete(origin, &mut processes.drafts[process], &draft, collector);
            }
            _ => processes.add(origin, &desired.process_guid, draft, collector),
        }
    }
    if sources.scheduling_infos.is_none() && sources.desired_lrps.is_none() {
        for (origin, cell) in sources.cell_states() {
            for lrp in cell.lrps.iter().filter(|lrp| is_alive(lrp)) {
                processes.learn_from_container(origin, cell, lrp, collector);
            }
        }
        processes.count_records(sources);
    }
    processes.check_number(sources, collector);
    processes
}

/// Whether the container is an instance: the others have ended and only wait for their removal (A.13).
pub(crate) fn is_alive(lrp: &Lrp) -> bool {
    !matches!(lrp.state.as_str(), "SHUTDOWN" | "CRASHED")
}

impl<'a> Processes<'a> {
    fn add(&mut self, origin: Origin<'a>, guid: &'a str, draft: DraftProcess, collector: &mut Collector) {
        if guid.is_empty() {
            collector.fatal(Problem::new(origin.place(), Fault::Empty("process_guid")));
        } else if self.by_guid.contains_key(guid) {
            collector.fault(origin.place(), Fault::ProcessTwice(guid.to_owned()));
        } else {
            self.by_guid.insert(guid, self.drafts.len());
            self.drafts.push(draft);
        }
    }

    /// The memory of a container contains its proxy's (H.1), and the highest index tells the number of instances.
    fn learn_from_container(
        &mut self,
        origin: Origin<'a>,
        cell: &CellState,
        lrp: &'a Lrp,
        collector: &mut Collector,
    ) {
        let instances = u32::try_from(lrp.index).unwrap_or_default().saturating_add(1);
        let proxy_memory_mb = if lrp.memory_mb > 0 { cell.proxy_memory_mb } else { 0 };
        let memory_mb = lrp.memory_mb.saturating_sub(proxy_memory_mb);
        if proxy_memory_mb > 0 && memory_mb <= 0 {
            let why = format!("{} MB is no more than the {proxy_memory_mb} MB of its proxy", lrp.memory_mb);
            let fault = Fault::WrongValue { key: "LRPs: MemoryMB".into(), why };
            collector.fatal(Problem::new(origin.place(), fault));
            return;
        }
        if let Some(&process) = self.by_guid.get(lrp.process_guid.as_str()) {
            let known = &mut self.drafts[process];
            known.instances = known.instances.max(instances);
            if known.memory_mb != memory_mb {
                let fault = Fault::Disagree {
                    what: format!("memory in MB of {}", lrp.process_guid),
                    here: memory_mb.to_string(),
                    there: known.memory_mb.to_string(),
                    other: "another container of it",
                };
                collector.fault(origin.place(), fault);
            }
            return;
        }
        let draft = DraftProcess {
            guid: lrp.process_guid.clone(),
            domain: lrp.domain.to_string(),
            instances,
            memory_mb,
            disk_mb: lrp.disk_mb,
            constraint: lrp.constraint(),
            strategy: UpdateStrategy::Rolling,
            start_timeout: None,
        };
        self.add(origin, &lrp.process_guid, draft, collector);
    }

    /// Records without a container (crashed, waiting) are desired too.
    fn count_records(&mut self, sources: &Sources) {
        for (_, actual) in sources.actual_lrps.iter().flat_map(Source::records) {
            if let Some(&process) = self.by_guid.get(actual.process_guid.as_str()) {
                let instances = u32::try_from(actual.index).unwrap_or_default().saturating_add(1);
                self.drafts[process].instances = self.drafts[process].instances.max(instances);
            }
        }
    }

    fn check_number(&self, sources: &Sources, collector: &mut Collector) {
        let count: u64 = self.drafts.iter().map(|process| u64::from(process.instances)).sum();
        if count > MOST_INSTANCES {
            let origin = (sources.scheduling_infos.iter().flat_map(Source::records))
                .map(|(origin, _)| origin)
                .chain(sources.desired_lrps.iter().flat_map(Source::records).map(|(origin, _)| origin))
                .chain(sources.cell_states().map(|(origin, _)| origin))
                .next();
            if let Some(origin) = origin {
                let fault = Fault::TooMany { what: "instances", count, most: MOST_INSTANCES };
                collector.fatal(Problem::new(origin.file(), fault));
            }
        }
    }
}

fn from_info(origin: Origin<'_>, info: &SchedulingInfo, collector: &mut Collector) -> DraftProcess {
    let sizes = Sizes { instances: info.instances, memory_mb: info.memory_mb, disk_mb: info.disk_mb };
    let drivers = &info.volume_placement.driver_names;
    let constraint = constraint(&info.rootfs, drivers, &info.placement_tags);
    sizes.draft(origin, &info.process_guid, &info.domain, constraint, collector)
}

fn from_desired(origin: Origin<'_>, desired: &DesiredLrp, collector: &mut Collector) -> DraftProcess {
    let sizes =
        Sizes { instances: desired.instances, memory_mb: desired.memory_mb, disk_mb: desired.disk_mb };
    let drivers: Vec<String> = desired.volume_mounts.iter().map(|mount| mount.driver.clone()).collect();
    let constraint = constraint(&desired.rootfs, &drivers, &desired.placement_tags);
    DraftProcess {
        strategy: strategy(origin, desired.update_strategy, collector),
        start_timeout: start_timeout(origin, desired.start_timeout_ms, collector),
        ..sizes.draft(origin, &desired.process_guid, &desired.domain, constraint, collector)
    }
}

struct Sizes {
    instances: i32,
    memory_mb: i32,
    disk_mb: i32,
}

impl Sizes {
    fn draft(
        self,
        origin: Origin<'_>,
        guid: &str,
        domain: &str,
        constraint: Constraint,
        collector: &mut Collector,
    ) -> DraftProcess {
        let Self { instances, memory_mb, disk_mb } = self;
        check_not_negative(origin, "the instance", Resources::new(memory_mb, disk_mb, 1), collector);
        let instances = u32::try_from(instances).unwrap_or_else(|_| {
            let fault = Fault::Negative { key: "instances".into(), value: instances.into() };
            collector.fatal(Problem::new(origin.place(), fault));
            0
        });
        DraftProcess {
            guid: guid.to_owned(),
            domain: domain.to_owned(),
            instances,
            memory_mb,
            disk_mb,
            constraint,
            strategy: UpdateStrategy::Rolling,
            start_timeout: None,
        }
    }
}

fn strategy(origin: Origin<'_>, number: i64, collector: &mut Collector) -> UpdateStrategy {
    match number {
        0 => UpdateStrategy::Rolling,
        1 => UpdateStrategy::Recreate,
        _ => {
            let known = "0 (rolling) and 1 (recreate)";
            let fault = Fault::UnknownName { key: "update_strategy", value: number.to_string(), known };
            collector.fault(origin.place(), fault);
            UpdateStrategy::Rolling
        }
    }
}

fn start_timeout(origin: Origin<'_>, ms: i64, collector: &mut Collector) -> Option<Span> {
    match u64::try_from(ms).ok().and_then(|ms| ms.checked_mul(1_000)) {
        Some(0) => None,
        Some(micros) => Some(Span(micros)),
        None => {
            let fault = Fault::WrongValue {
                key: "start_timeout_ms".into(),
                why: format!("{ms} is below zero or too long"),
            };
            collector.fatal(Problem::new(origin.place(), fault));
            None
        }
    }
}

/// A scheduling info exists too: the desired LRP adds what only it says, and must agree in the rest.
fn complete(origin: Origin<'_>, info: &mut DraftProcess, desired: &DraftProcess, collector: &mut Collector) {
    let facts = [
        ("instances", info.instances.to_string(), desired.instances.to_string()),
        ("memory in MB", info.memory_mb.to_string(), desired.memory_mb.to_string()),
        ("disk in MB", info.disk_mb.to_string(), desired.disk_mb.to_string()),
    ];
    for (what, there, here) in facts {
        if here != there {
            let what = format!("{what} of {}", info.guid);
            collector
                .fault(origin.place(), Fault::Disagree { what, here, there, other: "the scheduling infos" });
        }
    }
    info.strategy = desired.strategy;
    info.start_timeout = desired.start_timeout;
}
