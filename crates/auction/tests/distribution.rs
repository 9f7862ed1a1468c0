//! What the scores come to over many placements: how instances spread (A.19, J-11, J-12).

use rivera_auction::{Auctions, Catalog, CellState, Config, LrpAuction, Queued, Scheduled, Zones, schedule};
use rivera_model::{
    CellIx, Constraint, ConstraintIx, Offer, OfferIx, ProcessIx, Resources, RootFsProvider, Time, ZoneIx,
};

fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    catalog.intern_constraint(&Constraint { rootfs: "docker:a".to_owned(), ..Constraint::default() });
    let rootfs_providers = [("docker".to_owned(), RootFsProvider::Arbitrary)].into();
    catalog.intern_offer(&Offer { rootfs_providers, ..Offer::default() });
    catalog
}

/// Empty cells of 32 GiB; cell n is in zone n modulo `zones`.
fn empty_cells(count: u32, zones: u32) -> Vec<CellState> {
    let total = Resources::new(32_768, 131_072, 250);
    let cell = |number| CellState {
        cell: CellIx(number),
        zone: ZoneIx(number % zones),
        offer: OfferIx(0),
        index: i64::from(number),
        available: total,
        total,
        starting: 0,
        proxy_memory_mb: 0,
        lrps: Vec::new(),
        tasks: 0,
    };
    (0..count).map(cell).collect()
}

/// `processes` processes of `instances` instances each, of 256 MiB.
fn apps(processes: u32, instances: i32) -> Auctions {
    let lrp = |process, index| LrpAuction {
        process: ProcessIx(process),
        index,
        memory_mb: 256,
        disk_mb: 1_024,
        constraint: ConstraintIx(0),
    };
    let lrps = (0..processes).flat_map(|process| (0..instances).map(move |index| lrp(process, index)));
    Auctions {
        lrps: lrps.map(|auction| Queued { auction, queued_at: Time::ZERO }).collect(),
        tasks: Vec::new(),
    }
}

fn place(cells: Vec<CellState>, auctions: Auctions, config: &Config) -> Scheduled {
    let scheduled = schedule(&catalog(), &mut Zones::build(cells, config), auctions, config);
    assert!(scheduled.placements.iter().all(|placement| placement.result.is_ok()));
    scheduled
}

/// LRPs on each of `cells` cells.
fn spread(scheduled: &Scheduled, cells: usize) -> Vec<usize> {
    let mut counts = vec![0; cells];
    for work in &scheduled.work {
        counts[work.cell.index()] = work.lrps.len();
    }
    counts
}

#[test]
fn a_cold_start_fills_equal_cells_evenly() {
    let scheduled = place(empty_cells(12, 3), apps(240, 1), &Config::default());
    assert_eq!(spread(&scheduled, 12), [20; 12]);
}

#[test]
fn the_instances_of_one_process_spread_over_zones_and_cells() {
    let scheduled = place(empty_cells(12, 3), apps(1, 30), &Config::default());
    let counts = spread(&scheduled, 12);
    let zone = |zone: usize| counts.iter().skip(zone).step_by(3).sum::<usize>();
    assert_eq!([zone(0), zone(1), zone(2)], [10, 10, 10]);
    assert!(counts.iter().all(|count| (2..=3).contains(count)), "{counts:?}");
}

#[test]
fn no_process_has_two_instances_on_a_cell_while_there_are_cells_enough() {
    let scheduled = place(empty_cells(12, 3), apps(50, 4), &Config::default());
    for work in &scheduled.work {
        let mut processes: Vec<_> = work.lrps.iter().map(|lrp| lrp.process).collect();
        processes.sort_unstable();
        processes.dedup();
        assert_eq!(processes.len(), work.lrps.len());
    }
}

#[test]
fn a_bin_pack_weight_fills_the_first_cell_first() {
    let config =
        Config { starting_container_weight: 0.0, bin_pack_first_fit_weight: 10.0, ..Config::default() };
    // 128 instances of 256 MiB (and 1 GiB of disk) fill a cell.
    let scheduled = place(empty_cells(4, 1), apps(300, 1), &config);
    assert_eq!(spread(&scheduled, 4), [128, 128, 44, 0]);
}

#[test]
fn j_11_an_updated_empty_cell_attracts_until_its_starting_containers_outweigh() {
    let half_full = |mut cells: Vec<CellState>| {
        for cell in &mut cells[1..] {
            cell.available = Resources::new(16_384, 65_536, 125);
        }
        cells
    };
    let spread_with = |starting_container_weight| {
        let config = Config { starting_container_weight, ..Config::default() };
        spread(&place(half_full(empty_cells(5, 1)), apps(20, 1), &config), 5)
    };
    assert_eq!(spread_with(0.0), [20, 0, 0, 0, 0]);
    // At 0.25 a container each, two starts make up for a half-full cell.
    let counts = spread_with(0.25);
    assert!(
        (5..=6).contains(&counts[0]) && counts[1..].iter().all(|count| (3..=4).contains(count)),
        "{counts:?}"
    );
}

#[test]
fn j_12_a_replacement_goes_back_into_the_zone_that_is_being_updated() {
    // One instance in each of three zones; cell 0, which holds that of zone 0, evacuates
    // and is not part of the auction, so zone 0 counts none.
    let mut cells = empty_cells(6, 3);
    cells[1].lrps = vec![ProcessIx(0)];
    cells[2].lrps = vec![ProcessIx(0)];
    cells[3].available = Resources::new(1_000, 4_000, 10);
    cells.remove(0);
    let scheduled = place(cells, apps(1, 1), &Config::default());
    assert_eq!(scheduled.work[0].cell, CellIx(3), "the fullest cell, but the only one of the zone");
}

#[test]
fn j_12_a_process_with_one_instance_goes_to_the_emptiest_cell_of_any_zone() {
    let mut cells = empty_cells(6, 3);
    for cell in &mut cells {
        cell.available = Resources::new(16_384, 65_536, 125);
    }
    cells[4].available = Resources::new(16_400, 65_536, 125);
    assert_eq!(place(cells, apps(1, 1), &Config::default()).work[0].cell, CellIx(4));
}
