//! The auctioneer (A.1 to A.11, A.15).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::random::distribution::Distribution;

/// How the auctioneer is set and how long its calls take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Auctioneer {
    /// Starting containers allowed at once, where a comparison does not say; 0 is unlimited (A.6; 200 in D.6).
    pub max_starts: i64,
    /// What a starting container adds to a cell's score (A.8).
    pub starting_container_weight: f64,
    /// What a cell's index adds to its score (A.8).
    pub bin_pack_first_fit_weight: f64,
    /// Listing the cells in the BBS (A.1).
    pub cell_list_ms: Distribution,
    /// The slowest of the answers to `/state` (A.4); "several hundred ms" is normal, 2 s is watched for (A.17).
    pub fetch_states_ms: Distribution,
    /// The slowest of the answers to `/work` (A.10).
    pub commit_ms: Distribution,
    /// One call to the BBS that reports a failed placement; they are made one after the other (A.11).
    pub bbs_call_ms: f64,
    /// What deciding takes.
    pub scheduling_cost: AuctionCost,
}

/// How long the auctioneer takes to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuctionCost {
    /// Nothing.
    None,
    /// What the Go scheduler was measured to take on this number of cells and instances.
    Go,
    /// What Rivera's own kernel was measured to take.
    Rivera,
}

impl Default for Auctioneer {
    fn default() -> Self {
        Self {
            max_starts: 200,
            starting_container_weight: 0.25,
            bin_pack_first_fit_weight: 0.0,
            cell_list_ms: Distribution::Uniform(10.0, 30.0),
            fetch_states_ms: Distribution::Lognormal { median: 300.0, p95: 800.0 },
            commit_ms: Distribution::Lognormal { median: 100.0, p95: 300.0 },
            bbs_call_ms: 5.0,
            scheduling_cost: AuctionCost::Go,
        }
    }
}
