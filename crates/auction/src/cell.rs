//! A cell during an auction: its state as fetched, and what this auction has put on it (A.8).

use rivera_model::{CellIx, OfferIx, ProcessIx, Resources, ZoneIx};

use crate::score::{Room, locality};
use crate::{Config, Item, Problems, Score};

/// A cell as it reports itself (A.13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellState {
    /// The cell.
    pub cell: CellIx,
    /// The zone that its state names.
    pub zone: ZoneIx,
    /// What it offers.
    pub offer: OfferIx,
    /// BOSH's index of the cell, for bin-packing.
    pub index: i64,
    /// What is left; may be negative.
    pub available: Resources,
    /// What it has.
    pub total: Resources,
    /// Containers that are starting (B.3).
    pub starting: u32,
    /// Memory in MiB that each LRP costs on top of its own, not negative (B.1).
    pub proxy_memory_mb: i32,
    /// The processes of the LRP containers that it knows, in any state, one entry a container.
    pub lrps: Vec<ProcessIx>,
    /// The number of task containers that it knows.
    pub tasks: u32,
}

impl CellState {
    /// A cell that holds nothing, has no proxies, and is the first of its group.
    #[must_use]
    pub fn empty(cell: CellIx, zone: ZoneIx, offer: OfferIx, total: Resources) -> Self {
        let (available, lrps) = (total, Vec::new());
        Self {
            cell,
            zone,
            offer,
            index: 0,
            available,
            total,
            starting: 0,
            proxy_memory_mb: 0,
            lrps,
            tasks: 0,
        }
    }
}

/// A cell with what an auction has put on it.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// As fetched, but for the LRPs, to which an auction adds.
    pub(crate) state: CellState,
    /// What is left after the reservations.
    pub(crate) left: Room,
    /// Containers that are starting, the reservations among them.
    pub(crate) starting: u64,
    /// Task containers, the reservations among them.
    pub(crate) tasks: u64,
}

impl Cell {
    pub(crate) fn new(state: CellState) -> Self {
        Self {
            left: state.available.into(),
            starting: state.starting.into(),
            tasks: state.tasks.into(),
            state,
        }
    }

    /// Instances of a process, the reservations among them.
    pub(crate) fn instances(&self, process: ProcessIx) -> u64 {
        self.state.lrps.iter().filter(|lrp| **lrp == process).count() as u64
    }

    /// The score of an item on this cell, or what is lacking.
    pub(crate) fn score(&self, item: &Item, config: &Config) -> Result<Score, Problems> {
        self.score_beside(item, config, || match item {
            Item::Lrp(lrp) => self.instances(lrp.process),
            Item::Task(_) => self.tasks,
        })
    }

    /// As [`Cell::score`], for one who knows the neighbours that count for the item's locality.
    #[inline(always)]
    pub(crate) fn score_beside(
        &self,
        item: &Item,
        config: &Config,
        neighbours: impl FnOnce() -> u64,
    ) -> Result<Score, Problems> {
        let proxy = matches!(item, Item::Lrp(_)).then_some(self.state.proxy_memory_mb);
        let left = self.left_after(item, proxy.unwrap_or(0))?;
        let starting = self.starting as f64 * config.starting_container_weight;
        let resource = left.used_fraction(self.state.total.into()) + starting;
        let index = match item {
            Item::Lrp(_) => self.state.index as f64 * config.bin_pack_first_fit_weight,
            Item::Task(_) => 0.0,
        };
        Ok(Score { resource, locality: locality(neighbours()), index })
    }

    /// Puts an item on this cell, or says what is lacking. Q4: its proxy memory is not counted.
    pub(crate) fn reserve(&mut self, item: &Item) -> Result<(), Problems> {
        self.left = self.left_after(item, 0)?;
        self.starting += 1;
        match item {
            Item::Lrp(lrp) => self.state.lrps.push(lrp.process),
            Item::Task(_) => self.tasks += 1,
        }
        Ok(())
    }

    /// Takes back the latest reservation that has not been taken back.
    pub(crate) fn take_back(&mut self, item: &Item) {
        self.left = self.left.plus(need(item, 0));
        self.starting -= 1;
        match item {
            Item::Lrp(_) => drop(self.state.lrps.pop()),
            Item::Task(_) => self.tasks -= 1,
        }
    }

    fn left_after(&self, item: &Item, proxy_memory_mb: i32) -> Result<Room, Problems> {
        let need = need(item, proxy_memory_mb);
        let problems = Problems {
            containers: self.left.containers < need.containers,
            disk: self.left.disk_mb < need.disk_mb,
            memory: self.left.memory_mb < need.memory_mb,
        };
        if problems.any() { Err(problems) } else { Ok(self.left.minus(need)) }
    }
}

