//! Random auctions, held against the independent statement of the laws.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rivera_auction::{
    Auctions, Catalog, CellState, Config, LrpAuction, Queued, Scheduled, TaskAuction, Zones, check, schedule,
};
use rivera_model::{
    CellIx, Constraint, ConstraintIx, Offer, OfferIx, ProcessIx, Resources, RootFsProvider, TaskIx, Time,
    ZoneIx,
};

/// Offers and constraints that reach every level of the filter.
fn catalog() -> Catalog {
    let set = |names: &[&str]| -> BTreeSet<String> { names.iter().map(|&name| name.to_owned()).collect() };
    let mut catalog = Catalog::default();
    let stacks = RootFsProvider::FixedSet(set(&["cflinuxfs4"]));
    for (required, optional, drivers) in
        [(&[][..], &[][..], &[][..]), (&["iso"], &[], &["nfs"]), (&[], &["iso"], &["nfs"])]
    {
        catalog.intern_offer(&Offer {
            rootfs_providers: [("preloaded".to_owned(), stacks.clone())].into(),
            volume_drivers: set(drivers),
            placement_tags: set(required),
            optional_placement_tags: set(optional),
        });
    }
    for (rootfs, drivers, tags) in [
        ("preloaded:cflinuxfs4", &[][..], &[][..]),
        ("preloaded:cflinuxfs4", &["nfs"], &["iso"]),
        ("preloaded:cflinuxfs4", &[], &["gpu"]),
        ("docker:///image", &[], &[]),
    ] {
        catalog.intern_constraint(&Constraint {
            rootfs: rootfs.to_owned(),
            volume_drivers: set(drivers),
            placement_tags: set(tags),
        });
    }
    catalog
}

prop_compose! {
    // Few distinct sizes, so that equal scores, full cells and totals of zero are common.
    fn resources()(memory in -1..5_i32, disk in 0..4_i32, containers in 0..4_i32) -> Resources {
        Resources::new(memory * 64, disk * 256, containers)
    }
}

prop_compose! {
    fn cell()(
        zone in 0..3_u32,
        offer in 0..3_u32,
        index in -2..6_i64,
        available in resources(),
        total in resources(),
        starting in 0..3_u32,
        proxy_memory_mb in prop_oneof![Just(0), Just(32)],
        lrps in prop::collection::vec(0..3_u32, 0..5),
        tasks in 0..3_u32,
    ) -> CellState {
        CellState {
            cell: CellIx(0),
            zone: ZoneIx(zone),
            offer: OfferIx(offer),
            index,
            available: available.checked_add(total).expect("small numbers"),
            total,
            starting,
            proxy_memory_mb,
            lrps: lrps.into_iter().map(ProcessIx).collect(),
            tasks,
        }
    }
}

prop_compose! {
    fn lrp()(process in 0..4_u32, index in -1..3_i32, size in resources(), constraint in 0..4_u32) -> LrpAuction {
        let constraint = ConstraintIx(constraint);
        LrpAuction { process: ProcessIx(process), index, memory_mb: size.memory_mb, disk_mb: size.disk_mb, constraint }
    }
}

prop_compose! {
    fn task()(task in 0..9_u32, size in resources(), constraint in 0..4_u32) -> TaskAuction {
        let constraint = ConstraintIx(constraint);
        TaskAuction { task: TaskIx(task), memory_mb: size.memory_mb, disk_mb: size.disk_mb, constraint }
    }
}

prop_compose! {
    fn config()(
        starting_container_weight in prop_oneof![Just(0.0), Just(0.25), Just(300.0)],
        bin_pack_first_fit_weight in prop_oneof![Just(0.0), Just(0.5), Just(-0.5), Just(700.0)],
        max_starts in prop_oneof![3 => -1..1_i64, 1 => 1..12_i64],
    ) -> Config {
        Config { starting_container_weight, bin_pack_first_fit_weight, max_starts }
    }
}

fn cells() -> impl Strategy<Value = Vec<CellState>> {
    prop::collection::vec(cell(), 0..9).prop_map(|cells| {
        (0..).zip(cells).map(|(number, cell)| CellState { cell: CellIx(number), ..cell }).collect()
    })
}

fn auctions() -> impl Strategy<Value = Auctions> {
    let queued_at = Time::ZERO;
    let lrps = prop::collection::vec(lrp().prop_map(move |auction| Queued { auction, queued_at }), 0..12);
    let tasks = prop::collection::vec(task().prop_map(move |auction| Queued { auction, queued_at }), 0..6);
    (lrps, tasks).prop_map(|(lrps, tasks)| Auctions { lrps, tasks })
}

fn run(catalog: &Catalog, cells: &[CellState], auctions: &Auctions, config: &Config) -> Scheduled {
    schedule(catalog, &mut Zones::build(cells.to_vec(), config), auctions.clone(), config)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        // Many auctions have nothing to falsify.
        max_global_rejects: 100_000,
        failure_persistence: None,
        ..ProptestConfig::default()
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
