//! The results of an experiment: every setting with its runs.

use rivera_limiter::{MaxInFlight, StartLimit};
use serde::{Deserialize, Serialize};

use crate::cell_turn::CellTurn;
use crate::experiment::stats;
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
    /// What else tells it from others, as pairs of key and value; empty where only the throttles are varied.
    pub others: Vec<(String, String)>,
    /// Its runs.
    pub runs: Vec<Outcome>,
    /// Median and range of each of [`crate::METRICS`], in that order.
    pub stats: Vec<Stat>,
}

impl SettingResult {
    /// The runs of a setting with their figures.
    #[must_use]
    pub fn new(setting: Setting, others: Vec<(String, String)>, runs: Vec<Outcome>) -> Self {
        Self { setting, others, stats: stats(&runs), runs }
    }
}

/// A picture of more cells than this shows nothing.
pub const MOST_SHOWN_CELLS: usize = 1_000;

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
    /// When each cell was updated in that run; empty for more than [`MOST_SHOWN_CELLS`].
    pub cells: Vec<CellTurn>,
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
    /// Memory in use by total memory of all cells, percent, to the nearest.
    pub memory_used_percent: u32,
}
