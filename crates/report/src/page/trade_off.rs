//! Duration against downtime: what an operator weighs.

use maud::Markup;
use rivera_sim::Comparison;
use serde_json::{Value, json};

use super::chart::Chart;
use super::{axis, comparing};

const KEYS: [&str; 5] =
    ["duration_s", "evacuation_timeouts", "instance_downtime_s", "apps_down", "longest_app_down_s"];

/// The downtime is drawn on a logarithmic scale if runs are further apart than this, and above a minute.
const SPAN: f64 = 20.0;

pub(super) fn figure(comparison: &Comparison) -> Markup {
    let x = |field: &str| {
        let (from_s, to_s) = comparing::bounds(comparison, "duration_s");
        json!({
            "field": field, "type": "quantitative",
            "scale": { "zero": false, "nice": false, "padding": 30 },
            "axis": axis::linear(Some("duration"), from_s, to_s),
        })
    };
    let y = |field: &str| downtime(comparison, field);
    let range = |encoding: Value| json!({ "mark": { "type": "rule", "opacity": 0.5 }, "encoding": encoding });
    let chart = Chart {
        id: "trade-off",
        title: "Duration against downtime",
        help: "A point is a setting (max in flight / max starts) at the medians of its runs; its lines reach from the \
               least to the greatest. Further left is sooner, further down is gentler."
            .to_owned(),
        height: json!(340),
        values: comparing::values(comparison, &KEYS),
        layers: vec![
            range(json!({
                "x": x("duration_s_min"), "x2": { "field": "duration_s_max" },
                "y": y("instance_downtime_s"), "color": comparing::colour(),
            })),
            range(json!({
                "x": x("duration_s"), "color": comparing::colour(),
                "y": y("instance_downtime_s_min"), "y2": { "field": "instance_downtime_s_max" },
            })),
            json!({
                "mark": { "type": "circle", "size": 100, "opacity": 1 },
                "encoding": {
                    "x": x("duration_s"), "y": y("instance_downtime_s"), "color": comparing::colour(),
                    "tooltip": comparing::tooltip(&KEYS),
                },
            }),
            json!({
                "mark": { "type": "text", "align": "left", "dx": 7, "dy": -8 },
                "encoding": {
                    "x": x("duration_s"), "y": y("instance_downtime_s"), "text": { "field": "setting" },
                },
            }),
        ],
    };
    chart.with_data(&comparing::data(comparison, &KEYS))
}

fn downtime(comparison: &Comparison, field: &str) -> Value {
    let (from_s, to_s) = comparing::bounds(comparison, "instance_downtime_s");
    let title = Some("downtime of instances");
    let (scale, axis) = if to_s > SPAN * from_s.max(60.0) {
        (json!({ "type": "symlog", "constant": 60 }), axis::symlog(title, to_s))
    } else {
        // Where nothing was down the axis still needs a length.
        let top_s = to_s.max(60.0);
        (json!({ "domain": [0.0, top_s] }), axis::linear(title, 0.0, top_s))
    };
    json!({ "field": field, "type": "quantitative", "scale": scale, "axis": axis })
}
