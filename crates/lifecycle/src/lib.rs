//! The state machines of the BBS and of the cell: instance records, evacuation, crashes, convergence, tasks,
//! and the roll-out of cells.
//!
//! Everything here is pure: time comes in as an argument, and what has to happen outside (an auction, a stop call,
//! a deleted container) comes back as a value. Three layers, each usable without the next:
//!
//! - [`InstanceGroup`]: the up to three records of one instance index, and what each request does to them;
//! - [`Bbs`]: all groups, desired LRPs and domains, indexed so that a convergence pass costs what is due;
//! - [`Rollout`], [`GroupUpdate`], [`DeploymentUpdate`], [`ContainerState`]: the other side, what the BOSH director does
//!   with cells and with groups, and a cell with its containers.
//!
//! [`Tasks`] is the same for tasks.

mod bbs;
mod call;
mod container;
mod convergence;
mod database;
mod deployment_update;
mod desired;
mod details;
mod domain;
mod due;
mod error;
mod evacuation;
mod group;
mod group_update;
#[cfg(any(test, feature = "laws"))]
pub mod laws;
mod metrics;
mod on_cell;
mod packed;
mod process;
mod reason;
mod record;
mod restart;
mod rollout;
mod shared;
mod shelf;
mod store;
mod task;
mod task_convergence;
mod tasks;
mod transition;
mod validate;

pub use bbs::Bbs;
pub use call::{RetireAnswer, StartReason, StartRequest, StopCall, UpdateCall, Why};
pub use container::{BbsCall, ContainerState, FollowUp, call_without_container};
pub use convergence::{Counts, Pass};
pub use database::{Database, Faults};
pub use deployment_update::{DeploymentUpdate, NotUpdating};
pub use desired::{Desired, DesiredUpdate, Scaled};
pub use domain::Domains;
pub use error::LrpError;
pub use evacuation::{Evacuated, ProcessView};
pub use group::{Change, Crashed, InstanceGroup, RETIRE_ATTEMPTS, Started};
pub use group_update::{
    GroupProgress, GroupUpdate, NotInFlight, UpdateCell, ZonePlan, zones_in_update_order,
};
pub use metrics::LrpMetrics;
pub use reason::{REASON_LIMIT_BYTES, truncate_reason};
pub use record::{DomainIx, InstanceKey, LrpKey, NetIx, ReasonIx, Record, RoutesIx, RunInfo, Tag, TagsIx};
pub use restart::{IMMEDIATE_RESTARTS, MAX_CRASHES, restart_at};
pub use rivera_model::InstanceState as State;
pub use rollout::{CellTimes, EvacuationCheck, IllegalStep, Rollout, Step};
pub use shared::{PassInput, ProcessInfo, SharedTable, Snapshot, TableError, TableLimit, Writer};
pub use task::{Rejected, ResultIx, Task, TaskEnd, TaskError, TaskFailure, TaskState};
pub use task_convergence::{TaskMetrics, TaskPass};
pub use tasks::{Ended, TaskLimits, Tasks};
pub use validate::BrokenRule;