fn need(item: &Item, proxy_memory_mb: i32) -> Room {
    Room {
        memory_mb: i64::from(item.memory_mb()) + i64::from(proxy_memory_mb),
        disk_mb: item.disk_mb().into(),
        containers: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{cell, lrp, sized_lrp, sized_task, task};

    /// The test vector of A.8.
    fn vector() -> (Cell, Config) {
        let state = CellState {
            index: 3,
            available: Resources::new(600, 1500, 80),
            total: Resources::new(1000, 2000, 100),
            starting: 2,
            proxy_memory_mb: 5,
            lrps: vec![ProcessIx(1), ProcessIx(2)],
            tasks: 1,
            ..cell(0, 0)
        };
        let config = Config { bin_pack_first_fit_weight: 0.2, ..Config::default() };
        (Cell::new(state), config)
    }

    #[test]
    fn the_score_of_an_lrp_has_the_value_of_diego() {
        let (cell, config) = vector();
        let score = cell.score(&sized_lrp(1, 0, 100, 200), &config).unwrap();
        assert!((score.resource - 0.855).abs() < 1e-12);
        assert_eq!(score.locality, 1000.0);
        assert!((score.index - 0.6).abs() < 1e-12);
        assert!((score.total() - 1001.455).abs() < 1e-12);
    }

    #[test]
    fn the_score_of_a_task_has_no_proxy_and_no_index() {
        let (cell, config) = vector();
        let score = cell.score(&sized_task(9, 100, 200), &config).unwrap();
        assert_eq!((score.locality, score.index), (1000.0, 0.0));
        assert!((score.total() - 1_000.853_333_333_333_3).abs() < 1e-12);
    }

    #[test]
    fn every_lack_is_named() {
        let (cell, config) = vector();
        let lack = |item| cell.score(&item, &config).unwrap_err();
        assert_eq!(lack(sized_lrp(1, 0, 595, 1501)), Problems { disk: true, ..Problems::default() });
        assert_eq!(lack(sized_lrp(1, 0, 596, 0)), Problems { memory: true, ..Problems::default() });
        assert!(cell.score(&sized_task(1, 600, 1500), &config).is_ok());
        let full = Cell::new(CellState { available: Resources::new(0, 0, 0), ..cell.state.clone() });
        assert_eq!(full.score(&sized_lrp(1, 0, 1, 1), &config), Err(Problems::ALL));
    }

    #[test]
    fn a_reservation_counts_at_once_as_neighbour_and_as_start() {
        let (mut cell, config) = vector();
        let item = Item::Lrp(lrp(7, 0, 100));
        let before = cell.score(&item, &config).unwrap();
        cell.reserve(&item).unwrap();
        let after = cell.score(&item, &config).unwrap();
        assert_eq!(after.locality, before.locality + 1000.0);
        assert!(after.resource > before.resource + 0.25);
        cell.reserve(&Item::Task(task(1, 1))).unwrap();
        assert_eq!(cell.starting, 4);
        assert_eq!(cell.score(&Item::Task(task(2, 1)), &config).unwrap().locality, 2000.0);
    }

    #[test]
    fn q4_proxy_memory_is_scored_but_not_reserved() {
        let state = CellState { available: Resources::new(210, 1000, 80), proxy_memory_mb: 10, ..cell(0, 0) };
        let mut cell = Cell::new(state);
        let config = Config::default();
        // With proxies two of these take 220 MiB; the cell has 210, and the second is let through.
        for index in 0..2 {
            let item = Item::Lrp(lrp(1, index, 100));
            assert!(cell.score(&item, &config).is_ok());
            cell.reserve(&item).unwrap();
        }
        let lack = cell.score(&Item::Lrp(lrp(1, 2, 1)), &config).unwrap_err();
        assert_eq!(lack, Problems { memory: true, ..Problems::default() });
        assert_eq!(cell.left.memory_mb, 10);
    }

    #[test]
    fn a_total_of_zero_cannot_win() {
        let total = Resources::new(0, 1000, 100);
        let cell = |memory_mb| {
            let available = Resources::new(memory_mb, 1000, 100);
            Cell::new(CellState { available, total, ..cell(0, 0) })
        };
        let score = cell(0).score(&sized_task(1, 0, 10), &Config::default()).unwrap();
        assert!(score.total().is_nan() && !score.can_win());
    }
}
