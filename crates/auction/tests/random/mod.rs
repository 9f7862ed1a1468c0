//! Random cells and batches, small and full of coincidences: equal cells, full cells, totals of zero, hosts of the same process.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rivera_auction::{Auctions, Catalog, CellState, Config, LrpAuction, Queued, TaskAuction};
use rivera_model::{
    CellIx, Constraint, ConstraintIx, Offer, OfferIx, ProcessIx, Resources, RootFsProvider, TaskIx, Time,
    ZoneIx,
};

/// Offers and constraints that reach every level of the filter.
pub(crate) fn catalog() -> Catalog {
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
    pub(crate) fn resources()(memory in -1..5_i32, disk in 0..4_i32, containers in 0..4_i32) -> Resources {
        Resources::new(memory * 64, disk * 256, containers)
    }
}

prop_compose! {
    pub(crate) fn cell()(
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
    pub(crate) fn lrp()(process in 0..4_u32, index in -1..3_i32, size in resources(), constraint in 0..4_u32) -> LrpAuction {
        let constraint = ConstraintIx(constraint);
        LrpAuction { process: ProcessIx(process), index, memory_mb: size.memory_mb, disk_mb: size.disk_mb, constraint }
    }
}

prop_compose! {
    pub(crate) fn task()(task in 0..9_u32, size in resources(), constraint in 0..4_u32) -> TaskAuction {
        let constraint = ConstraintIx(constraint);
        TaskAuction { task: TaskIx(task), memory_mb: size.memory_mb, disk_mb: size.disk_mb, constraint }
    }
}

prop_compose! {
    pub(crate) fn config()(
        starting_container_weight in prop_oneof![Just(0.0), Just(0.25), Just(300.0)],
        bin_pack_first_fit_weight in prop_oneof![Just(0.0), Just(0.5), Just(-0.5), Just(700.0)],
        max_starts in prop_oneof![3 => -1..1_i64, 1 => 1..12_i64],
    ) -> Config {
        Config { starting_container_weight, bin_pack_first_fit_weight, max_starts }
    }
}

/// So many cases, or as many as `PROPTEST_CASES` demands.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    let demanded = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { demanded.cases } else { cases };
    ProptestConfig { cases, failure_persistence: None, ..demanded }
}

/// So many cells, numbered from 0.
pub(crate) fn cells(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<CellState>> {
    prop::collection::vec(cell(), count).prop_map(|cells| {
        (0..).zip(cells).map(|(number, cell)| CellState { cell: CellIx(number), ..cell }).collect()
    })
}

/// A batch.
pub(crate) fn auctions() -> impl Strategy<Value = Auctions> {
    let queued_at = Time::ZERO;
    let lrps = prop::collection::vec(lrp().prop_map(move |auction| Queued { auction, queued_at }), 0..12);
    let tasks = prop::collection::vec(task().prop_map(move |auction| Queued { auction, queued_at }), 0..6);
    (lrps, tasks).prop_map(|(lrps, tasks)| Auctions { lrps, tasks })
}
