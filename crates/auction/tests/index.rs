//! The index against the plain rule: the same answers, whatever has happened before.

mod random;

use std::collections::BTreeMap;

use proptest::prelude::*;
use random::{auctions, cases, catalog, cell, cells, config};
use rivera_auction::{
    Auctions, CellIndex, CellState, Config, Container, Item, Kind, LrpAuction, Scheduled, Zones, schedule,
};
use rivera_model::{CellIx, ConstraintIx, OfferIx, ProcessIx, Resources, ZoneIx};

/// What happens to an index.
#[derive(Debug, Clone)]
enum Step {
    /// A batch is scheduled; kept or rolled back.
    Batch(Auctions, bool),
    /// A cell comes, or its state is replaced.
    Insert(CellState),
    Remove(CellIx),
    Start(CellIx, Container),
    Started(CellIx),
    Stop(CellIx, Container),
}

fn container() -> impl Strategy<Value = Container> {
    let kind =
        prop_oneof![3 => (0..4_u32).prop_map(|process| Kind::Lrp(ProcessIx(process))), 1 => Just(Kind::Task)];
    let sizes = (-1..5_i32, 0..4_i32);
    (kind, sizes).prop_map(|(kind, (memory, disk))| Container {
        kind,
        memory_mb: memory * 64,
        disk_mb: disk * 256,
    })
}

fn step(cells: u32) -> impl Strategy<Value = Step> {
    let some_cell = move || (0..cells).prop_map(CellIx);
    prop_oneof![
        4 => (auctions(), any::<bool>()).prop_map(|(auctions, keep)| Step::Batch(auctions, keep)),
        1 => (some_cell(), cell()).prop_map(|(cell, state)| Step::Insert(CellState { cell, ..state })),
        1 => some_cell().prop_map(Step::Remove),
        2 => (some_cell(), container()).prop_map(|(cell, container)| Step::Start(cell, container)),
        1 => some_cell().prop_map(Step::Started),
        2 => (some_cell(), container()).prop_map(|(cell, container)| Step::Stop(cell, container)),
    ]
}

/// The cells as they should be, kept by plain arithmetic.
#[derive(Debug, Default)]
struct Mirror {
    cells: BTreeMap<CellIx, CellState>,
}

impl Mirror {
    fn states(&self) -> Vec<CellState> {
        self.cells.values().cloned().collect()
    }

    fn start(&mut self, cell: CellIx, container: &Container) -> bool {
        let Some(state) = self.cells.get_mut(&cell) else { return false };
        let need = Resources::new(container.memory_mb, container.disk_mb, 1);
        state.available = state.available.checked_sub(need).expect("small numbers");
        state.starting += 1;
        match container.kind {
            Kind::Lrp(process) => state.lrps.push(process),
            Kind::Task => state.tasks += 1,
        }
        true
    }

    fn started(&mut self, cell: CellIx) -> bool {
        let starting = self.cells.get_mut(&cell).map(|state| &mut state.starting);
        starting.filter(|starting| **starting > 0).map(|starting| *starting -= 1).is_some()
    }

    fn stop(&mut self, cell: CellIx, container: &Container) -> bool {
        let Some(state) = self.cells.get_mut(&cell) else { return false };
        let found = match container.kind {
            Kind::Lrp(process) => {
                let at = state.lrps.iter().position(|lrp| *lrp == process);
                at.map(|at| state.lrps.remove(at)).is_some()
            }
            Kind::Task => state.tasks.checked_sub(1).map(|tasks| state.tasks = tasks).is_some(),
        };
        if found {
            let need = Resources::new(container.memory_mb, container.disk_mb, 1);
            state.available = state.available.checked_add(need).expect("small numbers");
        }
        found
    }
}

/// A reservation takes no proxy memory (Q4).
fn reservation(item: &Item) -> Container {
    let kind = match item {
        Item::Lrp(lrp) => Kind::Lrp(lrp.process),
        Item::Task(_) => Kind::Task,
    };
    Container { kind, memory_mb: item.memory_mb(), disk_mb: item.disk_mb() }
}

/// Equal, down to the bits of the scores.
fn same(index: &Scheduled, plain: &Scheduled) -> Result<(), TestCaseError> {
    prop_assert_eq!(index, plain);
    let bits = |scheduled: &Scheduled| -> Vec<_> {
        let wins = scheduled.placements.iter().filter_map(|placement| placement.result.as_ref().ok());
        wins.map(|win| win.score.total().to_bits()).collect()
    };
    prop_assert_eq!(bits(index), bits(plain));
    Ok(())
}

