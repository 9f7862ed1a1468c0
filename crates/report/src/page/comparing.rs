//! What the charts that compare settings have in common: their rows, and how the recommended setting stands out.

use maud::{Markup, html};
use rivera_experiment::{Comparison, SettingResult, Stat};
use rivera_experiment::{Interval, front, goals};
use rivera_sim::{End, METRICS, Metric};
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
    let row = |(kind, result): (&str, &SettingResult)| {
        let mut row = Map::new();
        row.insert("setting".to_owned(), json!(summary::short_name(result)));
        row.insert("kind".to_owned(), json!(kind));
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
    kinds(comparison).into_iter().zip(&comparison.settings).map(row).collect()
}

/// The same for reading.
pub(super) fn data(comparison: &Comparison, keys: &[&str]) -> DataTable {
    let titles = METRICS.iter().filter(|metric| keys.contains(&metric.key)).map(|metric| metric.title);
    let row = |(kind, result): (&str, &SettingResult)| {
        let first = [summary::name(result), kind.to_owned()];
        first.into_iter().chain(chosen(result, keys).map(|(metric, stat)| text(metric, stat))).collect()
    };
    DataTable {
        headings: ["setting", "kind"].into_iter().chain(titles).collect(),
        rows: kinds(comparison).into_iter().zip(&comparison.settings).map(row).collect(),
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
    let setting = json!({ "field": "setting", "title": "setting" });
    std::iter::once(setting).chain(figures).collect()
}

/// Colour by kind. The names of the colours are those of the page's style, which knows light and dark.
pub(super) fn colour(comparison: &Comparison) -> Value {
    let occurring = kinds(comparison);
    let (kinds, colours): (Vec<&str>, Vec<&str>) = [
        ("recommended", "var(--accent)"),
        ("on the front", "var(--blue)"),
        ("finished", "var(--neutral)"),
        ("unfinished", "var(--bad)"),
    ]
    .into_iter()
    .filter(|(kind, _)| occurring.contains(kind))
    .unzip();
    json!({
        "field": "kind",
        "scale": { "domain": kinds, "range": colours },
        "legend": { "title": null, "orient": "top", "symbolType": "circle", "symbolOpacity": 1 },
    })
}

/// What kind each setting is. On the front are those that no other one is better than in everything that counts.
fn kinds(comparison: &Comparison) -> Vec<&'static str> {
    let settings = &comparison.settings;
    let is_finished = |ix: &usize| settings[*ix].runs.iter().all(|run| run.end == End::Finished);
    let finished: Vec<usize> = (0..settings.len()).filter(is_finished).collect();
    let goals: Vec<[f64; 4]> =
        finished.iter().map(|&ix| goals(&settings[ix].runs.iter().collect::<Vec<_>>())).collect();
    let mut kinds = vec!["unfinished"; settings.len()];
    for &ix in &finished {
        kinds[ix] = "finished";
    }
    for at in front(&goals) {
        kinds[finished[at]] = "on the front";
    }
    if let Some(kind) = comparison.best.and_then(|best| kinds.get_mut(best)) {
        *kind = "recommended";
    }
    kinds
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
