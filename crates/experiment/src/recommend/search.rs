//! A search that spends runs where the answer is.

use std::collections::BTreeMap;

use rivera_sim::Outcome;
use serde::Serialize;

use super::goal::Goal;
use super::harm::Harm;
use crate::gentlest::{ABOUT_THE_SAME, gentlest};
use crate::runs::{Job, RunError, Runner, Runs, of_point};

/// Settings that are given further seeds at once, and how many.
const WIDTH: usize = 4;
const SEEDS_AT_ONCE: u64 = 3;

/// The search over all points of a plan.
pub struct Search<'a> {
    runner: &'a Runner<'a>,
    goal: &'a Goal,
    runs: Runs,
    refused: BTreeMap<usize, Refusal>,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// All runs that were done.
    pub runs: Runs,
    /// The setting to use, if any keeps all bounds.
    pub answer: Option<usize>,
    /// The one to use if that is not wanted.
    pub runner_up: Option<usize>,
    /// Settings with all seeds that keep all bounds, best first.
    pub safe: Vec<usize>,
    /// Settings that break a bound, in the order of the plan.
    pub refused: Vec<Refusal>,
}

/// Why a setting is not to be used.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Refusal {
    /// The setting.
    pub point: usize,
    /// The bound that it breaks.
    pub bound: String,
    /// What the figure is.
    pub value: f64,
    /// The seed that shows it.
    pub seed: u64,
    /// The objective over the runs that it had.
    pub objective: f64,
    /// What happened with that seed.
    pub harm: Harm,
}

impl<'a> Search<'a> {
    /// A search with the runs of a runner.
    #[must_use]
    pub fn new(runner: &'a Runner<'a>, goal: &'a Goal) -> Self {
        Self { runner, goal, runs: Runs::new(), refused: BTreeMap::new() }
    }

    /// Searches; `more` is told how many runs are begun.
    ///
    /// # Errors
    /// [`RunError`]
    pub fn run(mut self, more: &dyn Fn(usize)) -> Result<Found, RunError> {
        let points = self.runner.points.len();
        self.advance((0..points).map(|point| (point, 1)), more)?;
        loop {
            let next = self.contenders();
            if next.is_empty() {
                break;
            }
            self.advance(next.into_iter().map(|point| (point, SEEDS_AT_ONCE)), more)?;
        }
        let safe = self.complete();
        let answer = self.gentlest(&safe);
        let rest: Vec<usize> = safe.iter().copied().filter(|&point| Some(point) != answer).collect();
        let runner_up = self.gentlest(&rest);
        Ok(Found { answer, runner_up, safe, refused: self.refused.into_values().collect(), runs: self.runs })
    }

    fn advance(
        &mut self,
        wanted: impl Iterator<Item = (usize, u64)>,
        more: &dyn Fn(usize),
    ) -> Result<(), RunError> {
        let seeds = self.runner.plan.seeds.always();
        let mut jobs = Vec::new();
        let mut advanced = Vec::new();
        for (point, count) in wanted {
            let next = seeds.start + self.of(point).len() as u64;
            jobs.extend((next..seeds.end.min(next + count)).map(|seed| Job { point, seed }));
            advanced.push(point);
        }
        more(jobs.len());
        self.runs.extend(self.runner.run(&jobs)?);
        for point in advanced {
            self.judge(point);
        }
        Ok(())
    }

    /// Refuses the point if it breaks a bound.
    fn judge(&mut self, point: usize) {
        let runs = self.of(point);
        let Some(broken) = self.goal.broken(&runs, self.is_complete(point)) else { return };
        let Some(run) = runs.iter().find(|run| run.seed == broken.seed) else { return };
        let refusal = Refusal {
            point,
            bound: self.goal.name(broken.bound),
            value: broken.value,
            seed: broken.seed,
            objective: self.goal.value(&runs),
            harm: Harm::of(run),
        };
        self.refused.insert(point, refusal);
    }

    /// The settings to look at more closely: those without all seeds that the first two of the complete ones are not
    /// clearly better than, the most promising ones first.
    fn contenders(&self) -> Vec<usize> {
        let complete = self.complete();
        let mut contenders: Vec<(f64, usize)> = self
            .alive()
            .filter(|&point| !self.is_complete(point))
            .filter(|&point| {
                // Seed by seed: the setting against the second best of those whose seeds are all there.
                complete.get(1).is_none_or(|&second| {
                    let seeds = self.of(point).len();
                    self.goal.value(&self.of(point))
                        <= self.goal.value(&self.of(second)[..seeds]) * (1.0 + ABOUT_THE_SAME)
                })
            })
            .map(|point| (self.goal.value(&self.of(point)), point))
            .collect();
        contenders.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        contenders.into_iter().take(WIDTH).map(|(_, point)| point).collect()
    }

    /// Settings that have all seeds and break nothing, by their objective.
    fn complete(&self) -> Vec<usize> {
        let mut points: Vec<usize> = self.alive().filter(|&point| self.is_complete(point)).collect();
        points.sort_by(|&a, &b| self.value(a).total_cmp(&self.value(b)).then(a.cmp(&b)));
        points
    }

    /// Of those that are about as good as the best, the one with the fewest starts at once.
    fn gentlest(&self, safe: &[usize]) -> Option<usize> {
        let peak = |point: usize| self.of(point).iter().map(|run| run.peak_starting).max().unwrap_or(0);
        gentlest(safe, |point| self.value(point), |point| f64::from(peak(point)))
    }

    fn alive(&self) -> impl Iterator<Item = usize> {
        (0..self.runner.points.len()).filter(|point| !self.refused.contains_key(point))
    }

    fn is_complete(&self, point: usize) -> bool {
        self.of(point).len() as u64 >= self.runner.plan.seeds.count
    }

    fn of(&self, point: usize) -> Vec<&Outcome> {
        of_point(&self.runs, point)
    }

    fn value(&self, point: usize) -> f64 {
        self.goal.value(&self.of(point))
    }
}
