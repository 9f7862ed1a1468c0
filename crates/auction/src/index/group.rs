//! The cells of one zone that offer the same.

use rivera_model::{OfferIx, ZoneIx};

use super::cells::{Cells, Contest, NO_CELL, NO_LEAF};
use super::growth::Growth;
use super::node::Need;
use super::tournament::Tournament;

/// A group, with its tournaments.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) zone: ZoneIx,
    pub(super) offer: OfferIx,
    /// Its cells, by leaf. A cell that has gone leaves [`NO_CELL`].
    pub(super) leaves: Vec<u32>,
    vacant: Vec<u32>,
    /// Some of its cells have no leaf yet.
    pub(super) is_stale: bool,
    /// For both tournaments: they have the same leaves.
    pub(super) growth: Growth,
    pub(super) lrps: Tournament,
    /// Held from the first task on: many foundations have none.
    pub(super) tasks: Option<Tournament>,
}

impl Group {
    pub(super) fn new(zone: ZoneIx, offer: OfferIx, cells: &Cells) -> Self {
        let lrps = Tournament::new(Contest::Lrps, &[], cells);
        Self {
            zone,
            offer,
            leaves: Vec::new(),
            vacant: Vec::new(),
            is_stale: false,
            growth: Growth::default(),
            lrps,
            tasks: None,
        }
    }

    /// How many cells it has.
    pub(super) fn len(&self) -> usize {
        self.leaves.len() - self.vacant.len()
    }

    /// The cells.
    pub(super) fn members(&self) -> impl Iterator<Item = u32> {
        self.leaves.iter().copied().filter(|&cell| cell != NO_CELL)
    }

    /// The tournament for an item. That of tasks is held only after [`Group::hold_tasks`].
    pub(super) fn tournament(&self, contest: Contest) -> Option<&Tournament> {
        match contest {
            Contest::Lrps => Some(&self.lrps),
            Contest::Tasks => self.tasks.as_ref(),
        }
    }

    /// Sees to it that the tournament for tasks is held.
    pub(super) fn hold_tasks(&mut self, cells: &Cells) {
        if self.tasks.is_none() {
            self.tasks = Some(Tournament::new(Contest::Tasks, &self.leaves, cells));
        }
    }

    /// What the root of a tournament promises: no cell in it has a score below this, but for rounding.
    pub(super) fn bound(&self, contest: Contest, need: &Need) -> f64 {
        let root = self.tournament(contest).and_then(Tournament::root);
        root.map_or(f64::INFINITY, |root| root.base + self.growth.of(0).growth(need))
    }

    /// A cell comes. Without a vacant leaf it has to wait for [`Group::lay_out`].
    pub(super) fn add(&mut self, cell: u32, cells: &mut Cells) {
        let leaf = self.vacant.pop();
        let slot = cells.slots[cell as usize].as_mut().expect("the cell is in the index");
        slot.leaf = leaf.unwrap_or(NO_LEAF);
        if let Some(leaf) = leaf {
            self.leaves[leaf as usize] = cell;
            self.growth.add(self.lrps.position(leaf), cell, cells);
            self.update(cell, cells);
        } else {
            self.leaves.push(cell);
            self.is_stale = true;
        }
    }

    /// A cell goes.
    pub(super) fn remove(&mut self, cell: u32, cells: &Cells) {
        let leaf = cells.slot(cell).leaf;
        if self.is_stale {
            self.leaves.retain(|&member| member != cell);
            return;
        }
        self.leaves[leaf as usize] = NO_CELL;
        self.vacant.push(leaf);
        for tree in [Some(&mut self.lrps), self.tasks.as_mut()].into_iter().flatten() {
            tree.vacate(leaf, cell, cells);
        }
    }

    /// A cell has changed.
    pub(super) fn update(&mut self, cell: u32, cells: &Cells) {
        if !self.is_stale {
            let leaf = cells.slot(cell).leaf;
            self.lrps.update(leaf, cell, cells);
            if let Some(tasks) = &mut self.tasks {
                tasks.update(leaf, cell, cells);
            }
        }
    }

    /// Gives every cell a leaf.
    pub(super) fn lay_out(&mut self, cells: &mut Cells) {
        self.leaves.retain(|&cell| cell != NO_CELL);
        self.vacant.clear();
        self.leaves.sort_by_cached_key(|&cell| cells.likeness(cell));
        for (leaf, &cell) in (0..).zip(&self.leaves) {
            cells.slots[cell as usize].as_mut().expect("the cell is in the index").leaf = leaf;
        }
        self.is_stale = false;
        self.growth.rebuild(&self.leaves, cells);
        self.rebuild(cells);
    }

    /// All cells have changed, but not their totals.
    pub(super) fn rebuild(&mut self, cells: &Cells) {
        self.lrps.rebuild(&self.leaves, cells);
        if let Some(tasks) = &mut self.tasks {
            tasks.rebuild(&self.leaves, cells);
        }
    }
}
