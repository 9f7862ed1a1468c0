//! `cfdot tasks` (H.4).

use serde::{Deserialize, Serialize};

use super::VolumeMount;
use crate::cell_state::{TaskState, null_is_zero};

/// A task.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TaskRecord {
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) rootfs: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) disk_mb: i32,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) memory_mb: i32,
    #[serde(deserialize_with = "null_is_zero", skip_serializing_if = "Vec::is_empty")]
    pub(crate) volume_mounts: Vec<VolumeMount>,
    #[serde(deserialize_with = "null_is_zero", skip_serializing_if = "Vec::is_empty")]
    pub(crate) placement_tags: Vec<String>,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) task_guid: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) domain: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) state: TaskState,
    /// Empty while the task is pending.
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) cell_id: String,
}
