//! A tournament of the cells of a group: a tree in an array, in which each node knows the best of the two below it.
//!
//! Node 1 is the root, the nodes below `n` are `2n` and `2n + 1`, and the leaves are the last half of the array. The number of leaves
//! need not be a power of two: the tree is then of uneven depth, which nothing here depends on.

use std::hint::select_unpredictable;

use super::cells::{Cells, Contest, NO_CELL};
use super::node::Node;

/// The tree, and the cells that are not in it because no bound holds for them.
#[derive(Debug, Clone)]
pub(super) struct Tournament {
    pub(super) contest: Contest,
    pub(super) nodes: Vec<Node>,
    /// Cells without sound bounds, in no order.
    pub(super) odd: Vec<u32>,
}

impl Tournament {
    /// Over the cells by leaf.
    pub(super) fn new(contest: Contest, leaves: &[u32], cells: &Cells) -> Self {
        let mut tree = Self { contest, nodes: Vec::new(), odd: Vec::new() };
        tree.rebuild(leaves, cells);
        tree
    }

    /// All anew.
    pub(super) fn rebuild(&mut self, leaves: &[u32], cells: &Cells) {
        self.odd.clear();
        self.nodes.clear();
        self.nodes.resize(2 * leaves.len(), Node::VACANT);
        for (leaf, &cell) in leaves.iter().enumerate() {
            if cell != NO_CELL {
                match cells.leaf(cell, self.contest) {
                    Some(node) => self.nodes[leaves.len() + leaf] = node,
                    None => self.odd.push(cell),
                }
            }
        }
        for at in (1..leaves.len()).rev() {
            self.nodes[at] = merged(&self.nodes[2 * at], &self.nodes[2 * at + 1], self.contest, cells);
        }
    }

    /// The cell of a leaf has changed or come.
    pub(super) fn update(&mut self, leaf: u32, cell: u32, cells: &Cells) {
        let node = cells.leaf(cell, self.contest);
        if !self.odd.is_empty() {
            self.odd.retain(|&odd| odd != cell);
        }
        if node.is_none() {
            self.odd.push(cell);
        }
        self.set(leaf, cell, node.as_ref().unwrap_or(&Node::VACANT), cells);
    }

    /// The cell of a leaf has gone.
    pub(super) fn vacate(&mut self, leaf: u32, cell: u32, cells: &Cells) {
        self.odd.retain(|&odd| odd != cell);
        self.set(leaf, cell, &Node::VACANT, cells);
    }

    fn set(&mut self, leaf: u32, cell: u32, node: &Node, cells: &Cells) {
        let mut node = *node;
        let mut at = self.nodes.len() / 2 + leaf as usize;
        self.nodes[at] = node;
        while at > 1 {
            node = merged(&node, &self.nodes[at ^ 1], self.contest, cells);
            at /= 2;
            if node.winner != cell && self.nodes[at] == node {
                // What is above has not changed either: it depends on this node and on the state of its winner.
                return;
            }
            self.nodes[at] = node;
        }
    }
}

/// What a node says of the two below it, given in any order.
#[inline(always)]
fn merged(one: &Node, other: &Node, contest: Contest, cells: &Cells) -> Node {
    let (other_wins, alike) = if one.base == other.base {
        tie(one.winner, other.winner, contest, cells)
    } else {
        (other.base < one.base, false)
    };
    // Which wins is as good as random, and a wrong guess of a branch costs more than all the rest.
    let base = select_unpredictable(other_wins, other.base, one.base);
    let second = select_unpredictable(other_wins, other.second, one.second);
    let winner = select_unpredictable(other_wins, other.winner, one.winner);
    let rest = if alike {
        select_unpredictable(other_wins, one.second, other.second)
    } else {
        select_unpredictable(other_wins, one.base, other.base)
    };
    Node {
        base,
        second: select_unpredictable(rest < second, rest, second),
        winner,
        memory_mb: one.memory_mb.max(other.memory_mb),
        disk_mb: one.disk_mb.max(other.disk_mb),
        containers: one.containers.max(other.containers),
        memory_rate: least(one.memory_rate, other.memory_rate),
        disk_rate: least(one.disk_rate, other.disk_rate),
    }
}

/// Of two cells with equal bases, whether the other is the first, and whether they are in the same state.
fn tie(one: u32, other: u32, contest: Contest, cells: &Cells) -> (bool, bool) {
    if one == NO_CELL {
        return (false, false);
    }
    (cells.precedes(other, one), cells.are_alike(one, other, contest))
}

/// As `f32::min`, but without its care for what is not a number: there is none here.
fn least(one: f32, other: f32) -> f32 {
    if other < one { other } else { one }
}

#[cfg(test)]
mod tests {
    use rivera_model::{CellIx, ProcessIx, Resources};

    use crate::samples::cell;
    use crate::{CellIndex, CellState, Config, Container, Kind};

    #[test]
    fn a_winner_whose_state_changes_under_an_equal_base_is_noticed_at_the_root() {
        let total = Resources::new(1_024, 1_024, 64);
        let fuller = Resources { memory_mb: 512, ..total };
        let cells = (0..4).map(|number| {
            let available = if number == 1 { fuller } else { total };
            CellState { available, total, ..cell(number, 0) }
        });
        // A container uses a 64th of one of three resources, and its start takes just that from the score.
        let config = Config { starting_container_weight: -1.0 / 192.0, ..Config::default() };
        let mut index = CellIndex::build(cells.collect(), &config);
        let root = |index: &CellIndex| index.groups[0].lrps.nodes[1];
        let before = root(&index);
        assert!(before.winner == 0 && before.second > before.base, "the rest is alike, or fuller");
        let container = Container { kind: Kind::Lrp(ProcessIx(0)), memory_mb: 0, disk_mb: 0 };
        index.start(CellIx(0), &container).unwrap();
        let after = root(&index);
        assert_eq!((after.winner, after.base, after.second), (0, before.base, before.base));
    }
}
