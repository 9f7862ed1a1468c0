//! Which cells are present, for a pass that asks for every record.

use std::collections::BTreeSet;

use rivera_model::CellIx;

use super::packed::CELLS;

/// The present cells, one bit each.
#[derive(Debug, Default)]
pub(super) struct Presence(Vec<u64>);

impl Presence {
    /// Cells that the table has no room for are on no record, so that they need no bit.
    pub(super) fn of(cells: &BTreeSet<CellIx>) -> Self {
        let cells = cells.range(..CellIx(CELLS));
        let mut words = vec![0; cells.clone().next_back().map_or(0, |last| last.index() / 64 + 1)];
        for cell in cells {
            words[cell.index() / 64] |= 1 << (cell.0 % 64);
        }
        Self(words)
    }

    pub(super) fn contains(&self, cell: CellIx) -> bool {
        self.0.get(cell.index() / 64).is_some_and(|word| word >> (cell.0 % 64) & 1 != 0)
    }

    /// Whether all of these are among the others.
    pub(super) fn is_within(&self, others: &Self) -> bool {
        let others = others.0.iter().copied().chain(std::iter::repeat(0));
        self.0.iter().zip(others).all(|(these, others)| these & !others == 0)
    }
}
