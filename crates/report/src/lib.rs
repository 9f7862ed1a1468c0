//! What `rivera-sim` found, for people and for programs: tables for a terminal, one HTML page that stands alone, CSV
//! and JSON; with the feature `parquet` the runs of an experiment as Parquet, too.
//!
//! Everything here is a pure function from results to text: the same results give the same bytes, so that reports can
//! be compared and kept. All figures come from one list, [`rivera_sim::METRICS`]; a figure added there appears in every
//! format.
//!
//! An auction needs no simulation: a dry run of one ([`DryRun`]) and the check of a recording ([`check_steps`],
//! [`check_scenario`]) put the kernel on real data here.
//!
//! Nor does a check of a plan: what its rules found ([`findings_list`]), and what each rule says ([`rule_page`]).
//!
//! Names of fleets, zones and apps are other people's text. They are escaped in the page ([`html`]) and cannot move the
//! cursor of a terminal ([`table`]).

mod auction;
mod cascade_rows;
mod check;
mod course_table;
mod csv;
mod experiment;
mod fault_rows;
mod figures;
mod fleet_table;
mod grid;
mod json;
mod markdown;
mod page;
mod recommend;
mod routes;
mod run_table;
mod spark;
mod storage_table;
mod summary;
mod table;
mod terminal;
mod upgrade_rows;

pub use crate::auction::{
    Blockers, Decision, Difference, DryRun, Kind, PlacedOn, Refused, ReplayError, Skipped, Verdict,
    check_scenario, check_steps, place_json, place_table,
};
pub use crate::check::{error_list, error_page, findings_json, findings_list, rule_list, rule_page};
pub use crate::course_table::course_table;
pub use crate::csv::csv;
#[cfg(feature = "parquet")]
pub use crate::experiment::experiment_parquet;
pub use crate::experiment::{
    KeptError, experiment_csv, experiment_json, experiment_junit, experiment_markdown, experiment_table,
    part_json, plan_json, read_part, read_plan,
};
pub use crate::figures::figure;
pub use crate::fleet_table::fleet_table;
pub use crate::json::{json, run_json};
pub use crate::page::{Extras, FoundBy, Note, html};
pub use crate::recommend::{Recommended, recommendation_json, recommendation_markdown, recommendation_text};
pub use crate::routes::{routes_json, routes_table};
pub use crate::run_table::run_table;
pub use crate::table::{short_table, table};
pub use crate::terminal::Terminal;
