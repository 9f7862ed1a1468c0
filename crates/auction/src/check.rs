//! The laws of an auction, stated a second time and in another way: not how a cell is found, but what must be
//! true of the one that was. For tests and fuzzing.

use std::collections::BTreeMap;

use rivera_model::{CellIx, ProcessIx, ZoneIx};

use crate::{
    Auctions, Catalog, CellState, CellWork, Config, Item, Level, Placement, PlacementError, Problems,
    Scheduled,
};

/// A law that an auction broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("placement {at} breaks a law: {law}")]
pub struct Violation {
    /// Which placement, counted from 0.
    pub at: usize,
    /// What should be true.
    pub law: &'static str,
}

/// Checks the outcome of [`crate::schedule`] over these cells, none of them given twice.
///
/// # Errors
/// The first [`Violation`].
pub fn verify(
    catalog: &Catalog,
    cells: &[CellState],
    auctions: &Auctions,
    config: &Config,
    scheduled: &Scheduled,
) -> Result<(), Violation> {
    let mut world = World::new(catalog, cells, config);
    let mut work: BTreeMap<CellIx, CellWork> = BTreeMap::new();
    for (at, placement) in scheduled.placements.iter().enumerate() {
        world.verify(placement).map_err(|law| Violation { at, law })?;
        if let Ok(win) = &placement.result {
            world.reserve(win.cell, &placement.item);
            let cell_work = work.entry(win.cell).or_default();
            cell_work.cell = win.cell;
            cell_work.push(placement.item);
        }
    }
    let at = scheduled.placements.len();
    let ensure = |kept, law| if kept { Ok(()) } else { Err(Violation { at, law }) };
    ensure(is_in_order(&scheduled.placements, auctions), "every item is placed once, in the order of A.5")?;
    ensure(scheduled.work.iter().eq(work.values()), "the work of each cell is what was placed on it")
}

/// Whether the placements are the auctions in the order of A.5: sorted by a key that says the whole of it.
fn is_in_order(placements: &[Placement], auctions: &Auctions) -> bool {
    let any_above_zero = auctions.lrps.iter().any(|lrp| lrp.auction.index > 0);
    let key = |item: &Item| match item {
        Item::Lrp(lrp) if any_above_zero && lrp.index <= 0 => (0, lrp.index, -i64::from(lrp.memory_mb)),
        Item::Task(task) => (1, 0, -i64::from(task.memory_mb)),
        Item::Lrp(lrp) => (2, lrp.index, -i64::from(lrp.memory_mb)),
    };
    let lrps = auctions.lrps.iter().map(|lrp| (Item::Lrp(lrp.auction), lrp.queued_at));
    let tasks = auctions.tasks.iter().map(|task| (Item::Task(task.auction), task.queued_at));
    let mut expected: Vec<_> = lrps.chain(tasks).collect();
    expected.sort_by_key(|(item, _)| key(item));
    placements.iter().map(|placement| (placement.item, placement.queued_at)).eq(expected)
}

/// The cells as this check sees them: in the order of preference between equals, with plain sums.
struct World<'a> {
    catalog: &'a Catalog,
    config: &'a Config,
    cells: Vec<(CellState, [i64; 3])>,
}

impl<'a> World<'a> {
    fn new(catalog: &'a Catalog, cells: &[CellState], config: &'a Config) -> Self {
        let mut cells: Vec<_> = cells
            .iter()
            .map(|state| {
                let mut state = state.clone();
                if config.bin_pack_first_fit_weight > 0.0 {
                    let before = |other: &&CellState| {
                        other.zone == state.zone && (other.index, other.cell) < (state.index, state.cell)
                    };
                    state.index = i64::try_from(cells.iter().filter(before).count()).unwrap_or(i64::MAX);
                }
                let left = amounts(&state.available);
                (state, left)
            })
            .collect();
        let bin_packs = config.bin_pack_first_fit_weight > 0.0;
        cells.sort_by_key(|(state, _)| (state.zone, if bin_packs { state.index } else { 0 }, state.cell));
        Self { catalog, config, cells }
    }

