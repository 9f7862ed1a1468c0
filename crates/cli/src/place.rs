//! `rivera place`.

use std::path::Path;

use rivera_auction::Config;
use rivera_diego::cell_state::CellState;
use rivera_diego::start_request::{LrpStart, TaskStart};
use rivera_diego::{Fault, ImportError, read_json, read_json_lines};
use rivera_report::{DryRun, Kind, Skipped, place_json, place_table};

use crate::args::{OneFormat, Place};
use crate::compare::terminal;
use crate::failure::{Failure, report_line};
use crate::output::print;

const CELLS_HELP: &str = "`cfdot cell-states > cell-states.jsonl` writes the cells, one JSON object a line";
const STARTS_HELP: &str = "starts are one JSON array, as the BBS sends it to the auctioneer; `rivera place --help` shows an element of each kind";

pub(crate) fn run(arguments: &Place) -> Result<(), Failure> {
    let cells: Vec<CellState> = read(&arguments.cells, CELLS_HELP, read_json_lines)?;
    let lrps: Vec<LrpStart> = starts(arguments.lrps.as_deref())?;
    let tasks: Vec<TaskStart> = starts(arguments.tasks.as_deref())?;
    let config = Config {
        starting_container_weight: arguments.starting_container_weight,
        bin_pack_first_fit_weight: arguments.bin_pack_first_fit_weight,
        max_starts: arguments.max_starts.to_config(),
    };
    let dry_run = DryRun::of(&cells, &lrps, &tasks, &config);
    warn(&dry_run, arguments);
    print(&match arguments.format {
        OneFormat::Table => place_table(&dry_run, terminal()),
        OneFormat::Json => place_json(&dry_run, &config),
    })
}

fn starts<T: serde::de::DeserializeOwned>(path: Option<&Path>) -> Result<Vec<T>, Failure> {
    path.map_or_else(|| Ok(Vec::new()), |path| read(path, STARTS_HELP, read_json))
}

/// Reads a file; where the remedy of a fleet would mislead, `help` is given instead.
pub(crate) fn read<T>(
    path: &Path,
    help: &str,
    read: impl FnOnce(&Path) -> Result<T, ImportError>,
) -> Result<T, Failure> {
    read(path).map_err(|mut error| {
        for problem in &mut error.problems {
            if !matches!(*problem.problem, Fault::Unreadable(_) | Fault::NotText) {
                help.clone_into(&mut problem.help);
            }
        }
        Failure::Import(error)
    })
}

/// What the auctioneer would leave out, and what the dry run takes for granted.
fn warn(dry_run: &DryRun, arguments: &Place) {
    for Skipped { kind, position, error } in &dry_run.skipped {
        let (path, kind) = match kind {
            Kind::Lrp => (&arguments.lrps, "LRP"),
            Kind::Task => (&arguments.tasks, "task"),
        };
        let path = path.as_deref().unwrap_or(Path::new(""));
        report_line(&format!("warning: {}: {kind} {} is skipped: {error}", path.display(), position + 1));
    }
    let repeated = [(dry_run.repeated_cells, "cells"), (dry_run.repeated_starts, "starts")];
    for (number, things) in repeated.into_iter().filter(|(number, _)| *number > 0) {
        report_line(&format!("warning: {number} {things} occur again; the first of each counts"));
    }
}
