//! Which cell one item gets: filter, zones, least score (A.7 to A.9).

use super::zones::{Zone, Zones};
use crate::cell::Cell;
use crate::{Catalog, Config, Item, Level, PlacementError, Problems, Score, Win};

impl Zones {
    /// The cell for one item: the least score, the first of equals. Nothing is reserved.
    ///
    /// # Errors
    /// [`PlacementError::NoCells`], an error of the filter, or [`PlacementError::Resources`].
    pub fn place(&self, catalog: &Catalog, item: &Item, config: &Config) -> Result<Win, PlacementError> {
        let mut best: Option<Win> = None;
        let lacking = self.walk(catalog, item, config, |win| {
            if win.score.total() < best.map_or(Score::WORST, |best| best.score.total()) {
                best = Some(win);
            }
        })?;
        best.ok_or(PlacementError::Resources(lacking))
    }

    /// Every cell that competes for an item, with its score, in the order in which they are looked at: what a choice was
    /// made from. Cells of zones that the walk does not reach (A.9) and cells without room do not compete.
    ///
    /// # Errors
    /// As [`Zones::place`], except that a lack of room everywhere is an empty list.
    pub fn competitors(
        &self,
        catalog: &Catalog,
        item: &Item,
        config: &Config,
    ) -> Result<Vec<Win>, PlacementError> {
        let mut all = Vec::new();
        self.walk(catalog, item, config, |win| all.push(win))?;
        Ok(all)
    }

    /// Shows each competitor to `see`. Returns what was lacking on all the cells without room.
    fn walk(
        &self,
        catalog: &Catalog,
        item: &Item,
        config: &Config,
        mut see: impl FnMut(Win),
    ) -> Result<Problems, PlacementError> {
        let level = |cell: &Cell| catalog.level(item.constraint(), cell.state.offer);
        match self.cells().map(level).max() {
            None => return Err(PlacementError::NoCells),
            Some(Level::NoRootFs) => return Err(PlacementError::RootFs),
            Some(Level::NoDrivers) => return Err(PlacementError::VolumeDrivers),
            Some(Level::NoTags) => {
                return Err(PlacementError::PlacementTags(catalog.tags(item.constraint())));
            }
            Some(Level::Fits) => {}
        }
        let fits = |cell: &&Cell| level(cell) == Level::Fits;
        let competing = self.zones.iter().filter(|zone| zone.cells.iter().any(|cell| fits(&cell)));
        let mut ranked: Vec<(u64, &Zone)> = competing.map(|zone| (zone.instances(item), zone)).collect();
        ranked.sort_by_key(|(instances, _)| *instances);

        let mut lacking = Problems::ALL;
        for equals in ranked.chunk_by(|a, b| a.0 == b.0) {
            let mut found = false;
            for cell in equals.iter().flat_map(|(_, zone)| zone.cells.iter().filter(fits)) {
                match cell.score(item, config) {
                    Ok(score) => {
                        found |= score.can_win();
                        see(Win { cell: cell.state.cell, score });
                    }
                    Err(problems) => lacking = lacking.and(problems),
                }
            }
            // Zones with more instances are looked at only if none with fewer has room.
            if found {
                break;
            }
        }
        Ok(lacking)
    }
}

