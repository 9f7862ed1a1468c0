//! Scenario files and manifest facts laid over the defaults.

use rivera_limiter::MaxInFlight;
use rivera_model::{DeploymentFacts, Span};
use toml::{Table, Value};

use super::{Scenario, StorageLocation, VmStrategy};
use crate::check::ProductVersion;

/// Why a scenario cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The text is no scenario: bad TOML, an unknown key, a value of the wrong kind.
    #[error("{message}")]
    Syntax {
        /// What is wrong.
        message: String,
        /// Where, as a range of bytes, if known.
        span: Option<std::ops::Range<usize>>,
    },
    /// A value is out of its range.
    #[error("`{key}` is out of range: {expected}")]
    Range {
        /// The key, with its table.
        key: String,
        /// What would be right.
        expected: String,
    },
}

impl From<toml::de::Error> for ScenarioError {
    fn from(error: toml::de::Error) -> Self {
        Self::Syntax { message: error.message().to_owned(), span: error.span() }
    }
}

impl Scenario {
    /// Both throttles as a version of the product sets them (D.6).
    #[must_use]
    pub fn of_version(mut self, version: ProductVersion) -> Self {
        let defaults = version.defaults();
        self.update.max_in_flight = defaults.max_in_flight.to_string();
        self.auctioneer.max_starts = defaults.max_starts.to_config();
        self
    }

    /// What the manifest or the recipe of a fleet says, over this scenario.
    ///
    /// # Errors
    /// [`ScenarioError::Range`] if a value of the manifest is out of range.
    pub fn with_facts(mut self, facts: &DeploymentFacts) -> Result<Self, ScenarioError> {
        fn set<T>(key: &mut T, fact: Option<T>) {
            if let Some(value) = fact {
                *key = value;
            }
        }
        let secs = |span: Option<Span>| span.map(Span::as_secs_f64);
        let cells = &facts.cells;
        set(&mut self.update.max_in_flight, cells.max_in_flight.clone());
        set(&mut self.update.canaries, cells.canaries.clone());
        set(&mut self.update.canary_watch_s[0], secs(cells.canary_watch_min));
        set(&mut self.update.canary_watch_s[1], secs(cells.canary_watch_max));
        set(&mut self.update.update_watch_s[0], secs(cells.update_watch_min));
        set(&mut self.update.update_watch_s[1], secs(cells.update_watch_max));
        let strategy = |swap| if swap { VmStrategy::CreateSwapDelete } else { VmStrategy::DeleteCreate };
        set(&mut self.update.vm_strategy, cells.create_swap_delete.map(strategy));
        set(&mut self.auctioneer.max_starts, facts.max_starts);
        set(&mut self.storage.location, StorageLocation::of(&facts.groups));
        let weight = |text: &Option<String>, key: &str| match text {
            None => Ok(None),
            Some(text) => text.parse::<f64>().map(Some).map_err(|_| ScenarioError::Range {
                key: key.to_owned(),
                expected: format!("a number is needed, the manifest has `{text}`"),
            }),
        };
        set(
            &mut self.auctioneer.starting_container_weight,
            weight(&facts.starting_container_weight, "starting_container_weight")?,
        );
        set(
            &mut self.auctioneer.bin_pack_first_fit_weight,
            weight(&facts.bin_pack_first_fit_weight, "bin_pack_first_fit_weight")?,
        );
        set(&mut self.rep.evacuation_timeout_s, secs(facts.evacuation_timeout));
        set(&mut self.rep.evacuation_polling_interval_s, secs(facts.evacuation_polling_interval));
        set(&mut self.rep.polling_interval_s, secs(facts.polling_interval));
        set(&mut self.rep.graceful_shutdown_s, secs(facts.graceful_shutdown_interval));
        set(&mut self.rep.proxy_reload_s, secs(facts.proxy_reload));
        set(&mut self.rep.max_concurrent_downloads, facts.max_concurrent_downloads);
        set(&mut self.bbs.convergence_interval_s, secs(facts.convergence_interval));
        self.validated()
    }

    /// The keys of a scenario file over this scenario.
    ///
    /// # Errors
    /// [`ScenarioError`]: the text is not TOML, names a key that does not exist (with its place), or a value is
    /// out of range. A `max_in_flight` has to mean what it says ([`MaxInFlight::asked`]), as on the command line; one of a
    /// manifest need not, nor that which this scenario has already.
    pub fn overlaid(&self, text: &str) -> Result<Self, ScenarioError> {
        // Read alone first: only then has an error a place in the user's file.
        let _: Self = toml::from_str(text)?;
        self.overlaid_by(toml::from_str(text)?)
    }

