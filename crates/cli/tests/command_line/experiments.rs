//! `rivera experiment`: axes, kept runs, shards, assertions, and what is refused.

use std::fs;

use serde_json::Value;

use crate::sandbox::{Ran, Sandbox};

pub(crate) const EXPERIMENT: &str = r#"fleet = "tiny.toml"
max_in_flight = [1, "100%"]
max_starts = [5, "none"]
assertions = ["apps_down.max <= 24"]

[seeds]
count = 5
"#;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("experiment.toml", EXPERIMENT);
    sandbox
}

fn value(sandbox: &Sandbox, name: &str) -> Value {
    serde_json::from_str(&sandbox.read(name)).expect("JSON")
}

#[test]
fn every_combination_is_run_with_every_seed() {
    let sandbox = sandbox();
    let result = sandbox.json("experiment run experiment.toml --format json");
    assert_eq!((result["schema"].as_str(), result["version"].as_u64()), (Some("rivera.experiment"), Some(1)));
    let points = result["points"].as_array().unwrap();
    let values: Vec<&Value> = points.iter().map(|point| &point["values"]).collect();
    assert_eq!(
        serde_json::json!(values),
        serde_json::json!([["1", "5"], ["1", "none"], ["100%", "5"], ["100%", "none"]])
    );
    for point in points {
        let seeds: Vec<u64> =
            point["runs"].as_array().unwrap().iter().map(|run| run["seed"].as_u64().unwrap()).collect();
        assert_eq!(seeds, [1, 2, 3, 4, 5]);
    }
    assert!(points[0]["metrics"]["duration_s"]["difference"].is_null(), "the base line");
    let difference = &points[2]["metrics"]["duration_s"]["difference"];
    assert!(difference["median"].as_f64().unwrap() < 0.0, "two cells at a time are faster: {difference}");
}

#[test]
fn a_run_is_the_one_that_simulate_gives() {
    let sandbox = sandbox();
    let result = sandbox.json("experiment run experiment.toml --format json");
    let single =
        sandbox.json("simulate --fleet tiny.toml --max-in-flight 100% --max-starts 5 --seed 2 --format json");
    let (run, single) = (&result["points"][2]["runs"][1], &single["outcome"]);
    for key in ["duration_s", "drain", "moves", "zones", "routes"] {
        assert_eq!(run[key], single[key], "{key}");
    }
}

#[test]
fn finished_runs_are_taken_from_the_cache() {
    let sandbox = sandbox();
    let first = sandbox.done("experiment run experiment.toml --format json");
    let kept: Vec<_> =
        sandbox.files().into_keys().filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
    assert_eq!(kept.len(), 20);
    let text = fs::read_to_string(&kept[0]).unwrap();
    fs::write(&kept[0], &text[..text.len() / 2]).unwrap();
    assert_eq!(
        sandbox.done("experiment run experiment.toml --format json"),
        first,
        "what is damaged is done anew"
    );
    let text = fs::read_to_string(&kept[0]).unwrap();
    // A kept run says what was found: if it says otherwise, so does the result.
    let number = text.split("\"duration_s\":").nth(1).unwrap().split(',').next().unwrap();
    fs::write(&kept[0], text.replacen(number, "123456.0", 1)).unwrap();
    let result = sandbox.done("experiment run experiment.toml --format json");
    assert!(result.contains("123456.0"), "the kept run is used");
    assert_eq!(sandbox.done("experiment run experiment.toml --format json --no-cache"), first);
}

#[test]
fn more_seeds_only_add_runs() {
    let sandbox = sandbox();
    let few = sandbox.json("experiment run experiment.toml --format json");
    let more = sandbox.json("experiment run experiment.toml --seeds 8 --format json");
    let runs = |result: &Value| result["points"][0]["runs"].as_array().unwrap().clone();
    assert_eq!(runs(&few), runs(&more)[..5]);
    assert_eq!(runs(&more).len(), 8);
}

#[test]
fn seeds_are_added_until_the_median_is_known_well_enough() {
    let sandbox = sandbox();
    let result = sandbox.json("experiment run experiment.toml --precision 1% --format json");
    let most = result["plan"]["seeds"]["most"].as_u64().unwrap();
    let mut more_than_the_first = false;
    for point in result["points"].as_array().unwrap() {
        let runs = point["runs"].as_array().unwrap().len() as u64;
        let duration = &point["metrics"]["duration_s"];
        let of = |key: &str| duration[key].as_f64().unwrap();
        let half = (of("high") - of("low")) / 2.0;
        assert!(half <= 0.01 * of("median") || runs == most, "{duration} with {runs} runs");
        more_than_the_first |= runs > 5;
    }
    assert!(more_than_the_first);
}

