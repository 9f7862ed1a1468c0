//! Each lint fires on what it is for, at its place, and not on what is right.

use super::*;
use crate::plan::Source;

/// Three zones of four cells, 24 instances.
fn fleet() -> Fleet {
    let recipe = "name = \"tiny\"\ninstances = 24\n[zones]\nz1 = 4\nz2 = 4\nz3 = 4\n\
        [[cells]]\nmemory_mb = 4096\ndisk_mb = 32768\n\
        [[apps]]\nshare = 1\ninstances = 2\nmemory_mb = 128\ndisk_mb = 256\n";
    rivera_diego::Recipe::from_toml(recipe).unwrap().synthesise().unwrap()
}

/// Codes that are told, each with the text that it points at.
fn told(text: &str) -> Vec<(&'static str, String)> {
    told_on(&fleet(), text)
}

fn told_on(fleet: &Fleet, text: &str) -> Vec<(&'static str, String)> {
    let text = format!("fleet = \"x\"\n{text}\n");
    let file = ExperimentFile::read(&text).unwrap();
    let source = Source { fleet, path: "x", sha256: "" };
    let plan = Plan::of(&file, source, &Scenario::default()).unwrap();
    let points = plan.points().unwrap();
    let remarks = lint(&file, fleet, &plan, &points);
    let pointed = |span: Option<Range<usize>>| span.map(|span| text[span].to_owned()).unwrap_or_default();
    remarks.into_iter().map(|it| (it.lint.code, pointed(it.span))).collect()
}

/// What a lint points at; nothing if it does not fire.
fn fired(code: &str, text: &str) -> Vec<String> {
    told(text).into_iter().filter(|(it, _)| *it == code).map(|(_, at)| at).collect()
}

const NOT: [String; 0] = [];

#[test]
fn every_lint_has_a_code_of_its_own_and_all_its_texts() {
    let codes: BTreeSet<&str> = LINTS.iter().map(|lint| lint.code).collect();
    assert_eq!(codes.len(), LINTS.len());
    for lint in LINTS {
        assert!(
            !lint.title.ends_with('.') && lint.meaning.ends_with('.') && lint.remedy.ends_with('.'),
            "{}",
            lint.code
        );
    }
}

#[test]
fn an_experiment_that_is_right_is_told_nothing() {
    assert_eq!(
        told("max_in_flight = [1, \"50%\"]\nmax_starts = [5, \"none\"]\nassertions = [\"crashes <= 0\"]"),
        []
    );
}

#[test]
fn values_that_are_the_same_on_the_fleet() {
    assert_eq!(fired("percent-same", "max_in_flight = [1, \"50%\", \"30%\"]"), ["\"30%\""]);
    assert_eq!(fired("percent-same", "max_in_flight = [1, 2, \"75%\"]"), NOT);
}

#[test]
fn a_limit_that_is_never_reached() {
    assert_eq!(fired("limit-above-instances", "max_starts = [5, 24, \"none\"]"), ["24"]);
    assert_eq!(fired("limit-above-instances", "max_starts = [5, 23, \"none\"]"), NOT);
}

#[test]
fn a_group_that_the_varied_values_do_not_reach() {
    let of = |value: &str, axis: &str| {
        fired(
            "group-of-its-own",
            &format!("max_in_flight = {axis}\n[scenario.groups.diego-cell]\nmax_in_flight = {value}"),
        )
    };
    assert_eq!(of("3", "[1, 2]"), ["3"]);
    assert_eq!(of("[3, 4]", "[1, 2]"), NOT, "a setting is called by it");
    assert_eq!(of("3", "2"), NOT, "no setting is called by its max_in_flight");
    assert_eq!(
        fired("group-of-its-own", "max_in_flight = [1, 2]\n[scenario.groups.diego-cell]\ncanaries = 0"),
        NOT
    );
}

#[test]
fn a_group_that_the_manifest_gives_a_value_of_its_own() {
    let mut fleet = fleet();
    fleet.groups[0].update.max_in_flight = Some("3".to_owned());
    let fired = |text: &str| {
        let told = told_on(&fleet, text);
        told.into_iter().filter(|(code, _)| *code == "group-of-its-own").map(|(_, at)| at).collect::<Vec<_>>()
    };
    assert_eq!(fired("max_in_flight = [1, 2]"), [""], "it has no place in the file");
    assert_eq!(fired("max_in_flight = [1, 2]\n[scenario.groups.diego-cell]\nmax_in_flight = [1, 2]"), NOT);
    assert_eq!(fired("max_in_flight = 2"), NOT);
}

#[test]
fn d6_a_throttle_that_the_version_cannot_be_told() {
    let of = |version: &str, throttles: &str| {
        fired("cannot-be-told", &format!("product_version = \"{version}\"\n{throttles}"))
    };
    let throttles = "max_in_flight = [1, \"10%\"]\nmax_starts = [5, \"none\"]";
    assert_eq!(of("1.8.3", throttles), ["1", "5"]);
    assert_eq!(of("1.8.3", "max_in_flight = \"10%\"\nmax_starts = 0"), NOT, "what it has");
    assert_eq!(of("1.8.3", ""), NOT, "nothing is said");
    assert_eq!(of("6.0", throttles), NOT);
    assert_eq!(fired("cannot-be-told", throttles), NOT, "no version");
}

