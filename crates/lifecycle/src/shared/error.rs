//! Why the shared table does not do what it is asked for.

use rivera_model::{CellIx, ProcessIx, Time};

use crate::error::LrpError;
use crate::record::LrpKey;
use crate::validate::BrokenRule;

/// Something that the table has no room for. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TableLimit {
    /// More indices and writers than slots can be numbered.
    #[error("make a table of {0} slots: there can be 4194303")]
    Slots(u64),
    /// All writers that the table was made for are in use.
    #[error("add a writer: the table has no spare slot left")]
    Writers,
    /// The table was made without this process.
    #[error("find process {}: the table was made without it", .0.0)]
    Process(ProcessIx),
    /// The table was made without this index.
    #[error("find index {} of process {}: the table was made without it", .0.index, .0.process.0)]
    Index(LrpKey),
    /// The cell's number does not fit.
    #[error("store cell {}: cells end at 16777215", .0.0)]
    Cell(CellIx),
    /// The time does not fit.
    #[error("store the time of {} us: times end at 4503599627370495 us", .0.0)]
    Time(Time),
    /// The index has changed so often that its states cannot be told apart any more.
    #[error("change an index for the 34359738368th time")]
    Versions,
}

/// Why a request was not accepted. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TableError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] LrpError),
    /// There can be no such record.
    #[error(transparent)]
    Broken(#[from] BrokenRule),
    /// The table has no room for it.
    #[error(transparent)]
    Limit(#[from] TableLimit),
}