impl Zone {
    /// By what zones are ranked: the instances of the LRP's process on all cells, compatible or not. All zones
    /// are equal to a task.
    fn instances(&self, item: &Item) -> u64 {
        match item {
            Item::Lrp(lrp) => self.cells.iter().map(|cell| cell.instances(lrp.process)).sum(),
            Item::Task(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use rivera_model::{ProcessIx, Resources};

    use super::*;
    use crate::CellState;
    use crate::samples::{catalog, cell, sized_lrp, sized_task};

    fn place(cells: Vec<CellState>, item: &Item) -> Result<u32, PlacementError> {
        let config = Config::default();
        Zones::build(cells, &config).place(&catalog(), item, &config).map(|win| win.cell.0)
    }

    /// A cell with this much memory left and LRPs of these processes.
    fn filled(number: u32, zone: u32, memory_mb: i32, lrps: &[u32]) -> CellState {
        let base = cell(number, zone);
        let available = Resources { memory_mb, ..base.available };
        CellState { available, lrps: lrps.iter().copied().map(ProcessIx).collect(), ..base }
    }

    #[test]
    fn the_emptiest_cell_wins_and_of_equals_the_first() {
        let lrp = sized_lrp(1, 0, 10, 10);
        assert_eq!(place(vec![filled(0, 0, 500, &[]), filled(1, 0, 600, &[])], &lrp), Ok(1));
        assert_eq!(place(vec![filled(1, 0, 500, &[]), filled(0, 0, 500, &[])], &lrp), Ok(0));
    }

    #[test]
    fn a_cell_without_the_process_wins_over_an_emptier_one_with_it() {
        let cells = vec![filled(0, 0, 1000, &[1]), filled(1, 0, 50, &[2, 2])];
        assert_eq!(place(cells, &sized_lrp(1, 0, 10, 10)), Ok(1));
    }

    #[test]
    fn the_zone_with_the_fewest_instances_wins_if_it_has_room() {
        let cells = |room| vec![filled(0, 0, 1000, &[1]), filled(1, 0, 1000, &[]), filled(2, 1, room, &[2])];
        assert_eq!(place(cells(50), &sized_lrp(1, 0, 50, 10)), Ok(2));
        assert_eq!(place(cells(49), &sized_lrp(1, 0, 50, 10)), Ok(1));
    }

    #[test]
    fn zones_with_equally_many_instances_compete_as_one() {
        let cells = vec![
            filled(0, 0, 500, &[1]),
            filled(1, 0, 600, &[]),
            filled(2, 1, 700, &[]),
            filled(3, 1, 9, &[1]),
        ];
        assert_eq!(place(cells, &sized_lrp(1, 0, 10, 10)), Ok(2));
    }

    #[test]
    fn tasks_do_not_balance_zones() {
        let cells = vec![filled(0, 0, 1000, &[1, 1]), filled(1, 1, 900, &[])];
        assert_eq!(place(cells, &sized_task(1, 10, 10)), Ok(0));
    }

    #[test]
    fn what_is_lacking_on_every_cell_is_named() {
        let cells = vec![
            CellState { available: Resources::new(10, 5, 0), ..cell(0, 0) },
            CellState { available: Resources::new(10, 500, 1), ..cell(1, 1) },
        ];
        let error = place(cells, &sized_lrp(1, 0, 11, 10)).unwrap_err();
        assert_eq!(error.to_string(), "insufficient resources: memory");
    }

    #[test]
    fn one_cell_with_a_total_of_zero_lacks_everything() {
        let available = Resources::new(0, 100, 10);
        let cells = vec![CellState { available, total: Resources::new(0, 100, 10), ..cell(0, 0) }];
        let error = place(cells, &sized_task(1, 0, 10)).unwrap_err();
        assert_eq!(error, PlacementError::Resources(Problems::ALL));
    }

    #[test]
    fn q3_the_error_is_that_of_the_cell_that_got_farthest_in_any_zone() {
        use crate::samples::{NO_DRIVERS, NO_ROOTFS, NO_TAGS};
        let with = |offers: &[_]| {
            let cells =
                (0..).zip(offers).map(|(number, offer)| CellState { offer: *offer, ..cell(number, number) });
            place(cells.collect(), &sized_lrp(1, 0, 1, 1)).unwrap_err().to_string()
        };
        assert_eq!(with(&[NO_ROOTFS]), "found no compatible cell for required rootfs");
        assert_eq!(with(&[NO_DRIVERS, NO_ROOTFS]), "found no compatible cell with required volume drivers");
        let tags = "found no compatible cell with no placement tags";
        assert_eq!(with(&[NO_TAGS, NO_ROOTFS]), tags);
        assert_eq!(with(&[NO_ROOTFS, NO_TAGS, NO_DRIVERS]), tags);
        assert_eq!(with(&[]), "unable to communicate to compatible cells");
    }
}
