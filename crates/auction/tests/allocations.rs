//! A placement allocates nothing once an index is warm.

use rivera_auction::{Catalog, CellIndex, CellState, Config, Item, LrpAuction, PlacementError, TaskAuction};
use rivera_model::{
    CellIx, Constraint, ConstraintIx, Offer, OfferIx, ProcessIx, Resources, RootFsProvider, TaskIx, ZoneIx,
};

/// Constraint 0 fits all cells; constraint 1 asks for a tag that none has.
fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    let rootfs_providers = [("docker".to_owned(), RootFsProvider::Arbitrary)].into();
    catalog.intern_offer(&Offer { rootfs_providers, ..Offer::default() });
    let constraint = Constraint { rootfs: "docker:a".to_owned(), ..Constraint::default() };
    catalog.intern_constraint(&constraint);
    catalog.intern_constraint(&Constraint { placement_tags: ["gpu".to_owned()].into(), ..constraint });
    catalog
}

/// 600 cells in three zones. Process 0 is on half of them.
fn cells() -> Vec<CellState> {
    let total = Resources::new(32_768, 131_072, 250);
    let cell = |number: u32| CellState {
        cell: CellIx(number),
        zone: ZoneIx(number % 3),
        offer: OfferIx(0),
        index: 0,
        available: Resources::new(8_192 + i32::try_from(number).expect("a small number"), 65_536, 100),
        total,
        starting: 0,
        proxy_memory_mb: 32,
        lrps: vec![ProcessIx(number % 2 * (number + 1)); 3],
        tasks: 0,
    };
    (0..600).map(cell).collect()
}

fn items() -> Vec<Item> {
    let lrp = |number: u32| LrpAuction {
        process: ProcessIx(number % 100),
        index: 0,
        memory_mb: if number % 50 == 7 { 100_000 } else { 256 },
        disk_mb: 512,
        constraint: ConstraintIx(u32::from(number % 50 == 8)),
    };
    let task = |number| TaskAuction {
        task: TaskIx(number),
        memory_mb: 64,
        disk_mb: 64,
        constraint: ConstraintIx(0),
    };
    let all = (0..2_000).map(|number| match number % 4 {
        0 => Item::Task(task(number)),
        1 => Item::Lrp(LrpAuction { process: ProcessIx(0), ..lrp(number) }),
        _ => Item::Lrp(lrp(number)),
    });
    all.collect()
}

/// Places a batch and takes it back. Returns how many items were placed, and how many were not.
fn run(index: &mut CellIndex, catalog: &Catalog, items: &[Item]) -> (u32, u32) {
    let mut reservations = index.reservations();
    let mut count = (0, 0);
    for item in items {
        match reservations.place(catalog, item) {
            Ok(win) => {
                reservations.reserve(win.cell, item).expect("the winner has room");
                count.0 += 1;
            }
            Err(PlacementError::Resources(_) | PlacementError::PlacementTags(_)) => count.1 += 1,
            Err(error) => panic!("{error}"),
        }
    }
    count
}

#[test]
fn a_warm_index_allocates_nothing() {
    let (catalog, items) = (catalog(), items());
    let mut index = CellIndex::build(cells(), &Config::default());
    let mut first = (0, 0);
    let cold = allocation_counter::measure(|| first = run(&mut index, &catalog, &items));
    assert!(cold.count_total > 0, "the counter counts");
    let mut second = (0, 0);
    let warm = allocation_counter::measure(|| second = run(&mut index, &catalog, &items));
    assert_eq!(warm.count_total, 0);
    assert_eq!(first, second);
    assert!(second.0 > 1_000 && second.1 > 10, "{second:?}");
}
