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

const BOUNDS: [&str; 2] = ["apps_down<=0", "crashes<=4"];

fn recommend(sandbox: &Sandbox) -> Value {
    let bounds = BOUNDS.map(|bound| format!("--bound {bound}")).join(" ");
    sandbox.json(&format!("experiment recommend experiment.toml {bounds} --no-sensitivity --format json"))
}

/// Trying all settings with all seeds, and taking the best by the rule of the book.
fn by_hand(sandbox: &Sandbox) -> (Vec<u64>, u64) {
    let all = sandbox.json("experiment run experiment.toml --format json");
    let metric = |point: &Value, key: &str, of: &str| point["metrics"][key][of].as_f64().expect("a number");
    let points = all["points"].as_array().expect("a list");
    let duration =
        |point: u64| metric(&points[usize::try_from(point).expect("small")], "duration_s", "median");
    let peak = |point: u64| metric(&points[usize::try_from(point).expect("small")], "peak_starting", "max");
    let safe: Vec<u64> = (0..)
        .zip(points)
        .filter(|(_, point)| {
            metric(point, "apps_down", "max") <= 0.0
                && metric(point, "crashes", "max") <= 4.0
                && point["runs"]
                    .as_array()
                    .expect("runs")
                    .iter()
                    .all(|run| run["end"] == "finished" && run["not_running_at_end"] == 0)
        })
        .map(|(point, _)| point)
        .collect();
    let least = safe.iter().map(|&point| duration(point)).fold(f64::MAX, f64::min);
    let about: Vec<u64> = safe.iter().copied().filter(|&point| duration(point) <= least * 1.02).collect();
    let key = |point: u64| (peak(point), duration(point));
    let best = about
        .iter()
        .copied()
        .min_by(|&a, &b| key(a).partial_cmp(&key(b)).expect("numbers"))
        .expect("a safe one");
    (safe, best)
}

#[test]
fn the_answer_is_that_of_trying_everything() {
    let sandbox = sandbox();
    let found = recommend(&sandbox);
    let (safe, best) = by_hand(&sandbox);
    assert!(safe.len() > 1 && safe.len() < 8, "the bounds part the settings: {safe:?}");
    assert_eq!(found["answer"]["point"].as_u64(), Some(best));
    let runner_up = found["runner_up"]["point"].as_u64().unwrap();
    assert!(safe.contains(&runner_up) && runner_up != best);
    for refusal in found["refused"].as_array().unwrap() {
        assert!(!safe.contains(&refusal["point"].as_u64().unwrap()), "{refusal}");
    }
    assert!(found["runs"].as_u64().unwrap() < 8 * 8, "fewer than every setting with every seed");
    assert_eq!(found["answer"]["runs"].as_array().unwrap().len(), 8);
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
