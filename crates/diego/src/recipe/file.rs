//! The file of a recipe.

use std::collections::BTreeMap;
use std::path::Path;

use rivera_model::{CellGroup, CellUpdate, DeploymentFacts, UpdateStrategy};
use serde::Deserialize;
use toml::Spanned;

use super::RecipeError;
use super::values::{Text, fraction, instances, mean, non_negative, positive, range};
use crate::cell_groups::Updates;
use crate::facts::FACTS;
use crate::lines::read_text;
use crate::{ImportError, PlainWords, nearest};

/// A foundation in a few lines of TOML. Unknown keys are errors.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Name of the fleet.
    pub name: String,
    /// What the random numbers start from.
    #[serde(default)]
    pub seed: u64,
    /// Number of cells of each zone.
    pub zones: BTreeMap<String, u32>,
    /// Kinds of cells; every zone has each in its share.
    pub cells: Vec<CellKind>,
    /// Memory of the proxy of each LRP in MiB; 0 without proxies (B.1).
    #[serde(default = "default_proxy_memory_mb", deserialize_with = "non_negative")]
    pub proxy_memory_mb: i32,
    /// Preloaded stacks of every cell that has none of its own; apps use the first unless they say otherwise.
    #[serde(default = "default_stacks")]
    pub stacks: Vec<String>,
    /// Groups of cells, in the order of their update; those of `[[cells]]` that are not here come behind them.
    #[serde(default)]
    pub groups: Vec<GroupKind>,
    /// A published mix of apps, instead of `[[apps]]`.
    pub mix: Option<Mix>,
    /// Kinds of apps.
    #[serde(default)]
    pub apps: Vec<AppKind>,
    /// Desired instances of all apps together, crashing ones included.
    pub instances: Option<u32>,
    /// Number of apps.
    pub app_count: Option<u32>,
    /// Memory in use as a fraction of the cells' total, proxies included.
    #[serde(default, deserialize_with = "fraction")]
    pub fill: Option<f64>,
    /// Tasks that run.
    #[serde(default)]
    pub tasks: Vec<TaskKind>,
    /// What the manifest would say of the roll-out: the keys of BOSH's `update` block, `max_starts`, and the
    /// properties that [`DeploymentFacts`] holds by their last names.
    #[serde(default)]
    deployment: BTreeMap<Spanned<String>, Spanned<Text>>,
}

/// How a group of cells is updated (D.2): what it does not say is as in `[deployment]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupKind {
    /// Its name: `diego-cell`.
    pub name: String,
    /// Whether it is updated by itself, not together with its neighbours.
    #[serde(default = "yes")]
    pub serial: bool,
    /// Cells at a time.
    max_in_flight: Option<Spanned<Text>>,
    /// Canaries.
    canaries: Option<Spanned<Text>>,
    /// When a canary is looked at.
    canary_watch_time: Option<Spanned<Text>>,
    /// When any other cell is looked at.
    update_watch_time: Option<Spanned<Text>>,
    /// Whether the old VM goes before the new one comes.
    vm_strategy: Option<Spanned<Text>>,
}

impl GroupKind {
    /// The keys of its own, by their names.
    fn keys(&self) -> [(&'static str, Option<&Spanned<Text>>); 5] {
        [
            ("max_in_flight", self.max_in_flight.as_ref()),
            ("canaries", self.canaries.as_ref()),
            ("canary_watch_time", self.canary_watch_time.as_ref()),
            ("update_watch_time", self.update_watch_time.as_ref()),
            ("vm_strategy", self.vm_strategy.as_ref()),
        ]
    }
}

/// A kind of cells.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellKind {
    /// Its instance group.
    #[serde(default = "usual_group")]
    pub group: String,
    /// Its part of the cells of each zone, relative to the shares of the other kinds.
    #[serde(default = "one")]
    pub share: f64,
    /// Memory in MiB.
    #[serde(deserialize_with = "positive")]
    pub memory_mb: i32,
    /// Disk in MiB.
    #[serde(deserialize_with = "positive")]
    pub disk_mb: i32,
    /// Containers; garden's default of 250 less the one for its health check (B.1).
    #[serde(default = "default_containers", deserialize_with = "positive")]
    pub containers: i32,
    /// Its preloaded stacks, if they are not those of the recipe.
    pub stacks: Option<Vec<String>>,
    /// Tags that an app must have.
    #[serde(default)]
    pub placement_tags: Vec<String>,
    /// Tags that an app may have.
    #[serde(default)]
    pub optional_placement_tags: Vec<String>,
    /// Volume drivers.
    #[serde(default)]
    pub volume_drivers: Vec<String>,
}

