//! What a dry run says of each item, and of the requests that are not valid.

use rivera_auction::{PlacementError, Score};
use rivera_diego::cell_state::CellState;
use rivera_diego::start_request::InvalidStart;
use serde::Serialize;

use super::blockers::Blockers;

/// An LRP or a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An instance of an LRP.
    Lrp,
    /// A task.
    Task,
}

/// A request that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Which list it is in.
    pub kind: Kind,
    /// Its position in that list, from 0.
    pub position: usize,
    /// What is wrong with it.
    #[serde(serialize_with = "as_text")]
    pub error: InvalidStart,
}

/// What would become of one item.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// What it is.
    pub kind: Kind,
    /// `<process_guid>.<index>` or the task guid.
    pub id: String,
    /// Its cell, or why it has none.
    pub verdict: Verdict,
}

/// The cell of an item, or why it has none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It gets a cell.
    Placed(PlacedOn),
    /// It gets none.
    Refused(Refused),
}

/// The cell that wins an item, and the parts of its score (A.8).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlacedOn {
    /// Cell id.
    pub cell: String,
    /// The cell's zone.
    pub zone: String,
    /// The sum of the parts; the least wins.
    pub score: f64,
    /// Used fractions of memory, disk and containers, and the weight of starting containers.
    pub resource: f64,
    /// 1,000 for each neighbour.
    pub locality: f64,
    /// The cell's index, weighted.
    pub index: f64,
}

/// Why an item gets no cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Diego's text.
    #[serde(serialize_with = "as_text")]
    pub error: PlacementError,
    /// How many cells for which reason.
    pub cells: Blockers,
}

impl PlacedOn {
    pub(super) fn new(state: &CellState, score: Score) -> Self {
        let Score { resource, locality, index } = score;
        let (cell, zone) = (state.cell_id.clone(), state.zone.clone());
        Self { cell, zone, score: score.total(), resource, locality, index }
    }
}

fn as_text<S: serde::Serializer>(error: &impl ToString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&error.to_string())
}
