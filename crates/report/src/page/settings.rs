//! The settings side by side in a table that can be sorted.

use maud::{Markup, html};
use rivera_sim::{Comparison, Metric, SettingResult, Stat};

use crate::figures::{figure, range};
use crate::summary;

pub(super) fn section(comparison: &Comparison) -> Markup {
    let runs = comparison.seeds.len();
    let metrics: Vec<&Metric> = summary::metrics(comparison).collect();
    html! {
        section #settings {
            h2 { "Settings" }
            p.muted {
                @if runs == 1 { "One run of each setting." }
                @else { "Median of " (runs) " runs of each setting, least and greatest below it." }
                " Less is better in every column. A heading sorts by its column; "
                a href="#terms" { "the terms are explained below" } "."
            }
            div.scroll {
                table #comparison {
                    thead {
                        tr {
                            (heading("max_in_flight", "max in flight", "Cells updated at once in a zone."))
                            (heading("max_starts", "max starts", "Containers that may be starting at once."))
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
            td.bad[finished < result.runs.len()] data-value=(result.runs.len() - finished) {
                (finished) " of " (result.runs.len())
            }
            @for (metric, stat) in summary::figures(metrics, result) { (cell(metric, stat)) }
        }
    }
}

fn cell(metric: &Metric, stat: &Stat) -> Markup {
    html! {
        td.zero[stat.max == 0.0] data-value=(stat.median) {
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
