//! When each zone was updated: BOSH takes those of a group strictly one after the other (D.3).

use maud::Markup;
use rivera_sim::ZoneSpan;
use serde_json::{Value, json};

use super::axis;
use super::chart::{Chart, DataTable};
use crate::figures::{count, duration, many};
use crate::summary;

const ROW_PX: usize = 30;
/// Room for the name of a group beside that of a zone.
const GROUP_LABELS_PX: u32 = 160;

pub(super) fn figure(zones: &[ZoneSpan], end_s: f64) -> Markup {
    let text = |zone: &ZoneSpan| format!("{}, {} at a time", many(zone.cells, "cell"), count(zone.in_flight));
    // Where there are several groups of cells a zone is one of each.
    let of_groups = summary::has_groups(zones);
    let name = |zone: &ZoneSpan| {
        if of_groups { format!("{} {}", zone.group, zone.zone) } else { zone.zone.clone() }
    };
    let labels_px = if of_groups { GROUP_LABELS_PX } else { axis::LABELS_PX };
    let values: Value = zones
        .iter()
        .map(|zone| {
            json!({
                "zone": name(zone), "start": zone.start_s, "end": zone.end_s, "text": text(zone),
                "from": duration(zone.start_s), "to": duration(zone.end_s),
                "took": duration(zone.end_s - zone.start_s),
            })
        })
        .collect();
    let y = json!({
        "field": "zone", "type": "nominal", "sort": null,
        "axis": { "title": null, "domain": false, "minExtent": axis::LABELS_PX, "labelLimit": labels_px },
    });
    let x = json!({
        "field": "start", "type": "quantitative", "scale": { "domain": [0.0, end_s], "nice": false },
        "axis": axis::linear(None, 0.0, end_s),
    });
    let tooltip = json!([
        { "field": "zone" }, { "field": "text", "title": "cells" },
        { "field": "from" }, { "field": "to" }, { "field": "took" },
    ]);
    let chart = Chart {
        id: "zones",
        title: "Zones",
        help: if of_groups {
            "The zones of a group go one after the other, each with its own number of cells at a time; so do groups, unless \
             they are not serial."
                .to_owned()
        } else {
            "One zone after the other, each with its own number of cells at a time.".to_owned()
        },
        height_px: ROW_PX * zones.len(),
        values,
        layers: vec![
            json!({
                "mark": { "type": "bar", "height": 20, "cornerRadius": 3, "color": "var(--accent)", "opacity": 0.3 },
                "encoding": { "y": y, "x": x, "x2": { "field": "end" }, "tooltip": tooltip },
            }),
            json!({
                "mark": { "type": "text", "align": "left", "dx": 6 },
                "encoding": { "y": y, "x": x, "text": { "field": "text" } },
            }),
        ],
    };
    chart.with_data(&DataTable {
        headings: vec!["zone", "cells", "at a time", "from", "to", "took"],
        rows: zones
            .iter()
            .map(|zone| {
                vec![
                    name(zone),
                    count(zone.cells),
                    count(zone.in_flight),
                    duration(zone.start_s),
                    duration(zone.end_s),
                    duration(zone.end_s - zone.start_s),
                ]
            })
            .collect(),
    })
}
