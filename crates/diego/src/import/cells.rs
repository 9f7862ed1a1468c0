//! The cells: from their states, else from their presences.

use std::collections::BTreeMap;

use rivera_model::{CellGroup, DeploymentFacts, Resources};

use super::sources::{Origin, Sources};
use crate::bosh::BoshInstance;
use crate::cell_state::CellState;
use crate::cfdot::CellPresence;
use crate::collector::Collector;
use crate::draft::DraftCell;
use crate::fault::AVAILABLE;
use crate::{Fault, Place, Problem};

/// The memory of a proxy unless the manifest states it (B.1).
const DEFAULT_PROXY_MEMORY_MB: i32 = 32;

/// The cells, and how to find them again.
#[derive(Default)]
pub(crate) struct Cells<'a> {
    pub(crate) drafts: Vec<DraftCell>,
    pub(crate) origins: Vec<Origin<'a>>,
    pub(crate) by_id: BTreeMap<&'a str, usize>,
}

/// Reads the cells.
pub(crate) fn cells<'a>(sources: &'a Sources, collector: &mut Collector) -> Cells<'a> {
    let mut cells = Cells::default();
    let groups = &sources.said.groups;
    // Whose group BOSH does not tell is taken for a usual cell.
    let group = groups.get(CellGroup::usual(groups)).map_or(CellGroup::USUAL, |usual| usual.name.as_str());
    for (origin, state) in sources.cell_states() {
        let draft = from_state(origin, state, group, collector);
        cells.add(origin, &state.cell_id, draft, collector);
    }
    let with_states = cells.drafts.len();
    let proxy_memory_mb = proxy_memory_mb(&sources.said.facts);
    for (position, (origin, presence)) in
        sources.presences.iter().flat_map(super::sources::Source::records).enumerate()
    {
        match cells.by_id.get(presence.cell_id.as_str()) {
            Some(&cell) if cell < with_states => compare(origin, presence, &cells.drafts[cell], collector),
            _ => {
                if sources.cell_states.is_some() {
                    collector.fault(origin.place(), Fault::NoCellState(presence.cell_id.clone()));
                } else if position == 0 && sources.said.facts.proxy_enabled.is_none() {
                    collector.note(origin.place(), Fault::ProxyUnknown);
                }
                let draft = from_presence(origin, presence, position, group, proxy_memory_mb, collector);
                cells.add(origin, &presence.cell_id, draft, collector);
            }
        }
    }
    cells.learn_from_bosh(&sources.bosh_instances, with_states);
    mention_untold_groups(sources, group, collector);
    cells
}

/// Several groups of cells in the manifest, and nothing that tells which cell is of which.
fn mention_untold_groups(sources: &Sources, usual: &str, collector: &mut Collector) {
    let others: Vec<&str> =
        sources.said.groups.iter().map(|group| group.name.as_str()).filter(|name| *name != usual).collect();
    if let (Some(path), false, true) =
        (&sources.manifest, others.is_empty(), sources.bosh_instances.is_empty())
    {
        let fault = Fault::SeveralCellGroups { used: usual.to_owned(), others: others.join(", ") };
        collector.note(Place::file(path), fault);
    }
}

impl<'a> Cells<'a> {
    fn add(&mut self, origin: Origin<'a>, id: &'a str, draft: DraftCell, collector: &mut Collector) {
        if id.is_empty() {
            collector.fatal(Problem::new(origin.place(), Fault::Empty("cell_id")));
        } else if self.by_id.contains_key(id) {
            collector.fault(origin.place(), Fault::CellTwice(id.to_owned()));
        } else {
            self.by_id.insert(id, self.drafts.len());
            self.drafts.push(draft);
            self.origins.push(origin);
        }
    }

    /// The cell that this state made; `None` for a repetition.
    pub(crate) fn of_state(&self, origin: Origin<'_>, state: &CellState) -> Option<usize> {
        self.by_id.get(state.cell_id.as_str()).copied().filter(|&cell| self.origins[cell] == origin)
    }

    /// A cell state knows its index; only BOSH knows the group and its bootstrap instance.
    fn learn_from_bosh(&mut self, instances: &[BoshInstance], with_states: usize) {
        for instance in instances {
            let Some(&cell) = self.by_id.get(instance.id.as_str()) else { continue };
            self.drafts[cell].bootstrap = instance.bootstrap;
            self.drafts[cell].group.clone_from(&instance.group);
            if let Some(index) = instance.index.filter(|_| cell >= with_states) {
                self.drafts[cell].bosh_index = index;
            }
        }
    }
}

fn from_state(origin: Origin<'_>, state: &CellState, group: &str, collector: &mut Collector) -> DraftCell {
    if state.evacuating {
        collector.note(origin.place(), Fault::Evacuating(state.cell_id.clone()));
    }
    let total = Resources::from(state.total);
    check_not_negative(origin, "TotalResources", total, collector);
    let total = covering(origin, total, state.available.into(), collector);
    check_sign(origin, "ProxyMemoryAllocationMB", state.proxy_memory_mb.into(), collector);
    DraftCell {
        id: state.cell_id.clone(),
        bosh_index: u32::try_from(state.cell_index).unwrap_or_else(|_| {
            let fault = Fault::Negative { key: "cell_index".into(), value: state.cell_index };
            collector.fatal(Problem::new(origin.place(), fault));
            0
        }),
        group: group.to_owned(),
        zone: state.zone.clone(),
        total,
        unlisted: unlisted(origin, state, collector),
        proxy_memory_mb: state.proxy_memory_mb,
        offer: state.offer(),
        bootstrap: false,
    }
}

