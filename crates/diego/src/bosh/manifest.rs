//! The manifest of the deployment: how its cells are updated, and the properties that matter (H.5, D.1, D.2).

use std::path::Path;

use rivera_model::{DeploymentFacts, GroupFacts};
use serde::Deserialize;
use serde_saphyr::{Location, Spanned};

use super::known::{Known, SERIAL};
use crate::cell_state::null_is_zero;
use crate::collector::Collector;
use crate::facts::FACTS;
use crate::lines::read_text;
use crate::{Fault, Place, Problem};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Manifest {
    #[serde(deserialize_with = "null_is_zero")]
    update: Known,
    #[serde(deserialize_with = "null_is_zero")]
    instance_groups: Vec<Group>,
    #[serde(deserialize_with = "null_is_zero")]
    properties: Known,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Group {
    #[serde(deserialize_with = "null_is_zero")]
    name: String,
    #[serde(deserialize_with = "null_is_zero")]
    lifecycle: String,
    instances: Option<Spanned<String>>,
    #[serde(deserialize_with = "null_is_zero")]
    azs: Vec<String>,
    #[serde(deserialize_with = "null_is_zero")]
    update: Known,
    #[serde(deserialize_with = "null_is_zero")]
    jobs: Vec<Job>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Job {
    #[serde(deserialize_with = "null_is_zero")]
    name: String,
    #[serde(deserialize_with = "null_is_zero")]
    properties: Known,
}

/// Names of the group of cells, with `_` as `-`: of the open source, PAS and TAS, and its small footprint (H.5).
const CELL_GROUPS: [&str; 2] = ["diego-cell", "compute"];

impl Group {
    fn is_called_cells(&self) -> bool {
        CELL_GROUPS.contains(&self.name.replace('_', "-").as_str())
    }

    /// Errands are not updated with the others (D.3).
    fn is_errand(&self) -> bool {
        self.lifecycle == "errand"
    }

    fn has_cells(&self) -> bool {
        self.jobs.iter().any(|job| job.is("rep"))
    }
}

impl Job {
    /// Whether it is this job, or its variant for Windows.
    fn is(&self, name: &str) -> bool {
        self.name.strip_suffix("_windows").unwrap_or(&self.name) == name
    }
}

/// Reads the facts of a manifest. What cannot be used is reported; facts that are not said stay `None`.
pub(crate) fn read_manifest(path: &Path, collector: &mut Collector) -> DeploymentFacts {
    let manifest = match parse(path) {
        Ok(manifest) => manifest,
        Err(problem) => {
            collector.fatal(problem);
            return DeploymentFacts::default();
        }
    };
    let cells = manifest.cell_group(path, collector);
    let mut facts = DeploymentFacts::default();
    for fact in &FACTS {
        let value = match fact.job {
            None => {
                cells.and_then(|group| group.update.get(fact.path)).or_else(|| manifest.update.get(fact.path))
            }
            Some(job) => manifest.property(cells, job, fact.path),
        };
        if let Some(value) = value
            && let Err(why) = (fact.set)(&mut facts, &value.value)
        {
            let fault = Fault::WrongValue { key: fact.path.to_owned(), why };
            collector.fatal(Problem::new(place(path, Some(value.referenced)), fault));
        }
    }
    let updated = manifest.instance_groups.iter().filter(|group| !group.is_errand());
    facts.groups = updated.map(|group| manifest.group(group, path, collector)).collect();
    if let Some(cells) = cells {
        for group in facts.groups.iter_mut().filter(|group| group.name == cells.name) {
            group.decides_for_cells = true;
        }
    }
    facts
}

fn parse(path: &Path) -> Result<Manifest, Problem> {
    let text = read_text(path)?;
    serde_saphyr::from_str(&text).map_err(|error| {
        let location = error.location();
        let message = error.without_snippet().to_string();
        let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
        Problem::new(place(path, location), Fault::NotManifest(reason.to_owned()))
    })
}

fn place(path: &Path, location: Option<Location>) -> Place {
    let number = |number: u64| usize::try_from(number).ok().filter(|&number| number > 0);
    Place {
        path: path.to_owned(),
        line: location.and_then(|location| number(location.line())),
        column: location.and_then(|location| number(location.column())),
    }
}

impl Manifest {
    /// The group of cells: the one with the usual name, else the first that runs cells.
    fn cell_group(&self, path: &Path, collector: &mut Collector) -> Option<&Group> {
        let cells: Vec<&Group> = self.instance_groups.iter().filter(|group| group.has_cells()).collect();
        let usual = self.instance_groups.iter().find(|group| group.is_called_cells());
        let chosen = usual.or(cells.first().copied());
        let Some(chosen) = chosen else {
            collector.fault(Place::file(path), Fault::NoCellGroup);
            return None;
        };
        let others: Vec<&str> =
            cells.iter().map(|group| group.name.as_str()).filter(|&name| name != chosen.name).collect();
        if !others.is_empty() {
            let fault = Fault::SeveralCellGroups { used: chosen.name.clone(), others: others.join(", ") };
            collector.note(Place::file(path), fault);
        }
        Some(chosen)
    }

    /// What is kept of a group.
    fn group(&self, group: &Group, path: &Path, collector: &mut Collector) -> GroupFacts {
        let key =
            |key| group.update.get(key).or_else(|| self.update.get(key)).map(|value| value.value.clone());
        let instances = group.instances.as_ref().map(|written| {
            written.value.parse().unwrap_or_else(|_| {
                let why = format!("{:?} is not a whole number in range", written.value);
                let fault = Fault::WrongValue { key: "instances".to_owned(), why };
                collector.fatal(Problem::new(place(path, Some(written.referenced)), fault));
                0
            })
        });
        GroupFacts {
            name: group.name.clone(),
            instances: instances.unwrap_or_default(),
            zones: group.azs.clone(),
            max_in_flight: key("max_in_flight"),
            canaries: key("canaries"),
            // BOSH takes every word but `false` for true.
            serial: key(SERIAL).is_none_or(|serial| serial != "false"),
            jobs: group.jobs.iter().map(|job| job.name.clone()).collect(),
            decides_for_cells: false,
        }
    }

    /// A property of a job: of the cells' own job first, then of that job in any group, then of the deployment.
    fn property<'a>(
        &'a self,
        cells: Option<&'a Group>,
        job: &str,
        path: &str,
    ) -> Option<&'a Spanned<String>> {
        cells
            .into_iter()
            .chain(&self.instance_groups)
            .flat_map(|group| &group.jobs)
            .filter(|candidate| candidate.is(job))
            .find_map(|job| job.properties.get(path))
            .or_else(|| self.properties.get(path))
    }
}
