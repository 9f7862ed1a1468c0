//! How long each setting takes, and how much that depends on chance.

use maud::Markup;
use rivera_sim::Comparison;
use serde_json::json;

use super::chart::Chart;
use super::{axis, comparing};

const KEYS: [&str; 1] = ["duration_s"];

pub(super) fn figure(comparison: &Comparison) -> Markup {
    let (_, to_s) = comparing::bounds(comparison, "duration_s");
    let y = json!({ "field": "setting", "type": "nominal", "sort": null, "axis": { "title": null, "domain": false } });
    let x = |field: &str| {
        json!({
            "field": field, "type": "quantitative", "scale": { "nice": false, "zero": true },
            "axis": axis::linear(None, 0.0, to_s),
        })
    };
    let chart = Chart {
        id: "spread",
        title: "Duration of each setting",
        help: "The bar reaches from the least to the greatest of the runs, the dot is their median. A roll-out that \
               was given up counts until then."
            .to_owned(),
        height: json!({ "step": 26 }),
        values: comparing::values(comparison, &KEYS),
        layers: vec![
            json!({
                "mark": { "type": "bar", "height": 8, "cornerRadius": 4, "opacity": 0.4 },
                "encoding": {
                    "y": y, "x": x("duration_s_min"), "x2": { "field": "duration_s_max" },
                    "color": comparing::colour(), "tooltip": comparing::tooltip(&KEYS),
                },
            }),
            json!({
                "mark": { "type": "circle", "size": 90, "opacity": 1 },
                "encoding": {
                    "y": y, "x": x("duration_s"),
                    "color": comparing::colour(), "tooltip": comparing::tooltip(&KEYS),
                },
            }),
        ],
    };
    chart.with_data(&comparing::data(comparison, &KEYS))
}
