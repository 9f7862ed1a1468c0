//! Tables, CSV and JSON of a made-up comparison.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod fixture;

use rivera_experiment::Comparison;
use rivera_report::{Terminal, csv, json, run_json, run_table, table};
use rivera_sim::{METRICS, Outcome, Quantiles, RollingPushes};
use serde_json::Value;

const NARROW: Terminal = Terminal { width: 80, colour: false };
const WIDE: Terminal = Terminal { width: 120, colour: false };

/// Three settings: one plain, the recommended one, and one that did not finish.
fn small() -> Comparison {
    let mut comparison = fixture::comparison();
    let settings = std::mem::take(&mut comparison.settings);
    comparison.settings = settings
        .into_iter()
        .enumerate()
        .filter(|(i, _)| [0, 4, 8].contains(i))
        .map(|(_, result)| result)
        .collect();
    comparison.best = Some(1);
    comparison.course = None;
    comparison
}

#[test]
fn the_comparison_in_a_wide_terminal() {
    insta::assert_snapshot!(table(&small(), WIDE));
}

#[test]
fn the_comparison_in_a_narrow_terminal() {
    insta::assert_snapshot!(table(&small(), NARROW));
}

#[test]
fn without_a_recommendation_the_table_says_so() {
    let mut comparison = small();
    comparison.best = None;
    comparison.reasons.clear();
    let text = table(&comparison, WIDE);
    assert!(text.contains("No setting can be recommended"));
    assert!(!text.contains('▶'));
}

#[test]
fn what_does_harm_is_not_recommended() {
    let mut comparison = small();
    assert!(table(&comparison, WIDE).contains("\nRecommended: max_in_flight"));
    comparison.settings[1].runs[0].crashes = 1;
    let text = table(&comparison, WIDE);
    assert!(text.contains("\nNone is without harm; the least downtime has max_in_flight"), "{text}");
    assert!(!text.contains("Recommended"), "{text}");
}

#[test]
fn one_run_in_a_terminal() {
    let comparison = small();
    let result = &comparison.settings[2];
    insta::assert_snapshot!(run_table(&result.runs[2], &result.setting, &comparison.fleet, &[], WIDE));
}

#[test]
fn where_a_run_has_no_room_for_meanings_they_are_left_out() {
    let comparison = small();
    let result = &comparison.settings[1];
    let text = run_table(&result.runs[0], &result.setting, &comparison.fleet, &[], NARROW);
    assert!(text.contains("drain p99") && !text.contains("99th percentile"));
}

#[test]
fn a_run_is_told_with_what_its_scenario_is_to_be_warned_of() {
    let comparison = small();
    let result = &comparison.settings[1];
    let warnings = ["the file storage is internal.".to_owned()];
    let text = run_table(&result.runs[0], &result.setting, &comparison.fleet, &warnings, NARROW);
    assert!(text.contains("\nWarning: the file storage is internal.\n"), "{text}");
}

#[test]
fn pushes_that_were_rolled_out_are_told_with_what_became_of_them() {
    let comparison = small();
    let result = &comparison.settings[1];
    let mut run = result.runs[0].clone();
    let text = |run: &Outcome| run_table(run, &result.setting, &comparison.fleet, &[], NARROW);
    assert!(!text(&run).contains("rolled out"));
    run.staging.rolling = Some(RollingPushes {
        rolled: 1_947,
        unavailable: 3,
        superseded: 12,
        took: Quantiles { count: 1_935, p50_s: 22.0, p99_s: 138.0, max_s: 255.0 },
        crashes: 7,
        not_finished_at_end: 5,
    });
    let text = text(&run);
    let row = "a push from staged until it is rolled out";
    let row = text.lines().find_map(|line| line.strip_prefix(row)).expect("its times are shown");
    assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["1,935", "22s", "2m", "18s", "4m", "15s"]);
    let (_, text) = text.split_once("\nPushes that were rolled out\n").unwrap();
    for (what, number) in [
        ("begun", "1,947"),
        ("staged while a component was away that pushes need", "3"),
        ("overtaken by the next push of the app", "12"),
        ("crashes of new instances before they had run", "7"),
        ("not finished at the end", "5"),
    ] {
        let found = text.lines().find_map(|line| line.strip_prefix(what)).expect(what);
        assert_eq!(found.trim(), number);
    }
}

