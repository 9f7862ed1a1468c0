//! `rivera check` and `rivera explain`: a plan held against the rules.

use serde_json::{Value, json};

use crate::sandbox::{Ran, Sandbox};

/// The deployment of a small commercial foundation with everything wrong that can be.
const MANIFEST: &str = "name: cf
update: {canaries: 1, max_in_flight: 1}
instance_groups:
- {name: nats, instances: 2, azs: [z1]}
- {name: nfs_server, instances: 1, azs: [z1]}
- {name: mysql, instances: 3, azs: [z1], update: {max_in_flight: 2}}
- {name: diego_database, instances: 3, azs: [z1, z2, z3], update: {max_in_flight: 3}}
- {name: uaa, instances: 1, azs: [z1]}
- {name: cloud_controller, instances: 2, azs: [z1], update: {canaries: 0, max_in_flight: 100%}}
- {name: router, instances: 4, azs: [z1, z2], update: {max_in_flight: 0}}
- {name: doppler, instances: 2, azs: [z1], update: {max_in_flight: ((doppler))}}
- {name: diego_cell, instances: 2, azs: [z1, z2], jobs: [{name: rep, properties: {
    diego.rep.evacuation_timeout_in_seconds: 60}}]}
- {name: smoke_tests, instances: 1, lifecycle: errand, azs: [z1], update: {max_in_flight: many}}
";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("whole.yml", MANIFEST);
    sandbox
}

/// The findings, and the exit code.
fn check(sandbox: &Sandbox, options: &str) -> (Vec<Value>, Option<i32>) {
    let Ran { code, stdout, stderr } =
        sandbox.run(&format!("check --fleet two-cells --format json {options}"));
    let value: Value = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"));
    assert_eq!((&value["schema"], &value["version"]), (&json!("rivera.check"), &json!(1)));
    (value["findings"].as_array().expect("a list").clone(), code)
}

/// The pairs of code and subject of all findings.
fn names(findings: &[Value]) -> Vec<(&str, &str)> {
    findings
        .iter()
        .map(|it| (it["code"].as_str().expect("a code"), it["subject"].as_str().unwrap_or_default()))
        .collect()
}

fn found<'a>(findings: &'a [Value], code: &str) -> &'a Value {
    findings.iter().find(|it| it["code"] == code).unwrap_or_else(|| panic!("no {code} in {findings:?}"))
}

#[test]
fn a_plan_without_errors_is_told_its_warnings_and_notes() {
    let told = sandbox().done("check --fleet two-cells");
    assert!(
        told.starts_with("warning zone-too-full\n  z1: with 1 cell of zone z1 in flight its own work needs ")
    );
    assert!(told.contains("\nnote tasks-not-moved\n  1 task on 1 cell, never moved: "), "{told}");
    assert!(told.contains("\n  -> begin when few tasks run, and tell those who run long ones\n"), "{told}");
    assert!(told.ends_with("\n0 errors, 2 warnings, 3 notes\n"), "{told}");
}

#[test]
fn every_group_of_the_manifest_is_checked_the_worst_first() {
    let (findings, code) = check(&sandbox(), "--manifest whole.yml");
    assert_eq!(code, Some(1), "an error is found");
    let about = |severity: &str| {
        let of: Vec<Value> = findings.iter().filter(|it| it["severity"] == severity).cloned().collect();
        names(&of).iter().map(|(code, subject)| format!("{code} {subject}")).collect::<Vec<_>>()
    };
    assert_eq!(
        about("error"),
        ["not-a-number doppler", "out-of-bounds router", "all-at-once cloud_controller", "quorum-lost mysql"]
    );
    assert_eq!(
        about("warning"),
        [
            "too-large diego_database",
            "single-instance nfs_server",
            "single-instance uaa",
            "zone-too-full z1",
            "zone-too-full z2",
            "short-evacuation "
        ]
    );
    let severities: Vec<&Value> = findings.iter().map(|it| &it["severity"]).collect();
    assert!(
        severities.is_sorted_by_key(|it| ["error", "warning", "note"].iter().position(|name| *it == name))
    );
    assert!(findings.iter().all(|it| it["subject"] != "smoke_tests"), "an errand is not updated");
}

#[test]
fn d3_with_a_canary_the_two_instances_of_a_group_are_not_down_at_once() {
    let sandbox = sandbox();
    sandbox.replace("whole.yml", "{canaries: 0, max_in_flight: 100%}", "{max_in_flight: 100%}");
    let (findings, _) = check(&sandbox, "--manifest whole.yml");
    let of_group = findings.iter().filter(|it| it["subject"] == "cloud_controller");
    let codes: Vec<&Value> = of_group.map(|it| &it["code"]).collect();
    assert_eq!(codes, ["too-large"]);
}

