//! When each cell was updated in a run, for a picture of the roll-out.

use rivera_model::{Fleet, Time};
use serde::Serialize;

use crate::outcome::timeline::{CellState, Entry, What};
use crate::simulate::Finished;

/// The update of one cell. Times are seconds from the start of the roll-out; what did not happen has none.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CellTurn {
    /// The cell's id.
    pub cell: String,
    /// Its group.
    pub group: String,
    /// Its zone.
    pub zone: String,
    /// It drains from then on.
    pub drains_s: Option<f64>,
    /// Its jobs are stopped and its VM is replaced from then on.
    pub stopped_s: Option<f64>,
    /// Its jobs start from then on.
    pub starts_s: Option<f64>,
    /// It takes work again.
    pub in_service_s: Option<f64>,
    /// Containers that were left when the evacuation timeout ended its drain, if it did.
    pub timed_out_with: Option<u32>,
    /// Whether it was lost, with all that was on it.
    pub lost: bool,
}

impl CellTurn {
    /// When it began.
    #[must_use]
    pub fn begins_s(&self) -> f64 {
        [self.drains_s, self.stopped_s, self.starts_s].into_iter().flatten().fold(f64::INFINITY, f64::min)
    }
}

/// The turns of a run with a timeline, in the order in which they began.
pub(crate) fn cell_turns(fleet: &Fleet, run: &Finished) -> Vec<CellTurn> {
    let began = run.timeline.iter().find(|entry| entry.what == What::RolloutBegins).map(|entry| entry.at);
    let Some(began) = began else { return Vec::new() };
    let mut turns: Vec<CellTurn> = Vec::new();
    // The turn that each cell is in.
    let mut current: Vec<Option<usize>> = vec![None; fleet.cells.len()];
    for &Entry { at, what } in run.timeline.iter().filter(|entry| entry.at >= began) {
        let (cell, state) = match what {
            What::Cell(cell, state) => (cell, Some(state)),
            What::EvacuationTimedOut(cell, left) => {
                if let Some(turn) = current[cell.index()] {
                    turns[turn].timed_out_with = Some(left);
                }
                (cell, None)
            }
            _ => continue,
        };
        let Some(state) = state else { continue };
        let turn = match current[cell.index()] {
            Some(turn) => turn,
            // Cells that come into service for the first time have no turn.
            None if state == CellState::InService => continue,
            None => {
                let of = &fleet.cells[cell.index()];
                turns.push(CellTurn {
                    cell: of.id.clone(),
                    group: fleet
                        .groups
                        .get(of.group.index())
                        .map(|group| group.name.clone())
                        .unwrap_or_default(),
                    zone: fleet.zones[of.zone.index()].clone(),
                    ..CellTurn::default()
                });
                turns.len() - 1
            }
        };
        current[cell.index()] = Some(turn);
        turns[turn].enter(state, at, began);
        if state == CellState::InService {
            current[cell.index()] = None;
        }
    }
    turns
}

impl CellTurn {
    fn enter(&mut self, state: CellState, at: Time, began: Time) {
        let at_s = Some(at.since(began).as_secs_f64());
        match state {
            CellState::Evacuating => self.drains_s = at_s,
            CellState::Updating => self.stopped_s = at_s,
            CellState::Starting => self.starts_s = at_s,
            CellState::InService => self.in_service_s = at_s,
            CellState::Lost => self.lost = true,
        }
    }
}
