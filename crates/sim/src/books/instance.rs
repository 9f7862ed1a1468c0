//! The account of an instance.

use rivera_lifecycle::State;
use rivera_model::CellIx;

use crate::since::Since;

/// What is known of an instance, in half a line of the processor's caches.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(32))]
pub(super) struct Instance {
    pub(super) ordinary: Option<State>,
    pub(super) evacuating: bool,
    /// Unclaimed or claimed; not while it runs.
    pub(super) pending_since: Since,
    /// Containers that serve it: two for a moment, when its replacement runs.
    pub(super) serving: u8,
    pub(super) down_since: Since,
    /// It was refused a cell while it was down.
    pub(super) refused: bool,
    /// It ran when the roll-out began.
    pub(super) ran: bool,
    /// Whether a container of it is in `kept`.
    pub(super) is_kept: bool,
    pub(super) last_cell: LastCell,
    pub(super) starts: u32,
    /// Whether it is desired: not where a push has replaced its version, or is yet to make it.
    pub(super) desired: bool,
    /// A push starts it, and it has not run yet.
    pub(super) is_new: bool,
}

/// The cell that an instance ran on last, if it has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LastCell(pub(super) CellIx);

impl LastCell {
    /// No fleet has that many cells.
    const NONE: Self = Self(CellIx(u32::MAX));

    /// Whether it ran on another cell before.
    pub(super) fn is_other(self, cell: CellIx) -> bool {
        self != Self::NONE && self.0 != cell
    }
}

impl Default for LastCell {
    fn default() -> Self {
        Self::NONE
    }
}
