//! What the recordings of requests about tasks say.

use serde::Deserialize;

use crate::format::{Answer, RepCall, sorted};

#[derive(Debug, Deserialize)]
pub(crate) struct Config {
    pub(crate) max_retries: u32,
    pub(crate) kick_ms: u64,
    pub(crate) expire_pending_ms: u64,
    pub(crate) expire_completed_ms: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Args {
    pub(crate) task_guid: String,
    pub(crate) cell_id: String,
    pub(crate) callback: bool,
    pub(crate) failed: bool,
    pub(crate) reason: String,
    pub(crate) result: String,
    pub(crate) present: Vec<String>,
    pub(crate) listing_fails: bool,
}

/// Everything that can be seen of a step.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Outcome {
    pub(crate) result: Answer,
    pub(crate) task_auctions: Vec<String>,
    #[serde(deserialize_with = "sorted")]
    pub(crate) rep_calls: Vec<RepCall>,
    pub(crate) callbacks: Vec<Callback>,
    pub(crate) tasks: Vec<Row>,
    pub(crate) tasks_removed: Vec<String>,
    pub(crate) task_metrics: Option<[u32; 6]>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Callback {
    pub(crate) task_guid: String,
    pub(crate) failed: bool,
    pub(crate) failure_reason: String,
    pub(crate) result: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Row {
    pub(crate) task_guid: String,
    pub(crate) state: String,
    pub(crate) cell_id: String,
    pub(crate) rejection_count: u32,
    pub(crate) rejection_reason: String,
    pub(crate) failed: bool,
    pub(crate) failure_reason: String,
    pub(crate) result: String,
    pub(crate) created_ms: u64,
    pub(crate) updated_ms: u64,
    pub(crate) first_completed_ms: u64,
    pub(crate) callback: bool,
}

/// Everything that is stored after the last step.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Contents {
    pub(crate) tasks: Vec<Row>,
}
