//! What of a group's update is to be otherwise than in the manifest (D.2, D.3).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::count;

/// Keys of one group of cells, before those of its manifest and before the value of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GroupKeys {
    /// Cells at a time: an integer or a percentage of one zone of the group (D.1).
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "count::read_some")]
    #[schemars(schema_with = "count::schema")]
    pub max_in_flight: Option<String>,
    /// Canaries: an integer or a percentage, no minimum (D.1).
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "count::read_some")]
    #[schemars(schema_with = "count::schema")]
    pub canaries: Option<String>,
    /// Whether it is updated by itself, not together with its neighbours (D.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<bool>,
}
