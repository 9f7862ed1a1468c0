//! A folder of exports becomes a fleet: find the files, read them, check them against each other.
//!
//! The steps, each in its module: which files there are, their records, then cells, processes, instances and tasks,
//! and at the end whether every cell holds what its containers add up to. A step reports all it finds; the import
//! stops between steps when there is something that cannot be repaired.

mod cells;
mod containers;
mod files;
mod fleet;
mod instances;
mod load;
mod processes;
mod sources;
mod tasks;
mod totals;

pub use fleet::{Import, read_fleet};
pub use load::{ManifestImport, load, load_manifest};
