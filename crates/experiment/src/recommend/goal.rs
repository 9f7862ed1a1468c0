//! What a setting is to be good at, and what it must keep.

use rivera_sim::{End, Outcome};

use crate::assertion::Assertion;
use crate::findings::sample;
use crate::mistake::Mistake;
use crate::statistic::Statistic;

/// An objective, of which less is better, and bounds.
#[derive(Debug, Clone)]
pub struct Goal {
    /// What is to be small.
    pub objective: Statistic,
    /// What must hold. That every run finishes, and that no instance is missing at the end, is never given up.
    pub bounds: Vec<Assertion>,
}

/// The shortest roll-out in which no app is ever fully down, nothing crashes that does not crash by itself, and no cell ends
/// what it holds because its evacuation takes too long.
const OBJECTIVE: &str = "duration_s.median";
const BOUNDS: [&str; 3] = ["apps_down.max <= 0", "crashes.max <= 0", "evacuation_timeouts.max <= 0"];

impl Goal {
    /// The goal of these texts; the usual ones where nothing is said.
    ///
    /// # Errors
    /// A text is no statistic or no assertion.
    pub fn read(objective: Option<&str>, bounds: &[Assertion]) -> Result<Self, Mistake> {
        let usual = || BOUNDS.iter().map(|text| Assertion::read(text)).collect::<Result<_, _>>();
        Ok(Self {
            objective: Statistic::read(objective.unwrap_or(OBJECTIVE))?,
            bounds: if bounds.is_empty() { usual()? } else { bounds.to_vec() },
        })
    }

    /// The objective over some runs.
    #[must_use]
    pub fn value(&self, runs: &[&Outcome]) -> f64 {
        self.objective.of(&sample(self.objective.metric, runs))
    }

    /// What these runs break, if anything. Of bounds that a further run can mend, those are left out unless `all` runs
    /// are there.
    pub(super) fn broken(&self, runs: &[&Outcome], all: bool) -> Option<Broken> {
        if let Some(run) = runs.iter().find(|run| run.end != End::Finished) {
            return Some(Broken { bound: Bound::Finish, value: 0.0, seed: run.seed });
        }
        if let Some(run) = runs.iter().find(|run| run.not_running_at_end > 0) {
            return Some(Broken {
                bound: Bound::AllRun,
                value: f64::from(run.not_running_at_end),
                seed: run.seed,
            });
        }
        for (position, bound) in self.bounds.iter().enumerate() {
            if !(all || bound.stays_broken()) {
                continue;
            }
            let metric = bound.statistic.metric;
            let (holds, value) = bound.check(&sample(metric, runs));
            if !holds {
                // The run that shows it best.
                let worst = runs.iter().max_by(|a, b| (metric.value)(a).total_cmp(&(metric.value)(b)));
                return Some(Broken {
                    bound: Bound::Given(position),
                    value,
                    seed: worst.map_or(0, |run| run.seed),
                });
            }
        }
        None
    }

    /// A bound in words.
    pub(super) fn name(&self, bound: Bound) -> String {
        match bound {
            Bound::Finish => "the roll-out finishes".to_owned(),
            Bound::AllRun => "every instance runs at the end".to_owned(),
            Bound::Given(position) => self.bounds[position].to_string(),
        }
    }
}

/// One of the bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Finish,
    AllRun,
    Given(usize),
}

/// A bound that is broken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Broken {
    pub(super) bound: Bound,
    pub(super) value: f64,
    pub(super) seed: u64,
}
