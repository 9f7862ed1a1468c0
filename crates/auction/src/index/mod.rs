//! The same answers as the plain rule, at about the logarithm of its cost.
//!
//! Diego's rule looks at every cell and every LRP for every item. Here a change of one cell costs a path in a tree, and so does
//! finding the cell of an item:
//!
//! - Cells of one zone that offer the same are a [`group`]; whether a group may take an item is decided once for each constraint ([`reach`]).
//! - An item adds nearly the same to the score of every cell, so the order of cells hardly depends on it. A [`tournament`] keeps
//!   the least score and the greatest room below each node, once for LRPs and, when a task is first placed, once for
//!   tasks. What the item adds to each cell depends on the cell's totals: there are bounds for it beside the tree ([`growth`]).
//! - Sums of floating point round. The tree is therefore a filter: what comes within a margin of the best is scored exactly as the
//!   specification states it, and the exact scores are compared ([`search`], [`node`]). Cells in the same state
//!   have the same score, so only the first of them is looked at.
//! - Cells for which the margin would not be sound (totals of zero, weights beyond measure) stay out of the tree and are scored one by one.
//! - Which cells host a process is known from [`hosts`]; for a process that is on many cells [`levels`] keeps apart the cells that
//!   host it once, twice and so on.
//!
//! One law holds all of it together: [`CellIndex::place`] returns what [`Zones::place`](crate::Zones::place) returns for
//! the same cells, bit for bit, errors included.

mod batch;
mod cell_index;
mod cells;
mod change;
mod family;
mod group;
mod growth;
mod hosts;
mod levels;
mod node;
mod place;
mod rank;
mod reach;
mod search;
mod tournament;
mod verify;

pub use batch::Reservations;
pub use cell_index::CellIndex;
pub use change::{ChangeError, Container, Kind};
