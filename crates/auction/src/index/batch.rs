//! The reservations of one batch, which can be taken back.

use rivera_model::CellIx;

use super::CellIndex;
use crate::scheduler::schedule_with;
use crate::{Auctions, Catalog, Item, PlacementError, Problems, Scheduled, Win};

/// One reservation.
pub(super) type Reserved = (CellIx, Item);

/// Reservations on an index. Dropped, they are rolled back: an auction decides by what it believes, and a cell then says
/// what it took. [`Reservations::keep`] lets them stand.
///
/// Q4: a reservation takes no proxy memory.
#[derive(Debug)]
#[must_use = "reservations are rolled back when they are dropped"]
pub struct Reservations<'a> {
    index: &'a mut CellIndex,
}

impl CellIndex {
    /// Begins a batch.
    pub fn reservations(&mut self) -> Reservations<'_> {
        self.refresh();
        Reservations { index: self }
    }

    fn take_back(&mut self, (cell, item): Reserved) {
        let slot = self.cells.get_mut(cell).expect("cells do not go during a batch");
        slot.cell.take_back(&item);
        self.starting -= 1;
        if let Item::Lrp(lrp) = item {
            self.count_out(cell, lrp.process);
        }
        self.mark(cell);
    }
}

impl Reservations<'_> {
    /// The cell for one item, as [`CellIndex::place`].
    ///
    /// # Errors
    /// As [`CellIndex::place`].
    pub fn place(&mut self, catalog: &Catalog, item: &Item) -> Result<Win, PlacementError> {
        self.index.place(catalog, item)
    }

    /// Puts an item on a cell.
    ///
    /// # Errors
    /// What the cell lacks; then nothing changes. All is lacking on a cell that does not take part.
    pub fn reserve(&mut self, cell: CellIx, item: &Item) -> Result<(), Problems> {
        let slot = self.index.cells.get_mut(cell).ok_or(Problems::ALL)?;
        slot.cell.reserve(item)?;
        self.index.starting += 1;
        if let Item::Lrp(lrp) = item {
            self.index.count_in(cell, lrp.process);
        }
        self.index.update(cell);
        self.index.reserved.push((cell, *item));
        Ok(())
    }

    /// Places items one after the other and reserves their room: [`schedule`](crate::schedule), by the index.
    pub fn schedule(&mut self, catalog: &Catalog, auctions: Auctions) -> Scheduled {
        let config = *self.index.config();
        let starting = (!self.index.is_empty()).then(|| self.index.starting());
        schedule_with(auctions, &config, starting, |item| {
            let win = self.place(catalog, item)?;
            // Cannot fail, as the score was for at least as much memory: that of the proxy on top.
            self.reserve(win.cell, item).map_err(PlacementError::Resources)?;
            Ok(win)
        })
    }

    /// Containers that are starting on all cells, these reservations among them (A.6).
    #[must_use]
    pub const fn starting(&self) -> u64 {
        self.index.starting()
    }

    /// Lets the reservations stand.
    pub fn keep(self) {
        self.index.reserved.clear();
    }

    /// Takes the reservations back, the latest first.
    pub fn roll_back(self) {}
}

impl Drop for Reservations<'_> {
    fn drop(&mut self) {
        while let Some(reserved) = self.index.reserved.pop() {
            self.index.take_back(reserved);
        }
    }
}

#[cfg(test)]
mod tests {
    use rivera_model::{ProcessIx, Resources};

    use super::*;
    use crate::samples::{catalog, cell, lrp, sized_lrp};
    use crate::{CellState, Config};

    fn index() -> CellIndex {
        CellIndex::build(vec![cell(0, 0), cell(1, 1)], &Config::default())
    }

    #[test]
    fn reservations_are_taken_back_unless_they_are_kept() {
        let (untouched, mut index) = (index(), index());
        let item = Item::Lrp(lrp(1, 0, 100));
        index.reservations().reserve(CellIx(1), &item).unwrap();
        assert!(index.is_equivalent(&untouched) && index.verify() == Ok(()));

        let mut reservations = index.reservations();
        reservations.reserve(CellIx(1), &item).unwrap();
        reservations.keep();
        assert_eq!((index.starting(), index.hosts.of(ProcessIx(1))), (1, &[1][..]));
        index.reservations().roll_back();
        assert_eq!(index.starting(), 1, "what was kept is not taken back later");
    }

    #[test]
    fn a_reservation_of_what_does_not_fit_changes_nothing() {
        let (untouched, mut index) = (index(), index());
        let mut reservations = index.reservations();
        let too_large = reservations.reserve(CellIx(0), &sized_lrp(1, 0, 1_001, 1_001));
        assert_eq!(too_large, Err(Problems { memory: true, disk: true, containers: false }));
        assert_eq!(reservations.reserve(CellIx(7), &sized_lrp(1, 0, 1, 1)), Err(Problems::ALL));
        reservations.keep();
        assert!(index.is_equivalent(&untouched));
    }

    #[test]
    fn q4_proxy_memory_is_scored_but_not_reserved() {
        let state = CellState { available: Resources::new(210, 1000, 80), proxy_memory_mb: 10, ..cell(0, 0) };
        let mut index = CellIndex::build(vec![state], &Config::default());
        let mut reservations = index.reservations();
        // With proxies two of these take 220 MiB; the cell has 210, and the second is let through.
        for instance in 0..2 {
            let item = Item::Lrp(lrp(1, instance, 100));
            let win = reservations.place(&catalog(), &item).unwrap();
            reservations.reserve(win.cell, &item).unwrap();
        }
        let lack = Problems { memory: true, ..Problems::default() };
        let third = reservations.place(&catalog(), &Item::Lrp(lrp(1, 2, 1)));
        assert_eq!(third, Err(PlacementError::Resources(lack)));
    }
}