/// Takes the steps on an index and on plain states, and compares after each.
fn follow(states: Vec<CellState>, config: &Config, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let catalog = catalog();
    let mut index = CellIndex::build(states.clone(), config);
    let mut mirror = Mirror { cells: states.into_iter().map(|state| (state.cell, state)).collect() };
    for step in steps {
        match step {
            Step::Batch(auctions, keep) => {
                let mut zones = Zones::build(mirror.states(), config);
                let expected = schedule(&catalog, &mut zones, auctions.clone(), config);
                let mut reservations = index.reservations();
                let scheduled = reservations.schedule(&catalog, auctions);
                prop_assert_eq!(reservations.starting(), zones.starting());
                if keep {
                    reservations.keep();
                    for placement in &scheduled.placements {
                        if let Ok(win) = &placement.result {
                            mirror.start(win.cell, &reservation(&placement.item));
                        }
                    }
                } else {
                    reservations.roll_back();
                }
                same(&scheduled, &expected)?;
            }
            Step::Insert(state) => {
                index.insert(state.clone());
                mirror.cells.insert(state.cell, state);
            }
            Step::Remove(cell) => {
                prop_assert_eq!(index.remove(cell), mirror.cells.remove(&cell).is_some());
            }
            Step::Start(cell, container) => {
                prop_assert_eq!(index.start(cell, &container).is_ok(), mirror.start(cell, &container));
            }
            Step::Started(cell) => prop_assert_eq!(index.started(cell).is_ok(), mirror.started(cell)),
            Step::Stop(cell, container) => {
                prop_assert_eq!(index.stop(cell, &container).is_ok(), mirror.stop(cell, &container));
            }
        }
        prop_assert_eq!(index.verify(), Ok(()));
    }
    index.refresh();
    prop_assert!(
        index.is_equivalent(&CellIndex::build(mirror.states(), config)),
        "both ways lead to one state"
    );
    Ok(())
}

/// Cells of a foundation: few kinds, well filled, apps of a few instances.
fn foundation_cell() -> impl Strategy<Value = CellState> {
    let kind = (0..4_u32, prop_oneof![9 => Just(0), 1 => 1..3_u32], prop_oneof![Just(8), Just(16)]);
    let load = (0..20_i32, 0..12_i32, 0..3_u32, prop::collection::vec(0..4_u32, 0..6), 0..2_u32, 0..50_i64);
    (kind, load).prop_map(|((zone, offer, size), (memory, disk, starting, lrps, tasks, index))| CellState {
        cell: CellIx(0),
        zone: ZoneIx(zone),
        offer: OfferIx(offer),
        index,
        available: Resources::new(size * 64 - memory * 32, size * 256 - disk * 64, 40),
        total: Resources::new(size * 64, size * 256, 50),
        starting,
        proxy_memory_mb: 32,
        lrps: lrps.into_iter().map(ProcessIx).collect(),
        tasks,
    })
}

fn foundation() -> impl Strategy<Value = Vec<CellState>> {
    prop::collection::vec(foundation_cell(), 20..150).prop_map(|cells| {
        (0..).zip(cells).map(|(number, cell)| CellState { cell: CellIx(number), ..cell }).collect()
    })
}

/// Cells that are crowded with the instances of three processes: each is on nearly every cell, often many times.
fn crowded() -> impl Strategy<Value = Vec<CellState>> {
    let lrps = prop::collection::vec((0..3_u32, 0..4_u32), 0..16);
    prop::collection::vec((foundation_cell(), lrps), 20..80).prop_map(|cells| {
        let with = |(number, (cell, lrps)): (u32, (CellState, Vec<(u32, u32)>))| {
            let process = |(process, rare)| ProcessIx(if rare == 0 { process } else { 0 });
            CellState { cell: CellIx(number), lrps: lrps.into_iter().map(process).collect(), ..cell }
        };
        (0..).zip(cells).map(with).collect()
    })
}

/// Cells of two states only, so that nearly all are alike but for the processes that they host.
fn alike() -> impl Strategy<Value = Vec<CellState>> {
    let process = prop_oneof![(0..2_u32).prop_map(ProcessIx), (0..4_u32).prop_map(ProcessIx)];
    let lrps = prop::collection::vec(process, 0..4);
    prop::collection::vec((0..2_u32, prop::bool::weighted(0.2), lrps), 10..90).prop_map(|cells| {
        let total = Resources::new(1_024, 4_096, 50);
        let with = |(number, (zone, is_fuller, lrps)): (u32, (u32, bool, Vec<ProcessIx>))| CellState {
            cell: CellIx(number),
            zone: ZoneIx(zone),
            offer: OfferIx(0),
            index: 0,
            available: Resources { memory_mb: if is_fuller { 448 } else { 512 }, ..total },
            total,
            starting: 0,
            proxy_memory_mb: 0,
            lrps,
            tasks: 0,
        };
        (0..).zip(cells).map(with).collect()
    })
}

/// Resources of any size: most of them of neither use nor sense.
fn any_resources() -> impl Strategy<Value = Resources> {
    let amount = || prop_oneof![4 => any::<i32>(), 2 => -2..3_i32, 1 => Just(i32::MAX), 1 => Just(i32::MIN), 4 => 1_000..2_000_i32];
    (amount(), amount(), amount())
        .prop_map(|(memory, disk, containers)| Resources::new(memory, disk, containers))
}

