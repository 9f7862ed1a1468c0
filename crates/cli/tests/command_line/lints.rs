//! Likely mistakes in an experiment: told on stderr with their place, explained, listed in the book, and no reason to stop.

use std::fs;
use std::path::Path;

use crate::errors::listed;
use crate::sandbox::Sandbox;

const LIKELY_MISTAKEN: &str =
    "fleet = \"tiny.toml\"\nmax_in_flight = [1, \"4%\"]\nassertions = [\"crashes >= 0\"]\n";

#[test]
fn a_likely_mistake_is_told_with_its_place_and_stops_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("experiment.toml", LIKELY_MISTAKEN);
    for verb in ["plan", "run --no-cache --format json"] {
        let ran = sandbox.run(&format!("experiment {verb} experiment.toml"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let told: Vec<&str> = ran.stderr.lines().filter(|line| line.starts_with("warning[")).collect();
        assert_eq!(
            told,
            [
                "warning[percent-same]: experiment.toml:2:21: on this fleet 4% is as many cells at a time as 1",
                "warning[assertion-always-true]: experiment.toml:3:15: `crashes.max >= 0` always holds: no figure is below 0",
            ]
        );
        assert!(ran.stdout.starts_with('{'), "the result is as always: {}", ran.stdout);
    }
}

/// The plan was told about when it was written.
#[test]
fn a_shard_of_a_plan_is_not_told_again() {
    let sandbox = Sandbox::new();
    sandbox.write("experiment.toml", LIKELY_MISTAKEN);
    sandbox.run("experiment plan experiment.toml -o plan.json");
    let ran = sandbox.run("experiment run plan.json --shard 1/2 --no-cache -o part.json");
    assert_eq!((ran.code, ran.stderr.contains("warning[")), (Some(0), false), "{}", ran.stderr);
}

#[test]
fn what_the_command_line_says_has_no_place_in_the_file() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "experiment.toml",
        "fleet = \"tiny.toml\"\nmax_in_flight = [1, 2]\nassertions = [\"crashes <= 9\"]\n",
    );
    let verb = "experiment plan experiment.toml --seeds 2 --assert crashes<0";
    let ran = sandbox.run(verb);
    assert!(
        ran.stderr.contains("warning[too-few-seeds]: experiment.toml: an interval of 2 runs"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("warning[assertion-never-true]: experiment.toml: `crashes.max < 0`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn every_lint_is_explained_and_in_the_book() {
    let lints = listed(|kind| kind == "experiment");
    assert!(!lints.is_empty());
    for (code, _) in &lints {
        let page = Sandbox::new().done(&format!("explain {code}"));
        assert!(page.starts_with(&format!("{code} (experiment)\n  ")), "{page}");
        assert!(page.contains("\nWhat it means\n  ") && page.contains("\nWhat to do\n  "), "{page}");
    }
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/experiments.md");
    let book = fs::read_to_string(book).unwrap();
    let (_, part) = book.split_once("### Likely mistakes").unwrap();
    let rows: Vec<(String, String)> = part
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "))
        .map(|(code, title)| (code.to_owned(), title.to_owned()))
        .collect();
    assert_eq!(rows, lints);
}

#[test]
fn the_bundled_experiments_are_told_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/experiments");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let ran = Sandbox::new().run(&format!("experiment plan {}", path.display()));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", path.display());
    }
}
