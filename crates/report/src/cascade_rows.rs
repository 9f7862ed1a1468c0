//! Cascades of crashes as rows of a table, for a terminal and for the page: when each began and ended, how far it went, and what
//! the foundation was doing at its first crash.

use rivera_sim::Cascade;

use crate::figures::{count, duration};

/// Headings of [`cells`].
pub(crate) const HEADINGS: [&str; 18] = [
    "no.",
    "from",
    "to",
    "crashes",
    "of running",
    "cells",
    "not back",
    "died out",
    "began with",
    "on cell",
    "starting there",
    "starting",
    "in flight",
    "cell at",
    "downloads at",
    "service line",
    "away",
    "faults",
];

/// One cascade, with its first cell as it is to be written.
pub(crate) fn cells(number: u64, cascade: &Cascade, first_cell: String) -> Vec<String> {
    let first = &cascade.first;
    let percent = |speed: f64| format!("{:.0} %", speed * 100.0);
    let line = match first.service_waiting {
        0 => "none".to_owned(),
        waiting => format!("{}, {:.1} s", count(waiting), first.service_wait_s),
    };
    vec![
        count(number),
        duration(cascade.began_s),
        duration(cascade.ended_s),
        count(cascade.crashes),
        count(cascade.running_hit),
        count(cascade.cells),
        count(cascade.not_back),
        if cascade.died_out { "yes" } else { "no" }.to_owned(),
        first.cause.text().to_owned(),
        first_cell,
        count(first.starting_on_cell),
        count(first.starting),
        count(first.cells_in_flight),
        percent(first.cell_speed),
        percent(first.storage_speed.min(first.network_speed)),
        line,
        list(first.away.iter().map(String::as_str)),
        list(first.faults.iter().map(|kind| kind.as_str())),
    ]
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
