//! `rivera compare` on the export that ships with the product.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::sandbox::{Ran, Sandbox};

/// Two settings, two seeds, on the bundled export.
fn compare(sandbox: &Sandbox, options: &str) -> Command {
    let mut command =
        sandbox.command(&format!("compare --max-in-flight 4%,20 --max-starts 50 --seeds 2 {options}"));
    command.arg("--fleet").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/fleets/small"));
    command
}

fn done(mut command: Command) -> String {
    let Ran { code, stdout, stderr } = command.output().expect("the program").into();
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    stdout
}

#[test]
fn the_table_names_the_fleet_the_settings_and_the_recommendation() {
    let sandbox = Sandbox::new();
    let before = sandbox.files();
    let table = done(compare(&sandbox, ""));
    assert!(
        table.starts_with("small\n39 cells in 3 zones (z1 13, z2 13, z3 13), 442 processes, "),
        "{table}"
    );
    for text in ["2 runs of each setting", "4%", "20", "50", "max_in_flight"] {
        assert!(table.contains(text), "{text} is not in\n{table}");
    }
    assert!(sandbox.files() == before, "without -o nothing is written");
}

#[test]
fn json_is_one_value_with_a_schema() {
    let value: Value = serde_json::from_str(&done(compare(&Sandbox::new(), "--format json"))).unwrap();
    assert_eq!(value["schema"], "rivera.compare");
    assert_eq!(value["version"], 1);
    assert_eq!(value["seeds"], serde_json::json!([1, 2]));
    assert_eq!(value["fleet"]["cells"], 39);
}

#[test]
fn csv_has_a_head_and_a_line_for_each_run() {
    let csv = done(compare(&Sandbox::new(), "--format csv"));
    let mut lines = csv.lines();
    assert!(lines.next().unwrap().starts_with("max_in_flight,max_starts,seed,end,duration_s,"));
    let runs: Vec<Vec<&str>> = lines.map(|line| line.split(',').take(4).collect()).collect();
    let expected = [("4%", "1"), ("4%", "2"), ("20", "1"), ("20", "2")];
    assert_eq!(runs, expected.map(|(max_in_flight, seed)| vec![max_in_flight, "50", seed, "finished"]));
}

#[test]
fn the_page_needs_nothing_but_itself() {
    let sandbox = Sandbox::new();
    done(compare(&sandbox, "-o report.html"));
    let page = sandbox.read("report.html");
    assert!(page.starts_with("<!DOCTYPE html>"));
    for foreign in ["<script src", "<link rel=\"stylesheet\"", "<img src=\"http"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[test]
fn the_same_question_has_the_same_answer_on_any_number_of_threads() {
    let answers: BTreeSet<_> = ["1", "2", "7"]
        .into_iter()
        .map(|threads| {
            let sandbox = Sandbox::new();
            let mut command = compare(&sandbox, "--format json -o report.html");
            command.env("RAYON_NUM_THREADS", threads);
            (done(command), sandbox.read("report.html"))
        })
        .collect();
    assert_eq!(answers.len(), 1);
}

#[test]
fn a_file_is_never_coloured() {
    let table = done(compare(&Sandbox::new(), ""));
    assert!(!table.contains('\u{1b}'), "{table}");
}

/// Runs the program on a terminal, which `script` of util-linux makes.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_coloured_unless_no_color_is_set_or_it_is_dumb() {
    if Command::new("script").arg("--version").output().is_err() {
        eprintln!("skipped: `script` is not installed");
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write("wrong.toml", "[reps]\n");
    // A table, and a mistake that is shown in its file.
    let on_terminal_called = |no_color: &str, name: &str| {
        let program = env!("CARGO_BIN_EXE_rivera");
        let show = format!("{program} fleet show tiny.toml && ! {program} scenario --scenario wrong.toml");
        let mut command = Command::new("script");
        command.args(["-qec", &show, "/dev/null"]).current_dir(sandbox.path(""));
        let ran = command.env("NO_COLOR", no_color).env("TERM", name).output().unwrap();
        assert!(ran.status.success());
        String::from_utf8(ran.stdout).unwrap()
    };
    let on_terminal = |no_color: &str| on_terminal_called(no_color, "xterm");
    assert!(on_terminal("").contains("\u{1b}["), "an empty NO_COLOR counts as none");
    assert!(!on_terminal("1").contains('\u{1b}'));
    assert!(!on_terminal_called("", "dumb").contains('\u{1b}'));
}
