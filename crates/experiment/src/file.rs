//! `experiment.toml`: what is to be run.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rivera_limiter::{MaxInFlight, StartLimit};
use rivera_sim::check::ProductVersion;
use rivera_sim::{Scenario, ScenarioError};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Spanned, Table, Value};

use crate::assertion::Assertion;
use crate::axis::{self, Axis, plain};
use crate::mistake::Mistake;
use crate::seeds::Seeds;
use crate::{place, schema, statistic};

/// An experiment as it is written.
#[derive(Debug, Clone)]
pub struct ExperimentFile {
    /// The foundation: a folder of exports or a recipe, relative to the file.
    pub fleet: PathBuf,
    /// Whether what can be repaired in an export is repaired.
    pub lenient: bool,
    /// A scenario file that the keys of `[scenario]` are laid over, relative to the file.
    pub scenario_file: Option<PathBuf>,
    /// The version whose defaults hold where nothing else is said.
    pub product_version: Option<ProductVersion>,
    /// Keys of the scenario with one value.
    pub scenario: Table,
    /// Keys of the scenario with several values.
    pub axes: Vec<Axis>,
    /// The seeds.
    pub seeds: Seeds,
    /// Keys of the metrics that are shown; empty for all.
    pub metrics: Vec<String>,
    /// The values of the setting that others are compared with, by the keys of the axes; those not named are the first.
    pub baseline: BTreeMap<String, String>,
    /// What must hold in every setting.
    pub assertions: Vec<Assertion>,
    text: String,
}

/// An experiment for `rivera experiment`: what is varied, on which fleet, with which seeds, and what must hold.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Raw {
    /// The foundation: a folder of exports or a recipe, relative to this file.
    fleet: PathBuf,
    /// Whether what can be repaired in an export is repaired.
    #[serde(default)]
    lenient: bool,
    /// A scenario file that the keys of `[scenario]` are laid over, relative to this file.
    scenario_file: Option<PathBuf>,
    /// The version of PCF, PAS or TAS whose defaults hold where nothing else is said.
    #[schemars(with = "Option<String>")]
    product_version: Option<Spanned<String>>,
    /// Cells updated at once: a number from 1, or a percentage from 1% to 100%. One value, or a list of values to try.
    #[serde(default)]
    #[schemars(schema_with = "schema::max_in_flight")]
    max_in_flight: Option<Value>,
    /// Containers that may be starting at once: a number, or `none` (0 is the same). One value, or a list of values to try.
    #[serde(default)]
    #[schemars(schema_with = "schema::max_starts")]
    max_starts: Option<Value>,
    /// Any key that `rivera scenario` prints: one value, or a list of values to try.
    #[serde(default)]
    #[schemars(with = "Scenario")]
    scenario: Table,
    /// Which seeds are run, and when there are enough of them.
    #[serde(default)]
    seeds: Seeds,
    /// The figures that tables show; without it all of them.
    #[serde(default)]
    #[schemars(schema_with = "schema::metrics")]
    metrics: Vec<Spanned<String>>,
    /// Values of the setting that others are compared with, by the keys of what is varied; what is not named is the first value.
    #[serde(default)]
    #[schemars(schema_with = "schema::any_table")]
    baseline: Table,
    /// What must hold in every setting: `METRIC[.STATISTIC] COMPARISON NUMBER`; without a statistic the greatest value of all
    /// seeds counts.
    #[serde(default)]
    #[schemars(schema_with = "schema::assertions")]
    assertions: Vec<Spanned<String>>,
}

