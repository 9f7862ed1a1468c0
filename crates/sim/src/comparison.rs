//! The results of an experiment: every setting with its runs.

use rivera_limiter::{MaxInFlight, StartLimit};
use serde::{Deserialize, Serialize};

use crate::outcome::{Outcome, Sample};

/// The two numbers that an operator chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Setting {
    /// Cells updated at once.
    pub max_in_flight: MaxInFlight,
    /// Containers that may be starting at once.
    pub max_starts: StartLimit,
}

/// One setting, with a run for each seed, in the order of the seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingResult {
    /// The setting.
    pub setting: Setting,
    /// Its runs.
    pub runs: Vec<Outcome>,
    /// Median and range of each of [`crate::METRICS`], in that order.
    pub stats: Vec<Stat>,
}

/// Median and range of one figure over the seeds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Stat {
    /// Key of the metric.
    pub key: &'static str,
    /// Median.
    pub median: f64,
    /// Least.
    pub min: f64,
    /// Greatest.
    pub max: f64,
}

/// All settings of an experiment on one fleet.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The fleet in figures.
    pub fleet: FleetFigures,
    /// Seeds of the runs.
    pub seeds: Vec<u64>,
    /// The resolved scenario, as TOML.
    pub scenario_toml: String,
    /// The settings, in the order in which they were asked for.
    pub settings: Vec<SettingResult>,
    /// Position of the setting that is recommended, if any finished.
    pub best: Option<usize>,
    /// Why, in sentences; also what to be warned of.
    pub reasons: Vec<String>,
    /// The course over time of one run of the setting at this position.
    pub course: Option<(usize, Vec<Sample>)>,
}

/// A fleet in a few figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetFigures {
    /// Where it came from.
    pub name: String,
    /// Cells.
    pub cells: u32,
    /// Cells by zone, in the order of zones.
    pub zones: Vec<(String, u32)>,
    /// Processes.
    pub processes: u32,
    /// Desired instances.
    pub instances: u32,
    /// Memory in use by total memory of all cells, percent.
    pub memory_used_percent: u32,
}