#[test]
fn cascades_are_told_with_how_far_they_went_and_what_was_short() {
    let comparison = small();
    let result = &comparison.settings[1];
    let mut run = result.runs[0].clone();
    run.cascades = [true, false].map(|died_out| fixture::cascade("5f2a1f3e-cell", died_out)).to_vec();
    let text = run_table(&run, &result.setting, &comparison.fleet, &[], NARROW);
    let (_, text) = text.split_once("\nCascades of crashes\n").unwrap();
    let (text, _) = text.split_once("\nStart requests\n").unwrap();
    assert!(text.lines().all(|line| line.chars().count() <= NARROW.width), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn no_table_row_is_wider_than_the_terminal() {
    let comparison = fixture::comparison();
    for width in [80, 100, 120] {
        let text = table(&comparison, Terminal { width, colour: false });
        // The sentences below the table are left to the terminal to wrap.
        let (rows, _) = text.split_once("Median of the runs").unwrap();
        assert!(rows.lines().skip(2).all(|line| line.chars().count() <= width), "{rows}");
    }
}

#[test]
fn colours_do_not_change_the_words() {
    let coloured = table(&small(), Terminal { colour: true, ..WIDE });
    assert!(coloured.contains('\u{1b}'));
    let mut words = String::new();
    for (position, part) in coloured.split("\u{1b}[").enumerate() {
        words += if position == 0 { part } else { part.split_once('m').unwrap().1 };
    }
    let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&words), lines(&table(&small(), WIDE)));
}

#[test]
fn names_cannot_write_escape_sequences_into_a_terminal() {
    let comparison = fixture::hostile();
    let result = &comparison.settings[0];
    let texts =
        [table(&comparison, WIDE), run_table(&result.runs[0], &result.setting, &comparison.fleet, &[], WIDE)];
    for text in texts {
        assert!(text.contains("alert(1)"));
        assert!(!text.contains(['\u{1b}', '\u{2028}', '\u{2029}']));
    }
}

#[test]
fn csv_of_a_comparison() {
    insta::assert_snapshot!(csv(&small()));
}

#[test]
fn csv_has_a_row_for_each_run_and_a_column_for_each_figure() {
    let comparison = fixture::comparison();
    let text = csv(&comparison);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let headings = reader.headers().unwrap().clone();
    assert_eq!(headings.len(), 4 + METRICS.len());
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), comparison.settings.len() * comparison.seeds.len());

    // Numbers are written so that the same number is read again.
    let runs = comparison.settings.iter().flat_map(|result| &result.runs);
    for (row, run) in rows.iter().zip(runs) {
        for (column, metric) in METRICS.iter().enumerate() {
            assert_eq!(row[4 + column].parse::<f64>().unwrap(), (metric.value)(run), "{}", metric.key);
        }
    }
}

#[test]
fn json_is_one_value_with_schema_and_version_and_the_same_every_time() {
    let comparison = fixture::comparison();
    let text = json(&comparison);
    assert!(text.ends_with("}\n"));
    assert_eq!(text, json(&fixture::comparison()));

    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["schema"], "rivera.compare");
    assert_eq!(value["version"], 1);
    assert_eq!(value["fleet"]["cells"], 218);
    assert_eq!(value["seeds"], serde_json::json!([1, 2, 3]));
    assert_eq!(value["best"], 4);
    assert_eq!(value["settings"][4]["max_in_flight"], "8");
    assert_eq!(value["settings"][4]["max_starts"], "250");
    assert_eq!(value["settings"][8]["runs"][2]["end"], "given_up");
    assert_eq!(value["course"]["setting"], 4);
    assert_eq!(value["course"]["samples"].as_array().unwrap().len(), 901);
    for (result, written) in comparison.settings.iter().zip(value["settings"].as_array().unwrap()) {
        assert_eq!(written["runs"].as_array().unwrap().len(), 3);
        for stat in &result.stats {
            // Numbers are written exactly, but this reader may be off by the last bit.
            let median = written["stats"][stat.key]["median"].as_f64().unwrap();
            assert!((median - stat.median).abs() <= stat.median.abs() * f64::EPSILON, "{}", stat.key);
        }
    }
}

#[test]
fn json_of_one_run() {
    let comparison = small();
    let result = &comparison.settings[1];
    insta::assert_snapshot!(run_json(
        &result.runs[0],
        &result.setting,
        &comparison.fleet,
        &["the file storage is internal.".to_owned()]
    ));
}
