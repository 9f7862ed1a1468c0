//! Scenario files: what their author is told, and that they say what they said.

use crate::sandbox::{ONE_SETTING, Sandbox};

#[test]
fn mistakes_are_shown_in_the_file() {
    let every_key = "`rivera scenario` prints every key with its default";
    let cases = [
        (
            "[rep]\nevacuation_timeout = 60\n",
            "2:1",
            "unknown field `evacuation_timeout`",
            "did you mean `evacuation_timeout_s`?",
        ),
        ("[reps]\n", "1:2", "unknown field `reps`", "did you mean `rep`?"),
        (
            "[apps]\nstart_s = { unifrom = [1, 3] }\n",
            "2:13",
            "unknown variant `unifrom`",
            "did you mean `uniform`?",
        ),
        (
            "[apps]\nstart_s = [30, 300]\n",
            "2:11",
            "invalid type: list, expected a distribution: { fixed = 6 }, { uniform = [3, 9] } or { lognormal = { median = 6, p95 = 18 } }",
            every_key,
        ),
        (
            "[apps]\nstart_s = 30\n",
            "2:11",
            "invalid type: integer `30`, expected a distribution: { fixed = 6 }, { uniform = [3, 9] } or { lognormal = { median = 6, p95 = 18 } }",
            every_key,
        ),
        (
            "\n[rep]\nevacuation_timeout_s = \"10m\"\n",
            "3:24",
            "invalid type: string \"10m\", expected a number",
            every_key,
        ),
        (
            "[rep]\ncreate_pool = -1\n",
            "2:15",
            "invalid value: integer `-1`, expected a whole number from 0 to 4294967295",
            every_key,
        ),
        (
            "[rep]\nevacuation_timeout_s = -1\n",
            "2:24",
            "`rep.evacuation_timeout_s` is out of range: a number from 0 to 1e9 is needed, it is -1",
            every_key,
        ),
        (
            "[update]\nmax_in_flight = \"half\"\n",
            "2:17",
            "`update.max_in_flight` is out of range: 'half' is neither an integer such as 20 nor a percentage such as 4%",
            every_key,
        ),
        (
            "[update]\nmax_in_flight = \"150%\"\n",
            "2:17",
            "`update.max_in_flight` is out of range: a number of cells is at least 1, a percentage is from 1% to 100%",
            every_key,
        ),
        (
            "[groups.diego-cell]\nserial = true\nmax_in_flight = 0\n",
            "3:17",
            "`groups.diego-cell.max_in_flight` is out of range: a number of cells is at least 1, a percentage is from 1% to 100%",
            every_key,
        ),
        ("[rep\n", "1:5", "unclosed table, expected `]`", every_key),
        ("evacuation timeout is 60\n", "1:12", "key with no value, expected `=`", every_key),
    ];
    let sandbox = Sandbox::new();
    for (text, place, problem, help) in cases {
        sandbox.write("my.toml", text);
        let told = sandbox.refused("compare --fleet tiny.toml --scenario my.toml");
        for line in [
            format!("  × my.toml: {problem}\n"),
            format!("─[my.toml:{place}]\n"),
            format!("  help: {help}\n"),
        ] {
            assert!(told.contains(&line), "{line:?} is not in\n{told}");
        }
        assert_eq!(sandbox.refused("scenario --scenario my.toml"), told);
    }
}

#[test]
fn a_file_that_cannot_be_read() {
    let sandbox = Sandbox::new();
    let help = "help: a scenario is a text file: `rivera scenario > FILE` writes one to start from\n";
    assert_eq!(
        sandbox.refused("compare --fleet tiny.toml --scenario none.toml"),
        format!(
            "error[unreadable]: failed to read none.toml: No such file or directory (os error 2)\n{help}"
        )
    );
    sandbox.write("binary.toml", b"[rep]\n\xff\xfe");
    assert_eq!(
        sandbox.refused("scenario --scenario binary.toml"),
        "error[not-text]: binary.toml:2: this is not text: byte 7 of the file is not UTF-8\n\
         help: name a text file: this one is compressed, say, or was written by another program\n"
    );
    sandbox.refused_with(
        "scenario --scenario two-cells",
        &["error[unreadable]: failed to read two-cells: ", help],
    );
}

/// A value that only the manifest can hold, and only the scenario refuses.
#[test]
fn a_manifest_that_says_too_much_is_the_one_to_blame() {
    let sandbox = Sandbox::new();
    sandbox.replace("tiny.toml", "canaries = 1", "evacuation_timeout_in_seconds = 2000000000");
    assert_eq!(
        sandbox.refused("compare --fleet tiny.toml"),
        "error[out-of-range]: tiny.toml: `rep.evacuation_timeout_s` is out of range: \
         a number from 0 to 1e9 is needed, it is 2000000000\n\
         help: correct the manifest or the recipe\n"
    );
}

