//! One run over time: its zones, the cells that are out of service, and the instances on their way.

use maud::{Markup, html};
use rivera_experiment::{Comparison, SettingResult};
use rivera_sim::{Outcome, Sample, Unit};
use serde_json::{Value, json};

use super::chart::{Chart, DataTable};
use super::extras::Extras;
use super::thin::thin;
use super::{axis, cascades, faults, gantt, upgrade, zones};
use crate::figures::{count, duration, figure, whole};
use crate::summary;

pub(super) fn section(comparison: &Comparison, extras: &Extras<'_>) -> Markup {
    let course = comparison.course.as_ref();
    let position = course.map(|(position, _)| *position).or(comparison.best);
    let Some(result) = position.and_then(|position| comparison.settings.get(position)) else {
        return html! {};
    };
    let samples = course.map(|(_, samples)| thin(samples)).unwrap_or_default();
    let run = summary::shown_run(result);
    let zones = run.map_or(&[][..], |run| &run.zones);
    let last_s = samples.last().map_or(0.0, |sample| sample.t_s);
    // All charts of the section have one scale, so that they can be read from top to bottom.
    let over_s = run.map_or(0.0, |run| run.duration_s).max(last_s);
    let end_s = zones.iter().map(|zone| zone.end_s).fold(over_s, f64::max).max(1.0);
    html! {
        section #course {
            h2 { "One roll-out over time" }
            p.muted { "One run with " (summary::name(result)) "." }
            @if let Some(why) = &extras.no_course { p.muted { (why) } }
            @if let Some(whole) = run.and_then(|run| run.upgrade.as_ref()) { (upgrade::figure(whole, end_s)) }
            @if !zones.is_empty() { (zones::figure(zones, end_s)) }
            (gantt::figure(&comparison.cells, end_s))
            @if let Some(run) = run {
                (faults::table(&run.faults))
                (cascades::table(&run.cascades))
            }
            @if !samples.is_empty() {
                (cells(&samples, end_s).alone())
                @for line in lines(result) { (line.chart(&samples, end_s).alone()) }
                (data(&samples).details("Data of these charts"))
            }
            @if let Some(run) = run { (worst_apps(run)) }
        }
    }
}

fn worst_apps(run: &Outcome) -> Markup {
    let down = || run.worst_apps.iter().filter(|app| app.longest_s > 0.0);
    let apps = DataTable {
        headings: vec!["process", "instances", "down for"],
        rows: down()
            .map(|app| vec![app.process_guid.clone(), count(app.instances), duration(app.longest_s)])
            .collect(),
    };
    html! { @if down().next().is_some() { (apps.details("Apps that were down the longest")) } }
}

fn cells(samples: &[Sample], end_s: f64) -> Chart {
    let states = ["evacuating", "updating", "starting"];
    let values = samples
        .iter()
        .map(|sample| {
            json!({
                "t": sample.t_s, "time": duration(sample.t_s), "evacuating": sample.cells_evacuating,
                "updating": sample.cells_updating, "starting": sample.cells_starting,
                "in_service": sample.cells_in_service,
            })
        })
        .collect();
    let area = json!({
        "transform": [{ "fold": states, "as": ["state", "cells"] }],
        "mark": { "type": "area" },
        "encoding": {
            "x": time(end_s),
            "y": { "field": "cells", "type": "quantitative", "stack": true, "axis": y_axis() },
            "color": {
                "field": "state", "type": "nominal",
                "scale": { "domain": states, "range": ["var(--amber)", "var(--blue)", "var(--accent)"] },
                "legend": { "title": null, "orient": "top", "symbolType": "square" },
            },
        },
    });
    Chart {
        id: "cells",
        title: "Cells out of service",
        help: "By state: evacuating, without a VM or with a new one (updating), and starting until they are in service."
            .to_owned(),
        height_px: 150,
        values,
        layers: vec![area, pointer(end_s, &["evacuating", "updating", "starting", "in_service"])],
    }
}

