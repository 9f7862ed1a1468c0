//! The network of a cell, which its downloads and its apps share (G, I-8).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The network of cells, as far as they receive: what they send is published to be the same in an upgrade (G.1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// Whether downloads and apps of a cell share what it can receive; if not, each gets what it asks for.
    pub enabled: bool,
    /// What a cell can receive. 117 is what 1 Gb/s carries. No source: assumed.
    pub cell_mb_per_s: f64,
    /// What an instance that runs receives on average: 2.11 GB a minute by 15,000 (G.1).
    pub app_mb_per_s: f64,
}

impl Default for Network {
    fn default() -> Self {
        Self { enabled: true, cell_mb_per_s: 117.0, app_mb_per_s: 0.0023 }
    }
}
