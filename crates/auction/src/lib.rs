//! Diego's auction: which cell takes which LRP or task.
//!
//! One auction is: fetch the cells' states ([`classify`], A.4) - [`Zones::build`] - drain the [`Batch`] (A.2) -
//! [`schedule`] (A.5 to A.9) - send each cell its [`CellWork`] - [`commit`] (A.10). Nothing is carried over to the next auction
//! (Q1): what failed is handed back, and it is for others to ask again.
//!
//! The rule stands here twice. [`Zones`] is the rule as Diego states it, at its cost of all cells and their LRPs for each item.
//! [`CellIndex`] gives the same answers at about the logarithm of that, and can be changed cell by cell: one auction on it is
//! [`CellIndex::reservations`] - [`Reservations::schedule`] - keep or roll back.
//!
//! Where Diego's order is random, ours is fixed: zones by [`ZoneIx`](rivera_model::ZoneIx), cells by
//! [`CellIx`](rivera_model::CellIx), sorts stable, equal scores to the first cell in this order. A bin-pack
//! weight above zero orders the cells of a zone by their index instead, as it does in Diego.
//!
//! [`check`] holds an independent statement of the same laws, for tests and fuzzing.

mod auctions;
mod batch;
mod catalog;
mod cell;
mod cell_work;
pub mod check;
mod commit;
mod config;
mod error;
mod fetch;
mod filter;
mod index;
mod intake;
mod oracle;
mod repeats;
mod rootfs;
#[cfg(test)]
mod samples;
mod scheduler;
mod score;
mod win;

pub use auctions::{Auctions, Item, LrpAuction, Queued, TaskAuction};
pub use batch::Batch;
pub use catalog::Catalog;
pub use cell::CellState;
pub use cell_work::{CellWork, WorkAnswer, WorkError, WorkingCell, cell_work};
pub use commit::{Lost, Refused, Reply, Results, Won, commit};
pub use config::Config;
pub use error::{PlacementError, Problems};
pub use fetch::{FETCH_ROUNDS, Fetched, classify};
pub use filter::Level;
pub use index::{CellIndex, ChangeError, Container, Kind, Reservations};
pub use intake::{Drained, Intake, Wake};
pub use oracle::Zones;
pub use scheduler::{Placement, Scheduled, schedule};
pub use score::Score;
pub use win::Win;
