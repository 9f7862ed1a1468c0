//! What becomes of the answer if a constant that no source gives is half or twice what is assumed.

use serde::Serialize;

use super::goal::Goal;
use super::search::Found;
use crate::interval::Interval;
use crate::plan::Point;
use crate::runs::{Job, RunError, Runner, of_point};
use crate::unknown::{HALF_AND_DOUBLE, PARAMETERS, Parameter, ParameterSource};

/// Seeds that each changed constant is tried with.
const SEEDS: u64 = 3;
/// Settings that are tried in the place of an answer that no longer holds.
const OTHERS: usize = 4;
/// A change of the objective by less than this share is none.
const LEAST_CHANGE: f64 = 0.01;

/// One constant, halved or doubled, where that changes something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// The key of the scenario.
    pub key: &'static str,
    /// Why its value is not certain.
    pub source: ParameterSource,
    /// Half or double.
    pub factor: f64,
    /// The objective of the answer, by what it is with the assumed value, seed by seed (the median of these ratios).
    pub objective_ratio: f64,
    /// The bound that the answer then breaks, if it does.
    pub broken: Option<String>,
    /// The setting that would then be the answer, of those that were looked at closely; nothing if none of them keeps all
    /// bounds.
    pub instead: Option<usize>,
}

/// The objective of each seed, and the bound that is broken.
type Judged = (Vec<f64>, Option<String>);

/// Tries every constant that matters to the scenario; `more` is told how many runs are begun. What matters most comes first.
///
/// # Errors
/// [`RunError`]
pub fn sensitivity(
    runner: &Runner<'_>,
    goal: &Goal,
    found: &Found,
    more: &dyn Fn(usize),
) -> Result<Vec<Sensitivity>, RunError> {
    let Some(answer) = found.answer else { return Ok(Vec::new()) };
    let seeds: Vec<u64> = runner.plan.seeds.always().take(usize::try_from(SEEDS).unwrap_or(1)).collect();
    let usual = of_point(&found.runs, answer);
    let usual: Vec<f64> = usual.iter().take(seeds.len()).map(|run| goal.value(&[*run])).collect();
    let scenario = &runner.points[answer].scenario;
    let changes: Vec<(&Parameter, f64)> = PARAMETERS
        .iter()
        .filter(|parameter| scenario.upgrade.enabled || !parameter.is_of_upgrade())
        .flat_map(|parameter| HALF_AND_DOUBLE.map(|factor| (parameter, factor)))
        .filter(|(parameter, factor)| parameter.changed(scenario, *factor).is_some())
        .collect();
    let of_answer: Vec<Point> =
        changes.iter().filter_map(|change| changed(runner, answer, *change)).collect();
    let judged = judge(runner, goal, &of_answer, &seeds, more)?;

    let mut all = Vec::new();
    for (&(parameter, factor), (values, broken)) in changes.iter().zip(judged) {
        let ratios: Vec<f64> = values
            .iter()
            .zip(&usual)
            .map(|(now, before)| if *before > 0.0 { now / before } else { 1.0 })
            .collect();
        let objective_ratio = Interval::of(&ratios).median;
        if broken.is_none() && (objective_ratio - 1.0).abs() < LEAST_CHANGE {
            continue;
        }
        let instead = match broken {
            None => None,
            Some(_) => instead(runner, goal, found, (parameter, factor), &seeds, more)?,
        };
        let Parameter { key, source } = *parameter;
        all.push(Sensitivity { key, source, factor, objective_ratio, broken, instead });
    }
    let size = |it: &Sensitivity| (it.objective_ratio - 1.0).abs();
    all.sort_by(|a, b| b.broken.is_some().cmp(&a.broken.is_some()).then(size(b).total_cmp(&size(a))));
    Ok(all)
}

/// The point with a constant changed.
fn changed(runner: &Runner<'_>, point: usize, (parameter, factor): (&Parameter, f64)) -> Option<Point> {
    let point = &runner.points[point];
    Some(Point { scenario: parameter.changed(&point.scenario, factor)?, ..point.clone() })
}

/// The first of the other safe settings that keeps all bounds with the changed constant.
fn instead(
    runner: &Runner<'_>,
    goal: &Goal,
    found: &Found,
    change: (&Parameter, f64),
    seeds: &[u64],
    more: &dyn Fn(usize),
) -> Result<Option<usize>, RunError> {
    let others: Vec<usize> =
        found.safe.iter().copied().filter(|&it| Some(it) != found.answer).take(OTHERS).collect();
    let points: Vec<Point> = others.iter().filter_map(|&point| changed(runner, point, change)).collect();
    let judged = judge(runner, goal, &points, seeds, more)?;
    Ok(others.into_iter().zip(judged).find(|(_, (_, broken))| broken.is_none()).map(|(point, _)| point))
}

/// What is said of each point.
fn judge(
    runner: &Runner<'_>,
    goal: &Goal,
    points: &[Point],
    seeds: &[u64],
    more: &dyn Fn(usize),
) -> Result<Vec<Judged>, RunError> {
    let jobs: Vec<Job> =
        (0..points.len()).flat_map(|point| seeds.iter().map(move |&seed| Job { point, seed })).collect();
    more(jobs.len());
    let runs = Runner { points, ..*runner }.run(&jobs)?;
    let judged = (0..points.len()).map(|point| {
        let runs = of_point(&runs, point);
        let broken = goal.broken(&runs, true).map(|broken| goal.name(broken.bound));
        (runs.iter().map(|run| goal.value(&[*run])).collect(), broken)
    });
    Ok(judged.collect())
}