/// A number of instances over time.
struct Line {
    id: &'static str,
    title: &'static str,
    help: String,
    colour: &'static str,
    value: fn(&Sample) -> f64,
    limit: Option<f64>,
    unit: &'static str,
}

/// What the chart of the file storage shows, with the operators' estimate (G.2).
fn storage_help(result: &SettingResult) -> String {
    let sends = "What the file storage sends, in megabytes a second.";
    match summary::shown_run(result).map(|run| run.storage) {
        Some(storage) if storage.moved_mb > 0.0 => format!(
            "{sends} By the operators' estimate (cells in flight, times instances on a cell, times a droplet) {} MB are to be \
             sent at once.",
            figure(Unit::Count, storage.estimate_at_once_mb.round()),
        ),
        _ => sends.to_owned(),
    }
}

fn lines(result: &SettingResult) -> [Line; 10] {
    let limit = result.setting.max_starts.maximum();
    let with_limit = limit.map_or_else(
        || "Containers that start on cells in service. There is no limit.".to_owned(),
        |limit| {
            format!("Containers that start on cells in service. The line is the limit, {}.", count(limit))
        },
    );
    [
        Line {
            id: "starting",
            title: "Starting",
            help: with_limit,
            colour: "var(--blue)",
            value: |sample| f64::from(sample.starting),
            limit: limit.map(f64::from),
            unit: "instances",
        },
        Line {
            id: "waiting",
            title: "Waiting",
            help: "Instances without a cell: not yet placed, or refused and waiting for convergence."
                .to_owned(),
            colour: "var(--violet)",
            value: |sample| f64::from(sample.waiting),
            limit: None,
            unit: "instances",
        },
        Line {
            id: "evacuating",
            title: "Evacuating",
            help: "Instances that run on an evacuating cell until their replacement runs.".to_owned(),
            colour: "var(--amber)",
            value: |sample| f64::from(sample.evacuating),
            limit: None,
            unit: "instances",
        },
        Line {
            id: "down",
            title: "Down",
            help: "Instances of healthy apps without a running container.".to_owned(),
            colour: "var(--bad)",
            value: |sample| f64::from(sample.down),
            limit: None,
            unit: "instances",
        },
        Line {
            id: "crashes",
            title: "Crashes so far",
            help: "Crashes of instances of healthy apps since the roll-out began.".to_owned(),
            colour: "var(--bad)",
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
            value: |sample| sample.crashes as f64,
            limit: None,
            unit: "crashes",
        },
        Line {
            id: "routes-missing",
            title: "Without a route",
            help: "Instances of healthy apps that run and that some router does not know yet.".to_owned(),
            colour: "var(--amber)",
            value: |sample| f64::from(sample.routes_missing),
            limit: None,
            unit: "instances",
        },
        Line {
            id: "routes-dead",
            title: "Dead routes",
            help:
                "Instances of healthy apps that no longer answer, to which some router still sends requests."
                    .to_owned(),
            colour: "var(--bad)",
            value: |sample| f64::from(sample.routes_dead),
            limit: None,
            unit: "instances",
        },
        Line {
            id: "storage",
            title: "File storage",
            help: storage_help(result),
            colour: "var(--accent)",
            value: |sample| sample.storage_mb_per_s.round(),
            limit: None,
            unit: "mb_per_s",
        },
        Line {
            id: "operations",
            title: "Operations of the file storage",
            help: "Its read operations a second: those of the files that it sends, and the questions whether a cached file is \
                   still the same."
                .to_owned(),
            colour: "var(--accent)",
            value: |sample| sample.storage_operations_per_s.round(),
            limit: None,
            unit: "operations_per_s",
        },
        Line {
            id: "cpu",
            title: "Cores in use",
            help: "Share of its cores that the busiest cell in service uses, in percent.".to_owned(),
            colour: "var(--blue)",
            value: |sample| (sample.cpu_max * 100.0).round(),
            limit: Some(100.0),
            unit: "percent",
        },
    ]
}

