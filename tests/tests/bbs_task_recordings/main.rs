//! Our task store does, step by step, what the recorded BBS did: results, auctions, cancel calls, callbacks, tasks and
//! metrics.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod format;
#[path = "../bbs_recordings/names.rs"]
mod names;
mod replay;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::Deserialize;

use crate::format::{Outcome, Request, Scenario};
use crate::replay::Replay;

fn replay(scenario: &Scenario) {
    let mut replay = Replay::new(&scenario.config);
    for (number, step) in scenario.steps.iter().enumerate() {
        let request = Request::deserialize(step).unwrap();
        let recorded = Outcome::deserialize(step).unwrap();
        let seen = replay.step(&request);
        assert_eq!(seen, recorded, "{} step {number}: {} {}", scenario.id, request.op, step["args"]);
    }
    assert_eq!(replay.contents(), scenario.last, "{} at the end", scenario.id);
}

/// Answers how many scenarios and steps there were.
fn replay_file(path: &Path) -> (usize, usize) {
    let file = File::open(path).unwrap_or_else(|error| panic!("failed to open {}: {error}", path.display()));
    let mut counts = (0, 0);
    for line in BufReader::new(GzDecoder::new(file)).lines() {
        let scenario: Scenario = serde_json::from_str(&line.unwrap()).unwrap();
        replay(&scenario);
        counts = (counts.0 + 1, counts.1 + scenario.steps.len());
    }
    counts
}

#[test]
fn sampled_task_scenarios() {
    let (scenarios, _) =
        replay_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/bbs/task-sample.jsonl.gz"));
    assert!(scenarios >= 20, "the sample is gone: {scenarios}");
}

#[test]
#[ignore = "needs the whole recordings: RIVERA_GOLDEN, or ../shared/golden"]
fn golden_all_task_scenarios() {
    let folder = std::env::var_os("RIVERA_GOLDEN")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/golden"), PathBuf::from);
    let (scenarios, steps) = replay_file(&folder.join("bbs/task.jsonl.gz"));
    println!("{scenarios} scenarios, {steps} steps");
    assert_eq!(scenarios, 500);
}