#[test]
fn d3_canaries_and_groups_of_a_scenario_file_are_reckoned_with() {
    let sandbox = Sandbox::new();
    sandbox
        .write("one.toml", sandbox.read("tiny.toml").replace("z2 = 2\n", "").replace("canaries = 1\n", ""));
    let in_flight = |scenario: &str, options: &str| {
        sandbox.write("scenario.toml", scenario);
        let command = format!("check --fleet one.toml --scenario scenario.toml --format json {options}");
        let value: Value = serde_json::from_str(&sandbox.run(&command).stdout).expect("one JSON value");
        let findings = value["findings"].as_array().expect("a list").clone();
        found(&findings, "storage-load")["figures"]["cells_in_flight"].as_u64().expect("a number")
    };
    assert_eq!(in_flight("[update]\ncanaries = 0\nmax_in_flight = 2\n", ""), 2);
    assert_eq!(in_flight("[update]\ncanaries = 1\nmax_in_flight = 2\n", ""), 1);
    assert_eq!(in_flight("[update]\ncanaries = 0\nmax_in_flight = 2\n", "--max-in-flight 1"), 1);
    let of_group = "[update]\ncanaries = 1\n[groups.diego-cell]\ncanaries = 0\nmax_in_flight = 2\n";
    assert_eq!(in_flight(of_group, "--max-in-flight 1"), 2, "the group's own goes before");
    assert_eq!(in_flight(of_group, "--max-in-flight diego-cell=1"), 1);
    sandbox.write("scenario.toml", "[groups.iso]\ncanaries = 0\n");
    sandbox
        .refused_with("check --fleet one.toml --scenario scenario.toml", &["`groups.iso` is out of range"]);
}

#[test]
fn a_finding_has_its_figures_its_source_and_what_to_do() {
    let (findings, _) = check(&sandbox(), "--manifest whole.yml");
    let lost = found(&findings, "quorum-lost");
    assert_eq!(lost["figures"], json!({"group": "mysql", "at_a_time": 2, "instances": 3, "needed": 2}));
    assert_eq!(lost["remedy"], "set max_in_flight of the group to 1");
    assert_eq!(lost["source"], "D.8, I-11: Configuring PAS for Upgrades, Best Practices");
    let storage = &findings.iter().find(|it| it["subject"] == "nfs_server").unwrap()["figures"];
    assert_eq!((&storage["components"], &storage["plane"]), (&json!(["File Storage"]), &json!("platform")));
}

#[test]
fn the_value_of_the_cells_is_checked_as_it_is_written() {
    let sandbox = sandbox();
    for (value, code, message) in [
        ("many", "not-a-number", "max_in_flight is 'many', which is neither an integer nor a percentage"),
        ("0", "out-of-bounds", "'0' is out of bounds: a count must be from 1 to 100"),
        ("-3", "out-of-bounds", "'-3' is out of bounds: a count must be from 1 to 100"),
        ("101%", "out-of-bounds", "'101%' is out of bounds: a percentage must be from 1% to 100%"),
    ] {
        let (findings, exit) = check(&sandbox, &format!("--max-in-flight {value}"));
        assert_eq!((&found(&findings, code)["message"], exit), (&json!(message), Some(1)));
    }
}

#[test]
fn a_version_sets_the_values_and_says_which_cannot_be_changed() {
    let sandbox = sandbox();
    let ran = sandbox.run("check --fleet two-cells --product-version 1.8.3 --max-in-flight 20%");
    assert_eq!(
        ran.stderr,
        "note: version 1.8.3 sets max_in_flight 10% (cannot be changed) and max_starts none (cannot be changed)\n"
    );
    let told = "version 1.8.3 has 10% as its cells in flight, which cannot be changed to 20%";
    assert!(ran.stdout.contains(told), "{}", ran.stdout);
    let (findings, _) = check(&sandbox, "--product-version 6.0.6");
    assert!(names(&findings).iter().all(|(code, _)| *code != "windows-last"), "no cell is one of Windows");
    sandbox.replace(
        "two-cells/cell-states.jsonl",
        "{\"cflinuxfs4\":{}}",
        "{\"cflinuxfs4\":{},\"windows\":{}}",
    );
    let (findings, _) = check(&sandbox, "--product-version 6.0.6");
    assert!(found(&findings, "windows-last")["message"].as_str().unwrap().contains("TCP routes"));
    assert_eq!(found(&findings, "windows-last")["figures"], json!({"version": "6.0.6"}));
    let wrong = "'six' is not a version of the product: write two or three numbers, such as 1.9.8 or 6.0";
    sandbox.refused_with("check --fleet two-cells --product-version six", &[wrong]);
}