    /// The same from keys that are read already; a mistake has no place.
    ///
    /// # Errors
    /// As [`Scenario::overlaid`].
    pub fn overlaid_by(&self, keys: Table) -> Result<Self, ScenarioError> {
        self.max_in_flight_asked(&keys)?;
        let mut table = Table::try_from(self).expect("a scenario is a table");
        overlay(&mut table, keys);
        Self::of_table(table)
    }

    /// The scenario of a table that names every key; values of a manifest may be among them.
    ///
    /// # Errors
    /// As [`Scenario::overlaid_by`].
    pub fn of_table(table: Table) -> Result<Self, ScenarioError> {
        Value::Table(table).try_into::<Self>()?.validated()
    }

    /// The scenario that [`Scenario::to_toml`] wrote.
    ///
    /// # Errors
    /// As [`Scenario::overlaid`].
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        Self::of_table(toml::from_str(text)?)
    }

    /// The scenario as a file that gives it again; [`Scenario::from_toml`] reads it.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a scenario is a table")
    }
}

impl Scenario {
    /// Looks at every `max_in_flight` that somebody wrote into a scenario. Values of a wrong type are told when the keys are
    /// read. What the scenario has already is not asked for: so one that was written out with the manifest's value is read
    /// again over the same manifest.
    fn max_in_flight_asked(&self, keys: &Table) -> Result<(), ScenarioError> {
        let groups = keys.get("groups").and_then(Value::as_table).into_iter().flatten();
        let groups = groups.map(|(name, group)| (format!("groups.{name}"), Some(group)));
        let whole = ["update", "upgrade"].map(|section| (section.to_owned(), keys.get(section)));
        for (section, table) in whole.into_iter().chain(groups) {
            let text = match table.and_then(|table| table.get("max_in_flight")) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Integer(number)) => number.to_string(),
                _ => continue,
            };
            if section == "update" && text == self.update.max_in_flight {
                continue;
            }
            let range = |expected| ScenarioError::Range { key: format!("{section}.max_in_flight"), expected };
            MaxInFlight::asked(&text).map_err(|error| range(error.to_string()))?;
        }
        Ok(())
    }
}