impl ExperimentFile {
    /// Reads it.
    ///
    /// # Errors
    /// The first mistake, with its place and what would be right.
    pub fn read(text: &str) -> Result<Self, Mistake> {
        let raw: Raw = toml::from_str(text)?;
        if let Some((key, message)) = raw.seeds.problem() {
            let place = place::of(text, &["seeds", key]).map(|place| place.value);
            return Err(Mistake::new(format!("`seeds.{key}` is out of range: {message}")).at(place));
        }
        for key in &raw.seeds.precision_of {
            let place = || place::of(text, &["seeds", "precision_of"]).map(|place| place.value);
            statistic::metric(key).map_err(|mistake| mistake.at(place()))?;
        }
        let metrics = raw.metrics.iter().map(|key| {
            statistic::metric(key.get_ref())
                .map(|metric| metric.key.to_owned())
                .map_err(|mistake| mistake.at(Some(key.span())))
        });
        let metrics = metrics.collect::<Result<_, _>>()?;
        let assertions = raw.assertions.iter().map(|assertion| {
            Assertion::read(assertion.get_ref()).map_err(|mistake| mistake.at(Some(assertion.span())))
        });
        let assertions = assertions.collect::<Result<_, _>>()?;
        let product_version = raw.product_version.as_ref().map(|version| {
            let wrong = |error: <ProductVersion as std::str::FromStr>::Err| {
                Mistake::new(error.to_string()).at(Some(version.span()))
            };
            version.get_ref().parse::<ProductVersion>().map_err(wrong)
        });
        let product_version = product_version.transpose()?;
        let mut scenario = raw.scenario;
        let mut axes = throttles(raw.max_in_flight.as_ref(), raw.max_starts.as_ref(), &scenario, text)?;
        let usual = Table::try_from(Scenario::default()).expect("a scenario is a table");
        for axis in axis::take(&mut scenario, &usual) {
            let path: Vec<&str> = std::iter::once("scenario").chain(axis.key.split('.')).collect();
            axes.push(axis.clone().sound(text, &path)?);
        }
        let file = Self {
            fleet: raw.fleet,
            lenient: raw.lenient,
            scenario_file: raw.scenario_file,
            product_version,
            scenario,
            axes,
            seeds: raw.seeds,
            metrics,
            baseline: BTreeMap::new(),
            assertions,
            text: text.to_owned(),
        };
        file.each_key_alone()?;
        let baseline = file.read_baseline(&raw.baseline)?;
        Ok(Self { baseline, ..file })
    }

    /// An experiment that varies the two throttles and nothing else.
    #[must_use]
    pub fn of_throttles(
        fleet: PathBuf,
        lenient: bool,
        max_in_flight: &[MaxInFlight],
        max_starts: &[StartLimit],
        seeds: Seeds,
    ) -> Self {
        let cells = max_in_flight.iter().map(|value| Value::String(value.to_string()));
        let starts = max_starts.iter().map(|limit| Value::Integer(limit.to_config()));
        let axes = vec![
            Axis { key: "max_in_flight".to_owned(), values: cells.collect() },
            Axis { key: "max_starts".to_owned(), values: starts.collect() },
        ];
        Self {
            fleet,
            lenient,
            scenario_file: None,
            product_version: None,
            scenario: Table::new(),
            axes,
            seeds,
            metrics: Vec::new(),
            baseline: BTreeMap::new(),
            assertions: Vec::new(),
            text: String::new(),
        }
    }

    /// Tries each key of the scenario by itself: so what is wrong with it has its place in the file.
    fn each_key_alone(&self) -> Result<(), Mistake> {
        for (section, value) in &self.scenario {
            let Value::Table(keys) = value else {
                let place = place::of(&self.text, &["scenario", section]).map(|place| place.value);
                return Err(Mistake::new(format!("`scenario.{section}` is not a table"))
                    .help("the keys are those that `rivera scenario` prints, in its tables")
                    .at(place));
            };
            let tables =
                std::iter::once((None, Table::from_iter([(section.clone(), Value::Table(Table::new()))])));
            let keys = keys.iter().map(|(key, value)| {
                let keys = Table::from_iter([(key.clone(), value.clone())]);
                (Some(key.as_str()), Table::from_iter([(section.clone(), Value::Table(keys))]))
            });
            for (key, table) in tables.chain(keys) {
                let path: Vec<&str> = ["scenario", section].into_iter().chain(key).collect();
                self.alone(table, &path, None)?;
            }
        }
        for axis in self.axes.iter().filter(|axis| axis.key.contains('.')) {
            let path: Vec<&str> = std::iter::once("scenario").chain(axis.key.split('.')).collect();
            for position in 0..axis.values.len() {
                let mut table = Table::new();
                axis.set(position, &mut table);
                self.alone(table, &path, Some(position))?;
            }
        }
        Ok(())
    }

