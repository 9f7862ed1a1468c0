//! An experiment made ready to run: everything that its results depend on, in one value that can be kept and sent.

use rivera_limiter::{MaxInFlight, StartLimit};
use rivera_model::Fleet;
use rivera_sim::{FleetFigures, OUTCOMES_VERSION, Scenario, ScenarioError, Setting};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::Table;

use crate::assertion::Assertion;
use crate::axis::Axis;
use crate::digest::{hex, part};
use crate::file::ExperimentFile;
use crate::mistake::Mistake;
use crate::runs::Job;
use crate::seeds::Seeds;
use crate::throttle;

/// A plan. What follows from it is a pure function of it and of the fleet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The version of Rivera.
    pub version: String,
    /// [`OUTCOMES_VERSION`].
    pub outcomes_version: u32,
    /// The fleet in figures.
    pub fleet: FleetFigures,
    /// Where the fleet is.
    pub fleet_path: String,
    /// Whether what can be repaired in it is repaired.
    pub lenient: bool,
    /// Hash of what the fleet was read from.
    pub fleet_sha256: String,
    /// The scenario, but for the axes.
    pub scenario_toml: String,
    /// What is varied; the last axis varies fastest.
    pub axes: Vec<Axis>,
    /// The seeds.
    pub seeds: Seeds,
    /// Keys of the metrics that are shown; empty for all.
    pub metrics: Vec<String>,
    /// The position of the point that others are compared with.
    pub baseline: usize,
    /// What must hold in every setting.
    pub assertions: Vec<String>,
}

/// A fleet, and where it came from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// Its path.
    pub path: &'a str,
    /// Hash of what is there.
    pub sha256: &'a str,
}

/// One setting of an experiment: a value of each axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The values as people write them, in the order of the axes.
    pub values: Vec<String>,
    /// The scenario with these values.
    pub scenario: Scenario,
    /// Its two throttles.
    pub setting: Setting,
}

/// More settings than anybody waits for.
pub const MOST_POINTS: usize = 10_000;

impl Plan {
    /// The plan of a file on a fleet, whose scenario is `base` where the file says nothing.
    ///
    /// # Errors
    /// What the file says does not go together, or not with this fleet.
    pub fn of(file: &ExperimentFile, source: Source<'_>, base: &Scenario) -> Result<Self, Mistake> {
        let scenario = base.overlaid_by(file.scenario.clone()).map_err(|error| mistake(file, error))?;
        let mut plan = Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            outcomes_version: OUTCOMES_VERSION,
            fleet: FleetFigures::of(source.fleet).map_err(|error| Mistake::new(error.to_string()))?,
            fleet_path: source.path.to_owned(),
            lenient: file.lenient,
            fleet_sha256: source.sha256.to_owned(),
            scenario_toml: scenario.to_toml(),
            axes: file.axes.clone(),
            seeds: file.seeds.clone(),
            metrics: file.metrics.clone(),
            baseline: 0,
            assertions: file.assertions.iter().map(ToString::to_string).collect(),
        };
        let points = plan.points().map_err(|error| mistake(file, error))?;
        for point in &points {
            let Point { scenario, .. } = point;
            let names = scenario.check_groups(source.fleet).and(scenario.check_names(source.fleet));
            names.map_err(|error| mistake(file, error))?;
            let manifest = scenario.check_manifest(source.fleet);
            manifest.map_err(|error| Mistake::new(format!("the manifest of the fleet: {error}")))?;
        }
        plan.baseline = points
            .iter()
            .position(|point| {
                plan.axes
                    .iter()
                    .zip(&point.values)
                    .all(|(axis, value)| file.baseline.get(&axis.key).is_none_or(|wanted| wanted == value))
            })
            .unwrap_or(0);
        Ok(plan)
    }

    /// How many points there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.axes
            .iter()
            .map(|axis| axis.values.len())
            .try_fold(1_usize, usize::checked_mul)
            .unwrap_or(usize::MAX)
    }

    /// Every combination of the values of the axes.
    ///
    /// # Errors
    /// A value is out of range beside the others, or there are more than [`MOST_POINTS`].
    pub fn points(&self) -> Result<Vec<Point>, ScenarioError> {
        let size = self.size();
        if size > MOST_POINTS {
            return Err(ScenarioError::Range {
                key: "axes".to_owned(),
                expected: format!("{size} settings are too many: at most {MOST_POINTS} can be run"),
            });
        }
        let base = Scenario::from_toml(&self.scenario_toml)?;
        (0..size).map(|position| self.point(&base, position)).collect()
    }

    fn point(&self, base: &Scenario, position: usize) -> Result<Point, ScenarioError> {
        let mut keys = Table::try_from(base).expect("a scenario is a table");
        let mut values = vec![String::new(); self.axes.len()];
        let mut rest = position;
        for (axis, value) in self.axes.iter().zip(&mut values).rev() {
            let at = rest % axis.values.len();
            rest /= axis.values.len();
            axis.set(at, &mut keys);
            *value = axis.label(at);
        }
        let scenario = Scenario::of_table(keys)?;
        // A value that is tried has to mean what it says; the manifest's own need not.
        let is_tried = self.axes.iter().any(|axis| axis.key == "max_in_flight");
        let text = &scenario.update.max_in_flight;
        let read = if is_tried {
            throttle::max_in_flight(text)
        } else {
            text.parse::<MaxInFlight>().map_err(|error| error.to_string())
        };
        let max_in_flight = read
            .map_err(|expected| ScenarioError::Range { key: "update.max_in_flight".to_owned(), expected })?;
        let max_starts = StartLimit::from_config(scenario.auctioneer.max_starts);
        Ok(Point { values, scenario, setting: Setting { max_in_flight, max_starts } })
    }

    /// All runs that the plan always has.
    #[must_use]
    pub fn jobs(&self) -> Vec<Job> {
        let points = 0..self.size();
        points.flat_map(|point| self.seeds.always().map(move |seed| Job { point, seed })).collect()
    }

    /// What must hold.
    ///
    /// # Errors
    /// The plan was changed by hand.
    pub fn read_assertions(&self) -> Result<Vec<Assertion>, Mistake> {
        self.assertions.iter().map(|text| Assertion::read(text)).collect()
    }

    /// A hash of all of it.
    #[must_use]
    pub fn digest(&self) -> String {
        let text = serde_json::to_string(self).expect("a plan is always JSON");
        hex(&Sha256::digest(text.as_bytes()))
    }

    /// The name of a run: a hash of everything that its outcome depends on.
    #[must_use]
    pub fn run_key(&self, point: &Point, seed: u64) -> String {
        let mut hash = Sha256::new();
        let scenario = point.scenario.to_toml();
        let parts = [
            &self.version,
            &self.outcomes_version.to_string(),
            &self.fleet_sha256,
            &seed.to_string(),
            &scenario,
        ];
        for text in parts {
            part(&mut hash, text.as_bytes());
        }
        hash.update([u8::from(self.lenient)]);
        hex(&hash.finalize())
    }
}

fn mistake(file: &ExperimentFile, error: ScenarioError) -> Mistake {
    match error {
        ScenarioError::Syntax { message, .. } => Mistake::plain(&message),
        ScenarioError::Range { ref key, .. } => Mistake::new(error.to_string()).at(file.place_of(key)),
    }
}
