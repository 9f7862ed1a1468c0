//! The file storage that droplets come from (G, I-13).

use rivera_model::GroupFacts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::deployment::component::Component;

/// The file storage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// Whether downloads share what the storage can do; if not, each gets what its connection gives.
    pub enabled: bool,
    /// Where it is.
    pub location: StorageLocation,
    /// What it can send in all.
    pub bandwidth_mb_per_s: f64,
    /// Read operations that it can do in a second.
    pub iops: f64,
    /// What one read operation reads.
    pub mb_per_operation: f64,
}

/// Where the file storage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StorageLocation {
    /// An object store outside the deployment.
    #[default]
    External,
    /// A single VM of the deployment (NFS or WebDAV): too little above 20 cells, and away while it is updated.
    Internal,
}

impl StorageLocation {
    /// A deployment that has machines for file storage keeps its droplets there; one that has none of them, though it lists a
    /// Cloud Controller, does not. Nothing is known of another.
    pub(crate) fn of(groups: &[GroupFacts]) -> Option<Self> {
        let has = |group: &GroupFacts, name| Component::of(group).any(|component| component.name == name);
        let has_storage = |group: &GroupFacts| group.instances > 0 && has(group, "File Storage");
        let knows_all = groups.iter().any(|group| has(group, "Cloud Controller"));
        match groups.iter().any(has_storage) {
            true => Some(Self::Internal),
            false => knows_all.then_some(Self::External),
        }
    }
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            enabled: true,
            location: StorageLocation::External,
            bandwidth_mb_per_s: 25_000.0,
            iops: 200_000.0,
            mb_per_operation: 0.25,
        }
    }
}
