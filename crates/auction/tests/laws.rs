//! Random auctions, held against the independent statement of the laws.

mod random;

use proptest::prelude::*;
use random::{auctions, cases, catalog, config};
use rivera_auction::{Auctions, Catalog, CellState, Config, Scheduled, Zones, check, schedule};
use rivera_model::CellIx;

fn cells() -> impl Strategy<Value = Vec<CellState>> {
    random::cells(0..9)
}

fn run(catalog: &Catalog, cells: &[CellState], auctions: &Auctions, config: &Config) -> Scheduled {
    schedule(catalog, &mut Zones::build(cells.to_vec(), config), auctions.clone(), config)
}

proptest! {
    #![proptest_config(ProptestConfig {
        // Many auctions have nothing to falsify.
        max_global_rejects: 100_000,
        ..cases(2_000)
    })]

    #[test]
    fn every_placement_keeps_the_laws(cells in cells(), auctions in auctions(), config in config()) {
        let catalog = catalog();
        let scheduled = run(&catalog, &cells, &auctions, &config);
        prop_assert_eq!(check::verify(&catalog, &cells, &auctions, &config, &scheduled), Ok(()));
    }

    #[test]
    fn the_order_of_the_cells_given_does_not_matter(
        cells in cells(), auctions in auctions(), config in config(), turn in 0..9_usize,
    ) {
        let catalog = catalog();
        let mut turned = cells.clone();
        turned.rotate_left(turn.min(cells.len()));
        let outcome = run(&catalog, &cells, &auctions, &config);
        // Scores may be no numbers, which equal nothing; their text does.
        prop_assert_eq!(format!("{outcome:?}"), format!("{:?}", run(&catalog, &turned, &auctions, &config)));
    }

    #[test]
    fn no_cell_is_filled_beyond_what_it_had(cells in cells(), auctions in auctions(), config in config()) {
        for work in run(&catalog(), &cells, &auctions, &config).work {
            let cell = &cells[work.cell.index()];
            let lrps = work.lrps.iter().map(|lrp| lrp.memory_mb);
            let memory_mb: i32 = lrps.chain(work.tasks.iter().map(|task| task.memory_mb)).sum();
            prop_assert!(memory_mb <= cell.available.memory_mb);
            prop_assert!(work.lrps.len() + work.tasks.len() <= usize::try_from(cell.available.containers).unwrap());
        }
    }

    #[test]
    fn a_wrong_winner_is_noticed(cells in cells(), auctions in auctions(), config in config(), wrong in 0..9_u32) {
        let catalog = catalog();
        let mut scheduled = run(&catalog, &cells, &auctions, &config);
        let won = scheduled.placements.iter_mut().find_map(|placement| placement.result.as_mut().ok());
        prop_assume!(won.as_ref().is_some_and(|win| win.cell != CellIx(wrong)));
        won.unwrap().cell = CellIx(wrong);
        prop_assert!(check::verify(&catalog, &cells, &auctions, &config, &scheduled).is_err());
    }

    #[test]
    fn a_missing_item_is_noticed(cells in cells(), auctions in auctions(), config in config()) {
        let catalog = catalog();
        let mut scheduled = run(&catalog, &cells, &auctions, &config);
        prop_assume!(scheduled.placements.pop().is_some());
        prop_assert!(check::verify(&catalog, &cells, &auctions, &config, &scheduled).is_err());
    }
}
