//! A blue-green switch for people and for programs: when the mapping is finished, and which order of steps fails requests.

use std::fmt::Write as _;

use rivera_sim::{BlueGreen, Errors, MappingResult, Spread};
use serde::Serialize;

use crate::figures::many;
use crate::grid::{Emphasis, Grid};
use crate::json;
use crate::terminal::Terminal;

/// How a client can find out, since nothing tells it (E.5).
const CHECK: &str = "No call says when a mapping is finished. From outside it can be seen so: ask each router by its own \
                     address, with the route as Host. While the old app has the route, too, name the instance: \
                     X-Cf-App-Instance: <guid of the new app>:<index> is answered by that instance, or by 404 until this \
                     router has it. A plain GET of the shared route proves nothing.";

/// What `rivera routes` prints for people.
#[must_use]
pub fn routes_table(plan: &BlueGreen<'_>, result: &MappingResult, terminal: Terminal) -> String {
    let head = format!(
        "A route is mapped to {} on {}; {}, {}",
        many(plan.instances as usize, "instance"),
        many(result.routers.len(), "router"),
        many(usize::try_from(plan.runs).unwrap_or(usize::MAX), "run"),
        rate(plan.requests_per_s),
    );
    let mut text = terminal.paragraph(&head, "") + "\n";
    let sections = [
        ("Seconds after `cf map-route` is sent", moments(result)),
        ("Seconds from its answer until the mapping is finished", waits(result)),
        ("Requests that fail", orders(plan, result)),
    ];
    for (heading, grid) in sections {
        let _ = write!(text, "{}\n{}\n", terminal.heading(heading), grid.render(terminal));
    }
    let wait = format!(
        "Wait at least {}s after the answer before the old app loses the route (99.9 % of the runs; {}s if an event is lost).",
        seconds(result.wait.p999),
        seconds(result.mapping.finished_with_a_lost_event.p999),
    );
    text += &terminal.paragraph(&wait, "");
    text.push('\n');
    text += &terminal.paragraph(CHECK, "");
    text
}

fn moments(result: &MappingResult) -> Grid {
    let mapping = &result.mapping;
    spreads(
        "moment",
        [
            ("the API answers 201, `cf routes` shows it".to_owned(), mapping.answered),
            ("the BBS has the route, emitters are told".to_owned(), mapping.in_bbs),
            ("the first router.register is published".to_owned(), mapping.first_register),
            ("the last one is".to_owned(), mapping.last_register),
            ("some router has an instance".to_owned(), mapping.first_router),
            ("every router has an instance: no more 404".to_owned(), mapping.no_404),
            ("every router has every instance: finished".to_owned(), mapping.finished),
            ("the same if one event is lost".to_owned(), mapping.finished_with_a_lost_event),
        ],
    )
}

fn waits(result: &MappingResult) -> Grid {
    let routers = (1..).zip(&result.routers).map(|(number, &wait)| (format!("router {number}"), wait));
    spreads("at", routers.chain([("all routers".to_owned(), result.wait)]))
}

fn spreads(heading: &str, rows: impl IntoIterator<Item = (String, Spread)>) -> Grid {
    let mut grid = Grid::of_words(1, &[heading, "median", "p99", "p99.9", "greatest"]);
    for (name, spread) in rows {
        let figures = [spread.p50, spread.p99, spread.p999, spread.max].map(seconds);
        grid.row(Emphasis::Plain, [name].into_iter().chain(figures).collect());
    }
    grid
}

fn orders(plan: &BlueGreen<'_>, result: &MappingResult) -> Grid {
    let headings = ["order of steps", "404s", "502s", "p99", "greatest", "runs with any"];
    let mut grid = Grid::of_words(1, &headings);
    let waited = plan.wait_s.unwrap_or_default();
    let rows = [
        ("a new route, requests from the answer on".to_owned(), Some(result.new_route)),
        ("map, unmap, stop: each as soon as it is answered".to_owned(), Some(result.at_once)),
        (format!("map, unmap, stop: {waited} s after each answer"), result.after_wait),
        ("map, all routers have it, unmap, none has it, stop".to_owned(), Some(result.when_finished)),
    ];
    for (name, errors) in rows.into_iter().filter_map(|(name, errors)| Some((name, errors?))) {
        let Errors { mean, p99_requests, max_requests, runs_with_errors_share } = errors;
        let cells = vec![
            name,
            requests(mean.requests_404),
            requests(mean.requests_502),
            requests(p99_requests),
            requests(max_requests),
            format!("{:.1} %", runs_with_errors_share * 100.0),
        ];
        grid.row(Emphasis::Plain, cells);
    }
    grid
}

fn rate(requests_per_s: f64) -> String {
    let is_one = (requests_per_s - 1.0).abs() < f64::EPSILON;
    format!("{requests_per_s} {} a second", if is_one { "request" } else { "requests" })
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.2}")
}

fn requests(number: f64) -> String {
    format!("{number:.2}")
}

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    version: u32,
    instances: u32,
    old_instances: u32,
    requests_per_s: f64,
    wait_s: Option<f64>,
    first_seed: u64,
    runs: u64,
    #[serde(rename = "switch")]
    result: &'a MappingResult,
}

/// The same as one JSON value, schema `rivera.routes`. Ends with a line break.
#[must_use]
pub fn routes_json(plan: &BlueGreen<'_>, result: &MappingResult) -> String {
    json::text(&View {
        schema: "rivera.routes",
        version: 1,
        instances: plan.instances,
        old_instances: plan.old_instances,
        requests_per_s: plan.requests_per_s,
        wait_s: plan.wait_s,
        first_seed: plan.first_seed,
        runs: plan.runs,
        result,
    })
}
