//! What the charts that compare settings have in common: their rows, and how the recommended setting stands out.

use maud::{Markup, html};
use rivera_experiment::{Interval, front, goals};
use rivera_sim::{Comparison, End, METRICS, Metric, SettingResult, Stat};
use serde_json::{Map, Value, json};

use super::chart::DataTable;
use super::{heat_map, refusals, spread, trade_off};
use crate::figures::{figure, range};
use crate::summary;

pub(super) fn section(comparison: &Comparison) -> Markup {
    html! {
        section #charts {
            h2 { "What the settings trade" }
            (trade_off::figure(comparison))
            (spread::figure(comparison))
            (heat_map::figures(comparison))
            (refusals::figure(comparison))
        }
    }
}

/// A row for each setting: `setting`, `kind`, and of each figure its median under its key, with `_min`, `_max` and
/// `_text` added, and `_low` and `_high`, the 95 % interval of the median.
pub(super) fn values(comparison: &Comparison, keys: &[&str]) -> Value {
    let row = |(position, result): (usize, &SettingResult)| {
        let mut row = Map::new();
        row.insert("setting".to_owned(), json!(summary::short_name(result)));
        row.insert("kind".to_owned(), json!(kind(comparison, position, result)));
        for (metric, stat) in chosen(result, keys) {
            let interval = interval(metric, result);
            row.insert(format!("{}_low", metric.key), json!(interval.low));
            row.insert(format!("{}_high", metric.key), json!(interval.high));
            row.insert(metric.key.to_owned(), json!(stat.median));
            row.insert(format!("{}_min", metric.key), json!(stat.min));
            row.insert(format!("{}_max", metric.key), json!(stat.max));
            row.insert(format!("{}_text", metric.key), json!(text(metric, stat)));
        }
        Value::Object(row)
    };
    comparison.settings.iter().enumerate().map(row).collect()
}

/// The same for reading.
pub(super) fn data(comparison: &Comparison, keys: &[&str]) -> DataTable {
    let titles = METRICS.iter().filter(|metric| keys.contains(&metric.key)).map(|metric| metric.title);
    let row = |(position, result): (usize, &SettingResult)| {
        let first = [summary::name(result), kind(comparison, position, result).to_owned()];
        first.into_iter().chain(chosen(result, keys).map(|(metric, stat)| text(metric, stat))).collect()
    };
    DataTable {
        headings: ["setting", "kind"].into_iter().chain(titles).collect(),
        rows: comparison.settings.iter().enumerate().map(row).collect(),
    }
}

/// The least and the greatest value of a figure in any run.
pub(super) fn bounds(comparison: &Comparison, key: &str) -> (f64, f64) {
    let stats = || comparison.settings.iter().flat_map(|result| &result.stats).filter(|stat| stat.key == key);
    let least = stats().map(|stat| stat.min).fold(f64::INFINITY, f64::min);
    let greatest = stats().map(|stat| stat.max).fold(0.0, f64::max);
    (least.min(greatest), greatest)
}

/// What the chart's tooltip says of each figure.
pub(super) fn tooltip(keys: &[&str]) -> Value {
    let figures = METRICS
        .iter()
        .filter(|metric| keys.contains(&metric.key))
        .map(|metric| json!({ "field": format!("{}_text", metric.key), "title": metric.title }));
    let setting = json!({ "field": "setting", "title": "max in flight / max starts" });
    std::iter::once(setting).chain(figures).collect()
}

/// Colour by kind. The names of the colours are those of the page's style, which knows light and dark.
pub(super) fn colour(comparison: &Comparison) -> Value {
    let occurs = |wanted: &str| {
        let mut settings = comparison.settings.iter().enumerate();
        settings.any(|(position, result)| kind(comparison, position, result) == wanted)
    };
    let (kinds, colours): (Vec<&str>, Vec<&str>) = [
        ("recommended", "var(--accent)"),
        ("on the front", "var(--blue)"),
        ("finished", "var(--neutral)"),
        ("unfinished", "var(--bad)"),
    ]
    .into_iter()
    .filter(|(kind, _)| occurs(kind))
    .unzip();
    json!({
        "field": "kind",
        "scale": { "domain": kinds, "range": colours },
        "legend": { "title": null, "orient": "top", "symbolType": "circle", "symbolOpacity": 1 },
    })
}

fn kind(comparison: &Comparison, position: usize, result: &SettingResult) -> &'static str {
    if comparison.best == Some(position) {
        "recommended"
    } else if !is_finished(result) {
        "unfinished"
    } else if is_on_front(comparison, result) {
        "on the front"
    } else {
        "finished"
    }
}

fn is_finished(result: &SettingResult) -> bool {
    result.runs.iter().all(|run| run.end == End::Finished)
}

/// Whether no other setting is better in everything that counts.
fn is_on_front(comparison: &Comparison, result: &SettingResult) -> bool {
    let finished: Vec<&SettingResult> = comparison.settings.iter().filter(|it| is_finished(it)).collect();
    let goals: Vec<[f64; 4]> = finished.iter().map(|it| goals(&it.runs.iter().collect::<Vec<_>>())).collect();
    front(&goals).into_iter().any(|at| std::ptr::eq(finished[at], result))
}

/// The median of a figure with its 95 % interval.
pub(super) fn interval(metric: &Metric, result: &SettingResult) -> Interval {
    Interval::of(&result.runs.iter().map(metric.value).collect::<Vec<_>>())
}

fn chosen<'a>(result: &'a SettingResult, keys: &[&str]) -> impl Iterator<Item = (&'static Metric, &'a Stat)> {
    METRICS.iter().zip(&result.stats).filter(move |(metric, _)| keys.contains(&metric.key))
}

fn text(metric: &Metric, stat: &Stat) -> String {
    let median = figure(metric.unit, stat.median);
    range(metric.unit, stat).map_or(median.clone(), |range| format!("{median} ({range})"))
}
