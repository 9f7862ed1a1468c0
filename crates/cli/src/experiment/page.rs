//! The page of an experiment or of a recommendation.

use std::collections::BTreeSet;

use rivera_experiment::{Comparison, SettingResult};
use rivera_experiment::{Plan, Point, Runs, of_point};
use rivera_model::Fleet;
use rivera_report::{Extras, FoundBy, Note, html};
use rivera_sim::{Outcome, Shown, group_warnings, warnings};

use crate::failure::Failure;
use crate::planner;

/// The fleet of a page that shows how a run goes.
pub(super) struct On<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) path: &'a std::path::Path,
}

/// What is recommended otherwise than by comparing all settings.
pub(super) struct Recommended {
    pub(super) best: Option<usize>,
    pub(super) risks: Vec<String>,
    pub(super) reasons: Vec<String>,
    pub(super) notes: Vec<Note>,
}

/// The page. Without a fleet at hand it does not show how a run goes, nor what the rules find, and says why.
pub(super) fn page(
    plan: &Plan,
    points: &[Point],
    runs: &Runs,
    on: Result<&On<'_>, String>,
    recommended: Option<Recommended>,
) -> Result<String, Failure> {
    let settings = points.iter().enumerate().map(|(ix, point)| {
        let runs: Vec<Outcome> = of_point(runs, ix).into_iter().cloned().collect();
        SettingResult::new(point.setting, others(plan, point), runs)
    });
    let seeds = plan.seeds.always().collect();
    let mut comparison =
        Comparison::of(plan.fleet.clone(), settings.collect(), seeds, plan.scenario_toml.clone(), |ix| {
            &points[ix].scenario
        });
    let (mut risks, mut notes, mut found_by) = (Vec::new(), Vec::new(), FoundBy::Comparison);
    if let Some(recommended) = recommended {
        comparison.best = recommended.best;
        comparison.reasons = recommended.reasons;
        found_by = FoundBy::Search;
        risks = recommended.risks;
        notes = recommended.notes;
    }
    let shown = comparison.best.unwrap_or(0);
    let (mut findings, mut no_course, mut warnings) = (Vec::new(), None, Vec::new());
    let on = on.map_err(|why| no_course = Some(why));
    if let Ok(On { fleet, .. }) = on {
        warnings = warnings_of(plan, points, fleet);
    }
    if let (Ok(On { fleet, path }), Some(point)) = (on, points.get(shown)) {
        let wrong = |error| Failure::Fleet { path: (*path).to_owned(), error };
        let run = Shown::of(fleet, &point.scenario, point.setting, plan.seeds.first).map_err(wrong)?;
        comparison = comparison.with_shown(shown, run);
        findings = planner::findings(fleet, None, &point.scenario, point.setting).map_err(wrong)?;
    }
    Ok(html(&comparison, &Extras { findings: &findings, found_by, risks, warnings, no_course, notes }))
}

/// What the scenarios of the settings are to be warned of, each once.
fn warnings_of(plan: &Plan, points: &[Point], fleet: &Fleet) -> Vec<String> {
    let has = |key: &str| plan.axes.iter().any(|axis| axis.key == key);
    // A setting is called by the values that are varied.
    let is_named = |group: &str| !has("max_in_flight") || has(&format!("groups.{group}.max_in_flight"));
    let of_point = |point: &Point| {
        let of_groups = group_warnings(&point.scenario, fleet, is_named);
        warnings(&point.scenario, fleet).into_iter().chain(of_groups)
    };
    points.iter().flat_map(of_point).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The values of the axes that are no throttles.
fn others(plan: &Plan, point: &Point) -> Vec<(String, String)> {
    let pairs = plan.axes.iter().zip(&point.values);
    let no_throttle = pairs.filter(|(axis, _)| !["max_in_flight", "max_starts"].contains(&axis.key.as_str()));
    no_throttle.map(|(axis, value)| (axis.key.clone(), value.clone())).collect()
}
