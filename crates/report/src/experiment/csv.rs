//! The runs as CSV: a row for each run.

use rivera_experiment::{Findings, Plan};
use rivera_sim::METRICS;

use crate::json::end_name;

/// RFC 4180 with a heading row: `setting` (from 1), a column for each axis, `seed`, `end`, then each metric by its key, which
/// ends in its unit. A row is a run.
#[must_use]
pub fn csv(plan: &Plan, findings: &Findings<'_>) -> String {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    let mut write = |record: Vec<String>| {
        writer.write_record(record).expect("writing to memory does not fail, and all rows are equally long");
    };
    let axes = plan.axes.iter().map(|axis| axis.key.clone());
    let metrics = METRICS.iter().map(|metric| metric.key.to_owned());
    let fixed = |names: [&str; 2]| names.map(str::to_owned);
    write(
        std::iter::once("setting".to_owned())
            .chain(axes)
            .chain(fixed(["seed", "end"]))
            .chain(metrics)
            .collect(),
    );
    for (point, number) in findings.points.iter().zip(1..) {
        for run in &point.runs {
            let metrics = METRICS.iter().map(|metric| (metric.value)(run).to_string());
            let setting = std::iter::once(format!("{number}")).chain(point.values.iter().cloned());
            write(setting.chain([run.seed.to_string(), end_name(&run.end)]).chain(metrics).collect());
        }
    }
    let bytes = writer.into_inner().expect("flushing to memory does not fail");
    String::from_utf8(bytes).expect("only strings were written")
}
