//! A tournament of the cells of a group: a tree in an array, in which each node knows the best of the two below it.
//!
//! Node 1 is the root, the nodes below `n` are `2n` and `2n + 1`, and the leaves are the last half of the array. The number of leaves
//! need not be a power of two: the tree is then of uneven depth, which nothing here depends on.

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
            self.nodes[at] = self.merged(at, cells);
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
        self.set(leaf, node.unwrap_or(Node::VACANT), cells);
    }

    /// The cell of a leaf has gone.
    pub(super) fn vacate(&mut self, leaf: u32, cell: u32, cells: &Cells) {
        self.odd.retain(|&odd| odd != cell);
        self.set(leaf, Node::VACANT, cells);
    }

    fn set(&mut self, leaf: u32, node: Node, cells: &Cells) {
        let mut at = self.nodes.len() / 2 + leaf as usize;
        self.nodes[at] = node;
        while at > 1 {
            at /= 2;
            self.nodes[at] = self.merged(at, cells);
        }
    }

    /// What the two nodes below make of this one.
    pub(super) fn merged(&self, at: usize, cells: &Cells) -> Node {
        let (left, right) = (&self.nodes[2 * at], &self.nodes[2 * at + 1]);
        let ties = left.base == right.base && left.winner != NO_CELL;
        let right_wins =
            right.base < left.base || ties && cells.order(right.winner) < cells.order(left.winner);
        let (first, other) = if right_wins { (right, left) } else { (left, right) };
        let alike = ties && cells.are_alike(left.winner, right.winner, self.contest);
        let rival = if alike { other.second } else { other.base };
        Node {
            base: first.base,
            second: first.second.min(rival),
            winner: first.winner,
            memory_mb: left.memory_mb.max(right.memory_mb),
            disk_mb: left.disk_mb.max(right.disk_mb),
            containers: left.containers.max(right.containers),
            memory_rate: left.memory_rate.min(right.memory_rate),
            disk_rate: left.disk_rate.min(right.disk_rate),
        }
    }
}
