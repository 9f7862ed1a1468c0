//! Every cell's update in the run that is shown: when it drained, when its VM was replaced, and which drains timed out.

use std::collections::BTreeMap;

use maud::{Markup, html};
use rivera_sim::CellTurn;
use serde_json::{Value, json};

use super::axis;
use super::chart::{Chart, DataTable};
use crate::figures::{count, duration};

/// Height of all rows together, within which a row is as high as there is room for.
const LEAST_PX: usize = 120;
const MOST_PX: usize = 720;
const ROW_PX: usize = 12;

/// A stretch of a cell's update.
struct Stretch<'a> {
    turn: &'a CellTurn,
    row: usize,
    phase: &'static str,
    from_s: f64,
    to_s: f64,
}

pub(super) fn figure(turns: &[CellTurn], end_s: f64) -> Markup {
    if turns.is_empty() {
        return html! {};
    }
    let mut sorted: Vec<&CellTurn> = turns.iter().collect();
    // Zone after zone, as BOSH takes them (D.3); a group's own order of zones is that in which they begin.
    let mut firsts: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for turn in turns {
        let first = firsts.entry((&turn.group, &turn.zone)).or_insert(f64::INFINITY);
        *first = first.min(turn.begins_s());
    }
    let first_of = |turn: &CellTurn| firsts[&(turn.group.as_str(), turn.zone.as_str())];
    sorted.sort_by(|a, b| {
        first_of(a)
            .total_cmp(&first_of(b))
            .then_with(|| (&a.group, &a.zone).cmp(&(&b.group, &b.zone)))
            .then(a.begins_s().total_cmp(&b.begins_s()))
    });
    let stretches: Vec<Stretch<'_>> =
        sorted.iter().enumerate().flat_map(|(row, turn)| stretches(turn, row, end_s)).collect();
    let values: Value = stretches.iter().map(Stretch::value).collect();
    let timeouts: Value = sorted
        .iter()
        .enumerate()
        .filter_map(|(row, turn)| {
            let left = turn.timed_out_with?;
            Some(json!({
                "row": row, "cell": turn.cell, "zone": turn.zone, "at": turn.stopped_s,
                "left": format!("{} left", count(left)),
            }))
        })
        .collect();
    let y = json!({
        "field": "row", "type": "ordinal", "scale": { "paddingInner": 0.1 },
        "axis": { "title": null, "labels": false, "ticks": false, "domain": false, "minExtent": axis::LABELS_PX },
    });
    let x = |field: &str| {
        json!({
            "field": field, "type": "quantitative", "scale": { "domain": [0.0, end_s], "nice": false },
            "axis": axis::linear(None, 0.0, end_s),
        })
    };
    let mut layers = vec![json!({
        "mark": { "type": "bar" },
        "encoding": {
            "y": y, "x": x("from"), "x2": { "field": "to" },
            "color": {
                "field": "phase", "type": "nominal",
                "scale": {
                    "domain": ["drains", "VM replaced", "starts"],
                    "range": ["var(--amber)", "var(--blue)", "var(--accent)"],
                },
                "legend": { "title": null, "orient": "top", "symbolType": "square" },
            },
            "tooltip": [
                { "field": "cell" }, { "field": "zone" }, { "field": "phase" }, { "field": "start", "title": "from" },
                { "field": "took" },
            ],
        },
    })];
    if timeouts.as_array().is_some_and(|timeouts| !timeouts.is_empty()) {
        layers.push(json!({
            "data": { "values": timeouts },
            "mark": { "type": "tick", "color": "var(--bad)", "thickness": 3 },
            "encoding": {
                "y": y, "x": x("at"),
                "tooltip": [{ "field": "cell" }, { "field": "zone" }, { "field": "left", "title": "evacuation timed out" }],
            },
        }));
    }
    let chart = Chart {
        id: "gantt",
        title: "Cells",
        help: "A row is a cell, zone after zone: it drains, its VM is replaced, its jobs start until it takes work again. A red mark \
               is a drain that the evacuation timeout ended."
            .to_owned(),
        height_px: (ROW_PX * sorted.len()).clamp(LEAST_PX, MOST_PX),
        values,
        layers,
    };
    chart.with_data(&data(&sorted))
}

fn stretches(turn: &CellTurn, row: usize, end_s: f64) -> impl Iterator<Item = Stretch<'_>> {
    let begins = [("drains", turn.drains_s), ("VM replaced", turn.stopped_s), ("starts", turn.starts_s)];
    let ends = [turn.stopped_s, turn.starts_s, turn.in_service_s];
    let stretch = move |((phase, from), to): ((&'static str, Option<f64>), Option<f64>)| {
        // What does not end in the run ends with it.
        let from_s = from?;
        Some(Stretch { turn, row, phase, from_s, to_s: to.unwrap_or(end_s) })
    };
    begins.into_iter().zip(ends).filter_map(stretch)
}

impl Stretch<'_> {
    fn value(&self) -> Value {
        json!({
            "row": self.row, "cell": self.turn.cell, "zone": self.turn.zone, "phase": self.phase,
            "from": self.from_s.round(), "to": self.to_s.round(), "start": duration(self.from_s),
            "took": duration(self.to_s - self.from_s),
        })
    }
}

fn data(turns: &[&CellTurn]) -> DataTable {
    let time = |at: Option<f64>| at.map(duration).unwrap_or_default();
    DataTable {
        headings: vec![
            "cell",
            "group",
            "zone",
            "drains",
            "VM replaced",
            "starts",
            "in service",
            "timed out with",
        ],
        rows: turns
            .iter()
            .map(|turn| {
                let [drains, stopped, starts, back] =
                    [turn.drains_s, turn.stopped_s, turn.starts_s, turn.in_service_s].map(time);
                let left = turn.timed_out_with.map(count).unwrap_or_default();
                vec![
                    turn.cell.clone(),
                    turn.group.clone(),
                    turn.zone.clone(),
                    drains,
                    stopped,
                    starts,
                    back,
                    left,
                ]
            })
            .collect(),
    }
}
