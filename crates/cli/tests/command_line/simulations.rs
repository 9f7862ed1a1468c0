//! `rivera simulate` with its timeline and its trace, and `rivera fleet show`.

use serde_json::Value;

use crate::sandbox::Sandbox;

#[test]
fn the_setting_is_the_fleets_unless_it_is_given() {
    let sandbox = Sandbox::new();
    let run = |options: &str| {
        let run = sandbox.json(&format!("simulate --fleet tiny.toml --format json {options}"));
        assert_eq!((&run["schema"], &run["version"]), (&Value::from("rivera.simulate"), &Value::from(1)));
        run
    };
    assert_eq!(run("")["max_in_flight"], "50%");
    assert_eq!(run("")["max_starts"], "200", "the scenario's, where the fleet says nothing");
    let given = run("--max-in-flight 2 --max-starts none");
    assert_eq!((&given["max_in_flight"], &given["max_starts"]), (&Value::from("2"), &Value::from("none")));
}

#[test]
fn a_seed_is_a_run() {
    let sandbox = Sandbox::new();
    let run = |seed: u64| sandbox.done(&format!("simulate --fleet tiny.toml --seed {seed}"));
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}

#[test]
fn every_line_of_a_timeline_has_its_time_and_its_event() {
    let sandbox = Sandbox::new();
    let plain = sandbox.done("simulate --fleet tiny.toml");
    assert_eq!(sandbox.done("simulate --fleet tiny.toml --timeline events.jsonl"), plain);
    let events: Vec<(f64, String)> = sandbox
        .read("events.jsonl")
        .lines()
        .map(|line| {
            let event: Value = serde_json::from_str(line).expect("JSON");
            (event["t_s"].as_f64().expect("a time"), event["event"].as_str().expect("an event").to_owned())
        })
        .collect();
    assert!(events.is_sorted_by(|(earlier, _), (later, _)| earlier <= later));
    let count = |name: &str| events.iter().filter(|(_, event)| event == name).count();
    assert_eq!((count("rollout_begins"), count("rollout_ends")), (1, 1));
    assert!(count("cell") >= 4, "every cell changes its state");
    assert!(count("placed") >= 24, "every instance moves");
}

#[test]
fn a_trace_has_a_bar_for_each_state_of_each_cell() {
    let sandbox = Sandbox::new();
    sandbox.done("simulate --fleet tiny.toml --chrome-trace trace.json");
    let trace: Value = serde_json::from_str(&sandbox.read("trace.json")).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    for cell in 0..4 {
        let bars = events.iter().filter(|event| event["ph"] == "X" && event["tid"] == cell);
        assert!(bars.clone().count() > 1, "cell {cell} has a history");
        for bar in bars {
            assert!(bar["ts"].is_u64() && bar["dur"].is_u64() && bar["name"].is_string(), "{bar}");
        }
    }
    assert!(events.iter().any(|event| event["ph"] == "C"), "the course is there as counters");
}

#[test]
fn a_fleet_is_shown_to_people_and_machines() {
    let sandbox = Sandbox::new();
    let shown = sandbox.done("fleet show two-cells");
    assert!(shown.starts_with("two-cells\n2 cells, 2 processes "), "{shown}");
    let value = sandbox.json("fleet show two-cells --format json");
    assert_eq!((&value["schema"], &value["version"]), (&Value::from("rivera.fleet"), &Value::from(1)));
    assert!(value["fleet"].is_object());
}

#[test]
fn the_whole_upgrade_is_told_in_table_json_and_timeline_and_only_when_asked_for() {
    let sandbox = Sandbox::new();
    let plain = sandbox.json("simulate --fleet tiny.toml --format json");
    assert!(plain["outcome"]["upgrade"].is_null() && plain["outcome"]["jobs"].is_null());
    let whole =
        sandbox.json("simulate --fleet tiny.toml --whole-upgrade --timeline events.jsonl --format json");
    let upgrade = &whole["outcome"]["upgrade"];
    assert_eq!(upgrade["groups"].as_array().unwrap().len(), 18);
    assert_eq!(upgrade["errands"].as_array().unwrap().len(), 11);
    assert!(whole["outcome"]["jobs"]["created"].as_u64().unwrap() > 100, "{}", whole["outcome"]["jobs"]);
    let events = sandbox.read("events.jsonl");
    for text in [
        "\"event\":\"group_begins\",\"group\":\"diego_brain\"",
        "\"component\":\"UAA\",\"event\":\"component_away\"",
        "\"errand\":\"Smoke Tests\",\"event\":\"errand_begins\"",
        "FAILED permanently with Delayed::DeserializationError",
    ] {
        assert!(events.contains(text), "{text}");
    }
    let table = sandbox.done("simulate --fleet tiny.toml --whole-upgrade");
    assert!(table.contains("Components that were away") && table.contains("no push"), "{table}");
    assert!(!sandbox.done("simulate --fleet tiny.toml").contains("no push"));
}

#[test]
fn an_unknown_component_of_the_upgrade_is_refused_with_those_there_are() {
    let sandbox = Sandbox::new();
    sandbox.write("wrong.toml", "[upgrade]\ninstances = { Gorouter = 3 }\n");
    let told = sandbox.refused("simulate --fleet tiny.toml --scenario wrong.toml");
    assert!(told.contains("there is no component `Gorouter`") && told.contains("Router"), "{told}");
}

#[test]
fn i13_internal_storage_of_more_than_20_cells_is_advised_against() {
    let sandbox = Sandbox::new();
    sandbox.replace("tiny.toml", "z1 = 2\nz2 = 2", "z1 = 11\nz2 = 10");
    sandbox.write("internal.toml", "[storage]\nlocation = \"internal\"\n");
    let advised = "Above 20 cells an external one is advised";
    let plain = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let internal = plain(sandbox.done("simulate --fleet tiny.toml --scenario internal.toml"));
    assert!(internal.contains(advised), "{internal}");
    assert!(!plain(sandbox.done("simulate --fleet tiny.toml")).contains(advised));
    let compare =
        format!("compare --fleet tiny.toml --scenario internal.toml {}", crate::sandbox::ONE_SETTING);
    assert!(plain(sandbox.done(&compare)).contains(advised));
}

#[test]
fn memory_in_use_is_the_same_percentage_wherever_it_is_told() {
    let sandbox = Sandbox::new();
    sandbox.replace("tiny.toml", "memory_mb = 128", "memory_mb = 130");
    let shown = sandbox.json("fleet show tiny.toml --format json");
    let percent = shown["fleet"]["usage"]["memory_mb"]["percent"].as_f64().expect("a share");
    assert!(percent.fract() >= 0.5, "{percent}: only such a share tells rounding from cutting");
    let run = sandbox.json("simulate --fleet tiny.toml --format json");
    assert_eq!(run["fleet"]["memory_used_percent"].as_f64(), Some(percent.round()));
}

#[test]
fn a_roll_out_that_does_not_finish_is_no_success() {
    let sandbox = Sandbox::new();
    sandbox.write("fails.toml", "[[faults.events]]\nkind = \"update_fails\"\nnth = 2\n");
    sandbox.write("short.toml", "[run]\ngive_up_h = 0.01\n");
    for (file, end) in [("fails", "update_failed"), ("short", "given_up")] {
        let ran = sandbox.run(&format!("simulate --fleet tiny.toml --scenario {file}.toml --format json"));
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        let printed: serde_json::Value = serde_json::from_str(&ran.stdout).expect("the result is printed");
        assert_eq!(printed["outcome"]["end"], end);
    }
}
