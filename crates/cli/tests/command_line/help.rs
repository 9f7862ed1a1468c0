//! Help is true: its examples are commands that exist, on files that are there.

use std::path::Path;

use crate::auctions::{LRPS, TASKS};
use crate::experiments::EXPERIMENT;
use crate::recordings::recorded;
use crate::sandbox::Sandbox;
use crate::throttles::THROTTLES;

pub(crate) const VERBS: [&str; 26] = [
    "",
    "compare",
    "simulate",
    "experiment",
    "experiment run",
    "experiment plan",
    "experiment merge",
    "experiment recommend",
    "recommend",
    "fleet",
    "fleet show",
    "fleet synth",
    "scenario",
    "schema",
    "check",
    "explain",
    "throttle",
    "throttle get",
    "throttle set",
    "throttle validate",
    "place",
    "replay",
    "routes",
    "demo",
    "completions",
    "man",
];

/// The recordings of the examples, as they are named in this repository.
const RECORDINGS: [(&str, &str); 3] = [
    ("scenarios.jsonl.gz", "scenarios.jsonl.gz"),
    ("n100_l50_b200_z3.workload.json.gz", "batch.workload.json.gz"),
    ("n100_l50_b200_z3.steps.json.gz", "batch.steps.json.gz"),
];

/// The lines of the help that are commands.
fn examples(help: &str) -> Vec<&str> {
    help.lines().map(str::trim).filter(|line| line.starts_with("rivera ")).collect()
}

#[test]
fn every_verb_has_examples_and_they_fit_a_terminal() {
    let sandbox = Sandbox::new();
    for verb in VERBS {
        let help = sandbox.done(&format!("{verb} --help"));
        assert!(help.contains("\nExamples:\n"), "{verb}");
        let verbs = examples(&help);
        assert!(!verbs.is_empty(), "{verb}");
        for example in verbs {
            assert!(example.len() <= 78, "{example}");
            assert!(help.contains(&format!("  {example}\n")), "{example} is broken in two");
        }
    }
}

/// A plan and its parts, as an example of one verb leaves them for the next one.
fn experiment_files(sandbox: &Sandbox) {
    sandbox.done("experiment plan experiment.toml -o plan.json");
    for number in 1..=2 {
        sandbox
            .done(&format!("experiment run plan.json --shard {number}/2 -o part-{number}.json --no-cache"));
    }
}

/// An example is run with the export in place of the operator's own.
#[test]
fn examples_are_commands_that_work() {
    let fleets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/fleets");
    for verb in VERBS {
        let help = Sandbox::new().done(&format!("{verb} --help"));
        for example in examples(&help) {
            let sandbox = Sandbox::new();
            std::fs::create_dir_all(sandbox.path("examples/fleets")).unwrap();
            for recipe in ["small", "thousand", "pws-2017"] {
                // The published recipes are there; a small one in their place says whether the command is right.
                assert!(fleets.join(format!("{recipe}.toml")).is_file(), "{example}");
                let tiny = sandbox.read("tiny.toml");
                sandbox.write(&format!("examples/fleets/{recipe}.toml"), tiny);
            }
            let segments = std::fs::read(fleets.join("segments.toml")).unwrap();
            sandbox.write("segments.toml", segments);
            sandbox.write("scenario.toml", "[rep]\nevacuation_timeout_s = 300\n");
            sandbox.write("experiment.toml", EXPERIMENT);
            experiment_files(&sandbox);
            sandbox.write("lrps.json", LRPS);
            sandbox.write("tasks.json", TASKS);
            sandbox.write("throttles.json", THROTTLES);
            for (recording, name) in RECORDINGS {
                sandbox.write(name, recorded(recording));
            }
            if !example.contains("-o export/") {
                std::fs::rename(sandbox.path("two-cells"), sandbox.path("export")).unwrap();
            }
            let ran = sandbox.shell(example);
            assert_eq!(ran.code, Some(0), "{example}: {}", ran.stderr);
        }
    }
}

#[test]
fn the_version_is_the_packages() {
    assert_eq!(Sandbox::new().done("--version"), concat!("rivera ", env!("CARGO_PKG_VERSION"), "\n"));
}
