//! One run that is shown as it goes.

use rivera_model::{Fleet, FleetError};

use crate::deployment::surplus::WithSurplus;
use crate::outcome::cell_turn::{CellTurn, cell_turns};
use crate::outcome::run::Sample;
use crate::scenario::Scenario;
use crate::setting::Setting;
use crate::simulate::{Record, simulate};

/// A picture of more cells than this shows nothing.
pub const MOST_SHOWN_CELLS: usize = 1_000;

/// One run that is shown as it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Its course.
    pub samples: Vec<Sample>,
    /// When each cell was updated; empty for more than [`MOST_SHOWN_CELLS`].
    pub cells: Vec<CellTurn>,
}

impl Shown {
    /// Simulates a run, and writes down how it goes.
    ///
    /// # Errors
    /// [`FleetError`] if the fleet is empty or a cell holds more than it has.
    pub fn of(fleet: &Fleet, scenario: &Scenario, setting: Setting, seed: u64) -> Result<Self, FleetError> {
        let is_small = fleet.cells.len() <= MOST_SHOWN_CELLS;
        let mut run = simulate(fleet, scenario, setting, seed, Record { course: true, timeline: is_small })?;
        let samples = std::mem::take(&mut run.outcome.course);
        let with_surplus = WithSurplus::new(fleet, scenario.surplus.cells);
        Ok(Self { samples, cells: cell_turns(&with_surplus.fleet, &run) })
    }
}
