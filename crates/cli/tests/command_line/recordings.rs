//! `rivera replay`: recordings that are met, and recordings that somebody has changed.

use std::io::{Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::sandbox::{Ran, Sandbox};

const BATCH: &str = "n100_l50_b200_z3";

/// A recording of this repository, compressed as it is there.
pub(crate) fn recorded(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/auction");
    std::fs::read(folder.join(name)).expect("a recording")
}

pub(crate) fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn unzipped(name: &str) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(&recorded(name)[..]).read_to_string(&mut text).expect("a text");
    text
}

/// The batch as plain text, with its steps changed.
fn sandbox_with_steps(change: impl FnOnce(&mut Vec<serde_json::Value>)) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("a.workload.json", unzipped(&format!("{BATCH}.workload.json.gz")));
    let mut steps = serde_json::from_str(&unzipped(&format!("{BATCH}.steps.json.gz"))).expect("steps");
    change(&mut steps);
    sandbox.write("a.steps.json", serde_json::to_vec(&steps).expect("JSON"));
    sandbox
}

/// What is printed when the answer is no.
fn answer_is_no(sandbox: &Sandbox, arguments: &str) -> String {
    let Ran { code, stdout, stderr } = sandbox.run(arguments);
    assert_eq!((code, stderr.as_str()), (Some(1), ""), "{stdout}");
    stdout
}

#[test]
fn what_a_real_auctioneer_did_is_met() {
    let sandbox = sandbox_with_steps(|_| {});
    sandbox.write("scenarios.jsonl.gz", recorded("scenarios.jsonl.gz"));
    assert_eq!(
        sandbox.done("replay scenarios.jsonl.gz a.steps.json a.workload.json"),
        "scenarios.jsonl.gz: all 400 auctions are met\na.steps.json: all 200 placements are met\n"
    );
}

#[test]
fn the_two_files_of_a_batch_need_not_both_be_compressed() {
    let sandbox = sandbox_with_steps(|_| {});
    sandbox.write("a.steps.json.gz", zip(sandbox.read("a.steps.json").as_bytes()));
    std::fs::remove_file(sandbox.path("a.steps.json")).unwrap();
    assert_eq!(sandbox.done("replay a.workload.json"), "a.steps.json.gz: all 200 placements are met\n");
}

#[test]
fn a_changed_result_of_an_auction_is_shown_beside_ours() {
    let sandbox = Sandbox::new();
    let text = unzipped("scenarios.jsonl.gz");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let changed = lines.iter().position(|line| line.contains("\"winner\":\"cell-00")).unwrap();
    lines[changed] = lines[changed].replacen("\"winner\":\"cell-00", "\"winner\":\"cell-99", 1);
    sandbox.write("changed.jsonl", lines.join("\n"));
    let told = answer_is_no(&sandbox, "replay changed.jsonl");
    assert!(told.starts_with("changed.jsonl: of 400 auctions the first that differs is\n"), "{told}");
    let id = lines[changed].split('"').nth(3).unwrap();
    assert!(told.contains(&format!("\n{id}: results differ\n  recorded: ")), "{told}");
    assert!(told.contains(" goes to cell-99") && told.contains("\n  here: "), "{told}");
}

#[test]
fn a_changed_score_is_shown_with_its_parts() {
    let sandbox = sandbox_with_steps(|steps| steps[7]["score_bits"] = "3fe0000000000000".into());
    let told = answer_is_no(&sandbox, "replay a.workload.json");
    assert!(
        told.starts_with("a.steps.json: of 200 placements the first that differs is\nstep 7 ("),
        "{told}"
    );
    for text in ["the least score is ", " = resource ", "; 0.5 in the recording\n  the recorded winner has "]
    {
        assert!(told.contains(text), "{text:?} is not in\n{told}");
    }
}

#[test]
fn every_other_change_of_a_step_is_found() {
    let no = |change: fn(&mut Vec<serde_json::Value>), text: &str| {
        let told = answer_is_no(&sandbox_with_steps(change), "replay a.workload.json");
        assert!(told.contains(text), "{text:?} is not in\n{told}");
    };
    no(|steps| steps[3]["ties"] = 77.into(), "77 in the recording");
    no(
        |steps| steps[3]["winner"] = steps[4]["winner"].clone(),
        "is not among the cells with the least score",
    );
    no(|steps| steps[3]["winner"] = "".into(), "the error is \"\" here");
    no(|steps| steps.reverse(), "too early or too late");
}

#[test]
fn what_is_no_recording_is_wrong_input() {
    let sandbox = sandbox_with_steps(|steps| steps[1]["input"] = steps[0]["input"].clone());
    sandbox.refused_with(
        "replay a.workload.json",
        &["a.steps.json: steps: each LRP of the workload must have one step"],
    );
    sandbox.refused_with(
        "replay tiny.toml",
        &["tiny.toml: the name is not that of a recording", "help: a recording is X.jsonl"],
    );
    sandbox.refused_with("replay none.jsonl", &["none.jsonl: there is no such file", "rivera replay --help"]);
    sandbox.write("b.jsonl", "{\"id\":\"x\"}\n");
    sandbox.refused_with("replay b.jsonl", &["error[wrong-value]: b.jsonl:1:", "missing field `config`"]);
    sandbox.write("b.workload.json", "{");
    sandbox.refused_with("replay b.workload.json", &["b.workload.json:1:1", "cut off"]);
    std::fs::remove_file(sandbox.path("a.steps.json")).unwrap();
    sandbox.refused_with("replay a.workload.json", &["a.steps.json: there is no such file"]);
    sandbox.refused_with("replay", &["<FILE>..."]);
}