impl Line {
    fn chart(&self, samples: &[Sample], end_s: f64) -> Chart {
        let values = samples
            .iter()
            .map(|sample| {
                json!({ "t": sample.t_s, "time": duration(sample.t_s), self.unit: (self.value)(sample) })
            })
            .collect();
        // A series that is zero throughout still needs an axis of some length.
        let peak = samples.iter().map(self.value).fold(self.limit.unwrap_or(1.0), f64::max);
        let y = json!({
            "field": self.unit, "type": "quantitative", "axis": y_axis(),
            "scale": { "domain": [0, peak], "nice": true },
        });
        let mut layers = vec![
            json!({
                "mark": { "type": "area", "color": self.colour, "opacity": 0.25, "line": { "color": self.colour } },
                "encoding": { "x": time(end_s), "y": y },
            }),
            pointer(end_s, &[self.unit]),
        ];
        layers.extend(self.limit.map(|limit| {
            json!({
                // One line, not one for each sample.
                "data": { "values": [{}] },
                "mark": { "type": "rule", "color": "var(--muted)", "strokeDash": [4, 4] },
                "encoding": { "y": { "datum": limit } },
            })
        }));
        Chart { id: self.id, title: self.title, help: self.help.clone(), height_px: 90, values, layers }
    }
}

fn time(end_s: f64) -> Value {
    json!({
        "field": "t", "type": "quantitative", "scale": { "domain": [0.0, end_s], "nice": false },
        "axis": axis::linear(None, 0.0, end_s),
    })
}

/// Numbers of cells and instances are whole, and the axes of all charts of the section begin at one place.
fn y_axis() -> Value {
    json!({
        "title": null, "tickCount": 3, "tickMinStep": 1, "format": ",d",
        "minExtent": axis::LABELS_PX, "maxExtent": axis::LABELS_PX,
    })
}

/// A line at the sample nearest to the pointer, with its values.
fn pointer(end_s: f64, fields: &[&str]) -> Value {
    let named = |field: &&str| json!({ "field": field, "title": field.replace('_', " ") });
    let tooltip: Vec<Value> =
        std::iter::once(json!({ "field": "time" })).chain(fields.iter().map(named)).collect();
    json!({
        "params": [{
            "name": "pointed",
            "select": {
                "type": "point", "fields": ["t"], "nearest": true, "on": "pointerover", "clear": "pointerout",
            },
        }],
        "mark": { "type": "rule", "color": "var(--muted)" },
        "encoding": {
            "x": time(end_s),
            "opacity": { "condition": { "param": "pointed", "empty": false, "value": 0.8 }, "value": 0 },
            "tooltip": tooltip,
        },
    })
}

fn data(samples: &[Sample]) -> DataTable {
    DataTable {
        headings: vec![
            "time",
            "in service",
            "evacuating",
            "updating",
            "starting",
            "instances starting",
            "waiting",
            "evacuating",
            "down",
            "crashes",
            "without a route",
            "dead routes",
            "storage MB/s",
            "storage operations/s",
            "cores in use",
        ],
        rows: samples
            .iter()
            .map(|sample| {
                let counts = [
                    sample.cells_in_service,
                    sample.cells_evacuating,
                    sample.cells_updating,
                    sample.cells_starting,
                    sample.starting,
                    sample.waiting,
                    sample.evacuating,
                    sample.down,
                ];
                let more = [
                    count(sample.crashes),
                    count(sample.routes_missing),
                    count(sample.routes_dead),
                    format!("{:.0}", sample.storage_mb_per_s),
                    whole(sample.storage_operations_per_s),
                    format!("{:.0} %", sample.cpu_max * 100.0),
                ];
                std::iter::once(duration(sample.t_s)).chain(counts.map(count)).chain(more).collect()
            })
            .collect(),
    }
}
