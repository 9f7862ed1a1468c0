//! What a run gave, and what is shown of it.

pub(crate) mod cascade;
pub(crate) mod cell_turn;
pub(crate) mod fault_report;
pub(crate) mod fleet_figures;
pub(crate) mod job_outcome;
pub(crate) mod metric;
pub(crate) mod quantiles;
pub(crate) mod run;
pub(crate) mod shown;
pub(crate) mod staging_error;
pub(crate) mod timeline;
pub(crate) mod upgrade_outcome;
