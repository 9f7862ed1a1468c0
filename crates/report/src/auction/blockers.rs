//! Why cells did not take an item: how many of them for which reason.

use rivera_auction::{Catalog, CellState, Item, Level};
use serde::Serialize;

/// The number of cells that did not take an item, by reason. A cell that lacks several resources counts for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Blockers {
    /// Evacuating, and so not asked (A.4).
    pub evacuating: usize,
    /// Not looked at: as many containers were starting as may (A.6).
    pub start_limit: usize,
    /// Without the root file system (A.7.3).
    pub no_rootfs: usize,
    /// With the root file system, without all volume drivers (A.7.2).
    pub no_drivers: usize,
    /// With both, and the placement tags do not match (A.7.1).
    pub no_tags: usize,
    /// Suitable, with too little memory (A.8).
    pub memory: usize,
    /// Suitable, with too little disk.
    pub disk: usize,
    /// Suitable, without a container left.
    pub containers: usize,
    /// Suitable and with room, but with a total of zero, which makes a score that is no number.
    pub no_score: usize,
}

impl Blockers {
    /// Each reason with its number, in words.
    pub(super) fn in_words(&self) -> impl Iterator<Item = (usize, &'static str)> {
        [
            (self.evacuating, "evacuating"),
            (self.start_limit, "not looked at"),
            (self.no_rootfs, "without the rootfs"),
            (self.no_drivers, "without the volume drivers"),
            (self.no_tags, "with other placement tags"),
            (self.memory, "short of memory"),
            (self.disk, "short of disk"),
            (self.containers, "short of containers"),
            (self.no_score, "with a total of zero"),
        ]
        .into_iter()
        .filter(|(cells, _)| *cells > 0)
    }
}

/// What is left of a cell while the placements of an auction are gone through again.
#[derive(Debug)]
pub(super) struct Left<'a> {
    cell: &'a CellState,
    memory_mb: i64,
    disk_mb: i64,
    containers: i64,
}

impl<'a> Left<'a> {
    pub(super) fn of(cell: &'a CellState) -> Self {
        let left = cell.available;
        Self {
            cell,
            memory_mb: left.memory_mb.into(),
            disk_mb: left.disk_mb.into(),
            containers: left.containers.into(),
        }
    }

    /// Puts an item on the cell. Its proxy memory is not counted (Q4).
    pub(super) fn reserve(&mut self, item: &Item) {
        self.memory_mb -= i64::from(item.memory_mb());
        self.disk_mb -= i64::from(item.disk_mb());
        self.containers -= 1;
    }

    /// Counts what keeps the item off the cell.
    pub(super) fn block(&self, catalog: &Catalog, item: &Item, blockers: &mut Blockers) {
        match catalog.level(item.constraint(), self.cell.offer) {
            Level::NoRootFs => blockers.no_rootfs += 1,
            Level::NoDrivers => blockers.no_drivers += 1,
            Level::NoTags => blockers.no_tags += 1,
            Level::Fits => {
                let proxy_memory_mb = match item {
                    Item::Lrp(_) => self.cell.proxy_memory_mb,
                    Item::Task(_) => 0,
                };
                let lacks = [
                    self.memory_mb < i64::from(item.memory_mb()) + i64::from(proxy_memory_mb),
                    self.disk_mb < i64::from(item.disk_mb()),
                    self.containers < 1,
                ];
                blockers.memory += usize::from(lacks[0]);
                blockers.disk += usize::from(lacks[1]);
                blockers.containers += usize::from(lacks[2]);
                blockers.no_score += usize::from(!lacks.contains(&true));
            }
        }
    }
}
