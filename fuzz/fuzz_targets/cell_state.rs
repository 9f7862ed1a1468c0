//! Any bytes as a cell's state, start requests or work: never a panic, and what was read is read again alike.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rivera_auction::Catalog;
use rivera_diego::cell_state::CellState;
use rivera_diego::start_request::{LrpStart, TaskStart, Work};

macro_rules! reads_again {
    ($type:ty, $bytes:expr) => {{
        let value = serde_json::from_slice::<$type>($bytes);
        if let Ok(value) = &value {
            let text = serde_json::to_vec(value).expect("every value can be written");
            assert_eq!(*value, serde_json::from_slice::<$type>(&text).expect("what was written can be read"));
        }
        value
    }};
}

fuzz_target!(|bytes: &[u8]| {
    let _ = reads_again!(Vec<LrpStart>, bytes).map(|all| all.iter().map(LrpStart::validate).count());
    let _ = reads_again!(Vec<TaskStart>, bytes).map(|all| all.iter().map(TaskStart::validate).count());
    let _ = reads_again!(Work, bytes);
    if let Ok(state) = reads_again!(CellState, bytes) {
        // Every root file system, however it is written, gets through the filter or not, without a panic.
        let mut catalog = Catalog::default();
        let offer = catalog.intern_offer(&state.offer());
        for lrp in &state.lrps {
            let constraint = catalog.intern_request(&lrp.constraint(), &lrp.placement_tags);
            let _ = catalog.level(constraint, offer);
        }
    }
});
