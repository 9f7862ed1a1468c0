//! Refused placements by the auctioneer's reason.

use maud::{Markup, html};
use rivera_experiment::Comparison;
use serde_json::{Value, json};

use super::chart::{Chart, DataTable};
use crate::figures::count;
use crate::summary;

const ROW_PX: usize = 26;

pub(super) fn figure(comparison: &Comparison) -> Markup {
    let rows = || {
        comparison.settings.iter().flat_map(|result| {
            summary::placement_failures(result)
                .into_iter()
                .map(move |(reason, failures)| (result, reason, failures))
        })
    };
    if rows().next().is_none() {
        return html! { p #refusals { "No placement was refused in any run." } };
    }
    let refused_settings =
        comparison.settings.iter().filter(|result| !summary::placement_failures(result).is_empty()).count();
    let values: Value = rows()
        .map(|(result, reason, failures)| {
            json!({
                "setting": summary::short_name(result),
                "reason": reason,
                "failures": failures,
                "failures_text": count(failures),
            })
        })
        .collect();
    let chart = Chart {
        id: "refusals",
        title: "Placements refused",
        help: "By the auctioneer's reason, all runs of a setting together. A refused instance waits for a later \
               convergence pass; until then its old container keeps its cell from being done."
            .to_owned(),
        height_px: ROW_PX * refused_settings,
        values,
        layers: vec![json!({
            "mark": { "type": "bar", "height": 12 },
            "encoding": {
                "y": {
                    "field": "setting", "type": "nominal", "sort": null,
                    "axis": { "title": null, "domain": false },
                },
                "x": { "field": "failures", "type": "quantitative", "axis": { "title": null, "tickCount": 6 } },
                "color": {
                    "field": "reason", "type": "nominal",
                    "legend": { "title": null, "orient": "top", "columns": 1, "labelLimit": 600 },
                },
                "tooltip": [
                    { "field": "setting", "title": "max in flight / max starts" },
                    { "field": "reason", "title": "reason" },
                    { "field": "failures_text", "title": "refused" },
                ],
            },
        })],
    };
    chart.with_data(&DataTable {
        headings: vec!["setting", "reason", "refused"],
        rows: rows()
            .map(|(result, reason, failures)| vec![summary::name(result), reason.to_owned(), count(failures)])
            .collect(),
    })
}