    fn alone(&self, keys: Table, path: &[&str], position: Option<usize>) -> Result<(), Mistake> {
        let wrong = match Scenario::default().overlaid_by(keys) {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        let (mistake, is_key) = match wrong {
            ScenarioError::Syntax { message, .. } => {
                (Mistake::plain(&message), message.starts_with("unknown field"))
            }
            range @ ScenarioError::Range { .. } => (Mistake::new(range.to_string()), false),
        };
        let place = if is_key {
            place::of(&self.text, path).map(|place| place.key)
        } else {
            place::of_element(&self.text, path, position.unwrap_or(usize::MAX))
        };
        Err(mistake.at(place))
    }

    fn read_baseline(&self, written: &Table) -> Result<BTreeMap<String, String>, Mistake> {
        let mut baseline = BTreeMap::new();
        for (key, value) in written {
            let place = place::of(&self.text, &["baseline", key]);
            let Some(axis) = self.axes.iter().find(|axis| axis.key == *key) else {
                let known: Vec<&str> = self.axes.iter().map(|axis| axis.key.as_str()).collect();
                return Err(Mistake::unknown("axis", key, &known).at(place.map(|place| place.key)));
            };
            let labels: Vec<String> = (0..axis.values.len()).map(|position| axis.label(position)).collect();
            let value = plain(value);
            if !labels.contains(&value) {
                return Err(Mistake::new(format!("`{key}` is never {value} in this experiment"))
                    .help(format!("its values are {}", labels.join(", ")))
                    .at(place.map(|place| place.value)));
            }
            baseline.insert(key.clone(), value);
        }
        Ok(baseline)
    }

    /// The place of a key of the scenario, for what turns out to be wrong with it later.
    #[must_use]
    pub fn place_of(&self, key: &str) -> Option<std::ops::Range<usize>> {
        let path: Vec<&str> = std::iter::once("scenario").chain(key.split('.')).collect();
        place::of(&self.text, &path).map(|place| place.value)
    }
}

impl ExperimentFile {
    /// The place of the value of a key that stands outside of tables.
    #[must_use]
    pub fn place_of_key(&self, key: &str) -> Option<std::ops::Range<usize>> {
        place::of(&self.text, &[key]).map(|place| place.value)
    }

