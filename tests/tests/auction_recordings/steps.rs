//! Large batches, followed step by step: Go's random choice between equals is taken over, all else is checked.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rivera_auction::{Config, Item, PlacementError, Zones};
use rivera_diego::cell_state::{CellState, Lrp};
use rivera_model::CellIx;
use serde::Deserialize;

use crate::names::Names;

/// The cells, and the LRPs in the order of their arrival.
#[derive(Debug, Deserialize)]
pub(crate) struct Workload {
    starting_container_weight: f64,
    bin_pack_first_fit_weight: f64,
    starting_container_count_maximum: i64,
    cells: Vec<CellState>,
    auctions: Vec<Lrp>,
}

impl Workload {
    fn config(&self) -> Config {
        Config {
            starting_container_weight: self.starting_container_weight,
            bin_pack_first_fit_weight: self.bin_pack_first_fit_weight,
            max_starts: self.starting_container_count_maximum,
        }
    }
}

/// One placement.
#[derive(Debug, Deserialize)]
pub(crate) struct Step {
    input: usize,
    process_guid: String,
    index: i32,
    #[serde(default)]
    winner: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    score_bits: String,
    #[serde(default)]
    ties: usize,
}

/// Follows the steps.
pub(crate) fn replay(workload: &Workload, steps: &[Step]) {
    let config = workload.config();
    let mut names = Names::default();
    let ids: BTreeMap<&str, CellIx> =
        workload.cells.iter().map(|state| state.cell_id.as_str()).zip((0..).map(CellIx)).collect();
    let cells = workload.cells.iter().map(|state| names.cell(ids[state.cell_id.as_str()], state)).collect();
    let lrps: Vec<_> = workload.auctions.iter().map(|lrp| names.lrp(lrp)).collect();

    let key = |step: &Step| (step.index, Reverse(lrps[step.input].memory_mb));
    assert!(steps.is_sorted_by_key(key), "Go places in the order of A.5");
    let mut inputs: Vec<_> = steps.iter().map(|step| step.input).collect();
    inputs.sort_unstable();
    assert!(inputs.into_iter().eq(0..lrps.len()), "Go places each LRP once");

    let mut zones = Zones::build(cells, &config);
    for (number, step) in steps.iter().enumerate() {
        assert_eq!(workload.auctions[step.input].process_guid, step.process_guid);
        let item = Item::Lrp(lrps[step.input]);
        let placed = zones.place(&names.catalog, &item, &config);
        if step.winner.is_empty() {
            assert_eq!(placed.map_err(|error| error.to_string()), Err(step.error.clone()), "step {number}");
            continue;
        }
        let least = placed.unwrap_or_else(|error: PlacementError| panic!("step {number}: {error}"));
        let bits = u64::from_str_radix(&step.score_bits, 16).expect("bits in hexadecimal");
        assert_eq!(least.score.total().to_bits(), bits, "step {number}: the least score");
        let competitors = zones.competitors(&names.catalog, &item, &config).expect("there is a winner");
        let ties: Vec<_> = competitors.iter().filter(|win| win.score.total().to_bits() == bits).collect();
        assert_eq!(ties.len(), step.ties, "step {number}: cells with the least score");
        let winner = ids[step.winner.as_str()];
        assert!(ties.iter().any(|win| win.cell == winner), "step {number}: the winner is one of them");
        zones.reserve(winner, &item).expect("the winner has room");
    }
}
