//! Diego's and BOSH's own formats, read and written, and the fleet they describe.
//!
//! - [`load`] takes what a person names, a folder of exports or a recipe, and gives a [`Fleet`](rivera_model::Fleet);
//! - [`read_fleet`] reads a folder of what `cfdot` and `bosh` print, checks the files against each other, and
//!   reports every mistake with its file, line and remedy;
//! - [`Recipe`] describes a foundation of which there is no export;
//! - [`write_export`] writes a fleet in the formats that [`read_fleet`] reads;
//! - [`FleetSummary`] says what is in a fleet;
//! - [`cell_state`] and [`start_request`] are the messages between auctioneer and cells, [`recording`] what was kept of
//!   them.
//!
//! In Diego's formats unknown keys are ignored and `null` is the zero value, as Go reads them. What is secret in an
//! export (environments, passwords of images) is never kept: no type here has a field for it.

mod bosh;
mod cell_groups;
pub mod cell_state;
mod cfdot;
mod collector;
mod draft;
mod duration;
mod explanation;
mod export;
mod facts;
mod fault;
mod fault_codes;
mod import;
#[doc(hidden)]
pub mod laws;
mod lines;
mod matching;
mod names;
mod nearest;
mod plain_words;
mod problem;
mod read;
mod recipe;
pub mod recording;
#[cfg(test)]
mod round_trip;
pub mod start_request;
mod strictness;
mod summary;

pub use explanation::Explanation;
pub use export::{ExportError, write_export};
pub use fault::Fault;
pub use fault_codes::FAULTS;
pub use import::{Import, ManifestImport, load, load_manifest, read_fleet};
pub use nearest::{help as nearest_help, nearest};
pub use plain_words::PlainWords;
pub use problem::{ImportError, MAX_LISTED_PROBLEMS, MAX_WARNING_PLACES, Place, Problem, Warning};
pub use read::{read_json, read_json_lines};
pub use recipe::{AppKind, CellKind, GroupKind, Mix, Recipe, RecipeError, Strategy, TaskKind};
pub use strictness::Strictness;
pub use summary::{
    Amount, CellGroupSummary, CellKindSummary, ConstraintSummary, FleetSummary, Usage, ZoneSummary,
};