#[test]
fn a_timeout_in_which_nothing_can_be_emptied() {
    let text = "[scenario.rep]\nevacuation_timeout_s = [600, 5]";
    assert_eq!(fired("timeout-below-drain", text), ["5"]);
    assert_eq!(fired("timeout-below-drain", "[scenario.rep]\nevacuation_timeout_s = 9.5"), ["9.5"]);
    assert_eq!(fired("timeout-below-drain", "[scenario.rep]\nevacuation_timeout_s = [600, 10]"), NOT);
}

#[test]
fn a_key_of_a_part_that_is_off() {
    let varied = "errand_s = [{ fixed = 1 }, { fixed = 9 }]";
    assert_eq!(
        fired("switched-off", &format!("[scenario.upgrade]\n{varied}")),
        ["[{ fixed = 1 }, { fixed = 9 }]"]
    );
    assert_eq!(fired("switched-off", "[scenario.cloud_controller]\njobs_per_minute = [1, 9]"), ["[1, 9]"]);
    assert_eq!(fired("switched-off", &format!("[scenario.upgrade]\nenabled = true\n{varied}")), NOT);
    assert_eq!(fired("switched-off", "[scenario.upgrade]\nenabled = [true, false]"), NOT);
    assert_eq!(fired("switched-off", "[scenario.rep]\ncreate_pool = [1, 9]"), NOT);
}

#[test]
fn a_figure_of_what_is_not_simulated() {
    let without = "[scenario.staging]\nrestart = \"none\"";
    for (part, plain, simulated) in [
        (Part::Restarts, without, ""),
        (Part::Rolling, "", "[scenario.staging]\nrestart = \"rolling\""),
        (Part::Upgrade, "", "[scenario.upgrade]\nenabled = true"),
        (Part::Faults, "", "[[scenario.faults.events]]\nkind = \"bbs_away\"\nat_s = 9"),
    ] {
        let metric = METRICS.iter().find(|metric| metric.part == part).unwrap().key;
        let text = format!("metrics = [\"{metric}\", \"crashes\"]\nassertions = [\"{metric} < 9\"]");
        let pointed = [format!("\"{metric}\""), format!("\"{metric} < 9\"")];
        assert_eq!(fired("figure-not-simulated", &format!("{text}\n{plain}")), pointed);
        assert_eq!(fired("figure-not-simulated", &format!("{text}\n{simulated}")), NOT);
    }
}

#[test]
fn assertions_that_are_certain() {
    let of = |assertion: &str| told(&format!("max_in_flight = [1, 2]\nassertions = [\"{assertion}\"]"));
    for always in ["crashes >= 0", "crashes > -1"] {
        assert_eq!(of(always), [("assertion-always-true", format!("\"{always}\""))]);
    }
    for never in ["crashes < 0", "crashes <= -1", "duration_s.min == -1"] {
        assert_eq!(of(never), [("assertion-never-true", format!("\"{never}\""))]);
    }
    for open in ["crashes > 0", "crashes <= 0", "crashes == 0", "crashes < 1"] {
        assert_eq!(of(open), [], "{open}");
    }
}

#[test]
fn too_few_seeds_for_an_interval() {
    assert_eq!(fired("too-few-seeds", "[seeds]\ncount = 4"), ["4"]);
    assert_eq!(fired("too-few-seeds", "[seeds]\ncount = 5"), NOT);
    assert_eq!(fired("too-few-seeds", "[seeds]\ncount = 3\nprecision_percent = 2.0"), NOT);
}

#[test]
fn nothing_to_compare_and_nothing_that_must_hold() {
    assert_eq!(fired("nothing-varied", "max_in_flight = 2"), [""]);
    assert_eq!(fired("nothing-varied", "max_in_flight = [1, 2]"), NOT);
    assert_eq!(fired("nothing-varied", "max_in_flight = 2\nassertions = [\"crashes <= 0\"]"), NOT);
}

#[test]
fn so_many_runs_that_they_take_long() {
    let of = |seeds: u64| {
        fired(
            "many-runs",
            &format!(
                "max_in_flight = [1, 2, 3]\nmax_starts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n\
            [scenario.rep]\ncreate_pool = [1, 2, 3, 4]\n[seeds]\ncount = {seeds}"
            ),
        )
    };
    assert_eq!(of(10_000), [""]);
    assert_eq!(of(1_000), NOT);
}

/// The bound of 0 that assertions are held to is that of every figure.
#[test]
fn no_figure_is_below_0() {
    let fleet = fleet();
    let scenario = Scenario::default();
    let setting = rivera_sim::Setting {
        max_in_flight: "50%".parse().unwrap(),
        max_starts: rivera_limiter::StartLimit::Unlimited,
    };
    let run = rivera_sim::simulate(&fleet, &scenario, setting, 1, rivera_sim::Record::default()).unwrap();
    for outcome in [run.outcome, rivera_sim::Outcome::default()] {
        for metric in METRICS {
            assert!((metric.value)(&outcome) >= 0.0, "{}", metric.key);
        }
    }
}
