//! The discrete-event simulator of a roll-out.
//!
//! [`simulate`] runs one [`Setting`] of the two throttles on a fleet. What happens follows from the kernel crates (the
//! auction, the limits, the records' state machines), which are driven here, and from the durations of a [`Scenario`]; no rule
//! about how long anything takes in the end is written down.
//!
//! A run is one thread and a pure function of its arguments. Time is a whole number of microseconds; what is drawn at
//! random depends on the seed and on what is drawn for, not on the order of events.
//!
//! - `scenario`: what a user may set; `check`: what the planner's rules say of it before anything runs.
//! - `world`: the state of a run and its events, a file a mechanism, on the `queue`.
//! - `cells`, `sharing`, `deployment`, `routes`, `random`: the parts that the world is made of.
//! - `books`, `tally`, `cascades`: what is kept account of; `outcome`: what a run gave.

mod auction_cost;
mod batch;
mod books;
mod cascades;
mod cells;
pub mod check;
mod deployment;
mod event;
#[doc(hidden)]
pub mod laws;
mod outcome;
pub mod queue;
mod random;
mod reasons;
mod routes;
mod scenario;
mod setting;
mod sharing;
mod simulate;
mod since;
mod switched_off;
mod tally;
mod versions;
mod warning;
mod words;
mod world;

pub use deployment::absence::Downtime;
pub use deployment::component::ComponentId;
pub use deployment::surplus::WithSurplus;
pub use event::MachineRef;
pub use outcome::cascade::{Cascade, Cause, FirstCrash};
pub use outcome::cell_turn::CellTurn;
pub use outcome::fault_report::{FaultReport, Happened, NeverHappened};
pub use outcome::fleet_figures::FleetFigures;
pub use outcome::job_outcome::{JobOutcome, LOAD_FAILURE};
pub use outcome::metric::{METRICS, Metric, Part, Unit};
pub use outcome::quantiles::Quantiles;
pub use outcome::run::{
    AppDown, End, Outcome, Pushes, Restarts, RollingPushes, Sample, StorageUse, SurplusTimes, ZoneSpan,
};
pub use outcome::shown::{MOST_SHOWN_CELLS, Shown};
pub use outcome::staging_error::{STAGING_TIME_EXPIRED, staging_error};
pub use outcome::timeline::{CellState, Entry, What, process_guid, task_guid};
pub use outcome::upgrade_outcome::{ComponentDowntime, ErrandSpan, GroupSpan, UpgradeOutcome, Window};
pub use random::distribution::Distribution;
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
pub use simulate::{Finished, OUTCOMES_VERSION, Record, simulate};
pub use warning::{group_warnings, warnings};
pub use words::{many, plural};
