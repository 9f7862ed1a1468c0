//! Lints of an experiment: values that are right by themselves and most likely mistakes. They stop nothing.

mod table;

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::Range;

use rivera_diego::Explanation;
use rivera_limiter::MaxInFlight;
use rivera_model::{CellGroup, Fleet};
use rivera_sim::{METRICS, Metric, Part, Restart, Scenario, many};
use toml::{Table, Value};

use crate::file::ExperimentFile;
use crate::plan::{Plan, Point};
use crate::{same, throttle};

pub use table::LINTS;

/// What a lint has found.
#[derive(Debug)]
pub struct Remark {
    /// The lint.
    pub lint: &'static Explanation,
    /// What was found, in half a sentence.
    pub message: String,
    /// Where in the text, in bytes; nothing for what comes from elsewhere, such as the command line.
    pub span: Option<Range<usize>>,
}

/// Fewer runs have an interval that is the range.
const FEWEST_SEEDS: u64 = 5;

/// Runs by instances above which the time is told: some minutes of a core.
const MANY: u64 = 20_000_000;

/// Simulated instances a second and core, roughly (measured: 110,000 on a fleet of 1,000; less on larger ones).
const INSTANCES_PER_S: u64 = 50_000;

/// What is most likely a mistake, in the order of [`LINTS`].
#[must_use]
pub fn lint(file: &ExperimentFile, fleet: &Fleet, plan: &Plan, points: &[Point]) -> Vec<Remark> {
    let of = Linted { file, fleet, plan, points };
    let all = [
        of.percent_same(),
        of.limit_above_instances(),
        of.group_of_its_own(),
        of.cannot_be_told(),
        of.timeout_below_drain(),
        of.switched_off(),
        of.figure_not_simulated(),
        of.assertions(),
        of.too_few_seeds(),
        of.nothing_varied(),
        of.many_runs(),
    ];
    all.into_iter().flatten().collect()
}

struct Linted<'a> {
    file: &'a ExperimentFile,
    fleet: &'a Fleet,
    plan: &'a Plan,
    points: &'a [Point],
}

