//! `cfdot cells`: the presence of each cell (H.1).

use rivera_model::{Offer, Resources, RootFsProvider};
use serde::{Deserialize, Serialize};

use crate::cell_state::null_is_zero;

/// A cell's presence.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CellPresence {
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) cell_id: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) zone: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) capacity: Capacity,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) rootfs_provider_list: Vec<RootFsEntry>,
    #[serde(deserialize_with = "null_is_zero", skip_serializing_if = "Vec::is_empty")]
    pub(crate) placement_tags: Vec<String>,
    #[serde(deserialize_with = "null_is_zero", skip_serializing_if = "Vec::is_empty")]
    pub(crate) optional_placement_tags: Vec<String>,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) rep_url: String,
}

/// What a cell has in all.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Capacity {
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) memory_mb: i32,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) disk_mb: i32,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) containers: i32,
}

impl From<Capacity> for Resources {
    fn from(capacity: Capacity) -> Self {
        Self::new(capacity.memory_mb, capacity.disk_mb, capacity.containers)
    }
}

impl From<Resources> for Capacity {
    fn from(Resources { memory_mb, disk_mb, containers }: Resources) -> Self {
        Self { memory_mb, disk_mb, containers }
    }
}

/// A root file system provider: without properties it takes any URL of its scheme.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RootFsEntry {
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) name: String,
    #[serde(deserialize_with = "null_is_zero", skip_serializing_if = "Vec::is_empty")]
    pub(crate) properties: Vec<String>,
}

impl CellPresence {
    /// What the cell offers, as far as a presence says: it does not list volume drivers.
    pub(crate) fn offer(&self) -> Offer {
        let rootfs_providers = self
            .rootfs_provider_list
            .iter()
            // Only presences list `extra`; the auction never sees it (A.7.3).
            .filter(|entry| entry.name != "extra")
            .map(|entry| {
                let provider = if entry.properties.is_empty() {
                    RootFsProvider::Arbitrary
                } else {
                    RootFsProvider::FixedSet(entry.properties.iter().cloned().collect())
                };
                (entry.name.clone(), provider)
            })
            .collect();
        Offer {
            rootfs_providers,
            volume_drivers: std::collections::BTreeSet::new(),
            placement_tags: self.placement_tags.iter().cloned().collect(),
            optional_placement_tags: self.optional_placement_tags.iter().cloned().collect(),
        }
    }
}
