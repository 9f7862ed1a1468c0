//! Experiments on the simulator: settings from a file, run with paired seeds, and what they say.
//!
//! [`ExperimentFile`] is what a user writes, [`Plan`] that made ready on a fleet: everything that the results depend on.
//! A [`Runner`] does its runs, or a [`Shard`] of them somewhere else, whose [`Part`]s are [`merge`]d; runs that are
//! finished are kept in a [`Store`]. [`Findings`] are computed from all runs at the end, so they are the same however the
//! runs were spread.

mod assertion;
mod axis;
mod comparison;
mod digest;
mod file;
mod findings;
mod gentlest;
mod interval;
mod lint;
mod mistake;
mod pareto;
mod part;
mod place;
mod plan;
pub mod recommend;
mod runs;
mod same;
mod schema;
mod seeds;
mod statistic;
mod store;
pub mod throttle;
mod unknown;

pub use assertion::Assertion;
pub use axis::Axis;
pub use comparison::{Comparison, Experiment, SettingResult, Stat, starts_caveat};
pub use digest::sha256_of;
pub use file::ExperimentFile;
pub use findings::{AssertionResult, Broken, Findings, PointFindings, Summary, goals};
pub use interval::Interval;
pub use lint::{LINTS, Remark, lint};
pub use mistake::Mistake;
pub use pareto::front;
pub use part::{MergeError, Part, PartRun, Shard, merge};
pub use plan::{MOST_POINTS, Plan, Point, Source};
pub use runs::{Job, RunError, Runner, Runs, of_point};
pub use same::without_same;
pub use schema::{experiment_schema, scenario_schema};
pub use seeds::Seeds;
pub use statistic::Statistic;
pub use store::Store;
pub use unknown::{HALF_AND_DOUBLE, PARAMETERS, Parameter, ParameterSource};
