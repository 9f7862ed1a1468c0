//! Which groups have records on which cell.

use std::collections::BTreeSet;

use rivera_model::CellIx;

use crate::group::InstanceGroup;
use crate::record::LrpKey;

/// The groups with records on each cell, by key.
#[derive(Debug, Clone, Default)]
pub(crate) struct OnCell {
    /// By the number of the cell, which is dense.
    cells: Vec<Vec<LrpKey>>,
}

impl PartialEq for OnCell {
    /// Cells without records say nothing.
    fn eq(&self, other: &Self) -> bool {
        self.occupied().eq(other.occupied())
    }
}

impl Eq for OnCell {}

fn cells_of(group: &InstanceGroup) -> [Option<CellIx>; 3] {
    [group.ordinary, group.evacuating, group.suspect].map(|record| record.and_then(|record| record.cell()))
}

impl OnCell {
    /// The records of a group have changed.
    pub(crate) fn update(&mut self, lrp: LrpKey, before: &InstanceGroup, after: &InstanceGroup) {
        let (before, after) = (cells_of(before), cells_of(after));
        if before == after {
            return;
        }
        for cell in before.iter().flatten().filter(|cell| !after.contains(&Some(**cell))) {
            let groups = &mut self.cells[cell.index()];
            if let Ok(position) = groups.binary_search(&lrp) {
                groups.remove(position);
            }
        }
        for cell in after.iter().flatten().filter(|cell| !before.contains(&Some(**cell))) {
            if self.cells.len() <= cell.index() {
                self.cells.resize_with(cell.index() + 1, Vec::new);
            }
            let groups = &mut self.cells[cell.index()];
            if let Err(position) = groups.binary_search(&lrp) {
                if groups.len() == groups.capacity() {
                    // A cell fills up and stays about as full: an eighth is enough to grow by.
                    groups.reserve_exact(groups.len() / 8 + 8);
                }
                groups.insert(position, lrp);
            }
        }
    }

    /// The groups with records on this cell.
    pub(crate) fn on(&self, cell: CellIx) -> &[LrpKey] {
        self.cells.get(cell.index()).map_or(&[], Vec::as_slice)
    }

    /// The cells with records, by number.
    fn occupied(&self) -> impl Iterator<Item = (CellIx, &[LrpKey])> {
        self.cells
            .iter()
            .enumerate()
            .filter(|(_, groups)| !groups.is_empty())
            .map(|(cell, groups)| (CellIx::from_index(cell), groups.as_slice()))
    }

    /// The cells with records that are not among the present ones. Both are sorted, so that it is one walk over both.
    pub(crate) fn missing(&self, present: &BTreeSet<CellIx>) -> impl Iterator<Item = CellIx> {
        let mut present = present.iter().peekable();
        self.occupied().map(|(cell, _)| cell).filter(move |cell| {
            while present.next_if(|next| *next < cell).is_some() {}
            present.peek() != Some(&cell)
        })
    }
}
