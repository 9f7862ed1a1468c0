//! The comparison as CSV: every run is a row, every figure a column.

use rivera_experiment::Comparison;
use rivera_sim::{METRICS, Outcome, Setting};

use crate::json::end_name;

/// RFC 4180 with a heading row: `max_in_flight`, `max_starts`, `seed`, `end`, then [`METRICS`] by their keys. Settings
/// are in the order in which they were asked for, runs in the order of the seeds.
#[must_use]
pub fn csv(comparison: &Comparison) -> String {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    let mut write = |record: Vec<String>| {
        writer.write_record(record).expect("writing to memory does not fail, and all rows are equally long");
    };
    let keys = METRICS.iter().map(|metric| metric.key);
    write(
        ["max_in_flight", "max_starts", "seed", "end"].into_iter().chain(keys).map(str::to_owned).collect(),
    );
    for result in &comparison.settings {
        for run in &result.runs {
            write(row(&result.setting, run));
        }
    }
    let bytes = writer.into_inner().expect("flushing to memory does not fail");
    String::from_utf8(bytes).expect("only strings were written")
}

fn row(setting: &Setting, run: &Outcome) -> Vec<String> {
    let mut row = vec![
        setting.max_in_flight.to_string(),
        setting.max_starts.to_string(),
        run.seed.to_string(),
        end_name(&run.end),
    ];
    row.extend(METRICS.iter().map(|metric| (metric.value)(run).to_string()));
    row
}
