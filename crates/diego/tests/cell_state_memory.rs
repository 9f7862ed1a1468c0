//! What the cells of a foundation say fits into little more memory than their text.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;
use rivera_diego::recording::Workload;

const RECORDING: &[u8] = include_bytes!("../../../tests/data/auction/n100_l50_b200_z3.workload.json.gz");

#[test]
fn a_hundred_cells_take_at_most_one_and_a_half_times_their_text() {
    let mut text = String::new();
    MultiGzDecoder::new(RECORDING).read_to_string(&mut text).unwrap();
    let mut workload = None;
    let used = allocation_counter::measure(|| workload = serde_json::from_str::<Workload>(&text).ok());
    assert_eq!(workload.unwrap().cells.len(), 100);
    let most = u64::try_from(text.len()).unwrap() * 3 / 2;
    assert!(used.bytes_max <= most, "{} bytes for {} bytes of text", used.bytes_max, text.len());
}