#[test]
fn storage_is_told_from_the_manifest_or_from_the_command_line() {
    let sandbox = sandbox();
    let recipe = sandbox.read("tiny.toml").replace("z1 = 2\nz2 = 2", "z1 = 11\nz2 = 11");
    sandbox.write("many.toml", recipe);
    let told = sandbox.run("check --fleet many.toml --storage internal").stdout;
    assert!(told.contains("internal file storage serves 22 cells, and is meant for at most 20"), "{told}");
    let told = sandbox.run("check --fleet many.toml --storage external").stdout;
    assert!(!told.contains("internal-storage"), "{told}");
    let told = sandbox.run("check --fleet many.toml --manifest whole.yml").stdout;
    assert!(told.contains("internal-storage"), "the manifest has an nfs_server: {told}");
    for value in ["0", "-1", "fast"] {
        let option = format!("check --fleet two-cells --storage-mb-per-s {value}");
        sandbox.refused_with(&option, &["a number above 0 is needed"]);
    }
}

#[test]
fn every_code_has_a_page() {
    let sandbox = sandbox();
    let all = sandbox.done("explain");
    let codes: Vec<&str> = all
        .lines()
        .filter_map(|line| line.strip_suffix(")")?.split_once(" ("))
        .filter(|(_, kind)| !["input", "experiment"].contains(kind))
        .map(|(code, _)| code)
        .collect();
    assert_eq!(codes.len(), 27, "{all}");
    for code in codes {
        let page = sandbox.done(&format!("explain {code}"));
        assert!(page.starts_with(&format!("{code} (")), "{page}");
        for heading in ["\nWhy\n", "\nWhat to do\n", "\nSource\n"] {
            assert!(page.contains(heading), "{page}");
        }
        assert!(page.lines().all(|line| line.chars().count() <= 100), "{page}");
    }
    assert_eq!(
        sandbox.refused("explain zone-to-full"),
        "error[no-such-name]: there is no code `zone-to-full`\nhelp: did you mean `zone-too-full`?\n"
    );
}

#[test]
fn a_manifest_that_is_none_is_refused() {
    let sandbox = sandbox();
    sandbox.refused_with(
        "check --fleet two-cells --manifest nowhere.yml",
        &["nowhere.yml: there is no such file or folder", "or of a manifest (.yml)"],
    );
    sandbox.write("wrong.yml", "name: [cf");
    sandbox.refused_with(
        "check --fleet two-cells --manifest wrong.yml",
        &["this is not the manifest of a deployment"],
    );
}

#[test]
fn d3_a_file_storage_that_goes_together_with_the_cells_makes_what_they_evacuate_crash() {
    let sandbox = sandbox();
    let message = |findings: &[Value], group: &str| {
        let of_group = |it: &&Value| it["code"] == "single-instance" && it["subject"] == group;
        findings.iter().find(of_group).expect("a single instance")["message"].as_str().unwrap().to_owned()
    };
    let (findings, _) = check(&sandbox, "--manifest whole.yml");
    assert!(message(&findings, "nfs_server").ends_with(": no push, staging or restart; apps go on"));
    let uaa = message(&findings, "uaa");
    assert!(uaa.contains("is gone for about 192 s by the simulator's defaults"), "{uaa}");
    let groups =
        ["nfs_server", "diego_cell"].map(|name| format!("- {{name: {name}, instances: 1, azs: [z1]"));
    let manifest = |serial: &str| {
        format!(
            "name: cf\nupdate: {{canaries: 1, max_in_flight: 1, serial: {serial}}}\ninstance_groups:\n{}}}\n{}, jobs: [{{name: rep}}]}}\n",
            groups[0], groups[1]
        )
    };
    for (serial, apps_go_on) in [("true", true), ("false", false)] {
        sandbox.write("two.yml", manifest(serial));
        let (findings, _) = check(&sandbox, "--manifest two.yml");
        let message = message(&findings, "nfs_server");
        assert_eq!(message.ends_with("apps go on"), apps_go_on, "{message}");
        let crashes = "cells are updated at the same time (not serial), and what they evacuate cannot download and crashes: up to ";
        assert_eq!(message.contains(crashes), !apps_go_on, "{message}");
    }
}