/// Tables are merged; a distribution, like any other value, is replaced whole.
fn overlay(base: &mut Table, over: Table) {
    for (section, value) in over {
        match (base.get_mut(&section), value) {
            (Some(Value::Table(keys)), Value::Table(new)) => keys.extend(new),
            (_, value) => {
                base.insert(section, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rivera_model::GroupFacts;

    use super::*;
    use crate::random::distribution::Distribution;

    #[test]
    fn a_scenario_survives_its_file() {
        let scenario = Scenario::default();
        assert_eq!(Scenario::default().overlaid(&scenario.to_toml()).unwrap(), scenario);
    }

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let text = "[rep]\nevacuation_timeout_s = 60\n[apps]\nstart_s = { fixed = 3 }\n";
        let scenario = Scenario::default().overlaid(text).unwrap();
        let mut expected = Scenario::default();
        expected.rep.evacuation_timeout_s = 60.0;
        expected.apps.start_s = Distribution::Fixed(3.0);
        assert_eq!(scenario, expected);
    }

    #[test]
    fn a_max_in_flight_that_is_written_means_what_it_says() {
        let refused = |text: &str| Scenario::default().overlaid(text).unwrap_err().to_string();
        for value in ["\"150%\"", "\"-3\"", "-3", "\"0\"", "0", "\"0%\"", "\"101%\""] {
            for key in ["update", "upgrade", "groups.diego"] {
                assert_eq!(
                    refused(&format!("[{key}]\nmax_in_flight = {value}\n")),
                    format!(
                        "`{key}.max_in_flight` is out of range: a number of cells is at least 1, a percentage is from 1% to 100%"
                    )
                );
            }
        }
        let mut facts = DeploymentFacts::default();
        facts.cells.max_in_flight = Some("150%".to_owned());
        let of_manifest = Scenario::default().with_facts(&facts).unwrap();
        assert_eq!(Scenario::from_toml(&of_manifest.to_toml()).unwrap(), of_manifest);
        assert_eq!(of_manifest.overlaid(&of_manifest.to_toml()).unwrap(), of_manifest);
        assert!(of_manifest.overlaid("[update]\nmax_in_flight = \"151%\"\n").is_err());
        assert_eq!(of_manifest.overlaid("[rep]\ncreate_pool = 5\n").unwrap().update.max_in_flight, "150%");
    }

    #[test]
    fn d1_integers_are_written_with_and_without_quotes() {
        let read = |text: &str| Scenario::default().overlaid(text).unwrap();
        assert_eq!(
            read(
                "[update]\nmax_in_flight = 3\ncanaries = 0\n[upgrade]\nmax_in_flight = 2\n[groups.a]\nmax_in_flight = 7\ncanaries = 1\n"
            ),
            read(
                "[update]\nmax_in_flight = \"3\"\ncanaries = \"0\"\n[upgrade]\nmax_in_flight = \"2\"\n[groups.a]\nmax_in_flight = \"7\"\ncanaries = \"1\"\n"
            )
        );
        let error = Scenario::default().overlaid("[update]\ncanaries = 1.5\n").unwrap_err().to_string();
        assert!(error.contains("expected an integer such as 20 or a percentage such as \"4%\""), "{error}");
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let text = "[rep]\nevacuation_timeout = 60\n";
        let error = Scenario::default().overlaid(text).unwrap_err();
        let ScenarioError::Syntax { message, span } = error else { panic!("{error}") };
        assert!(message.contains("unknown field `evacuation_timeout`"), "{message}");
        assert_eq!(&text[span.unwrap()], "evacuation_timeout");
    }

    #[test]
    fn a_value_out_of_range_is_refused_with_what_would_be_right() {
        let refused = |text| Scenario::default().overlaid(text).unwrap_err().to_string();
        assert_eq!(
            refused("[rep]\nevacuation_timeout_s = -1\n"),
            "`rep.evacuation_timeout_s` is out of range: a number from 0 to 1e9 is needed, it is -1"
        );
        assert!(
            refused("[rep]\ncreate_pool = 0\n").contains("`rep.create_pool` is out of range: at least 1")
        );
        assert!(refused("[update]\ncanary_watch_s = [9, 3]\n").contains("`update.canary_watch_s`"));
        assert!(refused("[apps]\nstart_s = { uniform = [3, 1] }\n").contains("`apps.start_s`"));
    }

    #[test]
    fn d6_a_version_sets_both_throttles_and_the_manifest_goes_before_it() {
        let of = |version: &str| Scenario::default().of_version(version.parse().unwrap());
        let (old, new) = (of("1.9.7"), of("1.9.8"));
        assert_eq!((old.update.max_in_flight.as_str(), old.auctioneer.max_starts), ("4%", 0));
        assert_eq!((new.update.max_in_flight.as_str(), new.auctioneer.max_starts), ("4%", 200));
        let facts = DeploymentFacts { max_starts: Some(50), ..DeploymentFacts::default() };
        let scenario = of("1.8.0").with_facts(&facts).unwrap();
        assert_eq!((scenario.update.max_in_flight.as_str(), scenario.auctioneer.max_starts), ("10%", 50));
    }

    #[test]
    fn g2_a_manifest_with_machines_for_file_storage_says_that_it_is_internal() {
        let group = |name: &str| GroupFacts { name: name.to_owned(), instances: 1, ..GroupFacts::default() };
        let location = |groups: &[&str], file: &str| {
            let groups = groups.iter().map(|name| group(name)).collect();
            let facts = DeploymentFacts { groups, ..DeploymentFacts::default() };
            let scenario = Scenario::default().with_facts(&facts).unwrap().overlaid(file).unwrap();
            scenario.storage.location
        };
        assert_eq!(location(&["api", "singleton-blobstore"], ""), StorageLocation::Internal);
        assert_eq!(location(&["api", "diego-cell"], ""), StorageLocation::External);
        let said = "[storage]\nlocation = \"external\"\n";
        assert_eq!(location(&["api", "singleton-blobstore"], said), StorageLocation::External);
    }

    #[test]
    fn the_manifest_overrides_the_defaults() {
        let mut facts = DeploymentFacts::default();
        facts.cells.max_in_flight = Some("20".to_owned());
        facts.evacuation_timeout = Some(Span::from_secs(60));
        facts.starting_container_weight = Some("0.5".to_owned());
        let scenario = Scenario::default().with_facts(&facts).unwrap();
        assert_eq!(scenario.update.max_in_flight, "20");
        assert!((scenario.rep.evacuation_timeout_s - 60.0).abs() < 1e-9);
        assert!((scenario.auctioneer.starting_container_weight - 0.5).abs() < 1e-9);
        assert_eq!(scenario.update.canaries, Scenario::default().update.canaries);
    }
}
