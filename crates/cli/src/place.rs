//! `rivera place`.

use std::path::Path;

use rivera_auction::Config;
use rivera_diego::cell_state::{CellResources, CellState};
use rivera_diego::start_request::{LrpStart, TaskStart};
use rivera_diego::{Fault, ImportError, Place as At, Problem, read_json, read_json_lines};
use rivera_report::{DryRun, Kind, Skipped, place_json, place_table};

use rivera_sim::plural;

use crate::args::{OneFormat, Place};
use crate::failure::{Failure, report_line};
use crate::output::print;
use crate::terminal::terminal;

const CELLS_HELP: &str = "`cfdot cell-states > cell-states.jsonl` writes the cells, one JSON object a line";
const STARTS_HELP: &str = "starts are one JSON array, as the BBS sends it to the auctioneer; `rivera place --help` shows an element of each kind";

pub(crate) fn run(arguments: &Place) -> Result<(), Failure> {
    let cells: Vec<CellState> = read(&arguments.cells, CELLS_HELP, at_least_one_cell)?;
    let lrps: Vec<LrpStart> = starts(arguments.lrps.as_deref())?;
    let tasks: Vec<TaskStart> = starts(arguments.tasks.as_deref())?;
    let config = Config {
        starting_container_weight: arguments.starting_container_weight,
        bin_pack_first_fit_weight: arguments.bin_pack_first_fit_weight,
        max_starts: arguments.max_starts.to_config(),
    };
    let dry_run = DryRun::of(&cells, &lrps, &tasks, &config);
    warn_of_zeros(&cells, &lrps, &tasks, arguments);
    warn(&dry_run, arguments);
    print(&match arguments.format {
        OneFormat::Table => place_table(&dry_run, terminal()),
        OneFormat::Json => place_json(&dry_run, &config),
    })
}

fn at_least_one_cell(path: &Path) -> Result<Vec<CellState>, ImportError> {
    let cells: Vec<CellState> = read_json_lines(path)?;
    if cells.is_empty() {
        return Err(Problem::new(At::file(path), Fault::NoCells).into());
    }
    Ok(cells)
}

/// A request whose numbers can be looked at.
trait Start {
    /// Its numbers that are not below zero, and their keys.
    fn numbers(&self) -> Vec<(String, i32)>;
}

impl Start for LrpStart {
    fn numbers(&self) -> Vec<(String, i32)> {
        let indices =
            self.indices.iter().zip(0..).map(|(&index, at): (_, u32)| (format!("indices[{at}]"), index));
        let sizes = [("MemoryMB".to_owned(), self.memory_mb), ("DiskMB".to_owned(), self.disk_mb)];
        indices.chain(sizes).collect()
    }
}

impl Start for TaskStart {
    fn numbers(&self) -> Vec<(String, i32)> {
        vec![("MemoryMB".to_owned(), self.memory_mb), ("DiskMB".to_owned(), self.disk_mb)]
    }
}

fn starts<T: serde::de::DeserializeOwned + Start>(path: Option<&Path>) -> Result<Vec<T>, Failure> {
    path.map_or_else(|| Ok(Vec::new()), |path| read(path, STARTS_HELP, not_negative))
}

/// Reads requests. The auctioneer skips a negative size and takes a negative index; who asks where work would go means neither.
fn not_negative<T: serde::de::DeserializeOwned + Start>(path: &Path) -> Result<Vec<T>, ImportError> {
    let starts: Vec<T> = read_json(path)?;
    for (start, at) in starts.iter().zip(0_u32..) {
        if let Some((key, value)) = start.numbers().into_iter().find(|(_, value)| *value < 0) {
            let fault = Fault::Negative { key: format!("[{at}].{key}"), value: value.into() };
            return Err(Problem::new(At::file(path), fault).into());
        }
    }
    Ok(starts)
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

/// A missing key is a zero and an unknown key is ignored, as Diego does it, so a misspelt key is seen by its zero only.
fn warn_of_zeros(cells: &[CellState], lrps: &[LrpStart], tasks: &[TaskStart], arguments: &Place) {
    let cells_without = cells.iter().filter(|cell| cell.total == CellResources::default()).count();
    let lrps_without = lrps.iter().filter(|lrp| lrp.memory_mb == 0).count();
    let tasks_without = tasks.iter().filter(|task| task.memory_mb == 0).count();
    let cell_key = "TotalResources, which `cfdot cell-states` writes,";
    for (path, number, of, thing, key) in [
        (Some(&arguments.cells), cells_without, cells.len(), "cell", cell_key),
        (arguments.lrps.as_ref(), lrps_without, lrps.len(), "LRP", "MemoryMB"),
        (arguments.tasks.as_ref(), tasks_without, tasks.len(), "task", "MemoryMB"),
    ] {
        if let (Some(path), 1..) = (path, number) {
            let (path, things) = (path.display(), plural(of as u64, thing));
            report_line(&format!("warning: {path}: {key} is 0 or missing in {number} of {of} {things}"));
        }
    }
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
