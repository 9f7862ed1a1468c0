//! Whether an index is what its cells make it: for tests and fuzzing.

use super::CellIndex;
use super::cells::{Contest, NO_CELL};
use super::group::Group;
use super::tournament::Tournament;
use crate::cell::Cell;

impl CellIndex {
    /// Compares everything that is derived - trees, hosts, counts - with the cells.
    ///
    /// # Errors
    /// What is not as it should be.
    pub fn verify(&self) -> Result<(), &'static str> {
        if !self.behind.is_empty() {
            let mut refreshed = self.clone();
            refreshed.refresh();
            return refreshed.verify();
        }
        let ensure = |kept, law| if kept { Ok(()) } else { Err(law) };
        let slots = || self.cells.slots.iter().flatten();
        ensure(slots().count() == self.len(), "each cell is counted once")?;
        ensure(
            slots().map(|slot| slot.cell.starting).sum::<u64>() == self.starting,
            "the starting containers are those of the cells",
        )?;
        let hosted = self.hosts.iter().map(|(_, hosts)| hosts.len()).sum::<usize>();
        let lrps = slots().map(|slot| slot.cell.state.lrps.len()).sum::<usize>();
        ensure(hosted == lrps && lrps as u64 == self.lrps(), "each instance is on one cell")?;
        for (_, hosts) in self.hosts.iter() {
            ensure(hosts.is_sorted(), "the hosts of a process are in order")?;
        }
        for slot in slots() {
            for &process in &slot.cell.state.lrps {
                let instances = super::hosts::count(self.hosts.of(process), slot.cell.state.cell.0);
                ensure(instances == slot.cell.instances(process), "each process is counted on each cell")?;
            }
        }
        let members: usize = self.groups.iter().map(|group| group.members().count()).sum();
        ensure(members == self.len(), "each cell is in one group")?;
        for group in self.groups.iter().filter(|group| !group.is_stale) {
            ensure(group.growth.bounds(&group.leaves, &self.cells), "growth is bounded")?;
            for tree in [Some(&group.lrps), group.tasks.as_ref()].into_iter().flatten() {
                ensure(self.is_right(group, tree), "a tournament is what its cells make it")?;
            }
        }
        Ok(())
    }

    fn is_right(&self, group: &Group, tree: &Tournament) -> bool {
        let fresh = Tournament::new(tree.contest, &group.leaves, &self.cells);
        let sorted = |tree: &Tournament| {
            let mut odd = tree.odd.clone();
            odd.sort_unstable();
            odd
        };
        let leaf_of =
            |(leaf, &cell): (usize, &u32)| cell == NO_CELL || self.cells.slot(cell).leaf as usize == leaf;
        tree.has_same_nodes(&fresh)
            && sorted(tree) == sorted(&fresh)
            && group.leaves.iter().enumerate().all(leaf_of)
    }

    /// Whether two indices hold the same cells in the same state, wherever these stand.
    #[must_use]
    pub fn is_equivalent(&self, other: &Self) -> bool {
        let cells = |index: &Self| -> Vec<_> {
            let slots = index.cells.slots.iter().flatten();
            slots.map(|slot| (canonical(&slot.cell), slot.reported_index, slot.rank)).collect()
        };
        let leaves = |index: &Self| -> Vec<_> {
            let slots = index.cells.slots.iter().flatten();
            slots.map(|slot| index.cells.leaf(slot.cell.state.cell.0, Contest::Lrps)).collect()
        };
        cells(self) == cells(other)
            && leaves(self) == leaves(other)
            && self.hosts.iter().eq(other.hosts.iter())
            && self.starting == other.starting
            && self.len() == other.len()
    }
}

/// A cell without what is told otherwise, and without the order of its LRPs.
fn canonical(cell: &Cell) -> (crate::CellState, crate::score::Room, u64, u64) {
    let mut state = cell.state.clone();
    state.lrps.sort_unstable();
    state.available = rivera_model::Resources::default();
    (state.starting, state.tasks) = (0, 0);
    (state, cell.left, cell.starting, cell.tasks)
}
