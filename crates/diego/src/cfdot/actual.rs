//! `cfdot actual-lrps`: the instance records (H.2).

use serde::{Deserialize, Serialize};

use crate::cell_state::null_is_zero;

/// An instance record.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ActualLrp {
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) process_guid: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) index: i32,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) domain: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) instance_guid: String,
    /// Empty without a cell.
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) cell_id: String,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) crash_count: i32,
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) state: String,
    /// When the state began, in nanoseconds of Unix time.
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) since: i64,
    /// Empty in output of an old version: ordinary.
    #[serde(deserialize_with = "null_is_zero")]
    pub(crate) presence: String,
}
