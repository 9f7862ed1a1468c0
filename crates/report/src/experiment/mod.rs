//! An experiment for people, for programs, and for what builds software.

mod csv;
mod json;
mod junit;
mod markdown;
#[cfg(feature = "parquet")]
mod parquet;
mod schemas;
mod shown;
mod table;

pub use csv::csv as experiment_csv;
pub use json::json as experiment_json;
pub use junit::junit as experiment_junit;
pub use markdown::markdown as experiment_markdown;
#[cfg(feature = "parquet")]
pub use parquet::parquet as experiment_parquet;
pub use schemas::{KeptError, part_json, plan_json, read_part, read_plan};
pub use table::table as experiment_table;
