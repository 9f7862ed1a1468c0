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

/// What is held after building, beyond the states of the cells: these move into the index, and what held them is freed meanwhile.
fn held_bytes(cells: Vec<CellState>, catalog: &Catalog, and_tasks: bool) -> f64 {
    let mut index = None;
    let held = allocation_counter::measure(|| {
        let index = index.insert(CellIndex::build(cells, &Config::default()));
        if and_tasks {
            let _ = index.place(catalog, &items()[0]);
        }
    });
    held.bytes_current as f64
}

#[test]
fn a_cell_takes_at_most_200_bytes_beyond_its_state_and_an_instance_at_most_24() {
    let (catalog, any, count) = (catalog(), cells().remove(0), 5_000);
    let held = |instances: u32, processes: u32, and_tasks| {
        let cell = |number: u32| {
            let lrps = (0..instances).map(|lrp| ProcessIx((number * instances + lrp) % processes)).collect();
            CellState { cell: CellIx(number), zone: ZoneIx(number % 3), lrps, ..any.clone() }
        };
        held_bytes((0..count).map(cell).collect(), &catalog, and_tasks)
    };
    let (without_tasks, with_tasks) = (held(0, 1, false), held(0, 1, true));
    assert!(without_tasks < with_tasks, "the trees for tasks are held from the first task on");
    assert!(with_tasks <= f64::from(200 * count), "{} bytes a cell", with_tasks / f64::from(count));
    let instances = 50 * count;
    for per_process in [2, 4, 50] {
        let each = (held(50, instances / per_process, true) - with_tasks) / f64::from(instances);
        // Its entry in the state of its cell is 4 bytes more.
        assert!(each > 0.0 && each + 4.0 <= 24.0, "{each} bytes an instance, {per_process} of a process");
    }
}
