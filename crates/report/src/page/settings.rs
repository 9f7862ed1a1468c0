//! The settings side by side in a table that can be sorted.

use std::collections::BTreeSet;

use maud::{Markup, html};
use rivera_experiment::{Comparison, SettingResult, Stat};
use rivera_sim::Metric;

use super::comparing::interval;
use crate::figures::{figure, range};
use crate::summary;

pub(super) fn section(comparison: &Comparison) -> Markup {
    let counts: BTreeSet<usize> = comparison.settings.iter().map(|result| result.runs.len()).collect();
    let runs = counts.last().copied().unwrap_or(0);
    let metrics: Vec<&Metric> = summary::metrics(comparison).collect();
    let others = comparison.settings.first().map_or(&[][..], |result| &result.others);
    html! {
        section #settings {
            h2 { "Settings" }
            p.muted {
                @if runs == 1 { "One run of each setting." }
                @else if counts.len() > 1 { "Median of the runs of each setting, which has one to " (runs) ", least and greatest below it; its 95 % interval where the pointer rests." }
                @else { "Median of " (runs) " runs of each setting, least and greatest below it; its 95 % interval where the pointer rests." }
                " Less is better in every column. A heading sorts by its column; "
                a href="#terms" { "the terms are explained below" } "."
            }
            div.scroll {
                table #comparison {
                    thead {
                        tr {
                            (heading("max_in_flight", "max in flight", "Cells updated at once in a zone."))
                            (heading("max_starts", "max starts", "Containers that may be starting at once."))
                            @for (key, _) in others { (heading(key, key, "A key of the scenario.")) }
                            (heading("unfinished", "finished", "Runs in which all cells were updated."))
                            @for metric in &metrics { (heading(metric.key, metric.title, metric.help)) }
                        }
                    }
                    tbody {
                        @for (position, result) in comparison.settings.iter().enumerate() {
                            (row(comparison, &metrics, result, comparison.best == Some(position)))
                        }
                    }
                }
            }
        }
    }
}

fn heading(key: &str, title: &str, help: &str) -> Markup {
    html! { th scope="col" data-key=(key) title=(help) { button type="button" { (title) } } }
}

fn row(comparison: &Comparison, metrics: &[&'static Metric], result: &SettingResult, best: bool) -> Markup {
    let finished = summary::finished_runs(result);
    // Percentages and integers have an order of their own, which a script need not know.
    let in_flight_rank =
        comparison.settings.iter().filter(|other| other.setting.max_in_flight < result.setting.max_in_flight);
    let starts_rank =
        comparison.settings.iter().filter(|other| other.setting.max_starts < result.setting.max_starts);
    html! {
        tr.best[best] {
            td data-value=(in_flight_rank.count()) {
                @if best { span.mark title="Recommended" { "▶ " } }
                (result.setting.max_in_flight)
            }
            td data-value=(starts_rank.count()) { (result.setting.max_starts) }
            @for (position, (_, value)) in result.others.iter().enumerate() {
                td data-value=(rank(comparison, position, value)) { (value) }
            }
            td.bad[finished < result.runs.len()] data-value=(result.runs.len() - finished) {
                (finished) " of " (result.runs.len())
            }
            @for (metric, stat) in summary::figures(metrics, result) { (cell(metric, stat, result)) }
        }
    }
}

/// Values of other keys have the order in which they first appear.
fn rank(comparison: &Comparison, position: usize, value: &str) -> usize {
    let values = comparison.settings.iter().filter_map(|result| result.others.get(position));
    values.take_while(|(_, other)| other != value).count()
}

fn cell(metric: &Metric, stat: &Stat, result: &SettingResult) -> Markup {
    let interval = interval(metric, result);
    let [low, high] = [interval.low, interval.high].map(|value| figure(metric.unit, value));
    let title = (result.runs.len() > 1).then(|| format!("95 % interval of the median: {low} to {high}"));
    html! {
        td.zero[stat.max == 0.0] data-value=(stat.median) title=[title] {
            (figure(metric.unit, stat.median))
            @if let Some(range) = range(metric.unit, stat) { span.range { (breakable(&range)) } }
        }
    }
}

/// Where the table has too little room, a range may be broken after its dash and nowhere else.
fn breakable(range: &str) -> Markup {
    let (least, greatest) = range.split_once('–').unwrap_or((range, ""));
    html! { span { (least) "–" } wbr; span { (greatest) } }
}
