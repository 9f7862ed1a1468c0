//! The findings as Markdown, for what shows the result of a build.

use rivera_experiment::{Findings, Plan};

use super::shown;
use crate::figures::figure;
use crate::markdown::escaped;

/// A table of all settings, and whether the assertions hold. Ends with a line break.
#[must_use]
pub fn markdown(plan: &Plan, findings: &Findings<'_>) -> String {
    let metrics = shown::metrics(plan);
    let mut text = format!("## {}\n\n", escaped(&plan.fleet.name));
    if !findings.assertions.is_empty() {
        for result in &findings.assertions {
            let mark = if result.broken.is_empty() { "✅" } else { "❌" };
            text += &format!("- {mark} `{}`\n", result.assertion);
        }
        for sentence in shown::broken(plan, findings) {
            text += &format!("- {}\n", escaped(&sentence));
        }
        text.push('\n');
    }
    let axes = plan.axes.iter().map(|axis| axis.key.as_str());
    let titles = metrics.iter().map(|(_, metric)| metric.title);
    let headings: Vec<&str> = axes.chain(titles).collect();
    text += &format!("| | {} |\n|---|{}\n", headings.join(" | "), "---:|".repeat(headings.len()));
    for point in &findings.points {
        let values = point.values.iter().map(|value| escaped(value));
        let figures = metrics.iter().map(|(at, metric)| {
            let interval = &point.summaries[*at].interval;
            let median = figure(metric.unit, interval.median);
            match shown::interval(metric.unit, interval) {
                Some(range) => format!("{median} ({range})"),
                None => median,
            }
        });
        let cells: Vec<String> = values.chain(figures).collect();
        text += &format!("| {} | {} |\n", if point.is_on_front { "★" } else { "" }, cells.join(" | "));
    }
    text += "\nMedian over the seeds, with its 95 % interval (bootstrap). ★: no other setting is better in duration, downtime, \
             crashes and load of cells.\n";
    text
}
