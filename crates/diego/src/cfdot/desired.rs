//! `cfdot desired-lrp-scheduling-infos` and `cfdot desired-lrps` (H.3).

use serde::{Deserialize, Serialize};

use crate::cell_state::null_is_zero;

/// A scheduling info: what the scheduler needs of a desired LRP. Memory is without the proxy's.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SchedulingInfo {
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) process_guid: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) domain: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) instances: i32,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) memory_mb: i32,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) disk_mb: i32,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) rootfs: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) volume_placement: VolumePlacement,
    #[serde(deserialize_with = "null_is_zero", skip_serializing_if = "Vec::is_empty")]
    pub(crate) placement_tags: Vec<String>,
}

/// The volume drivers of a scheduling info.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct VolumePlacement {
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) driver_names: Vec<String>,
}

/// A desired LRP. It alone says the update strategy and the start timeout.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DesiredLrp {
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) process_guid: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) domain: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) rootfs: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) instances: i32,
    /// 0 if there is none.
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) start_timeout_ms: i64,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) disk_mb: i32,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) memory_mb: i32,
    #[serde(deserialize_with = "null_is_zero", skip_serializing_if = "Vec::is_empty")]
    pub(crate) volume_mounts: Vec<VolumeMount>,
    #[serde(deserialize_with = "null_is_zero", skip_serializing_if = "Vec::is_empty")]
    pub(crate) placement_tags: Vec<String>,
    /// 0 rolling, 1 recreate.
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) update_strategy: i64,
}

/// A volume of a desired LRP or a task: only its driver matters for placement.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct VolumeMount {
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) driver: String,
}