#[test]
fn merged_shards_are_byte_for_byte_what_one_machine_gives() {
    let sandbox = sandbox();
    sandbox.done("experiment run experiment.toml -o whole.json --no-cache");
    sandbox.done("experiment plan experiment.toml -o plan.json");
    for number in 1..=3 {
        sandbox
            .done(&format!("experiment run plan.json --shard {number}/3 -o part-{number}.json --no-cache"));
    }
    let merged = sandbox.done("experiment merge plan.json part-3.json part-1.json part-2.json --format json");
    assert!(merged == sandbox.read("whole.json"));
    // Other shards, one of them twice.
    for number in 1..=2 {
        sandbox.done(&format!("experiment run plan.json --shard {number}/2 -o half-{number}.json"));
    }
    let merged = sandbox.done("experiment merge plan.json half-1.json half-2.json part-1.json --format json");
    assert!(merged == sandbox.read("whole.json"));

    sandbox.refused_with(
        "experiment merge plan.json part-1.json part-3.json",
        &["7 of 20 runs are in no part", "run shard 2/3"],
    );
    let mut other = value(&sandbox, "part-1.json");
    other["part"]["runs"][0]["outcome"]["moves"] = 77.into();
    sandbox.write("other.json", other.to_string());
    sandbox.refused_with(
        "experiment merge plan.json part-1.json part-2.json part-3.json other.json",
        &["part 4 has another outcome of setting 1 with seed 1"],
    );
    sandbox.done("experiment plan experiment.toml --seeds 6 -o plan-6.json");
    sandbox.refused_with("experiment merge plan-6.json part-1.json", &["part 1 belongs to another plan"]);
    sandbox.refused_with("experiment merge part-1.json plan.json", &["it is rivera.experiment-part 1"]);
}

/// The parts hold no course of a run, so it is simulated again where the fleet is, and nowhere else.
#[test]
fn a_merged_page_is_that_of_one_machine_where_the_fleet_is_at_hand() {
    let sandbox = sandbox();
    sandbox.done("experiment run experiment.toml -o whole.html --no-cache");
    sandbox.done("experiment plan experiment.toml -o plan.json");
    sandbox.done("experiment run plan.json --shard 1/1 -o part.json --no-cache");
    let merge = |options: &str| {
        sandbox.done(&format!("experiment merge plan.json part.json -o merged.html {options}"));
        sandbox.read("merged.html")
    };
    let whole = sandbox.read("whole.html");
    assert!(whole.contains("id=\"chart-gantt\"") && whole.contains("id=\"chart-starting\""));
    assert!(merge("") == whole);

    fs::rename(sandbox.path("tiny.toml"), sandbox.path("elsewhere.toml")).unwrap();
    let lacking = "How it goes is not shown: tiny.toml is not at hand";
    let without = merge("");
    assert!(without.contains(lacking) && without.contains("With --fleet the merge takes it from elsewhere."));
    assert!(!without.contains("id=\"chart-gantt\"") && without.contains("id=\"chart-zones\""));
    let with = merge("--fleet elsewhere.toml");
    assert!(with.contains("id=\"chart-gantt\"") && !with.contains("How it goes is not shown"));

    // A fleet that has changed is not that of the plan.
    sandbox.write("tiny.toml", sandbox.read("elsewhere.toml").replace("memory_mb = 128", "memory_mb = 129"));
    assert!(merge("").contains(lacking));
    let arguments = "experiment merge plan.json part.json -o merged.html --fleet tiny.toml";
    sandbox.refused_with(arguments, &["this is not the fleet of the plan"]);
    // Only the page needs it.
    sandbox.done("experiment merge plan.json part.json -o result.json --fleet tiny.toml");
}

#[test]
fn a_plan_is_held_to_its_fleet() {
    let sandbox = sandbox();
    sandbox.done("experiment plan experiment.toml -o plan.json");
    sandbox.replace("tiny.toml", "memory_mb = 128", "memory_mb = 129");
    sandbox.refused_with("experiment run plan.json --shard 1/2 --no-cache", &["not the fleet of the plan"]);
    sandbox.refused_with("experiment run plan.json --seeds 3 --no-cache", &["a plan is run as it is"]);
}