#[test]
fn what_is_printed_can_be_given_back_and_changes_nothing() {
    let sandbox = Sandbox::new();
    for fleet in ["tiny.toml", "two-cells"] {
        let scenario = sandbox.done(&format!("scenario --fleet {fleet}"));
        sandbox.write("my.toml", &scenario);
        assert_eq!(sandbox.done("scenario --scenario my.toml"), scenario);
        assert_eq!(sandbox.done(&format!("scenario --fleet {fleet} --scenario my.toml")), scenario);
        for command in [format!("compare {ONE_SETTING}"), "simulate --format json".to_owned()] {
            let plain = sandbox.done(&format!("{command} --fleet {fleet}"));
            assert_eq!(sandbox.done(&format!("{command} --fleet {fleet} --scenario my.toml")), plain);
        }
    }
}

#[test]
fn a_file_overrides_the_fleet_and_an_option_overrides_both() {
    let sandbox = Sandbox::new();
    let max_in_flight = |options: &str| {
        let run = sandbox.json(&format!("simulate --fleet tiny.toml --format json {options}"));
        run["max_in_flight"].clone()
    };
    sandbox.write("my.toml", "[update]\nmax_in_flight = \"2\"\n");
    assert_eq!(max_in_flight(""), "50%");
    assert_eq!(max_in_flight("--scenario my.toml"), "2");
    assert_eq!(max_in_flight("--scenario my.toml --max-in-flight 25%"), "25%");
}

#[test]
fn the_schemas_that_are_printed_are_those_in_the_book() {
    let sandbox = Sandbox::new();
    for kind in ["experiment", "scenario"] {
        let held = format!("{}/../../docs/schemas/{kind}.schema.json", env!("CARGO_MANIFEST_DIR"));
        assert!(sandbox.done(&format!("schema {kind}")) == std::fs::read_to_string(held).unwrap(), "{kind}");
    }
    sandbox.refused_with("schema scenaro", &["a similar value exists: 'scenario'"]);
}

#[test]
fn f3_a_change_of_the_port_without_the_whole_upgrade_is_warned_of() {
    let sandbox = Sandbox::new();
    sandbox.write("port.toml", "[staging]\nfile_server_port_change = true\n");
    let warning = "`staging.file_server_port_change` changes nothing";
    let compare = format!("compare --fleet tiny.toml --scenario port.toml {}", crate::sandbox::ONE_SETTING);
    let simulate = "simulate --fleet tiny.toml --scenario port.toml";
    for verb in [compare.as_str(), simulate] {
        let text = sandbox.done(verb);
        assert!(text.contains(warning), "{verb}: {text}");
        assert!(!sandbox.done(&format!("{verb} --whole-upgrade")).contains(warning), "{verb}");
    }
    sandbox.write(
        "experiment.toml",
        "fleet = \"tiny.toml\"\nscenario_file = \"port.toml\"\nmax_in_flight = [1, 2]\n",
    );
    let told = sandbox.run("experiment plan experiment.toml").stderr;
    assert_eq!(told.matches(&format!("warning: experiment.toml: {warning}")).count(), 1, "{told}");
    let run = sandbox.json(&format!("{simulate} --format json"));
    assert!(run["warnings"][0].as_str().unwrap().starts_with(warning), "{run}");
    // Pages outlive what was told beside them.
    let search = "--seeds 1 --no-sensitivity --no-cache -o recommend.html";
    sandbox.run(&format!(
        "recommend --fleet tiny.toml --scenario port.toml --max-in-flight 1,2 --max-starts 5 {search}"
    ));
    sandbox.run("experiment run experiment.toml --seeds 1 --no-cache -o experiment.html");
    for page in ["recommend.html", "experiment.html"] {
        let warning = warning.replace('`', "");
        let shown = sandbox.read(page).replace('`', "").matches(&warning).count();
        assert_eq!(shown, 1, "{page}");
    }
}

#[test]
fn the_whole_upgrade_of_the_command_line_goes_before_a_file_that_switches_it_off() {
    let sandbox = Sandbox::new();
    sandbox.write("off.toml", "[upgrade]\nenabled = false\n");
    let ran = sandbox.run("simulate --fleet tiny.toml --scenario off.toml --whole-upgrade");
    assert_eq!(ran.stderr, "note: --whole-upgrade goes before `upgrade.enabled = false` of off.toml\n");
    assert!(ran.stdout.contains("The whole upgrade"), "{}", ran.stdout);
    assert!(!ran.stdout.to_lowercase().contains("fault"), "no fault was given: {}", ran.stdout);
    sandbox.write("other.toml", "[upgrade]\nmax_in_flight = 1\n");
    sandbox.done("simulate --fleet tiny.toml --scenario other.toml --whole-upgrade");
}

