//! Large batches, followed step by step: the auctioneer's random choice between equals is taken over, all else is
//! checked.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rivera_auction::{CellIndex, Config, Item, LrpAuction, Win, Zones};
use rivera_diego::recording::{Step, Workload};
use rivera_model::CellIx;

use super::difference::{Difference, ReplayError};
use super::names::{Names, config, lrp_id};

/// Follows a recording of a large batch: at each step the kernel's least score must have the recorded bits, as many cells as
/// recorded must have it, the recorded winner must be one of them, and is then taken over.
///
/// # Errors
/// The first [`ReplayError`].
pub fn check_steps(workload: &Workload, steps: &[Step]) -> Result<(), ReplayError> {
    let mut replay = Replay::new(workload);
    replay.check_order(steps)?;
    for (number, step) in steps.iter().enumerate() {
        replay.follow(step).map_err(|stop| stop.at(number, step))?;
    }
    Ok(())
}

enum Stop {
    Differs(Difference),
    NotARecording(&'static str),
}

impl Stop {
    fn at(self, number: usize, step: &Step) -> ReplayError {
        let at = format!("step {number} ({})", lrp_id(&step.process_guid, step.index));
        match self {
            Self::Differs(difference) => ReplayError::Differs { at, difference: Box::new(difference) },
            Self::NotARecording(problem) => ReplayError::NotARecording { at, problem },
        }
    }
}

struct Replay<'a> {
    workload: &'a Workload,
    config: Config,
    names: Names,
    ids: BTreeMap<&'a str, CellIx>,
    lrps: Vec<LrpAuction>,
    index: CellIndex,
    /// The plain rule over the same cells, which knows all that compete, and by which the index is checked.
    zones: Zones,
}

impl<'a> Replay<'a> {
    fn new(workload: &'a Workload) -> Self {
        let config = config(&workload.settings());
        let mut names = Names::for_cells(workload.cells.iter());
        let cells: Vec<_> =
            (0..).map(CellIx).zip(&workload.cells).map(|(cell, state)| names.cell(cell, state)).collect();
        let zones = Zones::build(cells.clone(), &config);
        let index = CellIndex::build(cells, &config);
        let lrps = workload.auctions.iter().map(|lrp| names.lrp_auction(lrp)).collect();
        let ids = workload.cells.iter().map(|state| state.cell_id.as_str()).zip((0..).map(CellIx)).collect();
        Self { workload, config, names, ids, lrps, index, zones }
    }

    /// Each LRP has its step, and they are in the order of A.5; equals are in any.
    fn check_order(&self, steps: &[Step]) -> Result<(), ReplayError> {
        let mut inputs: Vec<_> = steps.iter().map(|step| step.input).collect();
        inputs.sort_unstable();
        if !inputs.into_iter().eq(0..self.lrps.len()) {
            let problem = "each LRP of the workload must have one step";
            return Err(ReplayError::NotARecording { at: "steps".to_owned(), problem });
        }
        let key = |step: &Step| {
            let lrp = &self.lrps[step.input];
            (lrp.index, Reverse(lrp.memory_mb))
        };
        match steps.windows(2).position(|pair| key(&pair[0]) > key(&pair[1])) {
            None => Ok(()),
            Some(before) => Err(Stop::Differs(Difference::Order).at(before + 1, &steps[before + 1])),
        }
    }

    fn follow(&mut self, step: &Step) -> Result<(), Stop> {
        let lrp = self.lrps[step.input];
        let auction = &self.workload.auctions[step.input];
        if (&auction.process_guid, auction.index) != (&step.process_guid, step.index) {
            return Err(Stop::NotARecording("another LRP stands at this position of the workload"));
        }
        let item = Item::Lrp(lrp);
        let placed = self.index.place(&self.names.catalog, &item);
        if placed != self.zones.place(&self.names.catalog, &item, &self.config) {
            return Err(Stop::Differs(Difference::Rules));
        }
        let least = match placed {
            Ok(least) if !step.winner.is_empty() => least,
            Err(error) if step.winner.is_empty() && error.to_string() == step.error => return Ok(()),
            other => {
                let recorded = step.error.clone();
                return Err(Stop::Differs(Difference::Error { here: other.err(), recorded }));
            }
        };
        let winner = *self
            .ids
            .get(step.winner.as_str())
            .ok_or(Stop::NotARecording("the winner is not a cell of the workload"))?;
        self.compare(step, winner, least, &item)?;
        let full = |_| Stop::NotARecording("the winner has no room");
        self.zones.reserve(winner, &item).map_err(full)?;
        let mut reservations = self.index.reservations();
        reservations.reserve(winner, &item).map_err(full)?;
        reservations.keep();
        Ok(())
    }

    /// Holds the least score, and those who have it, against the step.
    fn compare(&self, step: &Step, winner: CellIx, least: Win, item: &Item) -> Result<(), Stop> {
        let recorded_bits = u64::from_str_radix(&step.score_bits, 16)
            .map_err(|_| Stop::NotARecording("`score_bits` is not a number in hexadecimal"))?;
        let competitors = self.zones.competitors(&self.names.catalog, item, &self.config).unwrap_or_default();
        let bits = |win: &Win| win.score.total().to_bits();
        let ties = || competitors.iter().filter(|win| bits(win) == bits(&least));
        let score = least.score;
        let difference = if bits(&least) != recorded_bits {
            let cell = self.workload.cells[least.cell.index()].cell_id.clone();
            let winner = competitors.iter().find(|win| win.cell == winner).map(|win| win.score);
            Difference::Score { least: score, cell, recorded_bits, winner }
        } else if ties().count() != step.ties {
            Difference::Ties { here: ties().count(), recorded: step.ties, score }
        } else if ties().all(|win| win.cell != winner) {
            Difference::Winner { winner: step.winner.clone(), score }
        } else {
            return Ok(());
        };
        Err(Stop::Differs(difference))
    }
}
