//! What the recordings of requests about LRPs say.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::format::{Answer, RepCall, sorted};

#[derive(Debug, Deserialize)]
pub(crate) struct Config {
    /// Process guid to domain.
    pub(crate) processes: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Args {
    pub(crate) process_guid: String,
    pub(crate) index: i64,
    pub(crate) instance_guid: String,
    pub(crate) cell_id: String,
    pub(crate) instances: Option<i64>,
    pub(crate) update_strategy: String,
    pub(crate) internal_routes: Option<Vec<String>>,
    pub(crate) metric_tag: Option<String>,
    pub(crate) net: String,
    pub(crate) routable: Option<bool>,
    pub(crate) domain: Option<String>,
    pub(crate) reason: String,
    pub(crate) stale: bool,
    pub(crate) ttl_s: u64,
    pub(crate) present: Vec<String>,
    pub(crate) stop_fails: Vec<String>,
    pub(crate) listing_fails: bool,
    /// Calls to the database that fail during this request.
    pub(crate) faults: Vec<String>,
}

/// Everything that can be seen of a step.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Outcome {
    pub(crate) result: Answer,
    pub(crate) auctions: Vec<Auction>,
    /// Only if it is not "one POST if there is any auction".
    pub(crate) auction_posts: Option<u32>,
    #[serde(deserialize_with = "sorted")]
    pub(crate) rep_calls: Vec<RepCall>,
    pub(crate) records: Vec<Row>,
    pub(crate) removed: Vec<RowKey>,
    pub(crate) metrics: Option<[u64; 12]>,
    pub(crate) fresh_domains: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub(crate) struct Auction {
    pub(crate) process_guid: String,
    pub(crate) index: u32,
    pub(crate) why: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub(crate) struct RowKey {
    pub(crate) process_guid: String,
    pub(crate) index: u32,
    pub(crate) presence: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Row {
    pub(crate) process_guid: String,
    pub(crate) index: u32,
    pub(crate) presence: String,
    pub(crate) state: String,
    pub(crate) cell_id: String,
    pub(crate) instance_guid: String,
    pub(crate) crash_count: u32,
    pub(crate) crash_reason: String,
    pub(crate) placement_error: String,
    pub(crate) since_ms: u64,
    pub(crate) tag_epoch: u64,
    pub(crate) tag_index: u32,
    pub(crate) net: String,
    pub(crate) routable: bool,
    pub(crate) internal_routes: Vec<String>,
    pub(crate) metric_tag: String,
    pub(crate) domain: String,
}

/// Everything that is stored after the last step.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Contents {
    pub(crate) records: Vec<Row>,
    pub(crate) desired: Vec<DesiredRow>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct DesiredRow {
    pub(crate) process_guid: String,
    pub(crate) instances: u32,
    pub(crate) update_strategy: String,
    pub(crate) internal_routes: Vec<String>,
    pub(crate) metric_tag: String,
}
