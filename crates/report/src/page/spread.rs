//! How long each setting takes, and how much that depends on chance.

use maud::Markup;
use rivera_experiment::Comparison;
use serde_json::json;

use super::chart::Chart;
use super::{axis, comparing};

const ROW_PX: usize = 26;
const KEYS: [&str; 1] = ["duration_s"];

pub(super) fn figure(comparison: &Comparison) -> Markup {
    let (from_s, to_s) = comparing::bounds(comparison, "duration_s");
    let y = json!({
        "field": "setting", "type": "nominal", "sort": null, "axis": { "title": null, "domain": false },
    });
    let (scale, axis) = axis::spanning(None, from_s, to_s);
    let x = |field: &str| json!({ "field": field, "type": "quantitative", "scale": scale, "axis": axis });
    let chart = Chart {
        id: "spread",
        title: "Duration of each setting",
        help: "The thin bar reaches from the least to the greatest of the runs, the thick one is the 95 % interval of their median \
               (bootstrap), the dot the median. A roll-out that did not finish counts until it ended."
            .to_owned(),
        height_px: ROW_PX * comparison.settings.len(),
        values: comparing::values(comparison, &KEYS),
        layers: vec![
            json!({
                "mark": { "type": "bar", "height": 3, "cornerRadius": 1, "opacity": 0.4 },
                "encoding": {
                    "y": y, "x": x("duration_s_min"), "x2": { "field": "duration_s_max" },
                    "color": comparing::colour(comparison), "tooltip": comparing::tooltip(&KEYS),
                },
            }),
            json!({
                "mark": { "type": "bar", "height": 9, "cornerRadius": 4, "opacity": 0.45 },
                "encoding": {
                    "y": y, "x": x("duration_s_low"), "x2": { "field": "duration_s_high" },
                    "color": comparing::colour(comparison), "tooltip": comparing::tooltip(&KEYS),
                },
            }),
            json!({
                "mark": { "type": "circle", "size": 90, "opacity": 1 },
                "encoding": {
                    "y": y, "x": x("duration_s"),
                    "color": comparing::colour(comparison), "tooltip": comparing::tooltip(&KEYS),
                },
            }),
        ],
    };
    chart.with_data(&comparing::data(comparison, &KEYS))
}
