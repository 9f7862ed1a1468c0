//! Groups of cells on the command line: `--max-in-flight GROUP=VALUE`, and what is listed.

use serde_json::Value;

use crate::sandbox::Sandbox;

const GROUPS: &str = r#"name = "groups"
instances = 12

[zones]
z1 = 6

[[cells]]
share = 2
memory_mb = 4096
disk_mb = 32768

[[cells]]
group = "iso"
share = 1
memory_mb = 4096
disk_mb = 32768
placement_tags = ["iso"]

[[groups]]
name = "diego-cell"

[[groups]]
name = "iso"
max_in_flight = 1

[[apps]]
share = 1
instances = 2
memory_mb = 128

[deployment]
max_in_flight = 2
"#;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("groups.toml", GROUPS);
    sandbox
}

/// Group and cells at a time of each zone of a run.
fn in_flight(sandbox: &Sandbox, options: &str) -> Vec<(String, u64)> {
    let run = sandbox.json(&format!("simulate --fleet groups.toml --format json {options}"));
    let zones = run["outcome"]["zones"].as_array().expect("zones");
    let zone = |zone: &Value| {
        let (group, in_flight) = (zone["group"].as_str(), zone["in_flight"].as_u64());
        (group.expect("a name").to_owned(), in_flight.expect("a number"))
    };
    zones.iter().map(zone).collect()
}

#[test]
fn a_value_is_for_all_groups_or_for_one() {
    let sandbox = sandbox();
    let pair = |cells, iso| vec![("diego-cell".to_owned(), cells), ("iso".to_owned(), iso)];
    assert_eq!(in_flight(&sandbox, ""), pair(2, 1), "as the recipe says");
    assert_eq!(in_flight(&sandbox, "--max-in-flight 3"), pair(3, 1), "the segment has a value of its own");
    assert_eq!(in_flight(&sandbox, "--max-in-flight 3,iso=2"), pair(3, 2));
    assert_eq!(in_flight(&sandbox, "--max-in-flight iso=2,diego-cell=4"), pair(4, 2));
}

#[test]
fn a_comparison_of_named_groups_alone_has_one_value() {
    let csv = sandbox().done(
        "compare --fleet groups.toml --max-in-flight diego-cell=2,iso=1 --max-starts 50 --seeds 1 --format csv",
    );
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.lines().last().unwrap().starts_with("2,50,1,finished,"), "{csv}");
}

/// A text in one line, however it was broken.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_group_that_goes_its_own_way_in_a_scenario_file_is_warned_of() {
    let sandbox = sandbox();
    sandbox.write("scenario.toml", "[groups.diego-cell]\nmax_in_flight = 1\n");
    let options = "--fleet groups.toml --scenario scenario.toml --max-starts 50";
    let warning = "`groups.diego-cell.max_in_flight` of the scenario is 1 and goes before";
    for verb in ["compare --seeds 1 --max-in-flight 2,3", "simulate --max-in-flight 2"] {
        let text = in_one_line(&sandbox.done(&format!("{verb} {options}")));
        assert!(text.contains(&format!("Warning: {warning}")), "{verb}: {text}");
    }
    let told = sandbox
        .run(&format!("recommend {options} --max-in-flight 1,2 --seeds 1 --no-sensitivity --no-cache"))
        .stderr;
    assert!(told.contains(&format!("warning: {warning}")), "{told}");
    let found = sandbox.run(&format!(
        "recommend {options} --max-in-flight 2 --seeds 1 --bound crashes<=99 --no-sensitivity --no-cache --format json"
    ));
    let found: Value = serde_json::from_str(&found.stdout).expect("JSON");
    let ops_file = found["apply"]["ops_file"].as_str().expect("an answer");
    assert!(
        ops_file.contains("name=diego-cell/update?/max_in_flight\n  value: 1\n"),
        "as it was run: {ops_file}"
    );
    // Nothing is claimed of the group where the value is the fleet's, or where the command line names the group.
    for verb in ["simulate --scenario scenario.toml", "compare --max-in-flight 2,diego-cell=1 --seeds 1"] {
        let text = in_one_line(&sandbox.done(&format!("{verb} --fleet groups.toml --max-starts 50")));
        assert!(!text.contains("of the scenario is 1"), "{verb}: {text}");
    }
}

#[test]
fn a_group_that_goes_its_own_way_in_the_manifest_is_warned_of_unless_it_is_named() {
    let sandbox = sandbox();
    let warning = "`max_in_flight` of iso in the fleet's manifest or recipe is 1 and goes before";
    let options = "--fleet groups.toml --max-starts 50";
    for verb in ["compare --seeds 1", "simulate"] {
        let text =
            |values: &str| in_one_line(&sandbox.done(&format!("{verb} {options} --max-in-flight {values}")));
        assert!(text("2").contains(&format!("Warning: {warning}")), "{verb}");
        assert!(!text("2,iso=1").contains(warning), "{verb}");
    }
    assert!(!in_one_line(&sandbox.done(&format!("simulate {options}"))).contains(warning));
    sandbox.write("experiment.toml", "fleet = \"groups.toml\"\nmax_in_flight = [1, 2]\nmax_starts = 50\n");
    let told = sandbox.run("experiment run experiment.toml --seeds 1 --no-cache -o experiment.html").stderr;
    let lint = "warning[group-of-its-own]: experiment.toml: max_in_flight of iso is 1 in every setting";
    assert!(told.contains(lint), "{told}");
    let search = "--max-in-flight 1,2 --seeds 1 --no-sensitivity --no-cache -o recommend.html";
    let told = sandbox.run(&format!("recommend {options} {search}")).stderr;
    assert!(told.contains(&format!("warning: {warning}")), "{told}");
    for page in ["experiment.html", "recommend.html"] {
        assert_eq!(sandbox.read(page).matches(warning).count(), 1, "{page}");
    }
}

#[test]
fn a_wrong_group_is_told_which_there_are() {
    let sandbox = sandbox();
    let names = "known are diego-cell, iso";
    for command in ["simulate", "compare", "check"] {
        sandbox.refused_with(&format!("{command} --fleet groups.toml --max-in-flight seg=1"), &[names]);
    }
    sandbox.refused_with(
        "simulate --fleet groups.toml --max-in-flight iso=1,iso=2",
        &["--max-in-flight iso= is given twice: values to compare are given without a group"],
    );
    sandbox.refused_with(
        "simulate --fleet groups.toml --max-in-flight 1,2",
        &["a run has one --max-in-flight: `rivera compare` takes several"],
    );
    sandbox.refused_with(
        "simulate --fleet groups.toml --max-in-flight =2",
        &["a group of cells and its value are needed: GROUP=VALUE"],
    );
    sandbox.write("scenario.toml", "[groups.seg]\nserial = false\n");
    sandbox.refused_with(
        "simulate --fleet groups.toml --scenario scenario.toml",
        &["`groups.seg` is out of range: the groups of cells are diego-cell, iso"],
    );
}

#[test]
fn groups_are_listed_in_the_order_of_their_update() {
    let text = sandbox().done("fleet show groups.toml");
    let (cells, iso) = (text.find("diego-cell").unwrap(), text.find("z1 2").unwrap());
    assert!(text.contains("Groups of cells") && cells < iso, "{text}");
}
