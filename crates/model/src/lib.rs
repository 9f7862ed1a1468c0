//! The shared vocabulary of Rivera: ids, resources, placement constraints, time, and the fleet.
//!
//! Everything here is data. What may be placed where is decided in `rivera-auction`, how a record changes in
//! `rivera-lifecycle`, how a file is read in `rivera-diego`.

mod cell_group;
mod constraint;
mod deployment;
mod fleet;
mod ids;
mod resources;
mod time;

pub use cell_group::CellGroup;
pub use constraint::{Constraint, Offer, RootFsProvider};
pub use deployment::{CellUpdate, DeploymentFacts, GroupFacts};
pub use fleet::{Fleet, FleetCell, FleetError, FleetInstance, FleetTask, InstanceState, Process};
pub use ids::{CellIx, ConstraintIx, GroupIx, InstanceIx, OfferIx, ProcessIx, TaskIx, ZoneIx};
pub use resources::Resources;
pub use time::{Span, Time};

/// What happens to the old instance while its cell is evacuated (C.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum UpdateStrategy {
    /// The old instance runs until its replacement does.
    #[default]
    Rolling,
    /// The old instance is stopped first, one instance of the process at a time.
    Recreate,
}

/// Which of the records of one instance index a record is (C.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Presence {
    /// The record that counts.
    #[default]
    Ordinary,
    /// The old instance on an evacuating cell, always running.
    Evacuating,
    /// The record of an instance whose cell has disappeared.
    Suspect,
}
