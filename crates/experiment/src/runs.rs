//! The runs of an experiment: which there are, and what each gave.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use rivera_model::{Fleet, FleetError};
use rivera_sim::{Outcome, Record, simulate};
use serde::{Deserialize, Serialize};

use crate::interval::Interval;
use crate::plan::{Plan, Point};
use crate::statistic;
use crate::store::Store;

/// One run to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Position of the point in [`Plan::points`].
    pub point: usize,
    /// The seed.
    pub seed: u64,
}

/// What finished runs gave, in the order of points and seeds.
pub type Runs = BTreeMap<Job, Outcome>;

/// Why the runs of an experiment ended early.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The fleet cannot be simulated.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// A finished run cannot be kept.
    #[error("failed to keep a finished run in {folder}: {error}")]
    Keep {
        /// Where.
        folder: String,
        /// Why.
        error: std::io::Error,
    },
    /// The user asked to stop.
    #[error("stopped after {done} of {}", rivera_sim::many(*of, "run"))]
    Stopped {
        /// Runs that are finished.
        done: usize,
        /// Runs that were to be done.
        of: usize,
    },
}

/// What runs are done on and with.
pub struct Runner<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its points.
    pub points: &'a [Point],
    /// The fleet of the plan.
    pub fleet: &'a Fleet,
    /// Where finished runs are kept, if they are.
    pub store: Option<&'a Store>,
    /// Told after each run; called from many threads.
    pub progress: &'a (dyn Fn() + Sync),
    /// Set by whoever wants it to stop.
    pub stop: &'a AtomicBool,
}

impl Runner<'_> {
    /// Does runs, spread over the cores; those that are kept already are taken from there.
    ///
    /// # Errors
    /// [`RunError`]; what was finished until then is kept.
    pub fn run(&self, jobs: &[Job]) -> Result<Runs, RunError> {
        let outcomes = jobs
            .par_iter()
            .map(|&job| if self.stop.load(Ordering::Relaxed) { Ok(None) } else { self.one(job).map(Some) })
            .collect::<Result<Vec<Option<Outcome>>, RunError>>()?;
        let done = outcomes.iter().flatten().count();
        if done < jobs.len() {
            return Err(RunError::Stopped { done, of: jobs.len() });
        }
        Ok(jobs.iter().copied().zip(outcomes.into_iter().flatten()).collect())
    }

    /// Does all runs of the plan, and as many more as its precision needs.
    ///
    /// # Errors
    /// As [`Runner::run`].
    pub fn run_all(&self, more: &dyn Fn(usize)) -> Result<Runs, RunError> {
        let mut runs = self.run(&self.plan.jobs())?;
        loop {
            let jobs = self.still_needed(&runs);
            if jobs.is_empty() {
                return Ok(runs);
            }
            more(jobs.len());
            runs.extend(self.run(&jobs)?);
        }
    }

    fn one(&self, job: Job) -> Result<Outcome, RunError> {
        let point = &self.points[job.point];
        let key = self.store.map(|_| self.plan.run_key(point, job.seed));
        let kept = self.store.zip(key.as_deref()).and_then(|(store, key)| store.get(key));
        let outcome = match kept {
            Some(outcome) => outcome,
            None => {
                let record = Record::default();
                let run = simulate(self.fleet, &point.scenario, point.setting, job.seed, record)?;
                if let Some((store, key)) = self.store.zip(key.as_deref()) {
                    store.put(key, &run.outcome).map_err(|error| RunError::Keep {
                        folder: store.folder().display().to_string(),
                        error,
                    })?;
                }
                run.outcome
            }
        };
        (self.progress)();
        Ok(outcome)
    }

    /// Further runs of the points whose medians are not known well enough.
    fn still_needed(&self, runs: &Runs) -> Vec<Job> {
        let seeds = &self.plan.seeds;
        let Some(percent) = seeds.precision_percent else { return Vec::new() };
        let metrics: Vec<_> =
            seeds.precision_of.iter().filter_map(|key| statistic::metric(key).ok()).collect();
        let mut jobs = Vec::new();
        for point in 0..self.points.len() {
            let of_point = of_point(runs, point);
            let have = of_point.len() as u64;
            let is_precise = metrics.iter().all(|metric| {
                let sample: Vec<f64> = of_point.iter().map(|run| (metric.value)(run)).collect();
                let interval = Interval::of(&sample);
                interval.half_width() <= percent / 100.0 * interval.median.abs()
            });
            if !is_precise {
                // Half as many again: few rounds, and at most half of the runs for nothing.
                let next = (have + have.div_ceil(2)).min(seeds.most);
                jobs.extend((have..next).map(|nth| Job { point, seed: seeds.first + nth }));
            }
        }
        jobs
    }
}

/// The runs of a point, in the order of the seeds.
#[must_use]
pub fn of_point(runs: &Runs, point: usize) -> Vec<&Outcome> {
    let first = Job { point, seed: 0 };
    let last = Job { point, seed: u64::MAX };
    runs.range(first..=last).map(|(_, outcome)| outcome).collect()
}
