//! By how much scores grow at least, for each family of the trees of a group.

use std::iter::successors;

use super::cells::{Cells, NO_CELL};
use super::family::{families, first_leaf, parent};
use super::node::Rates;

/// The least rates of the cells below each family. Cells that leave are not forgotten until all is laid out anew: a rate that is too
/// low is still a bound.
#[derive(Debug, Clone, Default)]
pub(super) struct Growth {
    families: Vec<Rates>,
}

impl Growth {
    /// All anew, for the cells by leaf.
    pub(super) fn rebuild(&mut self, leaves: &[u32], cells: &Cells) {
        self.families.clear();
        self.families.resize(families(leaves.len()), Rates::VACANT);
        let first = first_leaf(leaves.len());
        for (leaf, &cell) in leaves.iter().enumerate() {
            if cell != NO_CELL {
                self.lower((first + leaf) / 4, cells.rates(cell));
            }
        }
    }

    /// A cell comes to a leaf.
    pub(super) fn add(&mut self, position: usize, cell: u32, cells: &Cells) {
        self.lower(position / 4, cells.rates(cell));
    }

    /// The rates of all cells below a family.
    pub(super) fn of(&self, family: usize) -> Rates {
        self.families[family]
    }

    /// Whether each cell grows by no less than is said of the families above it.
    pub(super) fn bounds(&self, leaves: &[u32], cells: &Cells) -> bool {
        let first = first_leaf(leaves.len());
        (first..).zip(leaves).filter(|&(_, &cell)| cell != NO_CELL).all(|(position, &cell)| {
            let mut above =
                successors(Some(position / 4), |&family| (family > 0).then(|| parent(family) / 4));
            above.all(|family| self.of(family).least(cells.rates(cell)) == self.of(family))
        })
    }

    fn lower(&mut self, mut family: usize, rates: Rates) {
        loop {
            let least = self.families[family].least(rates);
            if least == self.families[family] {
                return;
            }
            self.families[family] = least;
            if family == 0 {
                return;
            }
            family = parent(family) / 4;
        }
    }
}