    fn verify(&self, placement: &Placement) -> Result<(), &'static str> {
        let item = &placement.item;
        let starting: u64 = self.cells.iter().map(|(state, _)| u64::from(state.starting)).sum();
        let at_limit = self.config.max_starts > 0 && i128::from(starting) >= self.config.max_starts.into();
        let best = self.best(item);
        match (&placement.result, best) {
            (Err(PlacementError::NoCells), _) if self.cells.is_empty() => Ok(()),
            _ if self.cells.is_empty() => Err("without cells the error says so"),
            (Err(PlacementError::StartLimit), _) if at_limit => Ok(()),
            _ if at_limit => Err("at the limit of starting containers every item fails"),
            (Ok(win), Some((cell, score))) => {
                if win.cell != cell {
                    Err(
                        "the winner has the least score in the zones with the fewest instances that have room",
                    )
                } else if win.score.total().to_bits() != score.to_bits() {
                    Err("the score is that of A.8 to the last bit")
                } else {
                    Ok(())
                }
            }
            (Err(error), None) if *error == self.error(item) => Ok(()),
            (Err(_), None) => Err("the error is that of the cell that got farthest"),
            (Ok(_), None) => Err("an item wins only a cell that may and can take it"),
            (Err(_), Some(_)) => Err("an item fails only if no cell may and can take it"),
        }
    }

    fn fitting(&self, item: &Item) -> impl Iterator<Item = &(CellState, [i64; 3])> {
        let constraint = item.constraint();
        self.cells.iter().filter(move |(state, _)| self.catalog.level(constraint, state.offer) == Level::Fits)
    }

    /// The cell that must win, and its score.
    fn best(&self, item: &Item) -> Option<(CellIx, f64)> {
        let placeable: Vec<_> = self
            .fitting(item)
            .filter(|(state, left)| lacks(state, left, item) == Problems::default())
            .map(|(state, left)| {
                (self.instances(state.zone, item), state.cell, self.score(state, left, item))
            })
            .filter(|(_, _, score)| *score < 1e20)
            .collect();
        let fewest = placeable.iter().map(|(instances, ..)| *instances).min()?;
        placeable
            .into_iter()
            .filter(|(instances, ..)| *instances == fewest)
            .map(|(_, cell, score)| (cell, score))
            .reduce(|best, next| if next.1 < best.1 { next } else { best })
    }

    fn instances(&self, zone: ZoneIx, item: &Item) -> usize {
        match item {
            Item::Lrp(lrp) => self
                .cells
                .iter()
                .filter(|(state, _)| state.zone == zone)
                .map(|(state, _)| count(state, lrp.process))
                .sum(),
            Item::Task(_) => 0,
        }
    }

    fn score(&self, state: &CellState, left: &[i64; 3], item: &Item) -> f64 {
        let need = need(state, item);
        let total = amounts(&state.total);
        let fraction = |kind: usize| 1.0 - (left[kind] - need[kind]) as f64 / total[kind] as f64;
        let mean = (fraction(0) + fraction(1) + fraction(2)) / 3.0;
        let resource = mean + f64::from(state.starting) * self.config.starting_container_weight;
        match item {
            Item::Lrp(lrp) => {
                let locality = 1000.0 * count(state, lrp.process) as f64;
                resource + locality + state.index as f64 * self.config.bin_pack_first_fit_weight
            }
            Item::Task(_) => resource + 1000.0 * f64::from(state.tasks),
        }
    }

    fn error(&self, item: &Item) -> PlacementError {
        let level = |(state, _): &(CellState, _)| self.catalog.level(item.constraint(), state.offer);
        match self.cells.iter().map(level).max() {
            None => PlacementError::NoCells,
            Some(Level::NoRootFs) => PlacementError::RootFs,
            Some(Level::NoDrivers) => PlacementError::VolumeDrivers,
            Some(Level::NoTags) => PlacementError::PlacementTags(self.catalog.tags(item.constraint())),
            Some(Level::Fits) => {
                let lacks = self.fitting(item).map(|(state, left)| lacks(state, left, item));
                PlacementError::Resources(
                    lacks.filter(|lacks| lacks.any()).fold(Problems::ALL, Problems::and),
                )
            }
        }
    }

    fn reserve(&mut self, cell: CellIx, item: &Item) {
        for (state, left) in self.cells.iter_mut().filter(|(state, _)| state.cell == cell) {
            left[0] -= i64::from(item.memory_mb());
            left[1] -= i64::from(item.disk_mb());
            left[2] -= 1;
            state.starting += 1;
            match item {
                Item::Lrp(lrp) => state.lrps.push(lrp.process),
                Item::Task(_) => state.tasks += 1,
            }
        }
    }
}

fn amounts(resources: &rivera_model::Resources) -> [i64; 3] {
    [resources.memory_mb.into(), resources.disk_mb.into(), resources.containers.into()]
}

fn need(state: &CellState, item: &Item) -> [i64; 3] {
    let proxy_mb = if matches!(item, Item::Lrp(_)) { state.proxy_memory_mb } else { 0 };
    [i64::from(item.memory_mb()) + i64::from(proxy_mb), item.disk_mb().into(), 1]
}

fn lacks(state: &CellState, left: &[i64; 3], item: &Item) -> Problems {
    let need = need(state, item);
    Problems { memory: left[0] < need[0], disk: left[1] < need[1], containers: left[2] < need[2] }
}

fn count(state: &CellState, process: ProcessIx) -> usize {
    state.lrps.iter().filter(|lrp| **lrp == process).count()
}
