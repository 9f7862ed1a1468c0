//! Recordings of a real auctioneer: what it was given, and what it made of it.
//!
//! - [`Scenario`]: one auction from the cells' answers to its results, one of them a line;
//! - [`Workload`] with its [`Step`]s: one large batch, and each placement in the order in which it was made.

use serde::{Deserialize, Serialize};

use crate::cell_state::{CellState, Lrp, Task, null_is_zero};

/// The configuration under which a recording was made (A.15).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// What each starting container of a cell adds to its score.
    pub starting_container_weight: f64,
    /// What each step of a cell's index adds to its score; 0 is off.
    pub bin_pack_first_fit_weight: f64,
    /// How many containers may be starting at a time; 0 or less is unlimited.
    #[serde(rename = "starting_container_count_maximum")]
    pub max_starts: i64,
}

/// A whole auction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Its name in the recording.
    pub id: String,
    /// The configuration.
    pub config: Settings,
    /// The cells that are registered.
    pub cells: Vec<ScenarioCell>,
    /// The LRPs to place, in order of arrival.
    #[serde(default, deserialize_with = "null_is_zero")]
    pub lrps: Vec<Lrp>,
    /// The tasks to place, in order of arrival.
    #[serde(default, deserialize_with = "null_is_zero")]
    pub tasks: Vec<Task>,
    /// What became of each item.
    #[serde(default, deserialize_with = "null_is_zero")]
    pub results: Vec<RecordedResult>,
}

/// A registered cell, with its answers to the auctioneer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioCell {
    /// The id under which it is registered.
    pub id: String,
    /// Its answer to `GET /state`.
    pub state: CellState,
    /// Whether that request failed instead.
    #[serde(default)]
    pub state_error: bool,
    /// Its answer to `POST /work`; without one it takes everything.
    pub perform: Option<Perform>,
}

/// A cell's answer to its work.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Perform {
    /// Whether the call fails.
    #[serde(default)]
    pub error: bool,
    /// Ids of the items that it does not take.
    #[serde(default)]
    pub fail: Vec<String>,
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordedResult {
    /// `lrp` or `task`.
    pub kind: String,
    /// `<process_guid>.<index>` or the task guid.
    pub id: String,
    /// The cell; empty if there is none.
    #[serde(default)]
    pub winner: String,
    /// Whether it has no cell.
    #[serde(default)]
    pub failed: bool,
    /// Why, as the BBS is told.
    #[serde(default)]
    pub error: String,
}

/// A large batch of LRPs. The order of the cells is that of the cells within each zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    starting_container_weight: f64,
    bin_pack_first_fit_weight: f64,
    starting_container_count_maximum: i64,
    /// The cells.
    pub cells: Vec<CellState>,
    /// The LRPs, in order of arrival.
    pub auctions: Vec<Lrp>,
}

impl Workload {
    /// The configuration.
    #[must_use]
    pub const fn settings(&self) -> Settings {
        Settings {
            starting_container_weight: self.starting_container_weight,
            bin_pack_first_fit_weight: self.bin_pack_first_fit_weight,
            max_starts: self.starting_container_count_maximum,
        }
    }
}

/// One placement of a [`Workload`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The position of the LRP in [`Workload::auctions`].
    pub input: usize,
    /// Its process.
    pub process_guid: String,
    /// Its instance index.
    pub index: i32,
    /// The cell; empty if there is none.
    #[serde(default)]
    pub winner: String,
    /// Why there is none.
    #[serde(default)]
    pub error: String,
    /// The bits of the winner's score, in hexadecimal; empty without a winner.
    #[serde(default)]
    pub score_bits: String,
    /// How many cells had exactly this score.
    #[serde(default)]
    pub ties: usize,
}
