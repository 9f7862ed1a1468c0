//! Many runs: every setting with every seed, spread over the cores.

use rayon::prelude::*;
use rivera_model::{Fleet, FleetError};

use crate::cell_turn::{CellTurn, cell_turns};
use crate::comparison::{Comparison, FleetFigures, MOST_SHOWN_CELLS, Setting, SettingResult, Stat};
use crate::metric::METRICS;
use crate::outcome::{Outcome, Sample};
use crate::scenario::Scenario;
use crate::simulate::{Record, simulate};
use crate::surplus::WithSurplus;
use crate::verdict::verdict;
use crate::warning::warnings;

/// What is to be compared.
#[derive(Debug, Clone)]
pub struct Experiment<'a> {
    /// The foundation.
    pub fleet: &'a Fleet,
    /// Everything but the two throttles.
    pub scenario: Scenario,
    /// The settings.
    pub settings: Vec<Setting>,
    /// The seeds. A seed gives the same apps in every setting, so differences are due to the setting.
    pub seeds: Vec<u64>,
}

impl Experiment<'_> {
    /// Runs everything. `progress` is told after each run; it is called from many threads.
    ///
    /// # Errors
    /// [`FleetError`] if the fleet is empty or a cell holds more than it has.
    pub fn run(&self, progress: impl Fn() + Sync) -> Result<Comparison, FleetError> {
        let pairs: Vec<(Setting, u64)> = self
            .settings
            .iter()
            .flat_map(|&setting| self.seeds.iter().map(move |&seed| (setting, seed)))
            .collect();
        // The results come in the order of the pairs, whichever run ends first.
        let outcomes = pairs
            .par_iter()
            .map(|&(setting, seed)| {
                let finished = simulate(self.fleet, &self.scenario, setting, seed, Record::default())?;
                progress();
                Ok(finished.outcome)
            })
            .collect::<Result<Vec<Outcome>, FleetError>>()?;
        let mut outcomes = outcomes.into_iter();
        let settings: Vec<SettingResult> = self
            .settings
            .iter()
            .map(|&setting| {
                SettingResult::new(setting, Vec::new(), outcomes.by_ref().take(self.seeds.len()).collect())
            })
            .collect();
        let mut comparison = Comparison::of(
            FleetFigures::of(self.fleet)?,
            settings,
            self.seeds.clone(),
            self.scenario.to_toml(),
        );
        let warnings = warnings(&self.scenario, self.fleet);
        comparison.reasons.extend(warnings.iter().map(|warning| format!("Warning: {warning}")));
        Ok(comparison)
    }

    /// The comparison with the course of one run, simulated once more: the first seed of the best setting, else of the first.
    ///
    /// # Errors
    /// [`FleetError`] if the fleet is empty or a cell holds more than it has.
    pub fn with_course(&self, comparison: Comparison) -> Result<Comparison, FleetError> {
        let shown = comparison.best.unwrap_or(0);
        let (Some(&setting), Some(&seed)) = (self.settings.get(shown), self.seeds.first()) else {
            return Ok(comparison);
        };
        Ok(comparison.with_shown(shown, Shown::of(self.fleet, &self.scenario, setting, seed)?))
    }
}

/// One run that is shown as it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Its course.
    pub samples: Vec<Sample>,
    /// When each cell was updated; empty for more than [`MOST_SHOWN_CELLS`].
    pub cells: Vec<CellTurn>,
}

impl Shown {
    /// Simulates a run, and writes down how it goes.
    ///
    /// # Errors
    /// [`FleetError`] if the fleet is empty or a cell holds more than it has.
    pub fn of(fleet: &Fleet, scenario: &Scenario, setting: Setting, seed: u64) -> Result<Self, FleetError> {
        let is_small = fleet.cells.len() <= MOST_SHOWN_CELLS;
        let mut run = simulate(fleet, scenario, setting, seed, Record { course: true, timeline: is_small })?;
        let samples = std::mem::take(&mut run.outcome.course);
        let with_surplus = WithSurplus::new(fleet, scenario.surplus.cells);
        Ok(Self { samples, cells: cell_turns(&with_surplus.fleet, &run) })
    }
}

impl Comparison {
    /// The best of some settings, and why.
    #[must_use]
    pub fn of(
        fleet: FleetFigures,
        settings: Vec<SettingResult>,
        seeds: Vec<u64>,
        scenario_toml: String,
    ) -> Self {
        let verdict = verdict(&settings);
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

impl FleetFigures {
    /// The figures of a fleet.
    ///
    /// # Errors
    /// [`FleetError::Overflow`] if the containers of a cell add up to more than a number can hold.
    pub fn of(fleet: &Fleet) -> Result<Self, FleetError> {
        let count = |n: usize| u32::try_from(n).expect("ids are dense and fit u32");
        let zones = (0..)
            .zip(&fleet.zones)
            .map(|(ix, zone)| {
                (zone.clone(), count(fleet.cells.iter().filter(|cell| cell.zone.0 == ix).count()))
            })
            .collect();
        let total_mb: i64 = fleet.cells.iter().map(|cell| i64::from(cell.total.memory_mb)).sum();
        let used_mb: i64 = fleet.used()?.iter().map(|used| i64::from(used.memory_mb)).sum();
        Ok(Self {
            name: fleet.name.clone(),
            cells: count(fleet.cells.len()),
            zones,
            processes: count(fleet.processes.len()),
            instances: fleet.processes.iter().map(|process| process.instances).sum(),
            memory_used_percent: nearest_percent(used_mb, total_mb),
        })
    }
}

/// To the nearest, a half upwards, as [`rivera_model::Fleet`]s are told of everywhere else.
fn nearest_percent(part: i64, whole: i64) -> u32 {
    let whole = whole.max(1);
    u32::try_from((part * 200 + whole) / (whole * 2)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_the_nearest() {
        assert_eq!([615, 614, 0, 1000].map(|used| nearest_percent(used, 1000)), [62, 61, 0, 100]);
        assert_eq!(nearest_percent(0, 0), 0, "a fleet without memory");
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        let run = |duration_s| Outcome { duration_s, ..Outcome::default() };
        let runs: Vec<Outcome> = [4.0, 1.0, 3.0, 9.0].map(run).to_vec();
        let stat = stats(&runs)[0];
        assert_eq!((stat.key, stat.median, stat.min, stat.max), ("duration_s", 3.5, 1.0, 9.0));
    }
}
