//! One run.

use rivera_model::{Fleet, FleetError, ProcessIx};

use crate::deployment::surplus::WithSurplus;
use crate::outcome::run::Outcome;
use crate::outcome::timeline::Entry;
use crate::reasons::Reasons;
use crate::scenario::Scenario;
use crate::setting::Setting;
use crate::world::World;

/// Rises whenever the same arguments give another outcome than before, or an outcome's JSON can no longer be read: outcomes
/// that were kept under another number are of no use.
pub const OUTCOMES_VERSION: u32 = 4;

/// What a run writes down beside its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record {
    /// The course over time ([`Outcome::course`]).
    pub course: bool,
    /// The timeline.
    pub timeline: bool,
}

/// A finished run.
#[derive(Debug, Clone)]
pub struct Finished {
    /// Its outcome.
    pub outcome: Outcome,
    /// Its timeline, if it was asked for.
    pub timeline: Vec<Entry>,
    /// The app that each process of the timeline is a version of: those of the fleet are of themselves, and each push made one more.
    pub apps: Vec<ProcessIx>,
    /// The texts that the timeline's reasons stand for.
    pub reasons: Reasons,
}

/// Simulates the roll-out of all cells of a fleet under one setting.
///
/// The result depends on the arguments only. Cells that the scenario adds are behind those of the fleet
/// ([`WithSurplus`]).
///
/// # Errors
/// [`FleetError`] if the fleet is empty or a cell holds more than it has.
///
/// # Panics
/// If an invariant of the simulation is broken, which is a bug.
pub fn simulate(
    fleet: &Fleet,
    scenario: &Scenario,
    setting: Setting,
    seed: u64,
    record: Record,
) -> Result<Finished, FleetError> {
    fleet.validate()?;
    let with_surplus = (scenario.surplus.cells > 0).then(|| WithSurplus::new(fleet, scenario.surplus.cells));
    let (fleet, own) = with_surplus.as_ref().map_or((fleet, fleet.cells.len()), |it| (&it.fleet, it.first));
    let mut world = World::new(fleet, own, scenario, setting, seed, record);
    world.run();
    Ok(world.into_results())
}
