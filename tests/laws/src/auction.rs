//! Random cells and items through a whole auction, held against the laws of placement; and the index beside the plain rule, before and after
//! random changes.

use std::collections::BTreeSet;

use arbitrary::Arbitrary;
use rivera_auction::{
    Batch, Catalog, CellIndex, CellState, Config, Container, Kind, LrpAuction, TaskAuction, WorkingCell,
    Zones, cell_work, check, schedule,
};
use rivera_model::{CellIx, Constraint, Offer, ProcessIx, Resources, RootFsProvider, TaskIx, Time, ZoneIx};

use crate::target::{Law, structured};

/// An auction: its configuration, cells, items, and what happens to the cells afterwards.
#[derive(Debug, Arbitrary)]
pub struct Auction {
    starting_container_weight: f32,
    bin_pack_first_fit_weight: f32,
    max_starts: i8,
    cells: Vec<Cell>,
    items: Vec<Item>,
    changes: Vec<Change>,
}

/// What happens to a cell between two auctions.
#[derive(Debug, Arbitrary)]
enum Change {
    Remove(u8),
    /// It is as it was at first.
    Restore(u8),
    /// A starting container runs.
    Started(u8),
    /// A container starts: of an LRP, or of a task.
    Start(u8, Option<u8>, u16),
    /// One goes.
    Stop(u8, Option<u8>, u16),
}

#[derive(Debug, Arbitrary)]
struct Cell {
    zone: u8,
    offer: Tags,
    index: i8,
    available: [i32; 3],
    total: [i32; 3],
    starting: u8,
    proxy_memory_mb: u16,
    lrps: Vec<u8>,
    tasks: u8,
}

/// Two bits each: root file systems, drivers, required tags (an item's tags), optional tags.
#[derive(Debug, Arbitrary)]
struct Tags(u8);

#[derive(Debug, Arbitrary)]
struct Item {
    /// An LRP's index, or none for a task.
    index: Option<i8>,
    id: u8,
    memory_mb: i32,
    disk_mb: i32,
    constraint: Tags,
}

impl Tags {
    fn set(&self, shift: u8) -> BTreeSet<String> {
        ["a", "b"]
            .into_iter()
            .zip(0..)
            .filter(|(_, bit)| self.0 >> (shift + bit) & 1 == 1)
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    fn offer(&self) -> Offer {
        Offer {
            rootfs_providers: [("preloaded".to_owned(), RootFsProvider::FixedSet(self.set(0)))].into(),
            volume_drivers: self.set(2),
            placement_tags: self.set(4),
            optional_placement_tags: self.set(6),
        }
    }

    fn constraint(&self) -> Constraint {
        let rootfs = if self.0 & 1 == 0 { "preloaded:a" } else { "preloaded:b" }.to_owned();
        Constraint { rootfs, volume_drivers: self.set(2), placement_tags: self.set(4) }
    }
}

impl Cell {
    fn state(&self, number: u32, catalog: &mut Catalog) -> CellState {
        let resources =
            |[memory_mb, disk_mb, containers]: [i32; 3]| Resources::new(memory_mb, disk_mb, containers);
        CellState {
            cell: CellIx(number),
            zone: ZoneIx(u32::from(self.zone % 4)),
            offer: catalog.intern_offer(&self.offer.offer()),
            index: self.index.into(),
            available: resources(self.available),
            total: resources(self.total),
            starting: self.starting.into(),
            proxy_memory_mb: self.proxy_memory_mb.into(),
            lrps: self.lrps.iter().map(|process| ProcessIx(u32::from(process % 4))).collect(),
            tasks: self.tasks.into(),
        }
    }
}

impl Change {
    /// Makes the change to the index and to the states.
    fn make(&self, index: &mut CellIndex, states: &mut [Option<CellState>], at_first: &[CellState]) {
        let (Self::Remove(cell)
        | Self::Restore(cell)
        | Self::Started(cell)
        | Self::Start(cell, ..)
        | Self::Stop(cell, ..)) = self;
        let Some(cell) = usize::from(*cell).checked_rem(states.len()) else { return };
        let (cell, state) = (CellIx::from_index(cell), &mut states[cell]);
        let container = |process: &Option<u8>, size: u16| Container {
            kind: process.map_or(Kind::Task, |process| Kind::Lrp(ProcessIx((process % 4).into()))),
            memory_mb: size.into(),
            disk_mb: size.into(),
        };
        let done = match self {
            Self::Remove(_) => index.remove(cell) == state.take().is_some(),
            Self::Restore(_) => {
                *state = Some(at_first[cell.index()].clone());
                index.insert(at_first[cell.index()].clone());
                true
            }
            Self::Started(_) => {
                let starting = state.as_mut().filter(|state| state.starting > 0);
                index.started(cell).is_ok() == starting.map(|state| state.starting -= 1).is_some()
            }
            Self::Start(_, process, size) => {
                let container = container(process, *size);
                let room = Resources::new(container.memory_mb, container.disk_mb, 1);
                let Some(left) = state.as_ref().map(|state| state.available.checked_sub(room)) else {
                    return;
                };
                let (Some(left), Some(state)) = (left, state) else { return };
                state.available = left;
                state.starting += 1;
                match container.kind {
                    Kind::Lrp(process) => state.lrps.push(process),
                    Kind::Task => state.tasks += 1,
                }
                index.start(cell, &container).is_ok()
            }
            Self::Stop(_, process, size) => {
                let container = container(process, *size);
                let room = Resources::new(container.memory_mb, container.disk_mb, 1);
                let Some(left) = state.as_ref().map(|state| state.available.checked_add(room)) else {
                    return;
                };
                let (Some(left), Some(state)) = (left, state) else { return };
                let found = match container.kind {
                    Kind::Lrp(process) => {
                        let at = state.lrps.iter().position(|lrp| *lrp == process);
                        at.map(|at| state.lrps.remove(at)).is_some()
                    }
                    Kind::Task => state.tasks.checked_sub(1).map(|tasks| state.tasks = tasks).is_some(),
                };
                if found {
                    state.available = left;
                }
                index.stop(cell, &container).is_ok() == found
            }
        };
        assert!(done, "{self:?} is possible for both or for none");
    }
}

impl Law for Auction {
    const NAME: &str = "auction";