    /// The place of a value of the list at a path, or of the only value there; nothing of what the file does not have.
    pub(crate) fn place_of_element(&self, path: &[&str], position: usize) -> Option<std::ops::Range<usize>> {
        let whole = place::of(&self.text, path)?.value;
        let element = place::of_element(&self.text, path, position)?;
        // What came from the command line is not in the list.
        let is_beyond = element == whole && position != usize::MAX && self.text[whole].starts_with('[');
        (!is_beyond).then_some(element)
    }
}

/// The axes of the two throttles. Each of them stands in one place.
fn throttles(
    max_in_flight: Option<&Value>,
    max_starts: Option<&Value>,
    scenario: &Table,
    text: &str,
) -> Result<Vec<Axis>, Mistake> {
    let mut axes = Vec::new();
    if let Some(values) = max_in_flight {
        axes.push(Axis::of_max_in_flight(values, text)?);
    }
    if let Some(values) = max_starts {
        axes.push(Axis::of_max_starts(values, text)?);
    }
    for axis in &axes {
        let path = axis.path();
        let twice = scenario.get(path[0]).is_some_and(|section| section.get(path[1]).is_some());
        if twice {
            return Err(Mistake::new(format!("`{}` is there twice", axis.key))
                .help("give it at the top, or in the table of the scenario, not in both")
                .at(place::of(text, &["scenario", path[0], path[1]]).map(|place| place.key)));
        }
    }
    Ok(axes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mistake's message, its help, and what it points at.
    fn refused(text: &str) -> (String, String, String) {
        let Mistake { message, help, span } = ExperimentFile::read(text).unwrap_err();
        (message, help.unwrap_or_default(), span.map(|span| text[span].to_owned()).unwrap_or_default())
    }

    #[test]
    fn a_whole_file_is_read() {
        let file = ExperimentFile::read(
            "fleet = \"fleets/small\"\nmax_in_flight = [1, \"4%\"]\nmax_starts = [50, \"none\"]\n\
             metrics = [\"duration_s\", \"downtime_s\"]\nassertions = [\"crashes.max <= 0\"]\n\
             [seeds]\ncount = 5\n[scenario.rep]\nevacuation_timeout_s = [60, 600]\ncreate_pool = 5\n\
             [baseline]\nmax_in_flight = \"4%\"\n",
        )
        .unwrap();
        let keys: Vec<&str> = file.axes.iter().map(|axis| axis.key.as_str()).collect();
        assert_eq!(keys, ["max_in_flight", "max_starts", "rep.evacuation_timeout_s"]);
        assert_eq!(file.metrics, ["duration_s", "instance_downtime_s"]);
        assert_eq!(file.seeds.always(), 1..6);
        assert_eq!(file.baseline["max_in_flight"], "4%");
        assert_eq!(file.scenario["rep"]["create_pool"].as_integer(), Some(5));
    }

    #[test]
    fn an_unknown_key_is_told_with_the_nearest_and_its_place() {
        let (message, help, at) = refused("flet = \"x\"\n");
        assert_eq!((message.as_str(), help.as_str()), ("unknown field `flet`", "did you mean `fleet`?"));
        assert_eq!(at, "flet");
        let (message, help, at) = refused("fleet = \"x\"\n[scenario.rep]\nevacuation_timeout = [60, 600]\n");
        assert!(message.contains("unknown field `evacuation_timeout`"), "{message}");
        assert_eq!(
            (help.as_str(), at.as_str()),
            ("did you mean `evacuation_timeout_s`?", "evacuation_timeout")
        );
        let (_, help, at) = refused("fleet = \"x\"\n[scenario.repp]\ncreate_pool = 5\n");
        assert_eq!((help.as_str(), at.as_str()), ("did you mean `rep`?", "repp"));
    }

    #[test]
    fn a_value_that_cannot_be_is_told_with_its_place() {
        let (message, _, at) = refused("fleet = \"x\"\n[scenario.rep]\nevacuation_timeout_s = [60, -1]\n");
        assert!(message.contains("`rep.evacuation_timeout_s` is out of range"), "{message}");
        assert_eq!(at, "-1");
        let (_, _, at) = refused("fleet = \"x\"\n[scenario.rep]\nevacuation_timeout_s = [60, \"long\"]\n");
        assert_eq!(at, "\"long\"");
        let (message, help, at) = refused("fleet = \"x\"\nmax_in_flight = [\"4%\", \"101%\"]\n");
        assert_eq!(message, "`max_in_flight` cannot be 101%");
        assert!(help.contains("from 1% to 100%"));
        assert_eq!(at, "\"101%\"");
        let (message, _, at) = refused("fleet = \"x\"\nmax_starts = [50, 20, 50]\n");
        assert_eq!((message.as_str(), at.as_str()), ("`max_starts` has the value 50 twice", "50"));
        let (message, ..) = refused("fleet = \"x\"\nmax_starts = []\n");
        assert_eq!(message, "`max_starts` has no values");
        let (message, ..) = refused("fleet = \"x\"\n[seeds]\ncount = 0\n");
        assert!(message.starts_with("`seeds.count` is out of range"), "{message}");
    }

    #[test]
    fn names_that_nothing_has_are_told() {
        let (message, help, at) = refused("fleet = \"x\"\nassertions = [\"crashs.max < 1\"]\n");
        assert_eq!(message, "there is no metric `crashs`");
        assert_eq!((help.as_str(), at.as_str()), ("did you mean `crashes`?", "\"crashs.max < 1\""));
        let (_, help, at) = refused("fleet = \"x\"\nmax_starts = [50, 200]\n[baseline]\nmax_starts = 100\n");
        assert_eq!((help.as_str(), at.as_str()), ("its values are 50, 200", "100"));
        let (message, ..) =
            refused("fleet = \"x\"\nmax_starts = [50]\n[scenario.auctioneer]\nmax_starts = 20\n");
        assert_eq!(message, "`max_starts` is there twice");
    }
}
