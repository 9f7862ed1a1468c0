//! The cells of the index, by cell, and where each stands.

use rivera_model::{CellIx, ZoneIx};

use super::node::{MAX_PART, Node, Rates};
use crate::cell::Cell;
use crate::score::{Room, locality};
use crate::{CellState, Config, Item};

/// In place of a cell where there is none.
pub(super) const NO_CELL: u32 = u32::MAX;

/// In place of a leaf: the group has to be laid out first.
pub(super) const NO_LEAF: u32 = u32::MAX;

/// For what a tournament is held: proxy memory and index count for LRPs only, tasks for tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contest {
    Lrps,
    Tasks,
}

/// A cell and its place.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) cell: Cell,
    /// The index that the cell reports: its own is numbered anew when bin-packing (A.4).
    pub(super) reported_index: i64,
    /// Its place among the cells of its zone.
    pub(super) rank: u32,
    pub(super) group: u32,
    pub(super) leaf: u32,
    /// Whether the trees still show it as it was.
    pub(super) is_behind: bool,
}

/// All cells, by [`CellIx`].
#[derive(Debug, Clone)]
pub(super) struct Cells {
    pub(super) slots: Vec<Option<Slot>>,
    /// The zone of each cell once more: all that is asked of a process's hosts, in few bytes.
    pub(super) zones: Vec<ZoneIx>,
    pub(super) config: Config,
}

impl Cells {
    pub(super) fn get(&self, cell: CellIx) -> Option<&Slot> {
        self.slots.get(cell.index())?.as_ref()
    }

    pub(super) fn get_mut(&mut self, cell: CellIx) -> Option<&mut Slot> {
        self.slots.get_mut(cell.index())?.as_mut()
    }

    /// Room for cells with ids below this, and no more.
    pub(super) fn reserve(&mut self, end: usize) {
        self.slots.reserve_exact(end);
        self.zones.reserve_exact(end);
    }

    pub(super) fn put(&mut self, slot: Slot) {
        let CellState { cell, zone, .. } = slot.cell.state;
        if cell.index() >= self.slots.len() {
            self.slots.resize_with(cell.index() + 1, || None);
            self.zones.resize(cell.index() + 1, ZoneIx::default());
        }
        self.zones[cell.index()] = zone;
        self.slots[cell.index()] = Some(slot);
    }

    /// A cell that is known to be there.
    pub(super) fn slot(&self, cell: u32) -> &Slot {
        self.slots[cell as usize].as_ref().expect("a cell of a tree or of a process's hosts is in the index")
    }

    /// The place of a cell in the order that decides between equal scores: zone, then rank.
    pub(super) fn order(&self, cell: u32) -> (u32, u32) {
        let slot = self.slot(cell);
        (slot.cell.state.zone.0, slot.rank)
    }

    /// The first of two cells of a zone in this order; [`NO_CELL`] is behind all. Until a zone is numbered anew two cells can have one rank.
    pub(super) fn first_of(&self, one: u32, other: u32) -> u32 {
        let rank = |cell: u32| if cell == NO_CELL { NO_CELL } else { self.slot(cell).rank };
        if self.config.bin_pack_first_fit_weight > 0.0 {
            (rank(one), one).min((rank(other), other)).1
        } else {
            one.min(other)
        }
    }

    /// Whether two cells of a group have the same score for any item that neither hosts.
    #[inline(always)]
    pub(super) fn are_alike(&self, one: u32, other: u32, contest: Contest) -> bool {
        let (one, other) = (&self.slot(one).cell, &self.slot(other).cell);
        let Config { starting_container_weight, bin_pack_first_fit_weight, .. } = self.config;
        let is_particular_alike = match contest {
            Contest::Lrps => bin_pack_first_fit_weight == 0.0 || one.state.index == other.state.index,
            Contest::Tasks => one.tasks == other.tasks,
        };
        // What differs most often comes first.
        one.left.memory_mb == other.left.memory_mb
            && one.left.disk_mb == other.left.disk_mb
            && one.left.containers == other.left.containers
            && (contest == Contest::Tasks || one.state.proxy_memory_mb == other.state.proxy_memory_mb)
            && one.state.total == other.state.total
            && (starting_container_weight == 0.0 || one.starting == other.starting)
            && is_particular_alike
    }

    /// The leaf of a cell, or none if bounds would not be sound for it.
    #[inline(always)]
    pub(super) fn leaf(&self, cell: u32, contest: Contest) -> Option<Node> {
        let Cell { state, starting, tasks, .. } = &self.slot(cell).cell;
        let total = Room::from(state.total);
        let room = room(&self.slot(cell).cell, contest);
        if total.memory_mb <= 0 || total.disk_mb <= 0 || total.containers <= 0 {
            return None;
        }
        let weighted_starts = *starting as f64 * self.config.starting_container_weight;
        let particular = match contest {
            Contest::Lrps => state.index as f64 * self.config.bin_pack_first_fit_weight,
            Contest::Tasks => locality(*tasks),
        };
        let is_bounded = |part: f64| part.abs() <= f64::from(MAX_PART);
        let is_part = |left: i64, total: i64| left.abs() <= i64::from(MAX_PART) * total;
        let bounded = is_part(room.memory_mb, total.memory_mb)
            && is_part(room.disk_mb, total.disk_mb)
            && is_part(room.containers, total.containers)
            && is_bounded(weighted_starts)
            && is_bounded(particular);
        let with_container = room.minus(Room { memory_mb: 0, disk_mb: 0, containers: 1 });
        bounded.then(|| Node {
            base: with_container.used_fraction(total) + weighted_starts + particular,
            second: f64::INFINITY,
            winner: cell,
            memory_mb: clamp(room.memory_mb),
            disk_mb: clamp(room.disk_mb),
            containers: clamp(room.containers),
        })
    }

    /// How the score of a cell grows.
    pub(super) fn rates(&self, cell: u32) -> Rates {
        let total = Room::from(self.slot(cell).cell.state.total);
        if total.memory_mb > 0 && total.disk_mb > 0 { Rates::of(total) } else { Rates::VACANT }
    }

    /// What is compared to lay out a group: cells with about the same totals come to stand together, so that the bounds of a node are narrow.
    pub(super) fn likeness(&self, cell: u32) -> (u64, i32, u32) {
        let slot = self.slot(cell);
        let total = slot.cell.state.total;
        let spread_bits = |amount: i32| {
            (0..32)
                .fold(0_u64, |bits, bit| bits | (u64::from(amount.cast_unsigned()) >> bit & 1) << (2 * bit))
        };
        (spread_bits(total.memory_mb) << 1 | spread_bits(total.disk_mb), total.containers, slot.rank)
    }
}

/// What is left for an item, by its own memory.
fn room(cell: &Cell, contest: Contest) -> Room {
    let proxy_mb = match contest {
        Contest::Lrps => cell.state.proxy_memory_mb.into(),
        Contest::Tasks => 0,
    };
    Room { memory_mb: cell.left.memory_mb - proxy_mb, ..cell.left }
}

/// Items have 32 bits, so that nothing is lost.
fn clamp(amount: i64) -> i32 {
    i32::try_from(amount).unwrap_or(if amount < 0 { i32::MIN } else { i32::MAX })
}

impl Contest {
    pub(super) const fn of(item: &Item) -> Self {
        match item {
            Item::Lrp(_) => Self::Lrps,
            Item::Task(_) => Self::Tasks,
        }
    }
}
