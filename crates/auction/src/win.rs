//! The outcome of one placement.

use rivera_model::CellIx;

use crate::Score;

/// The cell that an item gets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Win {
    /// The cell.
    pub cell: CellIx,
    /// Its score, the least.
    pub score: Score,
}
