//! The findings as a table for a terminal.

use rivera_experiment::{Findings, Plan};

use super::shown;
use crate::figures::{count, figure, many};
use crate::grid::{Emphasis, Grid};
use crate::terminal::{Terminal, harmless};

/// Each setting with the median of each metric; below it the 95 % interval, and the difference to the base line with the
/// interval of that. Settings on the front are marked `*`. Ends with a line break.
#[must_use]
pub fn table(plan: &Plan, findings: &Findings<'_>, terminal: Terminal) -> String {
    let fleet = &plan.fleet;
    let runs: usize = findings.points.iter().map(|point| point.runs.len()).sum();
    let mut text = format!(
        "{}\n{}, {}; {} with {} in all\n\n",
        terminal.heading(&harmless(&fleet.name)),
        many(fleet.cells, "cell"),
        many(fleet.instances, "instance"),
        many(findings.points.len(), "setting"),
        many(runs, "run"),
    );
    text += &points(plan, findings).render(terminal);
    text += &terminal.paragraph(
        "* no other setting is better in everything that counts: duration, downtime, crashes, load of cells. Below a median \
         its 95 % interval (bootstrap of the median); Δ is the difference to the base line, seed by seed.",
        "",
    );
    if !findings.assertions.is_empty() {
        text.push('\n');
        let broken = shown::broken(plan, findings);
        if broken.is_empty() {
            text += &match findings.assertions.len() {
                1 => "The assertion holds.\n".to_owned(),
                all => format!("All of {} hold.\n", many(all, "assertion")),
            };
        }
        for sentence in broken {
            text += &terminal.paragraph(&harmless(&sentence), "  ");
        }
    }
    text
}

fn points(plan: &Plan, findings: &Findings<'_>) -> Grid {
    let metrics = shown::metrics(plan);
    let some_unfinished = findings.points.iter().any(|point| shown::finished(point) < point.runs.len());
    let some_more_seeds = plan.seeds.precision_percent.is_some();
    let mut keys = vec![String::new()];
    keys.extend(plan.axes.iter().map(|axis| axis.key.replacen('.', ".\n", 1).replacen("_in_", "_in\n_", 1)));
    if some_more_seeds {
        keys.push("runs".to_owned());
    }
    if some_unfinished {
        keys.push("finished".to_owned());
    }
    let titles = metrics.iter().map(|(_, metric)| metric.title.replace(' ', "\n"));
    let mut grid = Grid::of_numbers(keys.len(), keys.iter().cloned().chain(titles).collect());
    for (position, point) in findings.points.iter().enumerate() {
        let mut row = vec![if point.is_on_front { "*" } else { "" }.to_owned()];
        row.extend(point.values.iter().map(|value| harmless(value)));
        if some_more_seeds {
            row.push(count(point.runs.len() as u64));
        }
        if some_unfinished {
            row.push(format!("{} of {}", shown::finished(point), point.runs.len()));
        }
        let figures = || metrics.iter().map(|(at, metric)| (metric.unit, &point.summaries[*at]));
        row.extend(figures().map(|(unit, summary)| figure(unit, summary.interval.median)));
        grid.row(if point.is_on_front { Emphasis::Strong } else { Emphasis::Plain }, row);
        let mut below = |label: &str, cells: Vec<Option<String>>| {
            if cells.iter().any(Option::is_some) {
                let mut blanks: Vec<String> = keys.iter().map(|_| String::new()).collect();
                blanks[0] = label.to_owned();
                // Without the blanks inside durations, which would make every column wider.
                let cells = cells.into_iter().map(|cell| cell.unwrap_or_default().replace(' ', ""));
                grid.row(Emphasis::Faint, blanks.into_iter().chain(cells).collect());
            }
        };
        below("", figures().map(|(unit, summary)| shown::interval(unit, &summary.interval)).collect());
        if position != plan.baseline {
            let differences = figures().map(|(unit, summary)| {
                let difference = summary.difference?;
                Some(shown::signed(unit, difference.median)).filter(|text| text.starts_with(['+', '-']))
            });
            below("Δ", differences.collect());
        }
    }
    grid
}
