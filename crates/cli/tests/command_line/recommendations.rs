//! `rivera recommend`: the answer is that of trying everything, with fewer runs, and it says so when nothing is safe.

use serde_json::Value;

use crate::experiments::EXPERIMENT;
use crate::sandbox::{Ran, Sandbox};

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "experiment.toml",
        "fleet = \"tiny.toml\"\nmax_in_flight = [1, \"100%\"]\nmax_starts = [2, 5, 10, \"none\"]\n[seeds]\ncount = 8\n",
    );
    sandbox
}

/// A metric and the most that is allowed of it in a run.
type Most = (&'static str, f64);
const BOUNDS: [Most; 2] = [("apps_down", 0.0), ("crashes", 4.0)];

fn recommend(sandbox: &Sandbox, bounds: &[Most]) -> Value {
    let bounds: String = bounds.iter().map(|(metric, most)| format!(" --bound {metric}<={most}")).collect();
    sandbox.json(&format!("experiment recommend experiment.toml{bounds} --no-sensitivity --format json"))
}

/// Trying all settings with all seeds, and taking the best and the runner-up by the rule of the book.
fn by_hand(sandbox: &Sandbox, bounds: &[Most]) -> (Vec<u64>, [u64; 2]) {
    let all = sandbox.json("experiment run experiment.toml --format json");
    let metric = |point: &Value, key: &str, of: &str| point["metrics"][key][of].as_f64().expect("a number");
    let points = all["points"].as_array().expect("a list");
    let duration =
        |point: u64| metric(&points[usize::try_from(point).expect("small")], "duration_s", "median");
    let peak = |point: u64| metric(&points[usize::try_from(point).expect("small")], "peak_starting", "max");
    let safe: Vec<u64> = (0..)
        .zip(points)
        .filter(|(_, point)| {
            bounds.iter().all(|(key, most)| metric(point, key, "max") <= *most)
                && point["runs"]
                    .as_array()
                    .expect("runs")
                    .iter()
                    .all(|run| run["end"] == "finished" && run["not_running_at_end"] == 0)
        })
        .map(|(point, _)| point)
        .collect();
    let key = |point: u64| (peak(point), duration(point), point);
    let gentlest = |among: &[u64]| {
        let least = among.iter().map(|&point| duration(point)).fold(f64::MAX, f64::min);
        let about = among.iter().copied().filter(|&point| duration(point) <= least * 1.02);
        about.min_by(|&a, &b| key(a).partial_cmp(&key(b)).expect("numbers")).expect("a safe one")
    };
    let best = gentlest(&safe);
    let rest: Vec<u64> = safe.iter().copied().filter(|&point| point != best).collect();
    let runner_up = gentlest(&rest);
    (safe, [best, runner_up])
}

/// The search of an experiment with so many settings, of which some are safe and some are not.
fn is_that_of_trying_everything(sandbox: &Sandbox, bounds: &[Most], settings: usize, seeds: usize) {
    let found = recommend(sandbox, bounds);
    let (safe, best) = by_hand(sandbox, bounds);
    assert!(safe.len() > 1 && safe.len() < settings, "the bounds part the settings: {safe:?}");
    assert_eq!(["answer", "runner_up"].map(|it| found[it]["point"].as_u64().expect("a position")), best);
    for refusal in found["refused"].as_array().expect("a list") {
        assert!(!safe.contains(&refusal["point"].as_u64().expect("a position")), "{refusal}");
    }
    let runs = usize::try_from(found["runs"].as_u64().expect("a number")).expect("few");
    assert!(runs < settings * seeds, "fewer than every setting with every seed: {runs}");
    assert_eq!(found["answer"]["runs"].as_array().expect("a list").len(), seeds);
}

#[test]
fn the_answer_is_that_of_trying_everything() {
    is_that_of_trying_everything(&sandbox(), &BOUNDS, 8, 8);
}

/// The throttles are one pair; what is searched is the rest of the scenario.
#[test]
fn so_it_is_on_axes_that_are_no_throttles() {
    let sandbox = Sandbox::new();
    let throttles = "fleet = \"tiny.toml\"\nmax_in_flight = [2]\nmax_starts = [4]\n[seeds]\ncount = 6\n";
    // Surplus cells make it longer, short timeouts cut drains off, and downloads of 38 and of 40 MB/s are about the same.
    let rest = "[scenario.rep]\nevacuation_timeout_s = [20, 90, 600]\ndownload_mb_per_s = [10, 38, 40]\n\
                [scenario.surplus]\ncells = [0, 1, 2]\n";
    sandbox.write("experiment.toml", format!("{throttles}{rest}"));
    is_that_of_trying_everything(&sandbox, &[("evacuation_timeouts", 0.0)], 27, 6);

    // Settings that differ in nothing that is measured, of which the first is the answer and the second the runner-up.
    let throttles = throttles.replace("[4]", "[\"none\"]");
    let rest = "[scenario.rep]\nevacuation_timeout_s = [20, 600]\ndownload_mb_per_s = [5, 12, 16, 60]\n\
                [scenario.bbs]\nconvergence_interval_s = [25, 30]\n";
    sandbox.write("experiment.toml", format!("{throttles}{rest}"));
    is_that_of_trying_everything(&sandbox, &[("crashes", 99.0), ("evacuation_timeouts", 0.0)], 16, 6);
}

#[test]
fn what_was_searched_beside_the_throttles_is_told_with_where_it_is_set() {
    let sandbox = sandbox();
    let rest =
        "[scenario.rep]\nevacuation_timeout_s = [600]\n[scenario.apps]\ndroplet_mb = [{ fixed = 5 }]\n";
    sandbox.write(
        "experiment.toml",
        format!("fleet = \"tiny.toml\"\nmax_in_flight = [1]\nmax_starts = [9]\n{rest}"),
    );
    let arguments =
        "experiment recommend experiment.toml --bound crashes<=99 --seeds 1 --no-sensitivity --no-cache";
    let told = [
        "`rep.evacuation_timeout_s` is 600: `diego.rep.evacuation_timeout_in_seconds` of the job rep.",
        "`apps.droplet_mb` is { fixed = 5 }: set so in the scenario; the answer holds for a foundation that is so.",
    ];
    let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = one_line(sandbox.run(arguments).stdout);
    let found: Value =
        serde_json::from_str(&sandbox.run(&format!("{arguments} --format json")).stdout).unwrap();
    for sentence in told {
        assert!(text.contains(sentence), "{sentence:?} is not in {text}");
        assert!(found["apply"]["others"].as_array().unwrap().contains(&sentence.into()), "{found}");
    }
    let throttles =
        sandbox.done("recommend --fleet tiny.toml --seeds 1 --bound crashes<=99 --no-sensitivity --no-cache");
    assert!(
        throttles.contains("How to set it") && !throttles.contains("what else was searched"),
        "{throttles}"
    );
}

#[test]
fn the_same_arguments_give_the_same_bytes_with_and_without_kept_runs() {
    let sandbox = sandbox();
    let arguments = "experiment recommend experiment.toml --bound crashes<=4 --seeds 5 --format json";
    let first = sandbox.done(arguments);
    assert_eq!(sandbox.done(arguments), first);
    assert_eq!(sandbox.done(&format!("{arguments} --no-cache")), first);
    let mut one_thread = sandbox.command(&format!("{arguments} --no-cache"));
    let ran: Ran = one_thread.env("RAYON_NUM_THREADS", "1").output().unwrap().into();
    assert_eq!(ran.stdout, first);
}

#[test]
fn it_says_the_risk_why_what_binds_and_how_to_set_it() {
    let sandbox = Sandbox::new();
    let text = sandbox.done("recommend --fleet tiny.toml --seeds 3 --bound crashes<=9 --no-cache");
    for part in [
        "tiny: 4 cells, 24 instances\n\nUse max_in_flight ",
        "\n\nRisk\n  - ",
        "\nWhy\n  - It keeps every bound with each of 3 seeds: crashes.max <= 9;",
        "\nWhat binds\n",
        "\nIf a constant that nobody publishes is halved or doubled (3 seeds each)\n",
        "path: /instance_groups/name=diego-cell/update?/max_in_flight",
        "starting_container_count_maximum\n",
        "om curl --request PUT \\\n      --path /api/v0/staged/products/PRODUCT_GUID/max_in_flight \\\n",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

/// The figures of the risk are those of the answer's runs, and the words those of the figures, wherever they are shown.
#[test]
fn the_risk_stands_directly_under_the_answer_in_every_form() {
    let sandbox = sandbox();
    // Bounds that allow crashes and apps that are down.
    let arguments = "experiment recommend experiment.toml --bound crashes<=99 --seeds 5";
    let found = sandbox.json(&format!("{arguments} --format json"));
    let figures = &found["risk"]["figures"];
    let runs = found["answer"]["runs"].as_array().unwrap();
    let greatest = |key: &str| runs.iter().map(|run| run[key].as_f64().unwrap()).fold(0.0, f64::max);
    assert_eq!(figures["seeds"], 5);
    assert_eq!(figures["peak_starting"].as_f64(), Some(greatest("peak_starting")));
    let crashes =
        figures["harms"].as_array().unwrap().iter().find(|harm| harm["metric"] == "crashes").unwrap();
    assert!(crashes["greatest"].as_f64() > Some(0.0), "the bound lets crashes through: {crashes}");
    assert_eq!(crashes["greatest"].as_f64(), Some(greatest("crashes")));
    let with = runs.iter().filter(|run| run["crashes"] != 0).count();
    assert_eq!(crashes["seeds"].as_u64(), Some(with as u64));
    let worst = runs.iter().find(|run| run["crashes"].as_f64() == crashes["greatest"].as_f64()).unwrap();
    assert_eq!(crashes["seed"], worst["seed"]);
    let broken = |it: &&Value| !it["broken"].is_null();
    let overturning: Vec<&Value> = found["sensitivity"].as_array().unwrap().iter().filter(broken).collect();
    let named = found["risk"]["overturned_by"].as_array().unwrap();
    assert_eq!(
        named.iter().map(|it| &it["key"]).collect::<Vec<_>>(),
        overturning.iter().map(|it| &it["key"]).collect::<Vec<_>>()
    );

    let sentences: Vec<&str> =
        found["risk"]["sentences"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = sandbox.done(arguments);
    let (answer, rest) = text.split_once("\n\nRisk\n").unwrap();
    assert_eq!(answer.lines().rev().nth(1).map(|line| line.starts_with("Use ")), Some(true), "{answer}");
    let (risk, _) = rest.split_once("\n\nWhy\n").unwrap();
    assert_eq!(one_line(risk.to_owned()), format!("- {}", sentences.join(" - ")));

    let markdown = sandbox.done(&format!("{arguments} --format markdown"));
    let (_, rest) = markdown.split_once("**\n\nduration: ").unwrap();
    let (_, rest) = rest.split_once(".\n\n### Risk\n\n").unwrap();
    let (risk, _) = rest.split_once("\n\n### Why\n").unwrap();
    assert_eq!(risk.replace('\\', "").lines().map(|it| &it[2..]).collect::<Vec<_>>(), sentences);

    sandbox.done(&format!("{arguments} -o report.html"));
    let page = sandbox.read("report.html");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not on the page"));
    let risk = at("<h3>Risk</h3>");
    assert!(at(">Recommended<") < risk && risk < at("<ul class=\"reasons\">"));
    for sentence in sentences {
        let escaped =
            sentence.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        assert!(page[risk..].contains(&format!("<li>{escaped}</li>")), "{sentence}");
    }
}

#[test]
fn values_that_are_the_same_on_the_fleet_are_tried_once() {
    let sandbox = Sandbox::new();
    let arguments = "recommend --fleet tiny.toml --max-in-flight 1,4%,50%,2 --max-starts 5 --seeds 1 --bound crashes<=99 \
                     --no-sensitivity --no-cache --format json";
    let ran = sandbox.run(arguments);
    assert_eq!(
        ran.stderr,
        "note: max_in_flight 4% is the same as 1 on this fleet\nnote: max_in_flight 50% is the same as 1 on this fleet\n"
    );
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(found["plan"]["axes"][0]["values"], serde_json::json!(["1", "2"]));
}

#[test]
fn where_nothing_is_safe_it_says_so_and_why() {
    let sandbox = Sandbox::new();
    sandbox.write("experiment.toml", EXPERIMENT);
    let Ran { code, stdout, stderr } =
        sandbox.run("experiment recommend experiment.toml --bound duration_s<1m --no-cache");
    assert_eq!((code, stderr.as_str()), (Some(1), ""));
    assert!(stdout.contains("None of these settings is safe\n"), "{stdout}");
    assert!(stdout.contains("4 settings break \"duration_s.max < 60\"."), "{stdout}");
    assert!(!stdout.contains("How to set it") && !stdout.contains("Risk"), "{stdout}");
}

#[test]
fn mistakes_are_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("experiment.toml", EXPERIMENT);
    sandbox.refused_with("recommend --fleet none.toml", &["none.toml"]);
    sandbox
        .refused_with("recommend --fleet tiny.toml --objective durations", &["did you mean `duration_s`?"]);
    sandbox.refused_with("recommend --fleet tiny.toml --bound crashes", &["compares nothing"]);
    sandbox.refused_with("recommend --fleet tiny.toml --max-in-flight 101%", &["from 1% to 100%"]);
    sandbox.refused_with("recommend --fleet tiny.toml --seeds 0", &["from 1 to 10000"]);
    sandbox.refused_with("experiment recommend none.toml", &["failed to read none.toml"]);
}

#[test]
fn the_page_says_the_answer_first_and_how_to_set_it() {
    let sandbox = Sandbox::new();
    sandbox.done(
        "recommend --fleet tiny.toml --seeds 2 --bound crashes<=9 --no-sensitivity --no-cache -o report.html",
    );
    let page = sandbox.read("report.html");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not on the page"));
    assert!(at(">Recommended<") < at("What binds") && at("What binds") < at("How to set it"));
    assert!(
        at("How to set it") < at("id=\"comparison\"") && at("id=\"chart-gantt\"") < at("What the rules say")
    );
}

#[test]
fn an_experiment_of_other_keys_is_a_page_too() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "experiment.toml",
        "fleet = \"tiny.toml\"\n[seeds]\ncount = 5\n[scenario.rep]\nevacuation_timeout_s = [10, 600]\n",
    );
    sandbox.done("experiment run experiment.toml -o report.html --no-cache");
    let page = sandbox.read("report.html");
    assert!(page.contains("rep.evacuation_timeout_s 600") && page.contains("id=\"chart-gantt\""));
    assert!(!page.contains("id=\"chart-heat-duration\""), "there is one pair of throttles");
}

#[test]
fn downtime_that_one_verb_allows_and_the_other_does_not_is_told_by_both() {
    let sandbox = Sandbox::new();
    let export = format!("{}/../../examples/fleets/small", env!("CARGO_MANIFEST_DIR"));
    let settings = "--max-in-flight 5 --max-starts 50 --seeds 2";
    let found = sandbox
        .run(&format!("recommend --fleet {export} {settings} --no-cache --no-sensitivity --format json"));
    assert_eq!(found.code, Some(0), "{}", found.stderr);
    assert!(
        found.stdout.contains("`rivera compare` counts downtime of single instances as harm"),
        "{}",
        found.stdout
    );
    let strict = "--bound crashes<=0 --bound evacuation_timeouts<=0 --bound instance_downtime_s<=0";
    let strict =
        sandbox.run(&format!("recommend --fleet {export} {settings} --no-cache --no-sensitivity {strict}"));
    assert_eq!(strict.code, Some(1), "{}", strict.stdout);
    let compared = sandbox.done(&format!("compare --fleet {export} {settings} --format json"));
    assert!(compared.contains("`rivera recommend` allows it as long as no app is fully down"), "{compared}");
}