/// A published mix of apps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mix {
    /// The apps of Diego's stress tests: of 25 instances 13 with 32 MB, 9 with 128 MB, 1 with 1024 MB, and 2
    /// that crash.
    DiegoStress,
}

/// A kind of apps.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppKind {
    /// Name, for messages.
    #[serde(default = "default_app_name")]
    pub name: String,
    /// Its part of the apps, relative to the shares of the other kinds.
    pub share: Option<f64>,
    /// Exact number of apps, instead of a share.
    pub count: Option<u32>,
    /// Instances of each app.
    #[serde(default, deserialize_with = "instances")]
    pub instances: Option<u32>,
    /// Instances of each app: any number of this range, all equally likely.
    #[serde(default, deserialize_with = "range")]
    pub instances_range: Option<[u32; 2]>,
    /// Instances of each app: geometric from 1 with this mean (many small ones, a few large ones).
    #[serde(default, deserialize_with = "mean")]
    pub instances_mean: Option<f64>,
    /// Memory of an instance in MiB, without its proxy.
    #[serde(deserialize_with = "positive")]
    pub memory_mb: i32,
    /// Disk of an instance in MiB.
    #[serde(default = "default_disk_mb", deserialize_with = "non_negative")]
    pub disk_mb: i32,
    /// Stack; the recipe's first unless given.
    pub stack: Option<String>,
    /// Placement tags.
    #[serde(default)]
    pub placement_tags: Vec<String>,
    /// Volume drivers.
    #[serde(default)]
    pub volume_drivers: Vec<String>,
    /// What happens to an old instance in an evacuation.
    #[serde(default)]
    pub strategy: Strategy,
    /// How long a start may take, in milliseconds; 0 is as if it were not given.
    pub start_timeout_ms: Option<u32>,
    /// Its instances have crashed at least three times in a row and wait for a restart.
    #[serde(default)]
    pub crashing: bool,
}

/// Tasks that run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskKind {
    /// How many.
    pub count: u32,
    /// Memory in MiB.
    #[serde(deserialize_with = "positive")]
    pub memory_mb: i32,
    /// Disk in MiB.
    #[serde(deserialize_with = "non_negative")]
    pub disk_mb: i32,
    /// Placement tags.
    #[serde(default)]
    pub placement_tags: Vec<String>,
}

/// The update strategy in a recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strategy {
    /// The old instance runs until its replacement does.
    #[default]
    Rolling,
    /// The old instance is stopped first.
    Recreate,
}

impl From<Strategy> for UpdateStrategy {
    fn from(strategy: Strategy) -> Self {
        match strategy {
            Strategy::Rolling => Self::Rolling,
            Strategy::Recreate => Self::Recreate,
        }
    }
}

impl Recipe {
    /// Reads the text of a recipe.
    ///
    /// # Errors
    /// [`RecipeError::File`] with line and column: no TOML, an unknown key, a value that its key cannot have.
    pub fn from_toml(text: &str) -> Result<Self, RecipeError> {
        let recipe: Self = toml::from_str(text).map_err(|error| {
            let PlainWords { message, help } = PlainWords::of(error.message());
            let help = help.unwrap_or_else(|| "`examples/fleets/` has recipes with every key".to_owned());
            located(text, error.span(), message, help)
        })?;
        let deployment = recipe.read_deployment(Some(text))?;
        recipe.read_groups(Some(text), &deployment.cells)?;
        Ok(recipe)
    }

