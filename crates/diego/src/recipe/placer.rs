//! Puts work on cells much as Diego would have: an app over the zones, then on the emptiest cell.
//!
//! It makes a plausible start, not a recording: scores, starting containers and history are left out.

use std::collections::{BTreeMap, BTreeSet};

use rivera_model::{Constraint, Resources};

use crate::draft::DraftCell;
use crate::matching::suits;

/// Free resources of all cells, and the cells of each kind and zone by how full they are.
pub(crate) struct Placer {
    free: Vec<Resources>,
    total: Vec<Resources>,
    groups: Vec<Group>,
}

/// Cells of one zone with one offer.
struct Group {
    zone: usize,
    sample: usize,
    by_load: BTreeSet<(u64, usize)>,
}

/// Where the instances of one app are.
#[derive(Default)]
pub(crate) struct Spread {
    on_cell: BTreeSet<usize>,
    in_zone: BTreeMap<usize, u32>,
    /// How many cells of each group have an instance.
    cells_of_group: BTreeMap<usize, usize>,
}

/// What is free on the cells that may take something.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) cells: usize,
    pub(crate) memory_mb: i64,
    pub(crate) containers: i64,
    pub(crate) most_memory_mb: i32,
}

impl Placer {
    /// Cells without work.
    pub(crate) fn new(cells: &[DraftCell]) -> Self {
        let zones: BTreeSet<&str> = cells.iter().map(|cell| cell.zone.as_str()).collect();
        let zone_of: BTreeMap<&str, usize> = zones.iter().enumerate().map(|(ix, &zone)| (zone, ix)).collect();
        let mut groups: BTreeMap<_, Group> = BTreeMap::new();
        for (position, cell) in cells.iter().enumerate() {
            let zone = zone_of[cell.zone.as_str()];
            groups
                .entry((zone, &cell.offer))
                .or_insert_with(|| Group { zone, sample: position, by_load: BTreeSet::new() })
                .by_load
                .insert((0, position));
        }
        Self {
            free: cells.iter().map(|cell| cell.total).collect(),
            total: cells.iter().map(|cell| cell.total).collect(),
            groups: groups.into_values().collect(),
        }
    }

    /// Which groups of cells may take work of this constraint.
    pub(crate) fn allowed(&self, constraint: &Constraint, cells: &[DraftCell]) -> Vec<usize> {
        (0..self.groups.len())
            .filter(|&group| suits(constraint, &cells[self.groups[group].sample].offer))
            .collect()
    }

    /// Takes the resources on the best cell: in the zone with the fewest instances of the app, not beside another
    /// instance of it if that can be helped, where the least part of the memory is used. `None` if nothing fits.
    pub(crate) fn place(&mut self, need: Resources, allowed: &[usize], spread: &mut Spread) -> Option<usize> {
        let mut best: Option<((u32, bool, u64, usize), usize)> = None;
        for &group in allowed {
            let Group { zone, by_load, .. } = &self.groups[group];
            let in_zone = spread.in_zone.get(zone).copied().unwrap_or_default();
            let fits = |&&(_, cell): &&(u64, usize)| self.free[cell].covers(need);
            let alone = |&&(_, cell): &&(u64, usize)| !spread.on_cell.contains(&cell);
            // Once it is everywhere, to look for a cell without would take longer the larger the app is.
            let is_everywhere = spread.cells_of_group.get(&group) == Some(&by_load.len());
            let without = if is_everywhere { None } else { by_load.iter().filter(fits).find(alone) };
            let found = (without.map(|entry| (false, entry)))
                .or_else(|| by_load.iter().find(fits).map(|entry| (true, entry)));
            if let Some((beside, &(load, cell))) = found {
                let rank = (in_zone, beside, load, cell);
                if best.is_none_or(|(least, _)| rank < least) {
                    best = Some((rank, group));
                }
            }
        }
        let ((_, _, load, cell), group) = best?;
        self.free[cell] = self.free[cell].checked_sub(need)?;
        let by_load = &mut self.groups[group].by_load;
        by_load.remove(&(load, cell));
        by_load.insert((load_of(self.free[cell], self.total[cell]), cell));
        if spread.on_cell.insert(cell) {
            *spread.cells_of_group.entry(group).or_default() += 1;
        }
        *spread.in_zone.entry(self.groups[group].zone).or_default() += 1;
        Some(cell)
    }

    /// What is free on the allowed cells.
    pub(crate) fn room(&self, allowed: &[usize]) -> Room {
        let cells = || allowed.iter().flat_map(|&group| &self.groups[group].by_load).map(|&(_, cell)| cell);
        Room {
            cells: cells().count(),
            memory_mb: cells().map(|cell| i64::from(self.free[cell].memory_mb)).sum(),
            containers: cells().map(|cell| i64::from(self.free[cell].containers)).sum(),
            most_memory_mb: cells().map(|cell| self.free[cell].memory_mb).max().unwrap_or_default(),
        }
    }
}

/// The used part of the memory in millionths.
fn load_of(free: Resources, total: Resources) -> u64 {
    let used = i64::from(total.memory_mb) - i64::from(free.memory_mb);
    let load = used.saturating_mul(1_000_000) / i64::from(total.memory_mb.max(1));
    u64::try_from(load).unwrap_or_default()
}
