//! The auction against recordings of Diego's own scheduler, by the check that `rivera replay` makes.
#![expect(clippy::print_stdout, reason = "a test says how much it has checked")]

use std::path::Path;

use rivera_diego::recording::{Scenario, Step, Workload};
use rivera_report::{check_scenario, check_steps};
use rivera_tests::golden;

/// Replays each scenario of a file and returns their number.
fn replay_scenarios(path: &Path) -> usize {
    let scenarios: Vec<Scenario> = golden::read_lines(path).collect();
    let wrong: Vec<String> = scenarios
        .iter()
        .filter_map(|scenario| check_scenario(scenario).err())
        .map(|error| error.to_string())
        .collect();
    assert!(wrong.is_empty(), "{} auctions differ:\n{}", wrong.len(), wrong.join("\n"));
    println!("{} auctions met exactly", scenarios.len());
    scenarios.len()
}

/// Replays a large batch and returns the number of its steps.
fn replay_steps(folder: &Path, name: &str) -> usize {
    let workload: Workload = golden::read(&folder.join(format!("{name}.workload.json.gz")));
    let steps: Vec<Step> = golden::read(&folder.join(format!("{name}.steps.json.gz")));
    check_steps(&workload, &steps).unwrap_or_else(|error| panic!("{name}: {error}"));
    println!("{name}: {} placements met step by step", steps.len());
    steps.len()
}

#[test]
fn sample_of_scenarios() {
    assert_eq!(replay_scenarios(&golden::sample().join("auction/scenarios.jsonl.gz")), 400);
}

#[test]
fn sample_of_steps() {
    assert_eq!(replay_steps(&golden::sample().join("auction"), "n100_l50_b200_z3"), 200);
}

#[test]
#[ignore = "needs the golden folder"]
fn golden_all_scenarios() {
    assert_eq!(replay_scenarios(&golden::folder().join("auction/scenarios.jsonl.gz")), 3_605);
}

#[test]
#[ignore = "needs the golden folder"]
fn golden_all_steps() {
    let replay = |name| replay_steps(&golden::folder().join("auction"), name);
    assert_eq!(replay("n100_l50_b200_z3"), 200);
    assert_eq!(replay("n100_l50_b200_z3_distinct"), 200);
    assert_eq!(replay("n100_l50_b3000_z3_overfull"), 3_000);
    assert_eq!(replay("n1250_l50_b2000_z3"), 2_000);
    assert_eq!(replay("n1250_l50_b2000_z3_distinct"), 2_000);
}
