//! What one run of the whole upgrade gave (D.3, D.7, I-2).

use serde::{Deserialize, Serialize};

use crate::deployment::absence::Downtime;

/// The whole upgrade: its groups, and what was away meanwhile. All times are seconds since its start.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct UpgradeOutcome {
    /// Every group of the deployment in its order.
    pub groups: Vec<GroupSpan>,
    /// The errands in their order.
    pub errands: Vec<ErrandSpan>,
    /// Components of which the deployment has instances, in Ops Manager's order.
    pub components: Vec<ComponentDowntime>,
    /// When no instance of some component that apps need answered.
    pub apps_plane: Downtime,
    /// When no instance of some component that the platform needs answered.
    pub platform_plane: Downtime,
    /// When nobody could push.
    pub push: Downtime,
    /// How often fewer than a majority of a component's instances were there, where it needs one.
    pub quorum_losses: u32,
    /// From the first updated Cloud Controller to the last updated worker (I-2), if it was in this order.
    pub job_window: Option<Window>,
    /// From the first updated Cloud Controller to the last updated machine that serves lifecycle bundles (I-2).
    pub file_server_window: Option<Window>,
}

/// When a group was updated.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct GroupSpan {
    /// The group.
    pub name: String,
    /// Its components.
    pub components: Vec<String>,
    /// Its instances.
    pub instances: u32,
    /// Whether it was updated by itself.
    pub serial: bool,
    /// When it began and ended, if it did.
    pub start_s: Option<f64>,
    /// See `start_s`.
    pub end_s: Option<f64>,
}

/// When an errand ran.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ErrandSpan {
    /// The errand.
    pub name: String,
    /// When it began and ended, if it did.
    pub start_s: Option<f64>,
    /// See `start_s`.
    pub end_s: Option<f64>,
}

/// How long no instance of a component answered.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ComponentDowntime {
    /// The component.
    pub name: String,
    /// Its instances.
    pub instances: u32,
    /// Whether apps are touched while none answers.
    pub apps: bool,
    /// Whether the platform is.
    pub platform: bool,
    /// When none answered.
    pub away: Downtime,
    /// When fewer than a majority answered, where one is needed.
    pub minority: Downtime,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Window {
    /// Its beginning.
    pub start_s: f64,
    /// Its end.
    pub end_s: f64,
}
