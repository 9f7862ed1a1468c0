//! A tournament of the cells of a group: a tree in which each node knows the best of the four below it.

use std::hint::select_unpredictable;

use super::cells::{Cells, Contest, NO_CELL};
use super::family::{ROOT, children, families, first_leaf, parent};
use super::node::Node;

/// The tree, and the cells that are not in it because no bound holds for them.
#[derive(Debug, Clone)]
pub(super) struct Tournament {
    pub(super) contest: Contest,
    families: Vec<Family>,
    /// The position of the first leaf.
    first_leaf: usize,
    /// Cells without sound bounds, in no order.
    pub(super) odd: Vec<u32>,
}

/// Four siblings in two cache lines.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
pub(super) struct Family([Node; 4]);

impl Tournament {
    /// Over the cells by leaf.
    pub(super) fn new(contest: Contest, leaves: &[u32], cells: &Cells) -> Self {
        let mut tree = Self { contest, families: Vec::new(), first_leaf: ROOT, odd: Vec::new() };
        tree.rebuild(leaves, cells);
        tree
    }

    /// All anew.
    pub(super) fn rebuild(&mut self, leaves: &[u32], cells: &Cells) {
        self.odd.clear();
        self.families.clear();
        self.families.reserve_exact(families(leaves.len()));
        self.families.resize(families(leaves.len()), Family([Node::VACANT; 4]));
        self.first_leaf = first_leaf(leaves.len());
        for (leaf, &cell) in leaves.iter().enumerate() {
            if cell != NO_CELL {
                match cells.leaf(cell, self.contest) {
                    Some(node) => *self.node_mut(self.first_leaf + leaf) = node,
                    None => self.odd.push(cell),
                }
            }
        }
        for family in (1..self.families.len()).rev() {
            *self.node_mut(parent(family)) = self.families[family].merged(self.contest, cells);
        }
    }

    /// The node above all, if there are leaves.
    pub(super) fn root(&self) -> Option<&Node> {
        self.families.first().map(|Family(nodes)| &nodes[ROOT])
    }

    /// The nodes below a node, with the position of the first; none below a leaf.
    pub(super) fn below(&self, position: usize) -> Option<(usize, &[Node; 4])> {
        let family = children(position);
        self.families.get(family).map(|Family(nodes)| (4 * family, nodes))
    }

    /// The position of a leaf.
    pub(super) const fn position(&self, leaf: u32) -> usize {
        self.first_leaf + leaf as usize
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

    /// Whether the nodes are the same.
    pub(super) fn has_same_nodes(&self, other: &Self) -> bool {
        self.families == other.families
    }

    #[inline(always)]
    fn set(&mut self, leaf: u32, cell: u32, node: &Node, cells: &Cells) {
        // A copy stays in registers: stored by its fields and read back as a whole it would stall at every level.
        let mut node = *node;
        let mut at = self.position(leaf);
        loop {
            let family = &mut self.families[at / 4];
            let held = &mut family.0[at % 4];
            // Compared first is what nearly always differs after a placement, so that the branch is foreseen.
            if node.winner != cell && node.winner == held.winner && node == *held {
                // What is above has not changed either: it depends on this node and on the state of its winner.
                return;
            }
            *held = node;
            if at == ROOT {
                return;
            }
            node = family.merged(self.contest, cells);
            at = parent(at / 4);
        }
    }

    fn node_mut(&mut self, position: usize) -> &mut Node {
        &mut self.families[position / 4].0[position % 4]
    }
}

impl Family {
    /// What the parent says of the four.
    #[inline(always)]
    fn merged(&self, contest: Contest, cells: &Cells) -> Node {
        let Self(nodes) = self;
        let (a, b, c, d) = (nodes[0].base, nodes[1].base, nodes[2].base, nodes[3].base);
        let (left, right) = (least(a, b), least(c, d));
        let base = least(left, right);
        // The least of the rest: of each pair the greater, and the lesser of the two that met last.
        let next = least(greatest(left, right), least(greatest(a, b), greatest(c, d)));
        let (winner, second) = if base < next {
            // Which wins is as good as random, and a wrong guess of a branch costs more than all the rest.
            let lesser = select_unpredictable(b < a, 1, 0);
            let winner =
                &nodes[select_unpredictable(right < left, select_unpredictable(d < c, 3, 2), lesser)];
            (winner.winner, least(winner.second, next))
        } else {
            self.tie(base, contest, cells)
        };
        let most = |amount: fn(&Node) -> i32| {
            let [a, b, c, d] = [0, 1, 2, 3].map(|at| amount(&nodes[at]));
            a.max(b).max(c.max(d))
        };
        Node {
            base,
            second,
            winner,
            memory_mb: most(|node| node.memory_mb),
            disk_mb: most(|node| node.disk_mb),
            containers: most(|node| node.containers),
        }
    }

    /// Of the cells with the least base the first, and the least base of a cell that is not in its state.
    #[inline(never)]
    fn tie(&self, base: f64, contest: Contest, cells: &Cells) -> (u32, f64) {
        let Self(nodes) = self;
        if base == f64::INFINITY {
            return (NO_CELL, f64::INFINITY);
        }
        // Which of the four are tied is as good as random: no branch asks for it.
        let is_tied = [0, 1, 2, 3].map(|at| nodes[at].base == base);
        let tied = |at: usize| select_unpredictable(is_tied[at], nodes[at].winner, NO_CELL);
        let first = |one, other| cells.first_of(one, other);
        let winner = first(first(tied(0), tied(1)), first(tied(2), tied(3)));
        let mut second = f64::INFINITY;
        let mut others = 0_u8;
        for (at, node) in nodes.iter().enumerate() {
            let is_winner = node.winner == winner;
            let rest = select_unpredictable(is_winner, node.second, node.base);
            let is_other = is_tied[at] & !is_winner;
            second = least(second, select_unpredictable(is_other, f64::INFINITY, rest));
            others |= u8::from(is_other) << at;
        }
        while others > 0 {
            let node = &nodes[others.trailing_zeros() as usize];
            if !cells.are_alike(winner, node.winner, contest) {
                return (winner, base);
            }
            second = least(second, node.second);
            others &= others - 1;
        }
        (winner, second)
    }
}

/// As `f64::min`, but without its care for what is not a number: there is none here.
fn least(one: f64, other: f64) -> f64 {
    if one < other { one } else { other }
}

/// As `f64::max`, likewise.
fn greatest(one: f64, other: f64) -> f64 {
    if one > other { one } else { other }
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
        // Cells 3 and 4 are one family below the root, and cell 3 wins it; cell 0 wins the root.
        let cells = (0..5).map(|number| {
            let available = if [0, 3].contains(&number) { total } else { fuller };
            CellState { available, total, ..cell(number, 0) }
        });
        // A container uses a 64th of one of three resources, and its start takes just that from the score.
        let config = Config { starting_container_weight: -1.0 / 192.0, ..Config::default() };
        let mut index = CellIndex::build(cells.collect(), &config);
        let root = |index: &CellIndex| *index.groups[0].lrps.root().unwrap();
        let before = root(&index);
        assert!(before.winner == 0 && before.second > before.base, "the rest is alike, or fuller");
        let container = Container { kind: Kind::Lrp(ProcessIx(0)), memory_mb: 0, disk_mb: 0 };
        index.start(CellIx(3), &container).unwrap();
        index.refresh();
        let after = root(&index);
        assert_eq!((after.winner, after.base, after.second), (0, before.base, before.base));
    }
}
