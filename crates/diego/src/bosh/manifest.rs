//! The manifest of the deployment: how its cells are updated, and the properties that matter (H.5, D.1, D.2).

use std::path::Path;

use rivera_model::{CellGroup, CellUpdate, DeploymentFacts, GroupFacts};
use serde::Deserialize;
use serde_saphyr::{Location, Spanned};

use super::known::{Known, SERIAL};
use crate::cell_groups::Updates;
use crate::cell_state::null_is_zero;
use crate::collector::Collector;
use crate::facts::{FACTS, Fact};
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

/// What a manifest says.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) facts: DeploymentFacts,
    /// The groups of cells, in their order.
    pub(crate) groups: Vec<CellGroup>,
}

impl Group {
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

/// Reads a manifest. What cannot be used is reported; facts that are not said stay `None`.
pub(crate) fn read_manifest(path: &Path, collector: &mut Collector) -> Said {
    let manifest = match parse(path) {
        Ok(manifest) => manifest,
        Err(problem) => {
            collector.fatal(problem);
            return Said::default();
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
        put(fact, value, &mut facts, path, collector);
    }
    let is_of_cells = |group: &&Group| {
        cells.is_some_and(|cells| cells.name == group.name) || group.has_cells() && !group.is_errand()
    };
    let of_cells = manifest.instance_groups.iter().filter(is_of_cells);
    let whole = of_cells
        .map(|group| {
            let is_usual = cells.is_some_and(|cells| std::ptr::eq(cells, group));
            let update =
                if is_usual { facts.cells.clone() } else { manifest.update_of(group, path, collector) };
            CellGroup { name: group.name.clone(), serial: manifest.is_serial(group), update }
        })
        .collect();
    let Updates { usual, groups } = Updates::of(whole, std::mem::take(&mut facts.cells));
    facts.cells = usual;
    let updated = manifest.instance_groups.iter().filter(|group| !group.is_errand());
    facts.groups = updated.map(|group| manifest.group(group, path, collector)).collect();
    if let Some(cells) = cells {
        for group in facts.groups.iter_mut().filter(|group| group.name == cells.name) {
            group.decides_for_cells = true;
        }
    }
    Said { facts, groups }
}

/// Sets a fact, or reports that its value cannot be.
fn put(
    fact: &Fact,
    value: Option<&Spanned<String>>,
    facts: &mut DeploymentFacts,
    path: &Path,
    collector: &mut Collector,
) {
    if let Some(value) = value
        && let Err(why) = (fact.set)(facts, &value.value)
    {
        let fault = Fault::WrongValue { key: fact.path.to_owned(), why };
        collector.fatal(Problem::new(place(path, Some(value.referenced)), fault));
    }
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
    /// The usual group of cells: the one with a usual name, else the first that runs cells.
    fn cell_group(&self, path: &Path, collector: &mut Collector) -> Option<&Group> {
        let usual = self.instance_groups.iter().find(|group| CellGroup::is_usual_name(&group.name));
        let chosen = usual.or_else(|| self.instance_groups.iter().find(|group| group.has_cells()));
        if chosen.is_none() {
            collector.fault(Place::file(path), Fault::NoCellGroup);
        }
        chosen
    }

    /// What holds for the update of a group of cells: its own keys, else those of the deployment (D.2).
    fn update_of(&self, group: &Group, path: &Path, collector: &mut Collector) -> CellUpdate {
        let mut facts = DeploymentFacts::default();
        for fact in FACTS.iter().filter(|fact| fact.job.is_none()) {
            match (group.update.get(fact.path), self.update.get(fact.path)) {
                // What the deployment says is wrong for all groups, and reported once.
                (None, Some(value)) => drop((fact.set)(&mut facts, &value.value)),
                (own, _) => put(fact, own, &mut facts, path, collector),
            }
        }
        facts.cells
    }

    /// BOSH takes every word but `false` for true.
    fn is_serial(&self, group: &Group) -> bool {
        let said = group.update.get(SERIAL).or_else(|| self.update.get(SERIAL));
        said.is_none_or(|serial| serial.value != "false")
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
            serial: self.is_serial(group),
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
