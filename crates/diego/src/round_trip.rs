//! The law of exports: what is written reads back as the same fleet, up to its name and the manifest's other groups.

use proptest::prelude::*;
use rivera_model::{
    CellGroup, CellUpdate, Constraint, DeploymentFacts, Fleet, InstanceState, Offer, Presence, Resources,
    RootFsProvider, Span, UpdateStrategy,
};

use crate::cell_groups::Updates;
use crate::draft::{Draft, DraftCell, DraftInstance, DraftProcess, DraftTask};
use crate::facts::FACTS;
use crate::laws::what_is_written_reads_back;

/// Texts for each fact, in the order of the table.
const FACT_TEXTS: [&str; 17] = [
    "30%",
    "0",
    "1-2",
    "5000-1200000",
    "create-swap-delete",
    "-1",
    "1e-3",
    "0.0",
    "600",
    "10",
    "30",
    "10",
    "false",
    "0",
    "1500ms",
    "5",
    "30",
];

fn facts() -> impl Strategy<Value = DeploymentFacts> {
    proptest::array::uniform17(any::<bool>()).prop_map(|known| {
        let mut facts = DeploymentFacts::default();
        for ((fact, text), known) in FACTS.iter().zip(FACT_TEXTS).zip(known) {
            if known {
                (fact.set)(&mut facts, text).unwrap();
            }
        }
        facts
    })
}

fn names() -> impl Strategy<Value = std::collections::BTreeSet<String>> {
    proptest::sample::subsequence(vec!["iso".to_owned(), "gpu \"a\"".to_owned(), "ü".to_owned()], 0..3)
        .prop_map(|names| names.into_iter().collect())
}

fn cell() -> impl Strategy<Value = DraftCell> {
    let provider = prop_oneof![
        Just(RootFsProvider::Arbitrary),
        Just(RootFsProvider::Unknown),
        names().prop_map(RootFsProvider::FixedSet),
    ];
    let offer = (provider, names(), names(), names()).prop_map(|(provider, drivers, tags, optional)| Offer {
        rootfs_providers: [("docker".to_owned(), RootFsProvider::Arbitrary), ("x".to_owned(), provider)]
            .into(),
        volume_drivers: drivers,
        placement_tags: tags,
        optional_placement_tags: optional,
    });
    let zone = prop_oneof![Just(""), Just("z1"), Just("on"), Just("zone: \"3\"")];
    let group = prop_oneof![Just("diego-cell"), Just("iso \"a\""), Just("windows"), Just("null"), Just("")];
    (zone, 0..9_i32, prop_oneof![Just(0), Just(32)], offer, (group, any::<u32>(), any::<bool>())).prop_map(
        |(zone, unlisted, proxy_memory_mb, offer, (group, bosh_index, bootstrap))| DraftCell {
            id: String::new(),
            bosh_index,
            group: group.to_owned(),
            zone: zone.to_owned(),
            total: Resources::new(1 << 20, 1 << 20, 249),
            unlisted: Resources::new(unlisted, unlisted / 2, unlisted / 3),
            proxy_memory_mb,
            offer,
            bootstrap,
        },
    )
}

fn constraint() -> impl Strategy<Value = Constraint> {
    let rootfs = prop_oneof![Just("preloaded:cflinuxfs4"), Just("docker:///a#b"), Just("")];
    (rootfs, names(), names()).prop_map(|(rootfs, volume_drivers, placement_tags)| Constraint {
        rootfs: rootfs.to_owned(),
        volume_drivers,
        placement_tags,
    })
}

/// A process, and for each index a number from which its records follow.
fn process() -> impl Strategy<Value = (DraftProcess, Vec<usize>)> {
    let sizes = (0..2_000_i32, 0..2_000_i32, proptest::option::of(1..u64::from(u32::MAX)), any::<bool>());
    (sizes, constraint(), proptest::collection::vec(0..1_000_usize, 0..5)).prop_map(
        |((memory_mb, disk_mb, timeout_ms, recreate), constraint, records)| {
            let process = DraftProcess {
                guid: String::new(),
                domain: "cf-apps".to_owned(),
                instances: u32::try_from(records.len()).unwrap(),
                memory_mb,
                disk_mb,
                constraint,
                strategy: if recreate { UpdateStrategy::Recreate } else { UpdateStrategy::Rolling },
                start_timeout: timeout_ms.map(Span::from_ms),
            };
            (process, records)
        },
    )
}

