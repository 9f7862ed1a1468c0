//! The results of an experiment: every setting with its runs.

use rivera_sim::{CellTurn, FleetFigures, METRICS, Outcome, Sample, Scenario, Setting, Shown};
use serde::Serialize;

use super::best::starts_caveat;
use super::verdict::verdict;

/// One setting, with a run for each seed, in the order of the seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingResult {
    /// The setting.
    pub setting: Setting,
    /// What else tells it from others, as pairs of key and value; empty where only the throttles are varied.
    pub others: Vec<(String, String)>,
    /// Its runs.
    pub runs: Vec<Outcome>,
    /// Median and range of each of [`METRICS`], in that order.
    pub stats: Vec<Stat>,
}

impl SettingResult {
    /// The runs of a setting with their figures.
    #[must_use]
    pub fn new(setting: Setting, others: Vec<(String, String)>, runs: Vec<Outcome>) -> Self {
        Self { setting, others, stats: stats(&runs), runs }
    }
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
    /// When each cell was updated in that run; empty for more than [`rivera_sim::MOST_SHOWN_CELLS`].
    pub cells: Vec<CellTurn>,
}

impl Comparison {
    /// The best of some settings, and why. `scenario_of` gives the scenario of the setting at a position.
    #[must_use]
    pub fn of<'a>(
        fleet: FleetFigures,
        settings: Vec<SettingResult>,
        seeds: Vec<u64>,
        scenario_toml: String,
        scenario_of: impl Fn(usize) -> &'a Scenario,
    ) -> Self {
        let mut verdict = verdict(&settings);
        if let Some(best) = verdict.best {
            verdict.reasons.push(starts_caveat(settings[best].peak_starting(), scenario_of(best)));
        }
        Self {
            fleet,
            seeds,
            scenario_toml,
            best: verdict.best,
            reasons: verdict.reasons,
            course: None,
            cells: Vec::new(),
            settings,
        }
    }

    /// With the course of a run of the setting at a position.
    #[must_use]
    pub fn with_shown(self, setting: usize, shown: Shown) -> Self {
        Self { course: Some((setting, shown.samples)), cells: shown.cells, ..self }
    }
}

/// Median and range of every metric.
pub(crate) fn stats(runs: &[Outcome]) -> Vec<Stat> {
    METRICS
        .iter()
        .map(|metric| {
            let mut values: Vec<f64> = runs.iter().map(metric.value).collect();
            values.sort_by(f64::total_cmp);
            let [min, max] = [values.first(), values.last()].map(|end| end.copied().unwrap_or_default());
            Stat { key: metric.key, median: median(&values), min, max }
        })
        .collect()
}

/// The median of values in their order; that of an even number lies between the two in the middle, of none it is 0.
pub(crate) fn median(sorted: &[f64]) -> f64 {
    let at = |position: usize| sorted.get(position).copied().unwrap_or_default();
    f64::midpoint(at((sorted.len().max(1) - 1) / 2), at(sorted.len() / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        let run = |duration_s| Outcome { duration_s, ..Outcome::default() };
        let runs: Vec<Outcome> = [4.0, 1.0, 3.0, 9.0].map(run).to_vec();
        let stat = stats(&runs)[0];
        assert_eq!((stat.key, stat.median, stat.min, stat.max), ("duration_s", 3.5, 1.0, 9.0));
    }
}