#[test]
fn an_assertion_that_does_not_hold_is_exit_code_1_in_every_format() {
    let sandbox = sandbox();
    let arguments = "experiment run experiment.toml --assert duration_s.p99<1m -o junit.xml -o table.md";
    let Ran { code, stdout, stderr } = sandbox.run(arguments);
    assert_eq!((code, stderr.as_str()), (Some(1), ""));
    assert!(stdout.contains("duration_s.p99 < 60 does not hold with"), "{stdout}");
    let junit = sandbox.read("junit.xml");
    assert!(
        junit.contains("tests=\"8\"") && junit.contains("<failure message=\"duration_s.p99 &lt; 60"),
        "{junit}"
    );
    let markdown = sandbox.read("table.md");
    assert!(
        markdown.contains("- ✅ `apps_down.max <= 24`") && markdown.contains("- ❌ `duration_s.p99 < 60`")
    );
    // The csv has a row for each run.
    let csv = sandbox.done("experiment run experiment.toml --format csv");
    assert_eq!(csv.lines().count(), 21);
    assert!(csv.starts_with("setting,max_in_flight,max_starts,seed,end,duration_s,"));
}

#[test]
fn keys_of_the_scenario_can_be_varied() {
    let sandbox = sandbox();
    sandbox.write(
        "experiment.toml",
        "fleet = \"tiny.toml\"\n[scenario.rep]\nevacuation_timeout_s = [10, 600]\n",
    );
    let result = sandbox.json("experiment run experiment.toml --format json");
    let timeouts =
        |point: usize| result["points"][point]["metrics"]["evacuation_timeouts"]["median"].as_f64().unwrap();
    assert!(timeouts(0) > 0.0 && timeouts(1) == 0.0);
}

