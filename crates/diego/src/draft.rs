//! A fleet under construction, in any order, and its canonical form.
//!
//! The reader of exports and the recipes both end here, so that one foundation has one [`Fleet`] whichever way it
//! came in: zones by name, cells by id, processes and tasks by guid, offers and constraints sorted and distinct.

use rivera_model::{
    CellGroup, CellIx, Constraint, ConstraintIx, DeploymentFacts, Fleet, FleetCell, FleetInstance, FleetTask,
    GroupIx, InstanceState, Offer, OfferIx, Presence, Process, ProcessIx, Resources, Span, UpdateStrategy,
    ZoneIx,
};

use crate::cell_groups;

/// The parts of a fleet; `usize` fields are positions in the other lists.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// The groups of cells that the manifest or the recipe names, in its order.
    pub(crate) groups: Vec<CellGroup>,
    pub(crate) cells: Vec<DraftCell>,
    pub(crate) processes: Vec<DraftProcess>,
    pub(crate) instances: Vec<DraftInstance>,
    pub(crate) tasks: Vec<DraftTask>,
    pub(crate) facts: DeploymentFacts,
}

#[derive(Debug, Clone)]
pub(crate) struct DraftCell {
    pub(crate) id: String,
    pub(crate) bosh_index: u32,
    pub(crate) group: String,
    pub(crate) zone: String,
    pub(crate) total: Resources,
    pub(crate) unlisted: Resources,
    pub(crate) proxy_memory_mb: i32,
    pub(crate) offer: Offer,
    pub(crate) bootstrap: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct DraftProcess {
    pub(crate) guid: String,
    pub(crate) domain: String,
    pub(crate) instances: u32,
    pub(crate) memory_mb: i32,
    pub(crate) disk_mb: i32,
    pub(crate) constraint: Constraint,
    pub(crate) strategy: UpdateStrategy,
    pub(crate) start_timeout: Option<Span>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct DraftInstance {
    pub(crate) process: usize,
    pub(crate) index: u32,
    pub(crate) presence: Presence,
    pub(crate) state: InstanceState,
    pub(crate) cell: Option<usize>,
    pub(crate) crash_count: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct DraftTask {
    pub(crate) guid: String,
    pub(crate) cell: Option<usize>,
    pub(crate) memory_mb: i32,
    pub(crate) disk_mb: i32,
    pub(crate) constraint: Constraint,
}

impl Draft {
    /// The fleet. Ids and guids must be distinct: the caller has reported the others.
    pub(crate) fn into_fleet(self, name: String) -> Fleet {
        let groups = cell_groups::all(self.groups, self.cells.iter().map(|cell| cell.group.as_str()));
        let zones = distinct(self.cells.iter().map(|cell| &cell.zone));
        let offers = distinct(self.cells.iter().map(|cell| &cell.offer));
        let constraints = distinct(
            self.processes
                .iter()
                .map(|process| &process.constraint)
                .chain(self.tasks.iter().map(|task| &task.constraint)),
        );
        let cell_rank = ranks(&self.cells, |cell| &cell.id);
        let process_rank = ranks(&self.processes, |process| &process.guid);

        let mut cells: Vec<FleetCell> = self
            .cells
            .into_iter()
            .map(|cell| FleetCell {
                group: GroupIx::from_index(cell_groups::position(&groups, &cell.group)),
                zone: ZoneIx::from_index(position(&zones, &cell.zone)),
                offer: OfferIx::from_index(position(&offers, &cell.offer)),
                id: cell.id,
                bosh_index: cell.bosh_index,
                total: cell.total,
                unlisted: cell.unlisted,
                proxy_memory_mb: cell.proxy_memory_mb,
                bootstrap: cell.bootstrap,
            })
            .collect();
        cells.sort_by(|a, b| a.id.cmp(&b.id));

        let mut processes: Vec<Process> = self
            .processes
            .into_iter()
            .map(|process| Process {
                constraint: ConstraintIx::from_index(position(&constraints, &process.constraint)),
                guid: process.guid,
                domain: process.domain,
                instances: process.instances,
                memory_mb: process.memory_mb,
                disk_mb: process.disk_mb,
                strategy: process.strategy,
                start_timeout: process.start_timeout,
            })
            .collect();
        processes.sort_by(|a, b| a.guid.cmp(&b.guid));

        let mut instances: Vec<FleetInstance> = self
            .instances
            .into_iter()
            .map(|instance| FleetInstance {
                process: ProcessIx::from_index(process_rank[instance.process]),
                index: instance.index,
                presence: instance.presence,
                state: instance.state,
                cell: instance.cell.map(|cell| CellIx::from_index(cell_rank[cell])),
                crash_count: instance.crash_count,
            })
            .collect();
        instances.sort_by_key(|instance| (instance.process, instance.index, instance.presence));

        let mut tasks: Vec<FleetTask> = self
            .tasks
            .into_iter()
            .map(|task| FleetTask {
                cell: task.cell.map(|cell| CellIx::from_index(cell_rank[cell])),
                constraint: ConstraintIx::from_index(position(&constraints, &task.constraint)),
                guid: task.guid,
                memory_mb: task.memory_mb,
                disk_mb: task.disk_mb,
            })
            .collect();
        tasks.sort_by(|a, b| a.guid.cmp(&b.guid));

        Fleet {
            name,
            zones,
            groups,
            cells,
            offers,
            constraints,
            processes,
            instances,
            tasks,
            facts: self.facts,
        }
    }
}

fn distinct<'a, T: Ord + Clone + 'a>(values: impl Iterator<Item = &'a T>) -> Vec<T> {
    values.collect::<std::collections::BTreeSet<_>>().into_iter().cloned().collect()
}

fn position<T: Ord>(sorted: &[T], value: &T) -> usize {
    sorted.binary_search(value).unwrap_or_else(|place| place)
}

/// For each position of the draft, its position after sorting by `key`.
fn ranks<T, K: Ord + ?Sized>(items: &[T], key: impl Fn(&T) -> &K) -> Vec<usize> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|&a, &b| key(&items[a]).cmp(key(&items[b])));
    let mut ranks = vec![0; items.len()];
    for (rank, item) in order.into_iter().enumerate() {
        ranks[item] = rank;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(id: &str, zone: &str) -> DraftCell {
        DraftCell {
            id: id.into(),
            bosh_index: 0,
            group: "diego-cell".into(),
            zone: zone.into(),
            total: Resources::new(1024, 1024, 249),
            unlisted: Resources::default(),
            proxy_memory_mb: 0,
            offer: Offer::default(),
            bootstrap: false,
        }
    }

    #[test]
    fn the_order_of_the_draft_does_not_matter() {
        let forward = Draft { cells: vec![cell("a", "z2"), cell("b", "z1")], ..Draft::default() };
        let backward = Draft { cells: vec![cell("b", "z1"), cell("a", "z2")], ..Draft::default() };
        let fleet = forward.into_fleet("f".into());
        assert_eq!(fleet.zones, ["z1", "z2"]);
        assert_eq!(fleet.cells[0].id, "a");
        assert_eq!(fleet.cells[0].zone, ZoneIx(1));
        assert_eq!(fleet, backward.into_fleet("f".into()));
    }

    #[test]
    fn instances_follow_their_cell_and_process_through_the_sorting() {
        let process = |guid: &str| DraftProcess {
            guid: guid.into(),
            domain: "cf-apps".into(),
            instances: 1,
            memory_mb: 64,
            disk_mb: 64,
            constraint: Constraint::default(),
            strategy: UpdateStrategy::Rolling,
            start_timeout: None,
        };
        let instance = |process, cell| DraftInstance {
            process,
            index: 0,
            presence: Presence::Ordinary,
            state: InstanceState::Running,
            cell: Some(cell),
            crash_count: 0,
        };
        let draft = Draft {
            cells: vec![cell("b", "z"), cell("a", "z")],
            processes: vec![process("q"), process("p")],
            instances: vec![instance(0, 1), instance(1, 0)],
            ..Draft::default()
        };
        let fleet = draft.into_fleet("f".into());
        let placed: Vec<(&str, &str)> = fleet
            .instances
            .iter()
            .map(|instance| {
                let cell = instance.cell.unwrap();
                (
                    fleet.processes[instance.process.index()].guid.as_str(),
                    fleet.cells[cell.index()].id.as_str(),
                )
            })
            .collect();
        assert_eq!(placed, [("p", "b"), ("q", "a")]);
    }
}
