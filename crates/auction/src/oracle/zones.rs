//! All cells of an auction, by zone (A.4).

use rivera_model::{CellIx, ZoneIx};

use crate::cell::Cell;
use crate::{CellState, Config, Item, Problems};

/// The cells that take part in an auction, by zone, in a fixed order.
#[derive(Debug, Clone)]
pub struct Zones {
    pub(crate) zones: Vec<Zone>,
    /// Where each cell is, sorted by cell: (cell, zone, position in the zone).
    places: Vec<(CellIx, usize, usize)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Zone {
    pub(crate) cells: Vec<Cell>,
}

impl Zones {
    /// Builds the zones from the usable cells (A.4: [`crate::classify`]), given in any order.
    ///
    /// Zones are in the order of [`ZoneIx`], their cells in that of [`CellIx`]. With a bin-pack weight above zero the
    /// cells of a zone are in the order of their index instead (then of `CellIx`), and are numbered anew
    /// from 0; otherwise they keep the index as it is. Of a cell that is given twice the first counts.
    #[must_use]
    pub fn build(mut cells: Vec<CellState>, config: &Config) -> Self {
        cells.sort_by_key(|state| state.cell);
        cells.dedup_by_key(|state| state.cell);
        let bin_packs = config.bin_pack_first_fit_weight > 0.0;
        cells.sort_by_key(|state| (state.zone, if bin_packs { state.index } else { 0 }));
        let mut zones: Vec<Zone> = Vec::new();
        let mut places = Vec::with_capacity(cells.len());
        let mut current: Option<ZoneIx> = None;
        for mut state in cells {
            if current.replace(state.zone) != Some(state.zone) {
                zones.push(Zone { cells: Vec::new() });
            }
            let zone = zones.len() - 1;
            let position = zones[zone].cells.len();
            if bin_packs {
                state.index = i64::try_from(position).unwrap_or(i64::MAX);
            }
            places.push((state.cell, zone, position));
            zones[zone].cells.push(Cell::new(state));
        }
        places.sort_unstable();
        Self { zones, places }
    }

    /// Whether no cell takes part.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Containers that are starting on all cells, those that this auction reserved among them (A.6).
    #[must_use]
    pub fn starting(&self) -> u64 {
        self.cells().map(|cell| cell.starting).sum()
    }

    /// Puts an item on a cell.
    ///
    /// # Errors
    /// What the cell lacks; then nothing changes. All is lacking on a cell that does not take part.
    pub fn reserve(&mut self, cell: CellIx, item: &Item) -> Result<(), Problems> {
        let place = self.places.binary_search_by_key(&cell, |place| place.0).map_err(|_| Problems::ALL)?;
        let (_, zone, position) = self.places[place];
        self.zones[zone].cells[position].reserve(item)
    }

    pub(crate) fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.zones.iter().flat_map(|zone| &zone.cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{cell, sized_task};

    fn order(weight: f64) -> Vec<(u32, i64)> {
        // Cells 0 to 3 in zones 1, 0, 0, 0 with indices 9, 7, 4, 7.
        let cells = [(3, 0, 7), (1, 0, 7), (0, 1, 9), (2, 0, 4)]
            .map(|(number, zone, index)| CellState { index, ..cell(number, zone) });
        let config = Config { bin_pack_first_fit_weight: weight, ..Config::default() };
        let zones = Zones::build(cells.into(), &config);
        zones.cells().map(|cell| (cell.state.cell.0, cell.state.index)).collect()
    }

    #[test]
    fn cells_are_in_the_order_of_zone_and_cell_and_keep_their_index() {
        assert_eq!(order(0.0), [(1, 7), (2, 4), (3, 7), (0, 9)]);
        assert_eq!(order(-1.0), [(1, 7), (2, 4), (3, 7), (0, 9)]);
    }

    #[test]
    fn bin_packing_orders_by_index_and_numbers_each_zone_anew() {
        assert_eq!(order(0.5), [(2, 0), (1, 1), (3, 2), (0, 0)]);
    }

    #[test]
    fn a_reservation_finds_its_cell() {
        let config = Config::default();
        let cells = (0..5).map(|number| cell(number, number % 2)).collect();
        let mut zones = Zones::build(cells, &config);
        let task = sized_task(0, 1, 1);
        zones.reserve(CellIx(3), &task).unwrap();
        assert_eq!(zones.starting(), 1);
        let started: Vec<_> = zones.cells().filter(|cell| cell.starting > 0).collect();
        assert_eq!(started[0].state.cell, CellIx(3));
        assert_eq!(zones.reserve(CellIx(9), &task), Err(Problems::ALL));
    }

    #[test]
    fn of_a_cell_given_twice_the_first_counts() {
        let cells = vec![cell(4, 1), cell(4, 0)];
        let zones = Zones::build(cells, &Config::default());
        assert_eq!(zones.cells().count(), 1);
        assert_eq!(zones.cells().next().unwrap().state.zone, ZoneIx(1));
    }
}
