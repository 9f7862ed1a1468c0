//! The discrete-event simulator of a roll-out.
//!
//! [`simulate`] runs one [`Setting`] of the two throttles on a fleet. What happens follows from the kernel crates (the auction, the limits, the records' state machines), which are driven here, and from the
//! durations of a [`Scenario`]; no rule about how long anything takes in the end is written down.
//!
//! A run is one thread and a pure function of its arguments. Time is a whole number of microseconds; what is drawn at
//! random depends on the seed and on what is drawn for, not on the order of events.

mod absence;
mod auction_cost;
mod batch;
mod books;
mod cache;
mod cascade;
mod cascades;
mod cell;
mod cell_turn;
pub mod check;
mod component;
mod delay_lines;
mod deployment_plan;
mod distribution;
mod event;
mod fair_share;
mod fault_report;
mod file_server;
mod fleet_figures;
mod group_settings;
mod instance_update;
mod job_outcome;
#[doc(hidden)]
pub mod laws;
mod links;
mod manifest_values;
mod metric;
mod outage;
mod outcome;
mod platform_service;
mod pool;
mod quantiles;
pub mod queue;
mod reasons;
mod routes;
mod samplers;
mod scenario;
mod setting;
mod shown;
mod simulate;
mod since;
mod staging_error;
mod stream;
mod surplus;
mod switched_off;
mod tally;
mod timeline;
mod together;
mod traits;
mod upgrade_outcome;
mod versions;
mod warning;
mod words;
mod world;

pub use absence::Downtime;
pub use cascade::{Cascade, Cause, FirstCrash};
pub use cell_turn::CellTurn;
pub use component::ComponentId;
pub use distribution::Distribution;
pub use event::MachineRef;
pub use fault_report::{FaultReport, Happened, NeverHappened};
pub use fleet_figures::FleetFigures;
pub use job_outcome::{JobOutcome, LOAD_FAILURE};
pub use metric::{METRICS, Metric, Part, Unit};
pub use outcome::{
    AppDown, End, Outcome, Pushes, Restarts, RollingPushes, Sample, StorageUse, SurplusTimes, ZoneSpan,
};
pub use quantiles::Quantiles;
pub use reasons::Reasons;
pub use routes::{
    AppErrors, BlueGreen, Errors, Mapping, MappingError, MappingResult, RouteErrors, RouteUse, Spread,
};
pub use scenario::{
    Apps, AuctionCost, Auctioneer, Bbs, CloudController, Demand, FailingStep, FaultEvent, FaultKind, Faults,
    Files, GroupKeys, Load, Network, PlatformService, Rep, Restart, Routes, Run, Scenario, ScenarioError,
    Staging, Storage, StorageLocation, Surplus, Update, Upgrade, UpgradeOrder, VmStrategy,
};
pub use setting::Setting;
pub use shown::{MOST_SHOWN_CELLS, Shown};
pub use simulate::{Finished, OUTCOMES_VERSION, Record, simulate};
pub use staging_error::{STAGING_TIME_EXPIRED, staging_error};
pub use surplus::WithSurplus;
pub use timeline::{CellState, Entry, What, process_guid, task_guid};
pub use upgrade_outcome::{ComponentDowntime, ErrandSpan, GroupSpan, UpgradeOutcome, Window};
pub use warning::{group_warnings, warnings};
pub use words::{many, plural};
