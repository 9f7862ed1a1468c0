//! The search for the least score: branch and bound over tournaments, with exact scores at its ends.

use rivera_model::CellIx;

use super::cells::{Cells, Contest};
use super::family::ROOT;
use super::group::Group;
use super::hosts::count;
use super::levels::NodeSet;
use super::node::{MARGIN, Need, Node};
use super::tournament::Tournament;
use crate::score::locality;
use crate::{Item, Score, Win};

/// The best cell for an item so far.
pub(super) struct Search<'a> {
    cells: &'a Cells,
    item: &'a Item,
    /// The cells that host the item's process.
    hosts: &'a [u32],
    best: Option<Best>,
}

struct Best {
    win: Win,
    total: f64,
    order: (u32, u32),
}

impl<'a> Search<'a> {
    pub(super) const fn new(cells: &'a Cells, item: &'a Item, hosts: &'a [u32]) -> Self {
        Self { cells, item, hosts, best: None }
    }

    /// The cell with the least score of those that were looked at, the first of equals.
    pub(super) fn win(&self) -> Option<Win> {
        // By its parts: read as a whole what has just been written by its parts stalls.
        let Win { cell, score } = &self.best.as_ref()?.win;
        Some(Win { cell: *cell, score: *score })
    }

    /// Scores cells one by one.
    pub(super) fn scan(&mut self, cells: impl Iterator<Item = u32>) {
        for cell in cells {
            self.look_at(cell, self.neighbours(cell));
        }
    }

    /// Looks for a better cell in a group. `levels` is given if the process of the item has any.
    pub(super) fn look_in(&mut self, group: &Group, need: Option<&Need>, levels: Option<&[NodeSet]>) {
        match (need, group.tournament(Contest::of(self.item))) {
            (Some(need), Some(tree)) => {
                match levels {
                    None => Descent { search: self, group, tree, need, among: Among::All }.begin(),
                    Some(levels) => {
                        for (instances, set) in (0..).zip(levels) {
                            let among = Among::Level(set, instances);
                            Descent { search: self, group, tree, need, among }.begin();
                        }
                    }
                }
                self.scan(tree.odd.iter().copied());
            }
            _ => self.scan(group.members()),
        }
    }

    /// Scores a cell. Returns whether the item fits there.
    fn look_at(&mut self, cell: u32, neighbours: u64) -> bool {
        let slot = self.cells.slot(cell);
        let Ok(score) = slot.cell.score_beside(self.item, &self.cells.config, || neighbours) else {
            return false;
        };
        let total = score.total();
        let is_better = match &self.best {
            None => total < Score::WORST,
            Some(best) => total < best.total || total == best.total && self.cells.order(cell) < best.order,
        };
        if is_better {
            let win = Win { cell: CellIx(cell), score };
            self.best = Some(Best { win, total, order: self.cells.order(cell) });
        }
        true
    }

    /// The neighbours of the item on a cell that count for its locality.
    fn neighbours(&self, cell: u32) -> u64 {
        match self.item {
            Item::Lrp(_) => count(self.hosts, cell),
            Item::Task(_) => self.cells.slot(cell).cell.tasks,
        }
    }

    /// No cell with a bound above this can win; a bound of infinity is always above.
    fn limit(&self) -> f64 {
        self.best.as_ref().map_or(f64::MAX, |best| best.total + MARGIN)
    }
}

/// One search through one tournament.
struct Descent<'s, 'a, 'n> {
    search: &'s mut Search<'a>,
    group: &'n Group,
    tree: &'n Tournament,
    need: &'n Need,
    among: Among<'n>,
}

/// Which of the cells are meant.
#[derive(Clone, Copy)]
enum Among<'n> {
    All,
    /// Those with so many instances of the process, in the last level at least so many.
    Level(&'n NodeSet, u64),
}

/// A cell that has been looked at, and whether that settles the cells in the same state.
#[derive(Clone, Copy)]
struct Seen {
    cell: u32,
    settles: bool,
}

impl Descent<'_, '_, '_> {
    fn begin(&mut self) {
        if let Some(root) = self.tree.root()
            && self.bound(ROOT, root, self.growth(0)) <= self.search.limit()
        {
            self.visit(ROOT, root, None);
        }
    }

    /// Looks below a node that may hold a better cell.
    fn visit(&mut self, position: usize, node: &Node, seen: Option<Seen>) {
        let seen = match seen {
            Some(seen) if seen.cell == node.winner => seen,
            _ => Seen { cell: node.winner, settles: self.look_at_winner(node.winner) },
        };
        let Some((first, nodes)) = self.tree.below(position) else { return };
        let growth = self.growth(first / 4);
        if seen.settles && node.second + growth > self.search.limit() {
            return;
        }
        let mut bounds = [0, 1, 2, 3].map(|child| self.bound(first + child, &nodes[child], growth));
        // The most promising goes first: after it the others mostly need no look.
        for _ in 0..bounds.len() {
            let nearest = first_of_least(&bounds);
            if bounds[nearest] > self.search.limit() {
                return;
            }
            bounds[nearest] = f64::INFINITY;
            self.visit(first + nearest, &nodes[nearest], Some(seen));
        }
    }

    /// Looks at the winner of a node. Returns whether no cell in the same state can be better: each has the same score but for its
    /// neighbours, and the same room.
    fn look_at_winner(&mut self, cell: u32) -> bool {
        let neighbours = self.search.neighbours(cell);
        match self.among {
            Among::All => {
                let fits = self.search.look_at(cell, neighbours);
                !fits || neighbours == 0 || matches!(self.search.item, Item::Task(_))
            }
            Among::Level(set, instances) => {
                let leaf = self.search.cells.slot(cell).leaf;
                set.contains(self.tree.position(leaf)) && {
                    let fits = self.search.look_at(cell, neighbours);
                    !fits || neighbours == instances
                }
            }
        }
    }

    /// A lower bound (but for [`MARGIN`]) of the scores of the cells below a node that are meant: infinity if none has room.
    fn bound(&self, position: usize, node: &Node, growth: f64) -> f64 {
        let is_meant = match self.among {
            Among::All => true,
            Among::Level(set, _) => set.contains(position),
        };
        if is_meant && !node.lacks(self.need).any() { node.base + growth } else { f64::INFINITY }
    }

    /// By how much the item raises the score of any cell of a family at least.
    fn growth(&self, family: usize) -> f64 {
        let floor = match self.among {
            Among::All => 0.0,
            Among::Level(_, instances) => locality(instances),
        };
        self.group.growth.of(family).growth(self.need) + floor
    }
}

fn first_of_least(bounds: &[f64; 4]) -> usize {
    let mut least = 0;
    for at in 1..bounds.len() {
        if bounds[at] < bounds[least] {
            least = at;
        }
    }
    least
}
