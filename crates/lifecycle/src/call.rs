//! What the BBS asks of others: auctions of the auctioneer, stops and updates of the cells.

use rivera_model::ProcessIx;

use crate::record::{InstanceKey, LrpKey, RoutesIx, TagsIx};

/// A start request of one source event: one POST to the auctioneer.
///
/// It may be empty: the original posts that too, if all records to be created exist already (C.11.17).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct StartRequest {
    /// The process.
    pub process: ProcessIx,
    /// The indices to be started, ascending.
    pub indices: Vec<u32>,
}

/// Why convergence requests a start (C.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The record waits for a cell for more than 30 s.
    StaleUnclaimed,
    /// There was no record.
    MissingInstance,
    /// A crashed instance may start again.
    CrashedInstance,
    /// The cell has disappeared.
    MissingCell,
}

impl Why {
    /// The reason as the BBS logs it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StaleUnclaimed => "stale-unclaimed-lrp",
            Self::MissingInstance => "missing-instance",
            Self::CrashedInstance => "crashed-instance",
            Self::MissingCell => "missing-cell",
        }
    }
}

/// One start that a convergence pass requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StartReason {
    /// What is to be started.
    pub lrp: LrpKey,
    /// Why.
    pub why: Why,
}

/// A call to `key.cell`: stop this instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StopCall {
    /// The instance's index.
    pub lrp: LrpKey,
    /// The instance, and its cell.
    pub key: InstanceKey,
}

/// A call to `key.cell`: apply new routes or tags to this instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpdateCall {
    /// The instance's index.
    pub lrp: LrpKey,
    /// The instance, and its cell.
    pub key: InstanceKey,
    /// New internal routes.
    pub routes: Option<RoutesIx>,
    /// New metric tags.
    pub tags: Option<TagsIx>,
}

/// What retiring an instance came to (C.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum RetireAnswer {
    /// The record is removed.
    Removed,
    /// The cell is to be asked, up to [`RETIRE_ATTEMPTS`](crate::RETIRE_ATTEMPTS) times until it accepts.
    Stop(StopCall),
}
