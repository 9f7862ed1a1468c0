//! The findings as JSON, schema `rivera.experiment`.

use std::collections::BTreeMap;

use rivera_experiment::{AssertionResult, Findings, Interval, Plan};
use rivera_sim::Outcome;
use serde::Serialize;

use super::schemas::VERSION;
use crate::json::text;

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    version: u32,
    /// The resolved experiment.
    plan: &'a Plan,
    points: Vec<PointView<'a>>,
    assertions: &'a [AssertionResult],
}

#[derive(Serialize)]
struct PointView<'a> {
    values: &'a [String],
    is_on_front: bool,
    metrics: BTreeMap<&'static str, MetricView>,
    runs: &'a [&'a Outcome],
}

#[derive(Serialize)]
struct MetricView {
    median: f64,
    low: f64,
    high: f64,
    min: f64,
    max: f64,
    difference: Option<Interval>,
}

/// All of it: the plan, each point with its metrics and its runs, and the assertions. The same results give the same bytes.
/// Ends with a line break.
#[must_use]
pub fn json(plan: &Plan, findings: &Findings<'_>) -> String {
    let points = findings.points.iter().map(|point| PointView {
        values: point.values,
        is_on_front: point.is_on_front,
        metrics: point
            .summaries
            .iter()
            .map(|summary| {
                let Interval { median, low, high } = summary.interval;
                let (min, max, difference) = (summary.min, summary.max, summary.difference);
                (summary.key, MetricView { median, low, high, min, max, difference })
            })
            .collect(),
        runs: &point.runs,
    });
    text(&View {
        schema: "rivera.experiment",
        version: VERSION,
        plan,
        points: points.collect(),
        assertions: &findings.assertions,
    })
}
