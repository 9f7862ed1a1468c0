//! What the runs of an experiment say of its settings.

use rivera_sim::{End, METRICS, Metric, Outcome};
use serde::Serialize;

use crate::interval::Interval;
use crate::mistake::Mistake;
use crate::pareto;
use crate::plan::{Plan, Point};
use crate::runs::{Runs, of_point};

/// The findings of an experiment.
#[derive(Debug, Clone)]
pub struct Findings<'a> {
    /// Each point, in the order of the plan.
    pub points: Vec<PointFindings<'a>>,
    /// The assertions, in the order of the plan.
    pub assertions: Vec<AssertionResult>,
}

/// What the runs of one point say.
#[derive(Debug, Clone)]
pub struct PointFindings<'a> {
    /// The values of the axes.
    pub values: &'a [String],
    /// Its runs, in the order of the seeds.
    pub runs: Vec<&'a Outcome>,
    /// Each of [`METRICS`].
    pub summaries: Vec<Summary>,
    /// Whether no other point is better in everything that counts: duration, downtime, crashes, load. Only points that
    /// finish with every seed are compared.
    pub is_on_front: bool,
}

/// A metric over the seeds of a point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Summary {
    /// Key of the metric.
    pub key: &'static str,
    /// Median and its 95 % interval.
    pub interval: Interval,
    /// Least.
    pub min: f64,
    /// Greatest.
    pub max: f64,
    /// The difference to the base line, seed by seed: its median and the interval of that. Nothing for the base line.
    pub difference: Option<Interval>,
}

/// Whether an assertion holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AssertionResult {
    /// The assertion.
    pub assertion: String,
    /// The points for which it does not hold, with the value.
    pub broken: Vec<Broken>,
}

/// A point for which an assertion does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Broken {
    /// The point.
    pub point: usize,
    /// What the figure is there.
    pub value: f64,
}

impl<'a> Findings<'a> {
    /// The findings of all runs.
    ///
    /// # Errors
    /// An assertion of the plan cannot be read.
    pub fn of(plan: &Plan, points: &'a [Point], runs: &'a Runs) -> Result<Self, Mistake> {
        let by_point: Vec<Vec<&Outcome>> = (0..points.len()).map(|point| of_point(runs, point)).collect();
        let assertions = plan.read_assertions()?.into_iter().map(|assertion| {
            let broken = by_point.iter().enumerate().filter_map(|(point, runs)| {
                let (holds, value) = assertion.check(&sample(assertion.statistic.metric, runs));
                (!holds).then_some(Broken { point, value })
            });
            AssertionResult { assertion: assertion.to_string(), broken: broken.collect() }
        });
        let assertions = assertions.collect();
        let base = &by_point[plan.baseline];
        let front = front(&by_point);
        let points = points.iter().zip(&by_point).enumerate().map(|(ix, (point, runs))| PointFindings {
            values: &point.values,
            runs: runs.clone(),
            summaries: METRICS
                .iter()
                .map(|metric| summary(metric, runs, (ix != plan.baseline).then_some(base)))
                .collect(),
            is_on_front: front.contains(&ix),
        });
        Ok(Self { points: points.collect(), assertions })
    }

    /// Whether all assertions hold.
    #[must_use]
    pub fn all_hold(&self) -> bool {
        self.assertions.iter().all(|assertion| assertion.broken.is_empty())
    }
}

fn summary(metric: &'static Metric, runs: &[&Outcome], base: Option<&Vec<&Outcome>>) -> Summary {
    let values = sample(metric, runs);
    let (min, max) = values.iter().fold((f64::MAX, f64::MIN), |(min, max), &x| (min.min(x), max.max(x)));
    // Seeds are consecutive from the same one on, so the pairs are those at the same place.
    let difference = base.map(|base| {
        let pairs: Vec<f64> =
            values.iter().zip(sample(metric, base)).map(|(value, base)| value - base).collect();
        Interval::of(&pairs)
    });
    Summary { key: metric.key, interval: Interval::of(&values), min, max, difference }
}

/// The values of a metric.
pub(crate) fn sample(metric: &Metric, runs: &[&Outcome]) -> Vec<f64> {
    runs.iter().map(|run| (metric.value)(run)).collect()
}

/// The points that no other one betters.
fn front(points: &[Vec<&Outcome>]) -> Vec<usize> {
    let finished: Vec<usize> =
        (0..points.len()).filter(|&ix| points[ix].iter().all(|run| run.end == End::Finished)).collect();
    let goals: Vec<[f64; 4]> = finished.iter().map(|&ix| goals(&points[ix])).collect();
    pareto::front(&goals).into_iter().map(|at| finished[at]).collect()
}

/// What counts when settings are weighed: median duration, greatest downtime and crashes of all seeds, median of the
/// load of the fullest cell.
#[must_use]
pub fn goals(runs: &[&Outcome]) -> [f64; 4] {
    let values = |value: fn(&Outcome) -> f64| runs.iter().map(|run| value(run)).collect::<Vec<_>>();
    let median = |value| Interval::of(&values(value)).median;
    let greatest = |value| values(value).into_iter().fold(0.0, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    let crashes = greatest(|run| run.crashes as f64);
    [
        median(|run| run.duration_s),
        greatest(|run| run.instance_downtime_s),
        crashes,
        median(|run| run.peak_cell_load),
    ]
}
