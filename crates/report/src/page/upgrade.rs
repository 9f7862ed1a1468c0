//! The whole upgrade of one run: when each group and each errand had its turn, and what was away (D.3, D.7).

use maud::{Markup, html};
use rivera_sim::UpgradeOutcome;
use serde_json::{Value, json};

use super::axis;
use super::chart::{Chart, DataTable};
use crate::figures::duration;
use crate::upgrade_rows::{COMPONENTS, SPANS, components, spans};

const ROW_PX: usize = 18;

/// Names of groups are longer than those of zones.
const LABELS_PX: u32 = 160;

pub(super) fn figure(upgrade: &UpgradeOutcome, end_s: f64) -> Markup {
    let spans = spans(upgrade);
    let values: Value = spans
        .iter()
        .map(|span| {
            json!({
                "what": span.name, "of": span.of, "start": span.start_s, "end": span.end_s,
                "from": duration(span.start_s), "to": duration(span.end_s),
                "took": duration(span.end_s - span.start_s),
            })
        })
        .collect();
    let y = json!({
        "field": "what", "type": "nominal", "sort": null,
        "axis": { "title": null, "domain": false, "minExtent": axis::LABELS_PX, "labelLimit": LABELS_PX },
    });
    let x = json!({
        "field": "start", "type": "quantitative", "scale": { "domain": [0.0, end_s], "nice": false },
        "axis": axis::linear(None, 0.0, end_s),
    });
    let tooltip = json!([
        { "field": "what" }, { "field": "of" }, { "field": "from" }, { "field": "to" }, { "field": "took" },
    ]);
    let chart = Chart {
        id: "upgrade",
        title: "The whole upgrade",
        help: "Groups in their order, those that are not serial together with their neighbours, then the errands.".to_owned(),
        height_px: ROW_PX * spans.len(),
        values,
        layers: vec![json!({
            "mark": { "type": "bar", "height": 12, "cornerRadius": 3, "color": "var(--accent)", "opacity": 0.5 },
            "encoding": { "y": y, "x": x, "x2": { "field": "end" }, "tooltip": tooltip },
        })],
    };
    let table = DataTable { headings: SPANS.to_vec(), rows: spans.iter().map(|span| span.cells()).collect() };
    let away = DataTable { headings: COMPONENTS.to_vec(), rows: components(upgrade) };
    html! {
        (chart.with_data(&table))
        @if !away.rows.is_empty() { (away.details("Components that were away")) }
    }
}
