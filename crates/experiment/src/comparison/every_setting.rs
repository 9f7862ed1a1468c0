//! Many runs: every setting with every seed, spread over the cores.

use rayon::prelude::*;
use rivera_model::{Fleet, FleetError};
use rivera_sim::{FleetFigures, Outcome, Record, Scenario, Setting, Shown, simulate, warnings};

use super::results::{Comparison, SettingResult};

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
            |_| &self.scenario,
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
