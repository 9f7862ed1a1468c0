//! A dry run for a terminal: who wins what with which score, and under it who gets nothing and why.

use super::dry_run::DryRun;
use super::verdict::{Decision, PlacedOn, Refused, Verdict};
use crate::figures::{count, many};
use crate::grid::{Emphasis, Grid};
use crate::terminal::{Terminal, harmless};

/// A dry run as tables.
#[must_use]
pub fn place_table(dry_run: &DryRun, terminal: Terminal) -> String {
    let (mut placed, mut refused) = (Vec::new(), Vec::new());
    for (number, decision) in (1_u64..).zip(&dry_run.decisions) {
        match &decision.verdict {
            Verdict::Placed(on) => placed.push((number, decision, on)),
            Verdict::Refused(why) => refused.push((number, decision, why)),
        }
    }
    let mut text = format!(
        "{} of {} placed on {}",
        count(placed.len() as u64),
        many(dry_run.decisions.len(), "start"),
        many(dry_run.cells, "cell"),
    );
    if dry_run.evacuating > 0 {
        text += &format!("; {} evacuating and left out", many(dry_run.evacuating, "cell"));
    }
    if !dry_run.skipped.is_empty() {
        text += &format!("; {} skipped", many(dry_run.skipped.len(), "request"));
    }
    text.push('\n');
    for (heading, grid) in [("Placed", placements(&placed)), ("Not placed", refusals(&refused))] {
        if !grid.is_empty() {
            text += &format!("\n{}\n{}", terminal.heading(heading), grid.render(terminal));
        }
    }
    text
}

fn placements(placed: &[(u64, &Decision, &PlacedOn)]) -> Grid {
    let headings = ["no.", "item", "cell", "zone", "score", "resource", "locality", "index"];
    let mut grid = Grid::of_words(2, &headings);
    for (number, decision, on) in placed {
        let cells = vec![
            count(*number),
            harmless(&decision.id),
            harmless(&on.cell),
            harmless(&on.zone),
            part(on.score),
            part(on.resource),
            part(on.locality),
            part(on.index),
        ];
        grid.row(Emphasis::Plain, cells);
    }
    grid
}

fn refusals(refused: &[(u64, &Decision, &Refused)]) -> Grid {
    let mut grid = Grid::of_words(2, &["no.", "item", "error", "cells"]);
    for (number, decision, why) in refused {
        let reasons: Vec<String> =
            why.cells.in_words().map(|(cells, reason)| format!("{} {reason}", count(cells as u64))).collect();
        let reasons = if reasons.is_empty() { "none".to_owned() } else { reasons.join("\n") };
        let cells = vec![count(*number), harmless(&decision.id), harmless(&why.error.to_string()), reasons];
        grid.row(Emphasis::Plain, cells);
    }
    grid
}

/// A part of a score. Six digits tell cells apart; JSON has all of them.
fn part(value: f64) -> String {
    format!("{value:.6}").trim_end_matches('0').trim_end_matches('.').to_owned()
}