    /// Reads the file of a recipe.
    ///
    /// # Errors
    /// The file cannot be read, or [`Recipe::from_toml`] fails.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let text = read_text(path)?;
        Self::from_toml(&text).map_err(|error| error.in_file(path).into())
    }

    /// The facts of `[deployment]` and the proxies, and the groups of cells.
    pub(crate) fn said(&self) -> Result<(DeploymentFacts, Vec<CellGroup>), RecipeError> {
        let mut facts = self.read_deployment(None)?;
        let Updates { usual, groups } = self.read_groups(None, &facts.cells)?;
        facts.cells = usual;
        facts.proxy_enabled = Some(self.proxy_memory_mb > 0);
        facts.proxy_memory_mb = Some(self.proxy_memory_mb);
        Ok((facts, groups))
    }

    /// The groups of `[[groups]]`, and behind them those that only `[[cells]]` names, in the order of both.
    fn read_groups(&self, text: Option<&str>, deployment: &CellUpdate) -> Result<Updates, RecipeError> {
        let text = text.unwrap_or_default();
        let mut whole = Vec::new();
        for kind in &self.groups {
            let mut facts = DeploymentFacts::default();
            for (key, value) in kind.keys() {
                let Some(value) = value else { continue };
                set(&mut facts, key, value, text)?;
            }
            let update = facts.cells.or(deployment);
            whole.push(CellGroup { name: kind.name.clone(), serial: kind.serial, update });
        }
        for kind in &self.cells {
            whole.push(CellGroup { update: deployment.clone(), ..CellGroup::named(&kind.group) });
        }
        Ok(Updates::of(whole, deployment.clone()))
    }

    fn read_deployment(&self, text: Option<&str>) -> Result<DeploymentFacts, RecipeError> {
        let text = text.unwrap_or_default();
        let mut facts = DeploymentFacts::default();
        for (key, value) in &self.deployment {
            let name = key.get_ref().as_str();
            if !FACTS.iter().any(|fact| fact.recipe_key == Some(name)) {
                let keys: Vec<&str> = FACTS.iter().filter_map(|fact| fact.recipe_key).collect();
                let help = nearest::help(name, &keys);
                return Err(located(text, Some(key.span()), format!("unknown field `{name}`"), help));
            }
            set(&mut facts, name, value, text)?;
        }
        Ok(facts)
    }
}

/// Sets the fact that a recipe calls so.
fn set(
    facts: &mut DeploymentFacts,
    name: &str,
    value: &Spanned<Text>,
    text: &str,
) -> Result<(), RecipeError> {
    let fact = FACTS.iter().find(|fact| fact.recipe_key == Some(name)).expect("the name of a fact");
    (fact.set)(facts, &value.get_ref().0).map_err(|why| {
        located(text, Some(value.span()), format!("`{name}`: {why}"), "write it as BOSH does".into())
    })
}

/// A mistake at a place of the text.
fn located(text: &str, span: Option<std::ops::Range<usize>>, message: String, help: String) -> RecipeError {
    let before = span.and_then(|span| text.get(..span.start));
    let line = before.map(|before| before.matches('\n').count() + 1);
    let column = before.map(|before| before.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
    RecipeError::File { line, column, message, help }
}

const fn default_proxy_memory_mb() -> i32 {
    32
}

fn default_stacks() -> Vec<String> {
    vec!["cflinuxfs4".to_owned()]
}

const fn yes() -> bool {
    true
}

fn usual_group() -> String {
    CellGroup::USUAL.to_owned()
}

const fn one() -> f64 {
    1.0
}

const fn default_containers() -> i32 {
    249
}

fn default_app_name() -> String {
    "app".to_owned()
}

const fn default_disk_mb() -> i32 {
    1_024
}
