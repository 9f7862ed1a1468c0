//! The comparison as a table for a terminal, and under it the answer in sentences.

use rivera_experiment::{Comparison, SettingResult};
use rivera_sim::Metric;

use crate::figures::{count, figure, many, range};
use crate::grid::{Emphasis, Grid};
use crate::summary;
use crate::terminal::{Terminal, harmless};

/// What decides between settings comes first, so that it stands in the first table wherever there is room for one only.
const FIRST: [&str; 5] = ["duration_s", "evacuation_timeouts", "instance_downtime_s", "apps_down", "crashes"];

/// The settings with the figures that fit beside each other, which are the most important ones, and the recommendation with its
/// reasons.
#[must_use]
pub fn short_table(comparison: &Comparison, terminal: Terminal) -> String {
    let settings = settings(comparison).render_first(terminal);
    settings + &list(&headline(comparison), &comparison.reasons, terminal)
}

/// All settings with the median of every figure and, where the runs differ, its range over the seeds below it. The
/// recommended setting is marked with `▶`. Then the recommendation with its reasons, warnings and refused placements.
#[must_use]
pub fn table(comparison: &Comparison, terminal: Terminal) -> String {
    let fleet = format!(
        "{}; {} of each setting",
        harmless(&summary::fleet(&comparison.fleet)),
        many(comparison.seeds.len(), "run")
    );
    let mut text = format!(
        "{}\n{}\n",
        terminal.heading(&harmless(&comparison.fleet.name)),
        terminal.paragraph(&fleet, "")
    );
    text += &settings(comparison).render(terminal);
    if comparison.seeds.len() > 1 {
        text += "\nMedian of the runs, least and greatest below it.\n";
    }
    text += &list(&headline(comparison), &comparison.reasons, terminal);
    for (heading, sentences) in [
        ("Warnings", summary::warnings(comparison)),
        ("Placements refused (all runs together)", refused(comparison)),
    ] {
        if !sentences.is_empty() {
            text += &list(heading, &sentences, terminal);
        }
    }
    text
}

fn settings(comparison: &Comparison) -> Grid {
    let some_given_up =
        comparison.settings.iter().any(|result| summary::finished_runs(result) < result.runs.len());
    let mut keys = vec!["max in\nflight".to_owned(), "max\nstarts".to_owned()];
    if some_given_up {
        keys.push("finished".to_owned());
    }
    let mut metrics: Vec<&Metric> = summary::metrics(comparison).collect();
    metrics.sort_by_key(|metric| FIRST.iter().position(|key| *key == metric.key).unwrap_or(FIRST.len()));
    let titles = metrics.iter().map(|metric| metric.title.replace(' ', "\n"));
    let mut grid = Grid::of_numbers(keys.len(), keys.iter().cloned().chain(titles).collect());

    for (position, result) in comparison.settings.iter().enumerate() {
        let best = comparison.best == Some(position);
        let mut medians = vec![
            format!("{}{}", if best { "▶ " } else { "" }, result.setting.max_in_flight),
            result.setting.max_starts.to_string(),
        ];
        if some_given_up {
            medians.push(format!("{} of {}", summary::finished_runs(result), result.runs.len()));
        }
        let figures = || summary::figures(&metrics, result);
        medians.extend(figures().map(|(metric, stat)| figure(metric.unit, stat.median)));
        grid.row(if best { Emphasis::Strong } else { Emphasis::Plain }, medians);

        // Without the blanks inside durations, which would make every column wider.
        let narrow = |range: String| range.replace(' ', "");
        let ranges: Vec<Option<String>> =
            figures().map(|(metric, stat)| range(metric.unit, stat).map(narrow)).collect();
        if ranges.iter().any(Option::is_some) {
            let blanks = keys.iter().map(|_| String::new());
            grid.row(
                Emphasis::Faint,
                blanks.chain(ranges.into_iter().map(Option::unwrap_or_default)).collect(),
            );
        }
    }
    grid
}

fn headline(comparison: &Comparison) -> String {
    match comparison.best.and_then(|best| comparison.settings.get(best)) {
        Some(result) if result.is_without_harm() => format!("Recommended: {}", summary::name(result)),
        Some(result) => format!("None is without harm; the least downtime has {}", summary::name(result)),
        None => "No setting can be recommended".to_owned(),
    }
}

fn refused(comparison: &Comparison) -> Vec<String> {
    comparison.settings.iter().filter_map(refused_by_reason).collect()
}

fn refused_by_reason(result: &SettingResult) -> Option<String> {
    let reasons: Vec<String> = summary::placement_failures(result)
        .into_iter()
        .map(|(reason, failures)| format!("{} {reason}", count(failures)))
        .collect();
    (!reasons.is_empty()).then(|| format!("{}: {}", summary::name(result), reasons.join(", ")))
}

/// A heading with its sentences below.
fn list(heading: &str, sentences: &[String], terminal: Terminal) -> String {
    let lines: String = sentences.iter().map(|sentence| terminal.item(&harmless(sentence))).collect();
    format!("\n{}\n{lines}", terminal.heading(heading))
}
