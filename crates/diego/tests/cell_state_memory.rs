//! What the cells of a foundation say fits into little more memory than their text.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;
use rivera_diego::cell_state::CellState;
use rivera_diego::recording::Workload;

const RECORDING: &[u8] = include_bytes!("../../../tests/data/auction/n100_l50_b200_z3.workload.json.gz");

fn recording() -> String {
    let mut text = String::new();
    MultiGzDecoder::new(RECORDING).read_to_string(&mut text).expect("a recording");
    text
}

#[test]
fn a_hundred_cells_take_at_most_one_and_a_half_times_their_text() {
    let text = recording();
    let mut workload = None;
    let used = allocation_counter::measure(|| workload = serde_json::from_str::<Workload>(&text).ok());
    assert_eq!(workload.unwrap().cells.len(), 100);
    let most = u64::try_from(text.len()).unwrap() * 3 / 2;
    assert!(used.bytes_max <= most, "{} bytes for {} bytes of text", used.bytes_max, text.len());
}

/// 5,000 cells with 50 LRPs each, 78 MB of text, as an auctioneer asks for them.
#[test]
fn five_thousand_cells_take_at_most_one_and_a_half_times_their_text() {
    let workload: Workload = serde_json::from_str(&recording()).unwrap();
    let texts: Vec<String> =
        workload.cells.iter().map(|state| serde_json::to_string(state).unwrap()).collect();
    let mut states: Vec<CellState> = Vec::new();
    let used = allocation_counter::measure(|| {
        states = (0..50).flat_map(|_| &texts).map(|text| serde_json::from_str(text).unwrap()).collect();
    });
    assert_eq!(states.len(), 5_000);
    let bytes = 50 * texts.iter().map(|text| text.len() as u64).sum::<u64>();
    assert!(used.bytes_max * 2 <= bytes * 3, "{} bytes for {bytes} bytes of text", used.bytes_max);
}
