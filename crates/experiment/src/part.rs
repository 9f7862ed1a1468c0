//! Runs done elsewhere: a plan is split into shards, each shard gives a part, and the parts are merged.

use serde::{Deserialize, Serialize};

use crate::plan::Plan;
use crate::runs::{Job, Runs};
use rivera_sim::Outcome;

/// Which of how many shards: `1/4` to `4/4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// From 1.
    pub number: usize,
    /// How many.
    pub of: usize,
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err("a shard is i/N, with i from 1 to N: 1/4, 2/4, 3/4, 4/4".to_owned()),
        }
    }
}

impl Shard {
    /// Its runs: every N-th, so that long settings are spread over all shards.
    #[must_use]
    pub fn jobs(self, plan: &Plan) -> Vec<Job> {
        plan.jobs().into_iter().skip(self.number - 1).step_by(self.of).collect()
    }
}

/// The runs of a shard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The hash of its plan.
    pub plan_sha256: String,
    /// Which shard it is.
    pub shard: Shard,
    /// The runs.
    pub runs: Vec<PartRun>,
}

/// A run of a part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartRun {
    /// Which.
    pub job: Job,
    /// What it gave.
    pub outcome: Outcome,
}

impl Part {
    /// The part of a shard whose runs are done.
    #[must_use]
    pub fn of(plan: &Plan, shard: Shard, runs: Runs) -> Self {
        let runs = runs.into_iter().map(|(job, outcome)| PartRun { job, outcome }).collect();
        Self { plan_sha256: plan.digest(), shard, runs }
    }
}

/// Why parts cannot be merged.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MergeError {
    /// A part of something else.
    #[error("part {part} belongs to another plan: run its shard anew with the plan that is merged")]
    OtherPlan {
        /// Its position, from 1.
        part: usize,
    },
    /// Runs that no part has.
    #[error(
        "{count} of {of} runs are in no part; the first is the one of setting {point} with seed {seed}{shards}"
    )]
    Missing {
        /// How many.
        count: usize,
        /// Of how many.
        of: usize,
        /// The setting of the first, from 1.
        point: usize,
        /// Its seed.
        seed: u64,
        /// Which shards are missing, if that can be said.
        shards: String,
    },
    /// Two parts say different things of a run.
    #[error(
        "part {part} has another outcome of setting {point} with seed {seed} than a part before: one is not right"
    )]
    Contradiction {
        /// The later part, from 1.
        part: usize,
        /// The setting, from 1.
        point: usize,
        /// The seed.
        seed: u64,
    },
    /// A run that the plan does not have.
    #[error("part {part} has a run that is none of the plan's: setting {point} with seed {seed}")]
    Unplanned {
        /// The part, from 1.
        part: usize,
        /// The setting, from 1.
        point: usize,
        /// The seed.
        seed: u64,
    },
}

/// All runs of a plan from its parts, in whatever order they come.
///
/// # Errors
/// [`MergeError`]: a gap, a contradiction, or a part of another plan.
pub fn merge(plan: &Plan, parts: Vec<Part>) -> Result<Runs, MergeError> {
    let digest = plan.digest();
    let planned = plan.jobs();
    let mut runs = Runs::new();
    let shards: Vec<Shard> = parts.iter().map(|part| part.shard).collect();
    for (part, number) in parts.into_iter().zip(1..) {
        if part.plan_sha256 != digest {
            return Err(MergeError::OtherPlan { part: number });
        }
        for PartRun { job, outcome } in part.runs {
            let (point, seed) = (job.point + 1, job.seed);
            if planned.binary_search(&job).is_err() {
                return Err(MergeError::Unplanned { part: number, point, seed });
            }
            match runs.get(&job) {
                Some(known) if *known != outcome => {
                    return Err(MergeError::Contradiction { part: number, point, seed });
                }
                Some(_) => {}
                None => {
                    runs.insert(job, outcome);
                }
            }
        }
    }
    let missing: Vec<&Job> = planned.iter().filter(|job| !runs.contains_key(job)).collect();
    match missing.first() {
        None => Ok(runs),
        Some(first) => Err(MergeError::Missing {
            count: missing.len(),
            of: planned.len(),
            point: first.point + 1,
            seed: first.seed,
            shards: missing_shards(&shards),
        }),
    }
}

/// The shards that are not there, where all parts agree on how many there are.
fn missing_shards(shards: &[Shard]) -> String {
    let Some(of) = shards.first().map(|shard| shard.of) else { return String::new() };
    if shards.iter().any(|shard| shard.of != of) {
        return String::new();
    }
    let missing: Vec<String> = (1..=of)
        .filter(|number| shards.iter().all(|shard| shard.number != *number))
        .map(|number| format!("{number}/{of}"))
        .collect();
    if missing.is_empty() { String::new() } else { format!("; run shard {}", missing.join(", ")) }
}
