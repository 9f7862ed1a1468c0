//! One auction on real cell states, without telling anybody: who would win what, and why not.

use rivera_auction::{Batch, CellIndex, Config, Fetched, Item, Placement, PlacementError, classify};
use rivera_diego::cell_state::CellState;
use rivera_diego::start_request::{LrpStart, TaskStart};
use rivera_model::{CellIx, Time};
use serde::Serialize;

use super::blockers::{Blockers, Left};
use super::names::Names;
use super::verdict::{Decision, Kind, PlacedOn, Refused, Skipped, Verdict};

/// What one auction would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DryRun {
    /// Cells that take part.
    pub cells: usize,
    /// Cells that do not, because they are evacuating (A.4).
    pub evacuating: usize,
    /// States of cells that had a state before; the first counts.
    pub repeated_cells: usize,
    /// Starts of instances and tasks that were asked for before; the first counts (A.2).
    pub repeated_starts: usize,
    /// Requests that the auctioneer would skip (A.12).
    pub skipped: Vec<Skipped>,
    /// What would become of each item, in the order in which they are placed (A.5).
    pub decisions: Vec<Decision>,
}

impl DryRun {
    /// Runs one auction on these cells, in the kernel's order: cells by id, zones by name, requests as they are listed.
    #[must_use]
    pub fn of(states: &[CellState], lrps: &[LrpStart], tasks: &[TaskStart], config: &Config) -> Self {
        let mut foundation: Vec<&CellState> = states.iter().collect();
        foundation.sort_by(|a, b| a.cell_id.cmp(&b.cell_id));
        foundation.dedup_by(|later, first| later.cell_id == first.cell_id);
        let mut names = Names::for_cells(foundation.iter().copied());
        let takes_part = |state: &CellState| {
            classify(&state.cell_id, Some((&state.cell_id, state.evacuating))) == Fetched::Usable
        };
        let cells: Vec<_> = (0..)
            .zip(&foundation)
            .filter(|(_, state)| takes_part(state))
            .map(|(number, state)| names.cell(CellIx(number), state))
            .collect();
        let evacuating = foundation.len() - cells.len();

        let mut waiting = Waiting::default();
        waiting.take(lrps, tasks, &mut names);
        let auctions = waiting.batch.drain();
        let repeated_starts = waiting.starts - auctions.lrps.len() - auctions.tasks.len();

        let mut index = CellIndex::build(cells.clone(), config);
        let scheduled = index.reservations().schedule(&names.catalog, auctions);
        let mut left: Vec<(CellIx, Left<'_>)> =
            cells.iter().map(|cell| (cell.cell, Left::of(cell))).collect();
        let decide = |Placement { item, result, .. }: &Placement| {
            let verdict = match result {
                Ok(win) => {
                    let place = left.binary_search_by_key(&win.cell, |(cell, _)| *cell);
                    left[place.expect("a winner takes part")].1.reserve(item);
                    Verdict::Placed(PlacedOn::new(foundation[win.cell.index()], win.score))
                }
                Err(error) => {
                    let mut blockers = Blockers { evacuating, ..Blockers::default() };
                    if *error == PlacementError::StartLimit {
                        blockers.start_limit = left.len();
                    } else {
                        left.iter().for_each(|(_, left)| left.block(&names.catalog, item, &mut blockers));
                    }
                    Verdict::Refused(Refused { error: error.clone(), cells: blockers })
                }
            };
            let kind = if matches!(item, Item::Lrp(_)) { Kind::Lrp } else { Kind::Task };
            Decision { kind, id: names.item(item), verdict }
        };
        Self {
            cells: cells.len(),
            evacuating,
            repeated_cells: states.len() - foundation.len(),
            repeated_starts,
            skipped: waiting.skipped,
            decisions: scheduled.placements.iter().map(decide).collect(),
        }
    }
}

/// The valid requests as a batch.
#[derive(Default)]
struct Waiting {
    batch: Batch,
    /// How many were put into the batch.
    starts: usize,
    skipped: Vec<Skipped>,
}

impl Waiting {
    fn take(&mut self, lrps: &[LrpStart], tasks: &[TaskStart], names: &mut Names) {
        for (position, request) in lrps.iter().enumerate() {
            match request.validate() {
                Ok(()) => {
                    for auction in names.lrp_auctions(request) {
                        self.batch.push_lrp(auction, Time::ZERO);
                        self.starts += 1;
                    }
                }
                Err(error) => self.skipped.push(Skipped { kind: Kind::Lrp, position, error }),
            }
        }
        for (position, request) in tasks.iter().enumerate() {
            match request.validate() {
                Ok(()) => {
                    self.batch.push_task(names.task_auction(request), Time::ZERO);
                    self.starts += 1;
                }
                Err(error) => self.skipped.push(Skipped { kind: Kind::Task, position, error }),
            }
        }
    }
}
