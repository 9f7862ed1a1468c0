//! Duration against downtime: what an operator weighs.

use maud::Markup;
use rivera_experiment::Comparison;
use serde_json::{Value, json};

use super::chart::Chart;
use super::{axis, comparing};

const KEYS: [&str; 5] =
    ["duration_s", "evacuation_timeouts", "instance_downtime_s", "apps_down", "longest_app_down_s"];

pub(super) fn figure(comparison: &Comparison) -> Markup {
    let (from_s, to_s) = comparing::bounds(comparison, "duration_s");
    let (x_scale, x_axis) = axis::spanning(Some("duration"), from_s, to_s);
    let x = |field: &str| json!({ "field": field, "type": "quantitative", "scale": x_scale, "axis": x_axis });
    let (from_s, to_s) = comparing::bounds(comparison, "instance_downtime_s");
    let (y_scale, y_axis) = axis::from_zero(Some("downtime of instances"), from_s, to_s);
    let y = |field: &str| json!({ "field": field, "type": "quantitative", "scale": y_scale, "axis": y_axis });
    let range = |encoding: Value| json!({ "mark": { "type": "rule", "opacity": 0.5 }, "encoding": encoding });
    let chart = Chart {
        id: "trade-off",
        title: "Duration against downtime",
        help: "A point is a setting (max in flight / max starts) at the medians of its runs; its lines reach from the \
               least to the greatest. Further left is sooner, further down is gentler."
            .to_owned(),
        height_px: 340,
        values: comparing::values(comparison, &KEYS),
        layers: vec![
            range(json!({
                "x": x("duration_s_min"), "x2": { "field": "duration_s_max" },
                "y": y("instance_downtime_s"), "color": comparing::colour(comparison),
            })),
            range(json!({
                "x": x("duration_s"), "color": comparing::colour(comparison),
                "y": y("instance_downtime_s_min"), "y2": { "field": "instance_downtime_s_max" },
            })),
            json!({
                "mark": { "type": "circle", "size": 100, "opacity": 1 },
                "encoding": {
                    "x": x("duration_s"), "y": y("instance_downtime_s"), "color": comparing::colour(comparison),
                    "tooltip": comparing::tooltip(&KEYS),
                },
            }),
            // Many settings have no downtime at all and stand in one row: slanted labels do not cover each other.
            json!({
                "mark": { "type": "text", "align": "left", "angle": -40, "dx": 9, "dy": -2 },
                "encoding": {
                    "x": x("duration_s"), "y": y("instance_downtime_s"), "text": { "field": "setting" },
                },
            }),
        ],
    };
    chart.with_data(&comparing::data(comparison, &KEYS))
}
