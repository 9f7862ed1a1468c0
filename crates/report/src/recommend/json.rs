//! A recommendation as JSON, schema `rivera.recommend`.

use rivera_experiment::Plan;
use rivera_experiment::recommend::{Binding, Refusal, Risk, Sensitivity};
use rivera_sim::Outcome;
use serde::Serialize;

use super::Recommended;
use super::apply::Apply;
use crate::json::text;

const VERSION: u32 = 1;

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    version: u32,
    plan: &'a Plan,
    objective: String,
    bounds: Vec<String>,
    answer: Option<ChoiceView<'a>>,
    runner_up: Option<ChoiceView<'a>>,
    risk: Option<RiskView<'a>>,
    reasons: Vec<String>,
    refused: &'a [Refusal],
    binds: &'a [Binding],
    sensitivity: Option<&'a [Sensitivity]>,
    apply: Option<Apply>,
    runs: usize,
}

#[derive(Serialize)]
struct ChoiceView<'a> {
    point: usize,
    values: &'a [String],
    objective: f64,
    runs: Vec<&'a Outcome>,
}

#[derive(Serialize)]
struct RiskView<'a> {
    figures: &'a Risk,
    overturned_by: Option<Vec<Overturning>>,
    sentences: Vec<String>,
}

/// A constant with which a bound breaks.
#[derive(Serialize)]
struct Overturning {
    key: &'static str,
    factor: f64,
}

/// All of it in figures, with the reasons in words. Positions are those of the plan's points; the same arguments give the
/// same bytes. Ends with a line break.
#[must_use]
pub fn json(recommended: &Recommended<'_>) -> String {
    let Recommended { plan, values, goal, found, risk, binds, sensitivity, setting, places, runs, .. } =
        *recommended;
    let choice = |point: Option<usize>| {
        point.map(|point| {
            let runs = rivera_experiment::of_point(&found.runs, point);
            ChoiceView { point, values: &values[point], objective: goal.value(&runs), runs }
        })
    };
    text(&View {
        schema: "rivera.recommend",
        version: VERSION,
        plan,
        objective: goal.objective.to_string(),
        bounds: goal.bounds.iter().map(ToString::to_string).collect(),
        answer: choice(found.answer),
        runner_up: choice(found.runner_up),
        risk: risk.map(|risk| RiskView {
            figures: risk,
            overturned_by: sensitivity.map(overturning),
            sentences: recommended.risks(),
        }),
        reasons: recommended.why(),
        refused: &found.refused,
        binds,
        sensitivity,
        apply: setting
            .filter(|_| found.answer.is_some())
            .map(|setting| Apply::of(setting, places, recommended.elsewhere())),
        runs,
    })
}

fn overturning(changes: &[Sensitivity]) -> Vec<Overturning> {
    let broken = changes.iter().filter(|change| change.broken.is_some());
    broken.map(|&Sensitivity { key, factor, .. }| Overturning { key, factor }).collect()
}
