//! The two throttles against each other: where it is short, and where it is harmful.

use maud::{Markup, html};
use rivera_experiment::{Comparison, SettingResult};
use rivera_sim::{Metric, Setting};
use serde_json::{Value, json};

use super::chart::{Chart, DataTable};
use crate::figures::figure;
use crate::summary;

const ROW_PX: usize = 34;
/// One map for what an operator wants, two for what is not wanted.
const KEYS: [&str; 3] = ["duration_s", "instance_downtime_s", "crashes"];

/// The maps of the settings, if both throttles have several values and nothing else is varied.
pub(super) fn figures(comparison: &Comparison) -> Markup {
    let settings = &comparison.settings;
    let has_others = settings.iter().any(|result| !result.others.is_empty());
    let cells = in_order(settings, |setting| setting.max_in_flight.to_string());
    let starts = in_order(settings, |setting| setting.max_starts.to_string());
    if has_others || cells.len() < 2 || starts.len() < 2 {
        return html! {};
    }
    let metrics = summary::metrics(comparison).filter(|metric| KEYS.contains(&metric.key));
    html! { @for metric in metrics { (map(comparison, metric, &cells, &starts)) } }
}

/// The values in the order in which they were asked for, each once.
fn in_order(settings: &[SettingResult], value: impl Fn(&Setting) -> String) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for value in settings.iter().map(|result| value(&result.setting)) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

fn map(comparison: &Comparison, metric: &'static Metric, cells: &[String], starts: &[String]) -> Markup {
    let of = |result: &SettingResult| summary::figures(&[metric], result).map(|(_, stat)| stat.median).next();
    let values: Value = comparison
        .settings
        .iter()
        .map(|result| {
            let median = of(result).unwrap_or_default();
            json!({
                "cells": result.setting.max_in_flight.to_string(), "starts": result.setting.max_starts.to_string(),
                "value": median, "text": figure(metric.unit, median),
            })
        })
        .collect();
    let axis = |title: &str| json!({ "title": title, "domain": false, "ticks": false, "labelAngle": 0 });
    let x = json!({ "field": "cells", "type": "nominal", "sort": cells, "axis": axis("max in flight") });
    let y = json!({ "field": "starts", "type": "nominal", "sort": starts, "axis": axis("max starts") });
    let chart = Chart {
        id: id(metric.key),
        title: title(metric.key),
        help: format!("The median of each setting, the darker the more. {}", metric.help),
        height_px: ROW_PX * starts.len(),
        values,
        layers: vec![
            json!({
                "mark": { "type": "rect", "cornerRadius": 3 },
                "encoding": {
                    "x": x, "y": y,
                    "opacity": { "field": "value", "type": "quantitative", "scale": { "range": [0.06, 0.75] }, "legend": null },
                    "color": { "value": if metric.key == "duration_s" { "var(--blue)" } else { "var(--bad)" } },
                    "tooltip": [
                        { "field": "cells", "title": "max in flight" }, { "field": "starts", "title": "max starts" },
                        { "field": "text", "title": metric.title },
                    ],
                },
            }),
            json!({
                "mark": { "type": "text", "color": "var(--text)" },
                "encoding": { "x": x, "y": y, "text": { "field": "text" } },
            }),
        ],
    };
    chart.with_data(&DataTable {
        headings: vec!["max in flight", "max starts", metric.title],
        rows: comparison
            .settings
            .iter()
            .map(|result| {
                let value = of(result).unwrap_or_default();
                let Setting { max_in_flight, max_starts } = result.setting;
                vec![max_in_flight.to_string(), max_starts.to_string(), figure(metric.unit, value)]
            })
            .collect(),
    })
}

fn id(key: &str) -> &'static str {
    match key {
        "duration_s" => "heat-duration",
        "crashes" => "heat-crashes",
        _ => "heat-downtime",
    }
}

fn title(key: &str) -> &'static str {
    match key {
        "duration_s" => "Duration by both throttles",
        "crashes" => "Crashes by both throttles",
        _ => "Downtime by both throttles",
    }
}
