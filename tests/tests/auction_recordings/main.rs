//! The auction against recordings of Diego's own scheduler.
#![expect(clippy::print_stdout, reason = "a test says how much it has checked")]

mod names;
mod scenario;
mod steps;

use std::path::Path;

use rivera_tests::golden;

/// Replays each scenario of a file and returns their number.
fn replay_scenarios(path: &Path) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    for recorded in golden::read_lines::<scenario::Recorded>(path) {
        count += 1;
        wrong.extend(recorded.differences());
    }
    assert!(wrong.is_empty(), "{} results differ:\n{}", wrong.len(), wrong.join("\n"));
    println!("{count} auctions met exactly");
    count
}

/// Replays a large batch and returns the number of its steps.
fn replay_steps(folder: &Path, name: &str) -> usize {
    let workload: steps::Workload = golden::read(&folder.join(format!("{name}.workload.json.gz")));
    let recorded: Vec<steps::Step> = golden::read(&folder.join(format!("{name}.steps.json.gz")));
    steps::replay(&workload, &recorded);
    println!("{name}: {} placements met step by step", recorded.len());
    recorded.len()
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
