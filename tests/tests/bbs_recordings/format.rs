//! The recordings as they are written: one scenario a line (see the README beside them).

use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub(crate) struct Scenario<Config, Contents> {
    pub(crate) id: String,
    pub(crate) config: Config,
    /// Each is read twice: as a [`Request`], and as the outcome that was recorded.
    pub(crate) steps: Vec<Value>,
    #[serde(rename = "final")]
    pub(crate) last: Contents,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Request<Args> {
    pub(crate) t_ms: u64,
    pub(crate) op: String,
    pub(crate) args: Args,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    pub(crate) error: String,
    pub(crate) message: String,
    pub(crate) keep_container: bool,
    pub(crate) should_start: bool,
}

impl Answer {
    pub(crate) fn refused(error: &str, message: &impl ToString) -> Self {
        Self { error: error.to_owned(), message: message.to_string(), ..Self::default() }
    }

    /// The answer to what the BBS has no error type for.
    pub(crate) fn unknown_error(message: &str) -> Self {
        Self::refused("UnknownError", &message)
    }
}

/// A call to a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub(crate) struct RepCall {
    pub(crate) call: String,
    pub(crate) process_guid: String,
    pub(crate) index: u32,
    pub(crate) task_guid: String,
    pub(crate) cell_id: String,
    pub(crate) instance_guid: String,
    pub(crate) internal_routes: Vec<String>,
    pub(crate) metric_tag: Option<String>,
}

/// A list whose order means nothing.
pub(crate) fn sorted<'de, T: Deserialize<'de> + Ord, D: Deserializer<'de>>(
    list: D,
) -> Result<Vec<T>, D::Error> {
    let mut list = Vec::deserialize(list)?;
    list.sort();
    Ok(list)
}