#[test]
fn mistakes_are_shown_at_their_place() {
    let sandbox = sandbox();
    let refused = |old: &str, new: &str, texts: &[&str]| {
        sandbox.write("experiment.toml", EXPERIMENT);
        sandbox.replace("experiment.toml", old, new);
        sandbox.refused_with("experiment run experiment.toml", texts);
    };
    refused(
        "max_starts",
        "max_start",
        &["unknown field `max_start`", "did you mean `max_starts`?", "experiment.toml:3"],
    );
    refused("\"100%\"", "\"150%\"", &["`max_in_flight` cannot be 150%", "experiment.toml:2"]);
    refused("tiny.toml", "none.toml", &["none.toml"]);
    refused("count = 5", "count = -3", &["experiment.toml:7"]);
    refused("count = 5", "count = 5\n[scenario.rep]\ncreate_pol = [1, 2]", &["did you mean `create_pool`?"]);
    refused("apps_down.max", "app_down.max", &["there is no metric `app_down`", "did you mean `apps_down`?"]);
    sandbox.write("cut.json", "{\"schema\": \"rivera.experiment-plan\", \"ver");
    sandbox.refused_with("experiment run cut.json", &["cut.json", "line 1"]);
    sandbox.refused_with("experiment run missing.toml", &["failed to read missing.toml"]);
    sandbox.write("experiment.toml", EXPERIMENT);
    for (arguments, text) in [
        ("--shard 4/3", "a shard is i/N"),
        ("--precision 150%", "a percentage above 0 and below 100"),
        ("--precision 2% --shard 1/2", "shards have their seeds beforehand"),
        ("--assert crashes", "compares nothing"),
        ("--assert crashes.max<x", "is no number"),
        ("--seeds -1", "a whole number from 1 to 10000"),
        ("-o result.pdf", ".json, .csv, .parquet, .md"),
    ] {
        sandbox.refused_with(&format!("experiment run experiment.toml {arguments}"), &[text]);
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_finished_runs_and_says_how_to_go_on() {
    use std::process::{Command, Stdio};

    let sandbox = sandbox();
    let mut command = sandbox.command("experiment run experiment.toml --seeds 2000 --format json");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Once the first run is kept it is under way; there are 8,000 of them.
    while !sandbox.path(".rivera-runs").exists()
        || fs::read_dir(sandbox.path(".rivera-runs")).unwrap().count() < 3
    {
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(130), ""), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("stopped after") && ran.stderr.contains("kept in .rivera-runs"),
        "{}",
        ran.stderr
    );
    for (path, text) in sandbox.files() {
        if path.extension().is_some_and(|extension| extension == "json") {
            serde_json::from_slice::<Value>(&text.unwrap()).expect("every kept run is whole");
        }
    }
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_program_without_parquet_says_how_one_with_it_is_built() {
    let sandbox = sandbox();
    sandbox.refused_with(
        "experiment run experiment.toml -o runs.parquet --no-cache",
        &["runs.parquet: ", "`cargo install --path crates/cli --features parquet`", ".csv"],
    );
}

#[cfg(feature = "parquet")]
#[test]
fn merged_shards_are_the_same_parquet_as_of_one_machine() {
    let sandbox = sandbox();
    sandbox.done("experiment run experiment.toml -o runs.parquet --no-cache");
    sandbox.done("experiment plan experiment.toml -o plan.json");
    for number in 1..=2 {
        sandbox
            .done(&format!("experiment run plan.json --shard {number}/2 -o part-{number}.json --no-cache"));
    }
    sandbox.done("experiment merge plan.json part-1.json part-2.json -o merged.parquet");
    let [whole, merged] =
        ["runs.parquet", "merged.parquet"].map(|name| fs::read(sandbox.path(name)).unwrap());
    assert!(whole.starts_with(b"PAR1") && whole.ends_with(b"PAR1"));
    assert!(whole == merged);
    sandbox.refused("experiment run experiment.toml --format parquet");
}

#[test]
fn a_part_and_a_plan_are_json_and_are_called_so() {
    let sandbox = Sandbox::new();
    sandbox.write("experiment.toml", EXPERIMENT);
    sandbox.refused_with(
        "experiment plan experiment.toml -o plan.toml",
        &["error[wrong-usage]: plan.toml: a plan is written, which is JSON: name a file that ends in .json"],
    );
    sandbox.done("experiment plan experiment.toml -o plan.json");
    sandbox.refused_with(
        "experiment run plan.json --shard 3/3 -o p3.csv --no-cache",
        &[
            "error[wrong-usage]: p3.csv: a shard gives a part, which is JSON: name a file that ends in .json",
            "`rivera experiment merge`",
        ],
    );
}

#[test]
fn a_fleet_that_is_not_there_is_told_where_it_is_named() {
    let sandbox = Sandbox::new();
    let run = "experiment run experiment.toml --no-cache";
    sandbox.write("experiment.toml", "seeds = { count = 1 }\nfleet = \"tiny.tml\"\n");
    sandbox.refused_with(
        run,
        &[
            "error[no-such-path]",
            "experiment.toml: `fleet` is `tiny.tml`: there is no such file or folder",
            "[experiment.toml:2:9]",
            "help: did you mean `tiny.toml`?",
        ],
    );
    sandbox.write("experiment.toml", "fleet = \"tiny.toml\"\nscenario_file = \"other/none.toml\"\n");
    sandbox.refused_with(
        run,
        &[
            "`scenario_file` is `other/none.toml`",
            "[experiment.toml:2:17]",
            "seen from the folder of this file",
        ],
    );
    sandbox.write("binary.toml", [0xff, 0xfe]);
    sandbox.write("experiment.toml", "fleet = \"binary.toml\"\n");
    sandbox.refused_with(
        run,
        &[
            "note: experiment.toml:1:9: this fleet cannot be used\n",
            "error[not-text]: binary.toml: this is not text",
        ],
    );
    sandbox.write("experiment.toml", b"fleet = \"tiny.toml\"\n\n# \xe9\n");
    sandbox.refused_with(run, &["error[not-text]: experiment.toml:3: this is not text: byte 24 of the file"]);
}

#[test]
fn a_bare_list_or_number_is_no_distribution_and_is_told_what_one_is() {
    let sandbox = Sandbox::new();
    sandbox.write("experiment.toml", "fleet = \"tiny.toml\"\n[scenario.apps]\nstart_s = [30, 300]\n");
    sandbox.refused_with(
        "experiment plan experiment.toml",
        &[
            "invalid type: integer `30`, expected a distribution: { fixed = 6 }, { uniform = [3, 9] } or { lognormal = ",
            "[experiment.toml:3:12]",
        ],
    );
}