/// BOSH takes 150 % for all cells of a zone; who writes it means something else. What was written out is not written anew.
#[test]
fn d1_a_scenario_with_the_manifests_value_is_read_again_over_the_same_manifest() {
    let sandbox = Sandbox::new();
    sandbox.replace("tiny.toml", "max_in_flight = \"50%\"", "max_in_flight = \"150%\"");
    let written = sandbox.done("scenario --fleet tiny.toml");
    assert!(written.contains("max_in_flight = \"150%\""), "{written}");
    sandbox.write("mine.toml", &written);
    let run = "simulate --fleet tiny.toml --format json";
    assert_eq!(sandbox.done(&format!("{run} --scenario mine.toml")), sandbox.done(run));
    sandbox.write("experiment.toml", "fleet = \"tiny.toml\"\nmax_starts = [5, 9]\n");
    let plan = sandbox.json("experiment plan experiment.toml");
    assert!(
        plan["plan"]["scenario_toml"].as_str().expect("the scenario").contains("max_in_flight = \"150%\"")
    );
    let refused = "`update.max_in_flight` is out of range: a number of cells is at least 1, a percentage is from 1% to 100%";
    sandbox.refused_with("scenario --scenario mine.toml", &[refused]);
}

#[test]
fn what_is_switched_off_is_told_where_its_figures_are() {
    let sandbox = Sandbox::new();
    let off = ["load", "network", "storage", "platform_service", "staging", "routes"];
    sandbox.write("off.toml", off.map(|table| format!("[{table}]\nenabled = false\n")).concat());
    let begins = "switched off in the scenario (`enabled = false`): load, network, storage, platform_service, staging, routes.";
    let run = sandbox.json("simulate --fleet tiny.toml --scenario off.toml --format json");
    let told = run["warnings"][0].as_str().unwrap();
    assert!(told.starts_with(begins) && told.contains("cell load") && told.contains("404s"), "{told}");
    let compared =
        sandbox.json(&format!("compare --fleet tiny.toml --scenario off.toml {ONE_SETTING} --format json"));
    let reasons = compared["reasons"].to_string();
    assert!(reasons.contains(begins) && !reasons.contains("(`rivera scenario`"), "{reasons}");
    let search =
        "recommend --fleet tiny.toml --max-in-flight 1 --max-starts 5 --seeds 1 --no-sensitivity --no-cache";
    let searched = sandbox.run(&format!("{search} --scenario off.toml"));
    assert!(searched.stderr.starts_with(&format!("warning: {begins}")), "{}", searched.stderr);
    assert!(!searched.stdout.contains("404s, 502s"), "{}", searched.stdout);
    let all_on = sandbox.run(search);
    assert!(all_on.stderr.is_empty() && all_on.stdout.contains("tables load"), "{}", all_on.stdout);
}

#[test]
fn d7_the_whole_upgrade_of_a_manifest_of_cells_is_no_measured_absence_of_nothing() {
    let sandbox = Sandbox::new();
    sandbox.run("fleet synth tiny.toml -o export");
    let run = sandbox.json("simulate --fleet export --whole-upgrade --format json");
    let told = run["warnings"].to_string();
    assert!(told.contains("the manifest has no other components than cells"), "{told}");
}

#[test]
fn a_mistake_is_shown_at_its_line_with_keys_that_there_are() {
    let sandbox = Sandbox::new();
    for (text, line, shown) in [
        ("[upgrade.instances]\n\"Router\" = 3\n\"Foo\" = 2\n", "3:9", ""),
        ("[upgrade.instances]\n\"Router\" = 3\n\"UAA\" = 0\n", "3:9", ""),
        ("[apps.start_s.lognormal]\nmedian = 9.0\np95 = 8.0\n", "3:7", ""),
        ("[apps.start_s.lognormal]\nmedian = -2.0\np95 = 8.0\n", "2:10", ""),
        ("[rep]\ncreate_s = { lognormal = { median = 3.0, p95 = 1.0 } }\n", "2:12", ""),
        ("[[faults.events]]\nkind = \"bbs_away\"\nat_s = -1\n", "3:8", "the chapter Faults"),
        ("[[faults.events]]\nkind = \"bbs_away\"\nat_s = \"x\"\n", "3:8", "the chapter Faults"),
        ("[rep]\ncreate_pool = \"x\"\n", "2:15", "`rivera scenario` prints every key"),
    ] {
        sandbox.write("wrong.toml", text);
        let told = sandbox.refused("scenario --scenario wrong.toml");
        assert!(told.contains(&format!("wrong.toml:{line}]")), "{told}");
        assert!(told.contains(shown), "{told}");
        assert_eq!(told.contains("prints every key"), !shown.contains("Faults"), "{told}");
    }
}
