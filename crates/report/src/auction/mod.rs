//! The kernel on real data: a dry run of one auction on an export, and recordings of a real auctioneer.
//!
//! Both turn the names of Diego's JSON into dense ids ([`names`]) and what the kernel says back into names.

mod blockers;
mod difference;
mod dry_run;
mod names;
mod place_json;
mod place_table;
mod scenario;
mod steps;
mod verdict;

pub use blockers::Blockers;
pub use difference::{Difference, ReplayError};
pub use dry_run::DryRun;
pub use place_json::place_json;
pub use place_table::place_table;
pub use scenario::check_scenario;
pub use steps::check_steps;
pub use verdict::{Decision, Kind, PlacedOn, Refused, Skipped, Verdict};
