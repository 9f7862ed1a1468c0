//! The whole upgrade: every instance group of the deployment, not only the cells (D.3, D.4, D.7).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::count;
use crate::random::distribution::Distribution;

/// What is upgraded beside the cells, and how long a machine of it takes.
///
/// The durations are assumed; together they keep the one published bound, that the only instance of a component is gone
/// for up to five minutes (D.7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Upgrade {
    /// Whether the whole deployment is updated; if not, only the cells are.
    pub enabled: bool,
    /// Which groups are updated, and in which order.
    pub order: UpgradeOrder,
    /// Instances at a time of a group of which no manifest says it (D.7).
    #[serde(deserialize_with = "count::read")]
    #[schemars(schema_with = "count::schema")]
    pub max_in_flight: String,
    /// How long a router goes on serving while load balancers learn that it goes (E.6).
    pub router_drain_s: f64,
    /// `monit stop`, and post-stop (D.4).
    pub stop_s: Distribution,
    /// Deletion of the VM.
    pub vm_delete_s: Distribution,
    /// Creation of the VM until its agent answers.
    pub vm_create_s: Distribution,
    /// DNS, packages, templates, pre-start.
    pub prepare_s: Distribution,
    /// From the start of the jobs until they run.
    pub start_s: Distribution,
    /// Migration of the Cloud Controller's database, by the first one that is updated (D.7).
    pub migration_s: Distribution,
    /// Post-deploy scripts, after the last group (D.4).
    pub post_deploy_s: Distribution,
    /// Whether Ops Manager's errands follow, where it is the one that upgrades (D.7).
    pub errands: bool,
    /// One errand.
    pub errand_s: Distribution,
    /// Instances of components, where there is no manifest; of a component that is not named here, one (D.7).
    pub instances: BTreeMap<String, u32>,
}

/// An order of groups (D.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UpgradeOrder {
    /// The manifest's; without a manifest that of Ops Manager.
    #[default]
    Manifest,
    /// Ops Manager's, one group after the other.
    OpsManager,
    /// That of cf-deployment, with its parallel groups.
    CfDeployment,
}

impl Default for Upgrade {
    fn default() -> Self {
        Self {
            enabled: false,
            order: UpgradeOrder::Manifest,
            max_in_flight: "1".to_owned(),
            router_drain_s: 20.0,
            stop_s: Distribution::Uniform(5.0, 15.0),
            vm_delete_s: Distribution::Uniform(20.0, 40.0),
            vm_create_s: Distribution::Uniform(90.0, 140.0),
            prepare_s: Distribution::Uniform(20.0, 30.0),
            start_s: Distribution::Uniform(10.0, 15.0),
            migration_s: Distribution::Uniform(10.0, 60.0),
            post_deploy_s: Distribution::Uniform(5.0, 30.0),
            errands: true,
            errand_s: Distribution::Uniform(60.0, 300.0),
            instances: BTreeMap::new(),
        }
    }
}