impl Linted<'_> {
    fn remark(&self, lint: &'static Explanation, message: String, path: &[&str], position: usize) -> Remark {
        Remark { lint, message, span: self.file.place_of_element(path, position) }
    }

    /// The values of an axis, each with its position.
    fn labels(&self, key: &str) -> Vec<(usize, String)> {
        let axis = self.file.axes.iter().find(|axis| axis.key == key);
        axis.map(|axis| (0..axis.values.len()).map(|at| (at, axis.label(at))).collect()).unwrap_or_default()
    }

    fn percent_same(&self) -> Vec<Remark> {
        let labels = self.labels("max_in_flight");
        let values: Vec<MaxInFlight> =
            labels.iter().filter_map(|(_, label)| throttle::max_in_flight(label).ok()).collect();
        let (_, left_out) = same::without_same(&values, self.fleet);
        let remark = |(value, same): &(MaxInFlight, MaxInFlight)| {
            let position = values.iter().position(|it| it == value).unwrap_or(0);
            let message = format!("on this fleet {value} is as many cells at a time as {same}");
            self.remark(&table::PERCENT_SAME, message, &["max_in_flight"], position)
        };
        left_out.iter().map(remark).collect()
    }

    fn limit_above_instances(&self) -> Vec<Remark> {
        let instances = self.plan.fleet.instances;
        let high = self.labels("max_starts").into_iter().filter_map(|(position, label)| {
            let limit = throttle::max_starts(&label).ok()?.maximum()?;
            let message = format!(
                "a limit of {limit} is the same as none: the fleet has {}",
                many(instances as usize, "instance")
            );
            let is_above = limit >= instances;
            is_above.then(|| self.remark(&table::LIMIT_ABOVE_INSTANCES, message, &["max_starts"], position))
        });
        high.collect()
    }

    fn group_of_its_own(&self) -> Vec<Remark> {
        if self.labels("max_in_flight").len() < 2 {
            return Vec::new();
        }
        let Some(Point { scenario, .. }) = self.points.first() else { return Vec::new() };
        // Where the group's value is varied too, a setting is called by it.
        let is_varied = |group: &str| !self.labels(&format!("groups.{group}.max_in_flight")).is_empty();
        let fixed = self.fleet.groups.iter().filter(|group| !is_varied(&group.name));
        fixed
            .filter_map(|CellGroup { name, update, .. }| {
                let of_scenario = scenario.groups.get(name).and_then(|keys| keys.max_in_flight.as_ref());
                let message = match (of_scenario, &update.max_in_flight) {
                    (Some(value), _) => format!("`groups.{name}.max_in_flight` is {value} in every setting"),
                    (None, Some(value)) => {
                        let source = "as in the fleet's manifest or recipe";
                        format!("max_in_flight of {name} is {value} in every setting, {source}")
                    }
                    (None, None) => return None,
                };
                let path = ["scenario", "groups", name, "max_in_flight"];
                Some(self.remark(&table::GROUP_OF_ITS_OWN, message, &path, usize::MAX))
            })
            .collect()
    }

    fn cannot_be_told(&self) -> Vec<Remark> {
        let Some(version) = self.file.product_version else { return Vec::new() };
        let own = version.defaults();
        let mut remarks = Vec::new();
        let mut warn = |key: &str, position: usize, value: &dyn Display, own: &dyn Display| {
            let message = format!("version {version} cannot be told {value}: it has {own}");
            remarks.push(self.remark(&table::CANNOT_BE_TOLD, message, &[key], position));
        };
        for (position, label) in self.labels("max_in_flight") {
            let value = throttle::max_in_flight(&label).ok();
            let is_set = own.max_in_flight_can_be_set || value == Some(own.max_in_flight);
            if let Some(value) = value.filter(|_| !is_set) {
                warn("max_in_flight", position, &value, &own.max_in_flight);
            }
        }
        for (position, label) in self.labels("max_starts") {
            let value = throttle::max_starts(&label).ok();
            let is_set = own.max_starts_can_be_set || value == Some(own.max_starts);
            if let Some(value) = value.filter(|_| !is_set) {
                warn("max_starts", position, &value, &own.max_starts);
            }
        }
        remarks
    }

    fn timeout_below_drain(&self) -> Vec<Remark> {
        let mut told = BTreeSet::new();
        let mut remarks = Vec::new();
        for point in self.points {
            let rep = &point.scenario.rep;
            let least_s = rep.evacuation_polling_interval_s.max(rep.graceful_shutdown_s);
            if rep.evacuation_timeout_s >= least_s || !told.insert(rep.evacuation_timeout_s.to_bits()) {
                continue;
            }
            let message = format!(
                "an evacuation may take {} s, a look at the cell comes every {} s and an instance stops within {} s",
                rep.evacuation_timeout_s, rep.evacuation_polling_interval_s, rep.graceful_shutdown_s
            );
            let timeout = rep.evacuation_timeout_s.to_string();
            let labels = self.labels("rep.evacuation_timeout_s");
            let position = labels.iter().find(|(_, label)| same_number(label, &timeout)).map_or(0, |it| it.0);
            let path = ["scenario", "rep", "evacuation_timeout_s"];
            remarks.push(self.remark(&table::TIMEOUT_BELOW_DRAIN, message, &path, position));
        }
        remarks
    }

    fn switched_off(&self) -> Vec<Remark> {
        let scenarios: Vec<Table> =
            self.points.iter().filter_map(|point| Table::try_from(&point.scenario).ok()).collect();
        let is_off = |section: &str| {
            let off =
                |it: &Table| it.get(section).and_then(|it| it.get("enabled")) == Some(&Value::Boolean(false));
            scenarios.iter().all(off)
        };
        let varied = self.file.axes.iter().filter(|axis| axis.values.len() > 1);
        let remarks = varied.filter_map(|axis| {
            let (section, key) = axis.key.split_once('.')?;
            let switch = match section {
                "cloud_controller" if !is_off(section) => "upgrade",
                section => section,
            };
            let message =
                format!("`{}` changes nothing: `{switch}.enabled` is false in every setting", axis.key);
            let path: Vec<&str> = ["scenario", section].into_iter().chain(key.split('.')).collect();
            is_off(switch).then(|| self.remark(&table::SWITCHED_OFF, message, &path, usize::MAX))
        });
        remarks.collect()
    }

    fn figure_not_simulated(&self) -> Vec<Remark> {
        let any = |is: fn(&Scenario) -> bool| self.points.iter().any(|point| is(&point.scenario));
        let upgrades = any(|scenario| scenario.upgrade.enabled);
        let fails = any(|scenario| scenario.faults.enabled && !scenario.faults.events.is_empty());
        let restarts = any(|scenario| follows_pushes(scenario, Restart::AllAtOnce));
        let rolls = any(|scenario| follows_pushes(scenario, Restart::Rolling));
        let lacks = |metric: &Metric| match metric.part {
            Part::Upgrade if !upgrades => Some("only cells are updated"),
            Part::Faults if !fails => Some("nothing fails"),
            Part::Restarts if !restarts => Some("no app that is pushed is restarted"),
            Part::Rolling if !rolls => Some("no app that is pushed is rolled out"),
            _ => None,
        };
        let shown = self.file.metrics.iter().enumerate().filter_map(|(position, key)| {
            Some(("metrics", position, METRICS.iter().find(|metric| metric.key == key)?))
        });
        let asserted = self.file.assertions.iter().enumerate();
        let asserted = asserted.map(|(position, it)| ("assertions", position, it.statistic.metric));
        let remarks = shown.chain(asserted).filter_map(|(list, position, metric)| {
            let message = format!("`{}` is 0 in every run: {}", metric.key, lacks(metric)?);
            Some(self.remark(&table::FIGURE_NOT_SIMULATED, message, &[list], position))
        });
        remarks.collect()
    }

    fn assertions(&self) -> Vec<Remark> {
        let certain = self.file.assertions.iter().enumerate();
        let certain = certain.filter_map(|(position, assertion)| {
            let (lint, end) = match assertion.certain()? {
                true => (&table::ASSERTION_ALWAYS_TRUE, "always holds"),
                false => (&table::ASSERTION_NEVER_TRUE, "never holds"),
            };
            let message = format!("`{assertion}` {end}: no figure is below 0");
            Some(self.remark(lint, message, &["assertions"], position))
        });
        certain.collect()
    }

    fn too_few_seeds(&self) -> Vec<Remark> {
        let count = self.plan.seeds.count;
        if count >= FEWEST_SEEDS || self.plan.seeds.precision_percent.is_some() {
            return Vec::new();
        }
        let message = match count {
            1 => "one run says nothing of how sure its figures are".to_owned(),
            _ => format!("an interval of {count} runs is nothing but their range"),
        };
        vec![self.remark(&table::TOO_FEW_SEEDS, message, &["seeds", "count"], 0)]
    }

    fn nothing_varied(&self) -> Vec<Remark> {
        if self.points.len() > 1 || !self.file.assertions.is_empty() {
            return Vec::new();
        }
        let message = "there is one setting, and nothing that must hold".to_owned();
        vec![Remark { lint: &table::NOTHING_VARIED, message, span: None }]
    }

    fn many_runs(&self) -> Vec<Remark> {
        let runs = (self.points.len() as u64).saturating_mul(self.plan.seeds.count);
        let instances = u64::from(self.plan.fleet.instances);
        let simulated = runs.saturating_mul(instances);
        if simulated < MANY {
            return Vec::new();
        }
        let message = format!(
            "{runs} runs of {instances} instances take about {} min of a core",
            (simulated / INSTANCES_PER_S).div_ceil(60)
        );
        vec![Remark { lint: &table::MANY_RUNS, message, span: None }]
    }
}

/// `60` and `60.0` are the same value.
/// Whether apps are pushed, and that is what becomes of those that are staged.
fn follows_pushes(scenario: &Scenario, restart: Restart) -> bool {
    scenario.staging.enabled && scenario.staging.restart == restart
}

fn same_number(one: &str, other: &str) -> bool {
    one.parse::<f64>()
        .ok()
        .zip(other.parse::<f64>().ok())
        .is_some_and(|(one, other)| one.total_cmp(&other).is_eq())
}

#[cfg(test)]
mod tests;
