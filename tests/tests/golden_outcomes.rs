//! The outcome of a run depends on its fleet, its scenario, its setting and its seed, and on nothing else: six of them are
//! kept as hashes, which hold on one thread and on many, in debug and in release.
//!
//! Logarithms and powers come from the system's library of mathematics, so the hashes are those of Linux on x86-64.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::path::PathBuf;

use rivera_diego::{Strictness, load};
use rivera_experiment::Experiment;
use rivera_model::Fleet;
use rivera_sim::{Restart, Scenario, UpgradeOrder};
use rivera_tests::fleets::setting;
use sha2::{Digest, Sha256};

/// A changed hash means that runs have other outcomes than before, or more of them: say in the commit why they should.
const GOLDEN: [(&str, &str); 6] = [
    ("the published roll-out", "8a045b17c7b2ec47"),
    ("a platform service that is overrun", "d715b065e91fadbd"),
    ("the whole upgrade", "5da182929360ae79"),
    ("groups of cells, with surplus cells", "90f054c3516ab698"),
    ("faults of every kind, and pushes", "9d9dd2f5726d1a97"),
    ("the same with a rolling strategy", "84a6ea64298507ca"),
];

fn example(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples").join(path)
}

/// A fleet that ships, and what it says of its scenario.
fn fleet(name: &str) -> (Fleet, Scenario) {
    let fleet = load(&example("fleets").join(name), Strictness::Strict).expect("a fleet that ships").fleet;
    let scenario = Scenario::default().with_facts(&fleet.facts).expect("facts of a fleet that ships");
    (fleet, scenario)
}

/// What each hash is of, in the order of [`GOLDEN`].
fn inputs() -> [(Fleet, Scenario, &'static str, &'static str); 6] {
    let (published, published_scenario) = fleet("pws-2017.toml");
    let (networking, networking_scenario) = fleet("cf-networking-61.toml");
    let (paas, mut whole) = fleet("paas-1632.toml");
    whole.upgrade.enabled = true;
    whole.upgrade.order = UpgradeOrder::CfDeployment;
    let (segments, mut surplus) = fleet("segments.toml");
    surplus.surplus.cells = 3;
    let (small, small_scenario) = fleet("small");
    let text = std::fs::read_to_string(example("scenarios/faults.toml")).expect("a scenario that ships");
    let mut faults = small_scenario.overlaid(&text).expect("a scenario that ships");
    faults.staging.enabled = true;
    let mut rolling = faults.clone();
    rolling.staging.restart = Restart::Rolling;
    [
        (published, published_scenario, "6", "250"),
        (networking, networking_scenario, "50", "200"),
        (paas, whole, "10%", "100"),
        (segments, surplus, "2", "50"),
        (small.clone(), faults, "4", "50"),
        (small, rolling, "4", "50"),
    ]
}

/// The hash of the outcomes of two seeds, without the number of events, which only says what they cost.
fn hash(input: &(Fleet, Scenario, &str, &str), threads: usize) -> String {
    let (fleet, scenario, max_in_flight, max_starts) = input;
    let settings = vec![setting(max_in_flight, max_starts)];
    let experiment = Experiment { fleet, scenario: scenario.clone(), settings, seeds: vec![1, 2] };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let mut comparison =
        pool.install(|| experiment.with_course(experiment.run(|| {})?)).expect("a valid fleet");
    for run in comparison.settings.iter_mut().flat_map(|setting| &mut setting.runs) {
        run.events = 0;
    }
    let bytes = serde_json::to_vec(&(&comparison.settings[0].runs, &comparison.course)).expect("plain data");
    Sha256::digest(bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn outcomes_are_those_that_are_written_down_on_any_number_of_threads() {
    let inputs = inputs();
    let found: Vec<(&str, String)> = (GOLDEN.iter().zip(&inputs))
        .map(|(&(name, _), input)| {
            let alone = hash(input, 1);
            assert_eq!(alone, hash(input, 4), "{name}: threads make a difference");
            (name, alone)
        })
        .collect();
    let golden = GOLDEN.map(|(name, hash)| (name, hash.to_owned()));
    assert_eq!(found, golden);
}