/// What the cell reports as used, less the containers that it lists.
fn unlisted(origin: Origin<'_>, state: &CellState, collector: &mut Collector) -> Resources {
    for lrp in &state.lrps {
        check_not_negative(origin, "LRPs", Resources::new(lrp.memory_mb, lrp.disk_mb, 1), collector);
    }
    for task in &state.tasks {
        check_not_negative(origin, "Tasks", Resources::new(task.memory_mb, task.disk_mb, 1), collector);
    }
    let containers = (state.lrps.iter().map(|lrp| (lrp.memory_mb, lrp.disk_mb)))
        .chain(state.tasks.iter().map(|task| (task.memory_mb, task.disk_mb)));
    let reported = Resources::from(state.total).checked_sub(state.available.into());
    let listed = { containers }.try_fold(Resources::default(), |sum, (memory_mb, disk_mb)| {
        sum.checked_add(Resources::new(memory_mb, disk_mb, 1))
    });
    let difference = reported.zip(listed).and_then(|(reported, listed)| reported.checked_sub(listed));
    let (Some(difference), Some(reported), Some(listed)) = (difference, reported, listed) else {
        collector.fatal(Problem::new(origin.place(), Fault::Overflow(state.cell_id.clone())));
        return Resources::default();
    };
    if !difference.is_non_negative() {
        let fault = Fault::UsedTooLow { cell: state.cell_id.clone(), reported, listed };
        collector.fault(origin.place(), fault);
    }
    let Resources { memory_mb, disk_mb, containers } = difference;
    Resources::new(memory_mb.max(0), disk_mb.max(0), containers.max(0))
}

fn from_presence(
    origin: Origin<'_>,
    presence: &CellPresence,
    position: usize,
    group: &str,
    proxy_memory_mb: i32,
    collector: &mut Collector,
) -> DraftCell {
    let total = Resources::from(presence.capacity);
    check_not_negative(origin, "capacity", total, collector);
    DraftCell {
        id: presence.cell_id.clone(),
        bosh_index: u32::try_from(position).unwrap_or(u32::MAX),
        group: group.to_owned(),
        zone: presence.zone.clone(),
        total,
        unlisted: Resources::default(),
        proxy_memory_mb,
        offer: presence.offer(),
        bootstrap: false,
    }
}

/// Both files describe the cell: they must agree.
fn compare(origin: Origin<'_>, presence: &CellPresence, cell: &DraftCell, collector: &mut Collector) {
    let here = Resources::from(presence.capacity);
    let there = cell.total;
    let facts = [
        ("zone", presence.zone.clone(), cell.zone.clone()),
        ("memory in MB", here.memory_mb.to_string(), there.memory_mb.to_string()),
        ("disk in MB", here.disk_mb.to_string(), there.disk_mb.to_string()),
        ("containers", here.containers.to_string(), there.containers.to_string()),
    ];
    for (what, here, there) in facts {
        if here != there {
            let what = format!("{what} of cell {}", cell.id);
            collector.fault(origin.place(), Fault::Disagree { what, here, there, other: "the cell states" });
        }
    }
}

fn proxy_memory_mb(facts: &DeploymentFacts) -> i32 {
    match facts.proxy_enabled {
        Some(true) => facts.proxy_memory_mb.unwrap_or(DEFAULT_PROXY_MEMORY_MB),
        Some(false) | None => 0,
    }
}

/// Reports each amount below zero.
pub(crate) fn check_not_negative(
    origin: Origin<'_>,
    key: &str,
    resources: Resources,
    collector: &mut Collector,
) {
    let Resources { memory_mb, disk_mb, containers } = resources;
    for (part, value) in [("memory", memory_mb), ("disk", disk_mb), ("containers", containers)] {
        if value < 0 {
            let fault = Fault::Negative { key: format!("{key}: {part}"), value: value.into() };
            collector.fatal(Problem::new(origin.place(), fault));
        }
    }
}

/// The total that covers what is used: each amount available that is below zero is told and added.
fn covering(
    origin: Origin<'_>,
    total: Resources,
    available: Resources,
    collector: &mut Collector,
) -> Resources {
    let mut cover = |part: &str, total: i32, available: i32| {
        if available >= 0 {
            return total;
        }
        let key = format!("{AVAILABLE}.{part}");
        collector.fault(origin.place(), Fault::Negative { key, value: available.into() });
        total.saturating_sub(available)
    };
    Resources::new(
        cover("MemoryMB", total.memory_mb, available.memory_mb),
        cover("DiskMB", total.disk_mb, available.disk_mb),
        cover("Containers", total.containers, available.containers),
    )
}

fn check_sign(origin: Origin<'_>, key: &str, value: i64, collector: &mut Collector) {
    if value < 0 {
        collector.fatal(Problem::new(origin.place(), Fault::Negative { key: key.to_owned(), value }));
    }
}

impl Cells<'_> {
    /// Where the cell of this position was described.
    pub(crate) fn place(&self, cell: usize) -> Place {
        self.origins[cell].place()
    }
}