    fn read(bytes: &[u8]) -> Option<Self> {
        structured(bytes)
    }

    fn check(self) {
        let config = Config {
            starting_container_weight: self.starting_container_weight.into(),
            bin_pack_first_fit_weight: self.bin_pack_first_fit_weight.into(),
            max_starts: self.max_starts.into(),
        };
        let mut catalog = Catalog::default();
        let cells: Vec<_> =
            (0..).zip(&self.cells).map(|(number, cell)| cell.state(number, &mut catalog)).collect();
        let mut batch = Batch::default();
        for Item { index, id, memory_mb, disk_mb, constraint } in &self.items {
            let (memory_mb, disk_mb) = (*memory_mb, *disk_mb);
            let constraint = catalog.intern_constraint(&constraint.constraint());
            if let Some(index) = index {
                let (process, index) = (ProcessIx(u32::from(id % 4)), i32::from(*index));
                batch.push_lrp(LrpAuction { process, index, memory_mb, disk_mb, constraint }, Time::ZERO);
            } else {
                let task = TaskIx((*id).into());
                batch.push_task(TaskAuction { task, memory_mb, disk_mb, constraint }, Time::ZERO);
            }
        }
        let auctions = batch.drain();
        let mut zones = Zones::build(cells.clone(), &config);
        let scheduled = schedule(&catalog, &mut zones, auctions.clone(), &config);
        check::verify(&catalog, &cells, &auctions, &config, &scheduled).expect("the laws hold");

        let mut index = CellIndex::build(cells.clone(), &config);
        assert_eq!(
            index.reservations().schedule(&catalog, auctions.clone()),
            scheduled,
            "the index answers alike"
        );
        let mut states: Vec<_> = cells.iter().cloned().map(Some).collect();
        for change in &self.changes {
            change.make(&mut index, &mut states, &cells);
        }
        let mut zones = Zones::build(states.into_iter().flatten().collect(), &config);
        let expected = schedule(&catalog, &mut zones, auctions.clone(), &config);
        let mut reservations = index.reservations();
        assert_eq!(
            reservations.schedule(&catalog, auctions),
            expected,
            "the index answers alike after changes"
        );
        reservations.keep();
        assert_eq!(index.verify(), Ok(()));

        for work in scheduled.work {
            let state = &cells[work.cell.index()];
            let cell = WorkingCell {
                cell: work.cell,
                evacuating: false,
                available: state.available,
                proxy_memory_mb: state.proxy_memory_mb,
                held_tasks: &[],
            };
            let items = work.lrps.len() + work.tasks.len();
            let answer = cell_work(&cell, work).expect("the work is for this cell");
            let answered = [&answer.accepted, &answer.refused].map(|work| work.lrps.len() + work.tasks.len());
            assert_eq!(answered[0] + answered[1], items, "each item is taken or refused");
        }
    }
}