/// Records of one index: an ordinary one in one of the four states, and beside it none, an evacuating or a
/// suspect one.
fn records(process: usize, index: u32, number: usize, cells: usize) -> Vec<DraftInstance> {
    let states =
        [InstanceState::Unclaimed, InstanceState::Claimed, InstanceState::Running, InstanceState::Crashed];
    let state = states[number % 4];
    let placed = matches!(state, InstanceState::Claimed | InstanceState::Running);
    let ordinary = DraftInstance {
        process,
        index,
        presence: Presence::Ordinary,
        state,
        cell: placed.then_some(number % cells),
        crash_count: u32::try_from(number % 5).unwrap(),
    };
    let presence = match number / 4 % 3 {
        // The old instance is never on the cell of the new one.
        _ if cells == 1 => return vec![ordinary],
        0 => return vec![ordinary],
        1 => Presence::Evacuating,
        _ => Presence::Suspect,
    };
    let (state, cell) = (InstanceState::Running, Some((number + 1) % cells));
    vec![ordinary, DraftInstance { presence, state, cell, crash_count: 0, ..ordinary }]
}

/// Groups that a manifest names, whether cells are of them or not.
fn groups() -> impl Strategy<Value = Vec<(CellGroup, CellUpdate)>> {
    let names = vec!["iso \"a\"", "compute", "null", "diego-cell", "", "off"];
    let named = proptest::sample::subsequence(names, 0..6).prop_shuffle();
    let one = (any::<bool>(), facts());
    (named, proptest::collection::vec(one, 6)).prop_map(|(names, rest)| {
        let group = |(name, (serial, facts)): (&str, (bool, DeploymentFacts))| {
            (CellGroup { serial, ..CellGroup::named(name) }, facts.cells)
        };
        names.into_iter().zip(rest).map(group).collect()
    })
}

fn fleet() -> impl Strategy<Value = Fleet> {
    let tasks = proptest::collection::vec((0..6_usize, 0..900_i32, constraint()), 0..4);
    let cells = proptest::collection::vec(cell(), 1..5);
    let processes = proptest::collection::vec(process(), 0..6);
    (cells, processes, tasks, facts(), groups()).prop_map(
        |(mut cells, mut processes, tasks, mut facts, named)| {
            for (number, cell) in cells.iter_mut().enumerate() {
                cell.id = format!("cell_{number}");
            }
            let mut instances = Vec::new();
            for (number, (process, numbers)) in processes.iter_mut().enumerate() {
                process.guid = format!("process-{number}");
                for (index, &record) in numbers.iter().enumerate() {
                    instances.extend(records(number, u32::try_from(index).unwrap(), record, cells.len()));
                }
            }
            let tasks = (tasks.into_iter().enumerate())
                .map(|(number, (cell, memory_mb, constraint))| DraftTask {
                    guid: format!("task-{number}"),
                    cell: (cell < cells.len()).then_some(cell),
                    memory_mb,
                    disk_mb: memory_mb / 2,
                    constraint,
                })
                .collect();
            let processes = processes.into_iter().map(|(process, _)| process).collect();
            let whole =
                |(group, own): (CellGroup, CellUpdate)| CellGroup { update: own.or(&facts.cells), ..group };
            let Updates { usual, groups } =
                Updates::of(named.into_iter().map(whole).collect(), facts.cells.clone());
            facts.cells = usual;
            Draft { groups, cells, processes, instances, tasks, facts }.into_fleet("written".to_owned())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_reads_back_as_the_same_fleet(fleet in fleet()) {
        what_is_written_reads_back(&fleet);
    }
}
