//! Cells kept apart by how many instances of a process they host, for a process that is on many cells.
//!
//! For such a process the tournament alone does not help: the cells with the best bases may all host it. A level is the set of the nodes of
//! a tournament below which there is a cell with so many instances, so that a search among the cells of one level
//! passes by the others.

use std::collections::BTreeMap;

use rivera_model::ProcessIx;

use super::cells::{Cells, NO_LEAF, Slot};
use super::family::{ROOT, families, first_leaf, parent};
use super::group::Group;

/// The last level: this many instances or more.
const TOP: usize = 7;

/// A process with no more instances than this has no levels.
const FEW: usize = 64;

/// The levels of the processes that need them. They are made when such a process is first placed, and are right until
/// leaves are given out anew.
#[derive(Debug, Clone, Default)]
pub(super) struct AllLevels {
    processes: BTreeMap<ProcessIx, Levels>,
}

/// The levels of one process.
#[derive(Debug, Clone)]
pub(super) struct Levels {
    /// Instances by zone.
    pub(super) zones: Vec<u64>,
    groups: Vec<GroupLevels>,
}

#[derive(Debug, Clone)]
struct GroupLevels {
    leaves: usize,
    sets: Vec<NodeSet>,
}

/// A set of nodes: leaves, and all nodes above them.
#[derive(Debug, Clone)]
pub(super) struct NodeSet {
    words: Vec<u64>,
}

impl AllLevels {
    /// The levels of a process, or none if it has few instances.
    pub(super) fn of(
        &mut self,
        process: ProcessIx,
        hosts: &[u32],
        cells: &Cells,
        groups: &[Group],
    ) -> Option<&Levels> {
        // With more instances than this the levels take fewer bytes an instance than the rest of the index.
        if hosts.len() <= FEW.max(cells.slots.len() / 32) {
            return None;
        }
        Some(self.processes.entry(process).or_insert_with(|| Levels::new(hosts, cells, groups)))
    }

    /// The instances on a cell have changed from one number to another.
    pub(super) fn moved(&mut self, process: ProcessIx, slot: &Slot, from: u64, to: u64) {
        if self.processes.is_empty() {
            return;
        }
        if let Some(levels) = self.processes.get_mut(&process) {
            levels.moved(slot, from, to);
            if levels.zones.iter().sum::<u64>() == 0 {
                self.processes.remove(&process);
            }
        }
    }

    /// Leaves are given out anew.
    pub(super) fn clear(&mut self) {
        self.processes.clear();
    }
}

impl Levels {
    fn new(hosts: &[u32], cells: &Cells, groups: &[Group]) -> Self {
        let groups = groups.iter().map(|group| GroupLevels::new(group.leaves.len())).collect();
        let mut levels = Self { zones: Vec::new(), groups };
        for on_cell in hosts.chunk_by(|a, b| a == b) {
            levels.moved(cells.slot(on_cell[0]), 0, on_cell.len() as u64);
        }
        levels
    }

    /// The sets of nodes of a group, by the number of instances.
    pub(super) fn sets(&self, group: usize) -> &[NodeSet] {
        self.groups.get(group).map_or(&[], |levels| &levels.sets)
    }

    fn moved(&mut self, slot: &Slot, from: u64, to: u64) {
        let zone = slot.cell.state.zone.index();
        if zone >= self.zones.len() {
            self.zones.resize(zone + 1, 0);
        }
        self.zones[zone] = self.zones[zone] + to - from;
        if slot.leaf != NO_LEAF {
            self.groups[slot.group as usize].moved(slot.leaf as usize, level(from), level(to));
        }
    }
}

fn level(instances: u64) -> usize {
    usize::try_from(instances).map_or(TOP, |instances| instances.min(TOP))
}

impl GroupLevels {
    fn new(leaves: usize) -> Self {
        let mut none = NodeSet::new(leaves);
        for leaf in 0..leaves {
            none.insert(first_leaf(leaves) + leaf);
        }
        Self { leaves, sets: vec![none] }
    }

    fn moved(&mut self, leaf: usize, from: usize, to: usize) {
        if from == to {
            return;
        }
        while self.sets.len() <= to {
            self.sets.push(NodeSet::new(self.leaves));
        }
        let position = first_leaf(self.leaves) + leaf;
        self.sets[from].remove(position);
        self.sets[to].insert(position);
    }
}

impl NodeSet {
    fn new(leaves: usize) -> Self {
        Self { words: vec![0; (4 * families(leaves)).div_ceil(64)] }
    }

    /// Whether a cell of the level is below a node.
    pub(super) fn contains(&self, position: usize) -> bool {
        self.words[position / 64] >> (position % 64) & 1 == 1
    }

    fn insert(&mut self, leaf: usize) {
        let mut at = leaf;
        while !self.contains(at) {
            self.words[at / 64] |= 1 << (at % 64);
            if at == ROOT {
                return;
            }
            at = parent(at / 4);
        }
    }

    fn remove(&mut self, leaf: usize) {
        let mut at = leaf;
        loop {
            self.words[at / 64] &= !(1 << (at % 64));
            if at == ROOT || self.holds_any_of(at / 4) {
                return;
            }
            at = parent(at / 4);
        }
    }

    /// A family never spans two words.
    fn holds_any_of(&self, family: usize) -> bool {
        self.words[family / 16] >> (family % 16 * 4) & 0b1111 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::family::children;
    use super::*;

    #[test]
    fn a_node_is_in_a_set_while_a_leaf_below_it_is() {
        // 73 leaves: an uneven tree, of more than one word.
        let leaves = 73;
        let first = first_leaf(leaves);
        let mut set = NodeSet::new(leaves);
        let mut members = vec![false; 4 * families(leaves)];
        for step in 0..2_000 {
            let leaf = first + step * 7 % leaves;
            if step % 3 == 0 || !members[leaf] {
                set.insert(leaf);
                members[leaf] = true;
            } else {
                set.remove(leaf);
                members[leaf] = false;
            }
            for node in (ROOT..first).rev() {
                members[node] = members[4 * children(node)..][..4].contains(&true);
            }
            for (node, &is_member) in members.iter().enumerate().skip(ROOT) {
                assert_eq!(set.contains(node), is_member, "step {step}, node {node}");
            }
        }
    }
}
