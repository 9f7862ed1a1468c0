//! Any bytes as a cell's state, start requests or work: what was read is read again alike, and a dry run of the auction
//! accounts for every start.

use rivera_auction::{Catalog, Config};
use rivera_diego::cell_state::CellState;
use rivera_diego::start_request::{LrpStart, TaskStart, Work};
use rivera_report::DryRun;

use crate::json::reads_again;
use crate::target::Law;

/// The body of a message between auctioneer and cell.
#[derive(Debug)]
pub struct Message(Vec<u8>);

impl Law for Message {
    const NAME: &str = "cell_state";

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.to_vec()))
    }

    fn check(self) {
        let Self(bytes) = self;
        let lrps: Vec<LrpStart> = reads_again(&bytes).unwrap_or_default();
        let tasks: Vec<TaskStart> = reads_again(&bytes).unwrap_or_default();
        let _: Option<Work> = reads_again(&bytes);
        let cells: Vec<CellState> = reads_again(&bytes).into_iter().collect();
        for state in &cells {
            // Every root file system, however it is written, gets through the filter or not, without a panic.
            let mut catalog = Catalog::default();
            let offer = catalog.intern_offer(&state.offer());
            for lrp in &state.lrps {
                let constraint = catalog.intern_request(&lrp.constraint(), &lrp.placement_tags);
                let _ = catalog.level(constraint, offer);
            }
        }
        let skipped = lrps.iter().filter(|lrp| lrp.validate().is_err()).count()
            + tasks.iter().filter(|task| task.validate().is_err()).count();
        let dry_run = DryRun::of(&cells, &lrps, &tasks, &Config::default());
        assert_eq!(dry_run.skipped.len(), skipped, "what is skipped is what is invalid");
    }
}
