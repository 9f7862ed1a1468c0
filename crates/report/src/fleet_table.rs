//! A fleet for a terminal: whether the import understood the foundation, and how much room there is in each zone.

use std::fmt::Write as _;

use rivera_diego::{Amount, CellGroupSummary, CellKindSummary, ConstraintSummary, FleetSummary, ZoneSummary};

use crate::figures::{count, many};
use crate::grid::{Emphasis, Grid};
use crate::terminal::{Terminal, harmless};

/// What is in a fleet.
#[must_use]
pub fn fleet_table(fleet: &FleetSummary, terminal: Terminal) -> String {
    let mut text = format!("{}\n", terminal.heading(&harmless(&fleet.name)));
    let contents = format!(
        "{}, {} ({} with a single instance), {}, {} running, {} pending",
        many(fleet.cells, "cell"),
        many(fleet.processes, "process"),
        count(fleet.single_instance_processes as u64),
        many(fleet.desired_instances, "desired instance"),
        many(fleet.running_tasks, "task"),
        count(fleet.pending_tasks as u64),
    );
    text += &terminal.paragraph(&contents, "");
    let usage = &fleet.usage;
    let _ = writeln!(
        text,
        "in use: memory {}, disk {}, containers {}",
        percent(usage.memory_mb),
        percent(usage.disk_mb),
        percent(usage.containers)
    );
    let sections = [
        ("Groups of cells, in the order of their update", groups(&fleet.groups)),
        ("Zones", zones(&fleet.zones)),
        ("Kinds of cells", cell_kinds(&fleet.cell_kinds)),
        ("Instance records", records(fleet)),
        ("What work demands of a cell", constraints(&fleet.constraints)),
    ];
    for (heading, grid) in sections {
        if !grid.is_empty() {
            let _ = write!(text, "\n{}\n{}", terminal.heading(heading), grid.render(terminal));
        }
    }
    text.push('\n');
    text += &terminal.paragraph(
        "\"can be emptied\" is the number of cells of a zone that could be empty at once with everything still fitting on \
         its other cells, by memory alone: a max_in_flight above it fills the zone.",
        "",
    );
    text
}

fn groups(groups: &[CellGroupSummary]) -> Grid {
    let headings = ["group", "cells", "zones", "memory", "max_in_flight", "serial", "tags"];
    let mut grid = Grid::of_words(1, &headings);
    for group in groups {
        let zones: Vec<String> =
            group.cells.iter().map(|(zone, cells)| format!("{zone} {}", count(*cells as u64))).collect();
        let cells = vec![
            harmless(&group.name),
            count(group.cells.values().sum::<usize>() as u64),
            list(&zones),
            percent(group.usage.memory_mb),
            group.max_in_flight.clone().unwrap_or_else(|| "-".to_owned()),
            if group.serial { "yes" } else { "no" }.to_owned(),
            list(&group.placement_tags.iter().cloned().collect::<Vec<_>>()),
        ];
        grid.row(Emphasis::Plain, cells);
    }
    grid
}

fn zones(zones: &[ZoneSummary]) -> Grid {
    let headings = ["zone", "cells", "containers", "memory", "free memory", "disk", "can be emptied"];
    let mut grid = Grid::of_words(1, &headings);
    for zone in zones {
        let memory = zone.usage.memory_mb;
        let cells = vec![
            harmless(&zone.name),
            count(zone.cells as u64),
            count(zone.containers as u64),
            percent(memory),
            amount(memory.total - memory.used),
            percent(zone.usage.disk_mb),
            zone.emptiable_cells.to_string(),
        ];
        grid.row(Emphasis::Plain, cells);
    }
    grid
}

fn cell_kinds(kinds: &[CellKindSummary]) -> Grid {
    let headings = ["cells", "memory", "disk", "containers", "proxy memory", "tags", "volume drivers"];
    let mut grid = Grid::of_words(1, &headings);
    for kind in kinds {
        let optional = kind.optional_placement_tags.iter().map(|tag| format!("[{tag}]"));
        let tags: Vec<String> = kind.placement_tags.iter().cloned().chain(optional).collect();
        let cells = vec![
            count(kind.cells as u64),
            amount(kind.memory_mb.into()),
            amount(kind.disk_mb.into()),
            kind.containers.to_string(),
            format!("{} MB", kind.proxy_memory_mb),
            list(&tags),
            list(&kind.volume_drivers),
        ];
        grid.row(Emphasis::Plain, cells);
    }
    grid
}

fn records(fleet: &FleetSummary) -> Grid {
    let mut grid = Grid::of_words(1, &["records", "number"]);
    let presences = fleet.records_by_presence.iter().filter(|(presence, _)| **presence != "ORDINARY");
    for (name, number) in fleet.records_by_state.iter().chain(presences) {
        grid.row(Emphasis::Plain, vec![(*name).to_owned(), count(*number as u64)]);
    }
    grid
}

fn constraints(constraints: &[ConstraintSummary]) -> Grid {
    let headings =
        ["root file system", "tags", "volume drivers", "processes", "instances", "tasks", "suitable cells"];
    let mut grid = Grid::of_words(1, &headings);
    for constraint in constraints {
        let cells = vec![
            harmless(&constraint.rootfs),
            list(&constraint.placement_tags),
            list(&constraint.volume_drivers),
            count(constraint.processes as u64),
            count(constraint.desired_instances),
            count(constraint.tasks as u64),
            count(constraint.cells as u64),
        ];
        grid.row(Emphasis::Plain, cells);
    }
    grid
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "-".to_owned() } else { harmless(&names.join(", ")) }
}

fn percent(amount: Amount) -> String {
    format!("{:.0} %", amount.percent)
}

fn amount(mb: i64) -> String {
    if mb < 10 * 1024 { format!("{mb} MB") } else { format!("{} GiB", mb / 1024) }
}
