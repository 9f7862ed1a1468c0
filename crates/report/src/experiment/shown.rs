//! What of an experiment is shown, and how it is called: the same in every format.

use rivera_experiment::{Findings, Interval, Plan, PointFindings};
use rivera_sim::{End, METRICS, Metric, Unit};

use crate::figures::figure;
use crate::summary;

/// The metrics that are shown where the experiment names none.
const USUAL: [&str; 7] = [
    "duration_s",
    "instance_downtime_s",
    "apps_down",
    "crashes",
    "evacuation_timeouts",
    "peak_cell_load",
    "peak_starting",
];

/// The metrics that are shown to people, with their positions in [`METRICS`].
pub(super) fn metrics(plan: &Plan) -> Vec<(usize, &'static Metric)> {
    let is_shown = |key: &str| {
        if plan.metrics.is_empty() { USUAL.contains(&key) } else { plan.metrics.iter().any(|it| it == key) }
    };
    METRICS.iter().enumerate().filter(|(_, metric)| is_shown(metric.key)).collect()
}

/// How a point is called.
pub(super) fn name(plan: &Plan, point: &PointFindings<'_>) -> String {
    summary::point_name(plan, point.values)
}

/// How many runs updated all cells.
pub(super) fn finished(point: &PointFindings<'_>) -> usize {
    point.runs.iter().filter(|run| run.end == End::Finished).count()
}

/// `low–high`, or nothing if both read as the median.
pub(super) fn interval(unit: Unit, it: &Interval) -> Option<String> {
    let [low, median, high] = [it.low, it.median, it.high].map(|value| figure(unit, value));
    (low != median || high != median).then(|| format!("{low}–{high}"))
}

/// A difference with its sign: `+2m 10s`, `-3`, or `0` where nothing differs.
pub(super) fn signed(unit: Unit, value: f64) -> String {
    let text = figure(unit, value.abs());
    let sign = if text == figure(unit, 0.0) {
        ""
    } else if value < 0.0 {
        "-"
    } else {
        "+"
    };
    format!("{sign}{text}")
}

/// What is said of the assertions: one sentence for each that does not hold.
pub(super) fn broken(plan: &Plan, findings: &Findings<'_>) -> Vec<String> {
    let sentences = findings.assertions.iter().filter(|result| !result.broken.is_empty()).map(|result| {
        let points = result.broken.iter().map(|broken| {
            let unit = summary::metric_of(&result.assertion).map_or(Unit::Ratio, |metric| metric.unit);
            format!("{} ({})", name(plan, &findings.points[broken.point]), figure(unit, broken.value))
        });
        format!("{} does not hold with {}", result.assertion, points.collect::<Vec<_>>().join("; "))
    });
    sentences.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_a_sign_unless_it_is_none() {
        assert_eq!(signed(Unit::Seconds, -130.0), "-2m 10s");
        assert_eq!(signed(Unit::Count, 3.0), "+3");
        assert_eq!(signed(Unit::Ratio, -0.001), "0.00");
    }

    #[test]
    fn an_interval_that_reads_as_its_median_is_left_out() {
        let of = |low, median, high| interval(Unit::Seconds, &Interval { median, low, high });
        assert_eq!(of(60.0, 60.1, 60.2), None);
        assert_eq!(of(60.0, 90.0, 90.0), Some("1m–1m 30s".to_owned()));
    }
}
