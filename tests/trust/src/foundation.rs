//! The foundations that ship, and runs of them.

use std::path::Path;

use rayon::prelude::*;
use rivera_diego::{Strictness, load};
use rivera_experiment::{Experiment, SettingResult};
use rivera_model::Fleet;
use rivera_sim::{Finished, Record, Scenario, Setting, simulate};

/// The seeds of `rivera compare`.
pub(crate) const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

/// A foundation with the scenario that its recipe asks for.
pub(crate) struct Foundation {
    pub(crate) fleet: Fleet,
    pub(crate) scenario: Scenario,
}

impl Foundation {
    /// One of `examples/fleets`, a recipe or an export.
    ///
    /// # Panics
    /// If there is none of that name, or it cannot be used: it ships.
    pub(crate) fn shipped(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/fleets");
        let recipe = folder.join(format!("{name}.toml"));
        let path = if recipe.exists() { recipe } else { folder.join(name) };
        let fleet = load(&path, Strictness::Strict).expect("a fleet that ships").fleet;
        let scenario = Scenario::default().with_facts(&fleet.facts).expect("facts of a fleet that ships");
        Self { fleet, scenario }
    }

    /// With the keys of a scenario file.
    ///
    /// # Panics
    /// If the text is no scenario: it is ours.
    pub(crate) fn with(self, text: &str) -> Self {
        let scenario = self.scenario.overlaid(text).expect("a scenario of ours");
        Self { scenario, ..self }
    }

    /// Every setting with each seed.
    pub(crate) fn compare(&self, settings: &[Setting], seeds: &[u64]) -> Vec<SettingResult> {
        let (scenario, settings, seeds) = (self.scenario.clone(), settings.to_vec(), seeds.to_vec());
        let experiment = Experiment { fleet: &self.fleet, scenario, settings, seeds };
        experiment.run(|| ()).expect("a fleet that ships").settings
    }

    /// One setting with each seed, and what is to be written down of the runs.
    pub(crate) fn runs(&self, setting: Setting, seeds: &[u64], record: Record) -> Vec<Finished> {
        let run = |&seed| simulate(&self.fleet, &self.scenario, setting, seed, record);
        seeds.par_iter().map(|seed| run(seed).expect("a fleet that ships")).collect()
    }
}

/// A setting by its words.
///
/// # Panics
/// If they are none: they are ours.
pub(crate) fn setting(max_in_flight: &str, max_starts: &str) -> Setting {
    Setting {
        max_in_flight: max_in_flight.parse().expect("an integer or a percentage"),
        max_starts: max_starts.parse().expect("an integer or `none`"),
    }
}
