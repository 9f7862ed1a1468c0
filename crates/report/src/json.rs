//! Results as JSON: exactly one value, with the name and version of its schema.

use std::collections::BTreeMap;

use rivera_experiment::{Comparison, SettingResult};
use rivera_sim::{CellTurn, End, FleetFigures, Outcome, Sample, Setting};
use serde::Serialize;

/// The version of both schemas. It rises when a field changes its meaning or goes; new fields leave it as it is.
const VERSION: u32 = 1;

/// The whole comparison, schema `rivera.compare`: the same results give the same bytes. Ends with a line break.
///
/// `best` and `course.setting` are positions in `settings`.
#[must_use]
pub fn json(comparison: &Comparison) -> String {
    text(&ComparisonView {
        schema: "rivera.compare",
        version: VERSION,
        fleet: &comparison.fleet,
        seeds: &comparison.seeds,
        scenario_toml: &comparison.scenario_toml,
        best: comparison.best,
        reasons: &comparison.reasons,
        settings: comparison.settings.iter().map(SettingView::from).collect(),
        course: comparison
            .course
            .as_ref()
            .map(|(setting, samples)| CourseView { setting: *setting, samples }),
        cells: &comparison.cells,
    })
}

/// One run, schema `rivera.simulate`, and what its scenario is to be warned of ([`rivera_sim::warnings`]). Ends with a line
/// break.
#[must_use]
pub fn run_json(outcome: &Outcome, setting: &Setting, fleet: &FleetFigures, warnings: &[String]) -> String {
    text(&RunView {
        schema: "rivera.simulate",
        version: VERSION,
        fleet,
        max_in_flight: setting.max_in_flight.to_string(),
        max_starts: setting.max_starts.to_string(),
        warnings,
        outcome,
    })
}

/// The name of an end as it is in JSON, for formats that have no enums of their own.
pub(crate) fn end_name(end: &End) -> String {
    let name = serde_json::to_value(end).expect("an end is always JSON");
    name.as_str().expect("an end is a name without more").to_owned()
}

/// A value in many lines. Ends with a line break.
pub(crate) fn text(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("structs, strings and numbers are always JSON");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct ComparisonView<'a> {
    schema: &'static str,
    version: u32,
    fleet: &'a FleetFigures,
    seeds: &'a [u64],
    scenario_toml: &'a str,
    best: Option<usize>,
    reasons: &'a [String],
    settings: Vec<SettingView<'a>>,
    course: Option<CourseView<'a>>,
    cells: &'a [CellTurn],
}

#[derive(Serialize)]
struct SettingView<'a> {
    max_in_flight: String,
    max_starts: String,
    stats: BTreeMap<&'static str, SpreadView>,
    runs: &'a [Outcome],
}

impl<'a> From<&'a SettingResult> for SettingView<'a> {
    fn from(result: &'a SettingResult) -> Self {
        let spread =
            |stat: &rivera_experiment::Stat| SpreadView { median: stat.median, min: stat.min, max: stat.max };
        Self {
            max_in_flight: result.setting.max_in_flight.to_string(),
            max_starts: result.setting.max_starts.to_string(),
            stats: result.stats.iter().map(|stat| (stat.key, spread(stat))).collect(),
            runs: &result.runs,
        }
    }
}

#[derive(Serialize)]
struct SpreadView {
    median: f64,
    min: f64,
    max: f64,
}

#[derive(Serialize)]
struct CourseView<'a> {
    setting: usize,
    samples: &'a [Sample],
}

#[derive(Serialize)]
struct RunView<'a> {
    schema: &'static str,
    version: u32,
    fleet: &'a FleetFigures,
    max_in_flight: String,
    max_starts: String,
    warnings: &'a [String],
    outcome: &'a Outcome,
}
