//! One auction: every item in its order, with the limit of starting containers (A.5, A.6).

use rivera_model::{CellIx, Time};

use crate::{Auctions, Catalog, CellWork, Config, Item, PlacementError, Win, Zones};

/// What became of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The item.
    pub item: Item,
    /// When its request arrived.
    pub queued_at: Time,
    /// Its cell, or why it has none.
    pub result: Result<Win, PlacementError>,
}

/// The outcome of an auction, before the cells have been asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scheduled {
    /// What became of each item, in the order in which they were placed.
    pub placements: Vec<Placement>,
    /// The work to send, one for each cell that has any, by cell.
    pub work: Vec<CellWork>,
}

/// Places items one after the other and reserves their room in `zones`.
///
/// Items beyond the limit of starting containers fail without a look at the cells (A.6). The count begins with what
/// the cells of `zones` report; every reservation adds one.
pub fn schedule(catalog: &Catalog, zones: &mut Zones, auctions: Auctions, config: &Config) -> Scheduled {
    let starting = (!zones.is_empty()).then(|| zones.starting());
    schedule_with(auctions, config, starting, |item| {
        let win = zones.place(catalog, item, config)?;
        // Cannot fail, as the score was for at least as much memory: that of the proxy on top.
        zones.reserve(win.cell, item).map_err(PlacementError::Resources)?;
        Ok(win)
    })
}

/// The auction itself, over whatever finds a cell and reserves it. `starting` is the count of starting containers, or none
/// without cells.
pub(crate) fn schedule_with(
    auctions: Auctions,
    config: &Config,
    mut starting: Option<u64>,
    mut place: impl FnMut(&Item) -> Result<Win, PlacementError>,
) -> Scheduled {
    let mut placed = Vec::new();
    let mut decide = |item: &Item| {
        if starting.is_some_and(|starting| !config.allows_start(starting)) {
            return Err(PlacementError::StartLimit);
        }
        let win = place(item)?;
        starting = starting.map(|starting| starting + 1);
        placed.push((win.cell, *item));
        Ok(win)
    };
    let placements = auctions
        .in_order()
        .into_iter()
        .map(|queued| Placement {
            item: queued.auction,
            queued_at: queued.queued_at,
            result: decide(&queued.auction),
        })
        .collect();
    Scheduled { placements, work: work_of(placed) }
}

/// The work for each cell, each list in the order of placement.
fn work_of(mut placed: Vec<(CellIx, Item)>) -> Vec<CellWork> {
    placed.sort_by_key(|(cell, _)| *cell);
    let of_cell = |placed: &[(CellIx, Item)]| {
        let mut work = CellWork { cell: placed[0].0, ..CellWork::default() };
        for (_, item) in placed {
            work.push(*item);
        }
        work
    };
    placed.chunk_by(|a, b| a.0 == b.0).map(of_cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CellState;
    use crate::samples::{catalog, cell, lrp, queue, task};

    fn run(cells: Vec<CellState>, lrps: u32, tasks: u32, max_starts: i64) -> Scheduled {
        let config = Config { max_starts, ..Config::default() };
        let auctions = Auctions {
            lrps: (0..lrps).map(|number| queue(lrp(number, 0, 1))).collect(),
            tasks: (0..tasks).map(|number| queue(task(number, 1))).collect(),
        };
        schedule(&catalog(), &mut Zones::build(cells, &config), auctions, &config)
    }

    fn failed(scheduled: &Scheduled) -> Vec<&PlacementError> {
        scheduled.placements.iter().filter_map(|placement| placement.result.as_ref().err()).collect()
    }

    #[test]
    fn without_cells_everything_fails_even_at_the_limit() {
        let scheduled = run(vec![], 1, 1, 1);
        assert_eq!(failed(&scheduled), [&PlacementError::NoCells; 2]);
        assert_eq!(scheduled.work, []);
    }

    #[test]
    fn the_limit_counts_what_cells_report_and_every_reservation_of_both_kinds() {
        let cells = || vec![CellState { starting: 2, ..cell(0, 0) }, cell(1, 1)];
        assert_eq!(failed(&run(cells(), 2, 2, 4)), [&PlacementError::StartLimit; 2]);
        assert_eq!(failed(&run(cells(), 2, 2, 2)), [&PlacementError::StartLimit; 4]);
        assert!(failed(&run(cells(), 2, 2, 6)).is_empty());
        assert!(failed(&run(cells(), 2, 2, 0)).is_empty());
        assert!(failed(&run(cells(), 2, 2, -1)).is_empty());
    }

    #[test]
    fn the_limit_hides_any_other_error() {
        use crate::samples::NO_ROOTFS;
        let cells = vec![CellState { offer: NO_ROOTFS, starting: 1, ..cell(0, 0) }];
        assert_eq!(failed(&run(cells.clone(), 1, 0, 1)), [&PlacementError::StartLimit]);
        assert_eq!(failed(&run(cells, 1, 0, 2)), [&PlacementError::RootFs]);
    }

    #[test]
    fn each_cell_gets_one_piece_of_work() {
        let scheduled = run(vec![cell(1, 0), cell(0, 0)], 5, 3, 0);
        let cells: Vec<_> = scheduled.work.iter().map(|work| work.cell.0).collect();
        assert_eq!(cells, [0, 1]);
        let items: usize = scheduled.work.iter().map(|work| work.lrps.len() + work.tasks.len()).sum();
        assert_eq!(items, 8);
    }
}