/// Cells of any size.
fn any_cells() -> impl Strategy<Value = Vec<CellState>> {
    let odd = (cell(), any_resources(), any_resources(), any::<i32>());
    prop::collection::vec(odd, 0..14).prop_map(|cells| {
        let with =
            |(number, (cell, available, total, proxy_memory_mb)): (
                u32,
                (CellState, Resources, Resources, i32),
            )| { CellState { cell: CellIx(number), available, total, proxy_memory_mb, ..cell } };
        (0..).zip(cells).map(with).collect()
    })
}

/// A batch of items of any size.
fn any_auctions() -> impl Strategy<Value = Auctions> {
    (auctions(), prop::collection::vec(any_resources(), 18)).prop_map(|(mut auctions, sizes)| {
        let mut sizes = sizes.into_iter();
        for (lrp, size) in auctions.lrps.iter_mut().zip(&mut sizes) {
            (lrp.auction.memory_mb, lrp.auction.disk_mb) = (size.memory_mb, size.disk_mb);
        }
        for (task, size) in auctions.tasks.iter_mut().zip(&mut sizes) {
            (task.auction.memory_mb, task.auction.disk_mb) = (size.memory_mb, size.disk_mb);
        }
        auctions
    })
}

fn wild_config() -> impl Strategy<Value = Config> {
    let weight = || {
        prop_oneof![
            Just(0.0),
            Just(-0.25),
            Just(1e9),
            Just(-1e9),
            Just(1e300),
            Just(f64::NAN),
            Just(f64::INFINITY),
            Just(f64::NEG_INFINITY),
            Just(1e-300),
            -3.0..3.0_f64,
        ]
    };
    (weight(), weight(), -1..40_i64).prop_map(
        |(starting_container_weight, bin_pack_first_fit_weight, max_starts)| Config {
            starting_container_weight,
            bin_pack_first_fit_weight,
            max_starts,
        },
    )
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn it_answers_as_the_plain_rule(
        cells in cells(0..14), config in config(), steps in prop::collection::vec(step(16), 1..10),
    ) {
        follow(cells, &config, steps)?;
    }

    #[test]
    fn it_answers_as_the_plain_rule_with_any_weight(
        cells in cells(0..14), config in wild_config(), steps in prop::collection::vec(step(16), 1..6),
    ) {
        follow(cells, &config, steps)?;
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn it_answers_as_the_plain_rule_on_a_foundation(
        cells in foundation(), config in config(), steps in prop::collection::vec(step(150), 1..8),
    ) {
        follow(cells, &config, steps)?;
    }

    #[test]
    fn it_answers_as_the_plain_rule_for_processes_on_many_cells(
        cells in crowded(), config in config(), steps in prop::collection::vec(step(80), 1..8),
    ) {
        follow(cells, &config, steps)?;
    }

    #[test]
    fn it_answers_as_the_plain_rule_for_cells_that_are_alike(
        cells in alike(), config in config(), steps in prop::collection::vec(step(90), 1..8),
    ) {
        follow(cells, &config, steps)?;
    }

    #[test]
    fn it_answers_as_the_plain_rule_for_any_size(
        cells in any_cells(), config in wild_config(), batches in prop::collection::vec(any_auctions(), 1..4),
    ) {
        let steps = batches.into_iter().map(|auctions| Step::Batch(auctions, false)).collect();
        follow(cells, &config, steps)?;
    }
}

#[test]
fn a_bound_that_is_rounded_up_hides_no_winner() {
    let (catalog, config) = (catalog(), Config::default());
    let item = Item::Lrp(LrpAuction {
        process: ProcessIx(0),
        index: 0,
        memory_mb: 1,
        disk_mb: 0,
        constraint: ConstraintIx(0),
    });
    for first_mb in (1_000_000_000..2_000_000_000).step_by(7_919_003) {
        // So many starts that the scores of neighbours differ by about their rounding, which may go another way than that of the bounds.
        let cell = |number: u32| {
            let total = Resources::new(first_mb + i32::try_from(number).expect("small") * 31, 1_000, 10);
            CellState {
                cell: CellIx(number),
                zone: ZoneIx(0),
                offer: OfferIx(0),
                index: 0,
                available: Resources { memory_mb: total.memory_mb - 1_000, ..total },
                total,
                starting: 1_000,
                proxy_memory_mb: 0,
                lrps: Vec::new(),
                tasks: 0,
            }
        };
        let cells: Vec<_> = (0..40).map(cell).collect();
        let expected = Zones::build(cells.clone(), &config).place(&catalog, &item, &config);
        assert_eq!(CellIndex::build(cells, &config).place(&catalog, &item), expected);
    }
}
