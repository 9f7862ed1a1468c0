//! What the cells of the recordings say: 100 of them with 50 LRPs each.

use std::path::Path;

use rivera_diego::cell_state::CellState;
use rivera_diego::read_json;
use rivera_diego::recording::Workload;

/// The answers of the cells, 15.7 KB each.
///
/// # Panics
/// If `tests/data` does not hold the recording.
#[must_use]
pub fn cell_states() -> Vec<Vec<u8>> {
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/auction");
    let workload: Workload =
        read_json(&recordings.join("n100_l50_b200_z3.workload.json.gz")).expect("a recording");
    workload.cells.iter().map(|state| serde_json::to_vec(state).expect("a state is JSON")).collect()
}

/// Reads an answer as the readers of files do: the bytes are looked at once, whether they are text, and the text is parsed.
///
/// # Panics
/// If it is not what a cell says.
#[must_use]
pub fn read_cell_state(answer: &[u8]) -> CellState {
    let text = std::str::from_utf8(answer).expect("an answer is text");
    serde_json::from_str(text).expect("an answer is a state")
}
