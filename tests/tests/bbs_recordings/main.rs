//! Our BBS does, step by step, what the recorded BBS did: results, auctions, calls to cells, records and metrics.
//!
//! Left out: scenarios with the feature `faults`, which are about failures inside the original's database.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod format;
mod names;
mod replay;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::Deserialize;

use crate::format::{Outcome, Request, Scenario};
use crate::replay::Replay;

/// What a file came to.
#[derive(Debug, Default)]
struct Tally {
    scenarios: usize,
    steps: usize,
    left_out: usize,
    /// By the operation of the first step that differs: how many scenarios, and the first difference.
    differing: BTreeMap<String, (usize, String)>,
}

fn replay(scenario: &Scenario) -> Result<(), (String, String)> {
    let mut replay = Replay::new(scenario);
    for (number, step) in scenario.steps.iter().enumerate() {
        let request = Request::deserialize(step).unwrap();
        let mut recorded = Outcome::deserialize(step).unwrap();
        recorded.rep_calls.sort();
        let seen = replay.step(&request, &recorded.result);
        if seen != recorded {
            let place = format!("{} step {number}: {} {}", scenario.id, request.op, step["args"]);
            return Err((request.op, format!("{place}\n{}", recorded.difference(&seen))));
        }
    }
    let contents = replay.contents();
    if contents != scenario.last {
        let place = format!("{} at the end", scenario.id);
        return Err((
            "final".to_owned(),
            format!("{place}\nrecorded: {:#?}\nseen: {contents:#?}", scenario.last),
        ));
    }
    Ok(())
}

fn replay_file(path: &Path) -> Tally {
    let file = File::open(path).unwrap_or_else(|error| panic!("failed to open {}: {error}", path.display()));
    let mut tally = Tally::default();
    for line in BufReader::new(GzDecoder::new(file)).lines() {
        let scenario: Scenario = serde_json::from_str(&line.unwrap()).unwrap();
        if scenario.config.features.iter().any(|feature| feature == "faults") {
            tally.left_out += 1;
            continue;
        }
        tally.scenarios += 1;
        tally.steps += scenario.steps.len();
        if let Err((op, difference)) = replay(&scenario) {
            tally.differing.entry(op).or_insert((0, difference)).0 += 1;
        }
    }
    tally
}

fn assert_same(tally: &Tally) {
    let differences: String = tally
        .differing
        .iter()
        .map(|(op, (scenarios, first))| format!("{scenarios} scenarios differ at {op}, first {first}\n"))
        .collect();
    assert!(differences.is_empty(), "{differences}");
}

#[test]
fn sampled_lrp_scenarios() {
    let tally = replay_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/bbs/lrp-sample.jsonl.gz"));
    assert!(tally.scenarios >= 40, "the sample is gone: {tally:?}");
    assert_same(&tally);
}

#[test]
#[ignore = "needs the whole recordings: RIVERA_GOLDEN, or ../shared/golden"]
fn golden_all_lrp_scenarios() {
    let folder = std::env::var_os("RIVERA_GOLDEN")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/golden"), PathBuf::from);
    let tally = replay_file(&folder.join("bbs/lrp.jsonl.gz"));
    println!("{} scenarios, {} steps, {} left out", tally.scenarios, tally.steps, tally.left_out);
    assert_same(&tally);
    assert_eq!((tally.scenarios, tally.left_out), (1_755, 195));
}
