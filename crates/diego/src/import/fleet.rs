//! Reading a folder from its files to its fleet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rivera_model::Fleet;

use super::files::{Files, Kind};
use super::sources::Sources;
use super::{cells, instances, processes, tasks, totals};
use crate::collector::Collector;
use crate::draft::{Draft, DraftProcess};
use crate::{Fault, ImportError, Place, Problem, Strictness, Warning};

/// A fleet, and what to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The fleet; [`Fleet::validate`] holds.
    pub fleet: Fleet,
    /// What was repaired or taken for granted, one entry a kind.
    pub warnings: Vec<Warning>,
}

/// Reads a folder of exports.
///
/// Files are known by their names, plain or compressed with gzip: `cell-states.jsonl`, `cells.jsonl`,
/// `desired-lrp-scheduling-infos.jsonl`, `desired-lrps.jsonl`, `actual-lrps.jsonl`, `tasks.jsonl` (or `.json`),
/// `manifest.yml`, `bosh-instances.json`. Any set will do that tells the cells with their totals, where the
/// instances are, and how large they are; `cell-states.jsonl` alone does. What two files say must agree.
///
/// [`Strictness::Lenient`] repairs contradictions and counts them in the warnings; [`Fault::repair`] says how. A
/// line that cannot be read, a number that cannot be and an id that is empty are errors in either case.
///
/// # Errors
/// [`ImportError`] with every problem that was found, up to [`MAX_LISTED_PROBLEMS`](crate::MAX_LISTED_PROBLEMS).
pub fn read_fleet(folder: &Path, strictness: Strictness) -> Result<Import, ImportError> {
    let mut collector = Collector::new(strictness);
    let files = Files::find(folder, &mut collector)?;
    files.check_sufficient(&mut collector);
    collector.checkpoint()?;
    let sources = Sources::read(&files, &mut collector);
    collector.checkpoint()?;

    let mut cells = cells::cells(&sources, &mut collector);
    if cells.drafts.is_empty() {
        let file = files.path(Kind::CellStates).or(files.path(Kind::Cells)).unwrap_or(folder);
        collector.fatal(Problem::new(Place::file(file), Fault::NoCells));
    }
    let processes = processes::processes(&sources, &mut collector);
    collector.checkpoint()?;
    let instances = instances::instances(&sources, &mut cells, &processes, &mut collector);
    let tasks = tasks::tasks(&sources, &mut cells, &mut collector);
    if sources.cell_states.is_none() {
        offer_demanded_drivers(folder, &mut cells.drafts, &processes.drafts, &mut collector);
    }
    collector.checkpoint()?;

    let places: BTreeMap<String, Place> =
        cells.by_id.iter().map(|(&id, &cell)| (id.to_owned(), cells.place(cell))).collect();
    let draft = Draft {
        cells: cells.drafts,
        processes: processes.drafts,
        instances,
        tasks,
        facts: sources.said.facts.clone(),
        groups: sources.said.groups.clone(),
    };
    let name = folder.file_name().map_or_else(|| folder.to_string_lossy(), |name| name.to_string_lossy());
    let mut fleet = draft.into_fleet(name.into_owned());
    totals::check_totals(&mut fleet, &places, &mut collector);
    collector.checkpoint()?;
    Ok(Import { fleet, warnings: collector.into_warnings() })
}

/// Presences do not list volume drivers: what is demanded must be somewhere.
fn offer_demanded_drivers(
    folder: &Path,
    cells: &mut [crate::draft::DraftCell],
    processes: &[DraftProcess],
    collector: &mut Collector,
) {
    let demanded: BTreeSet<String> =
        processes.iter().flat_map(|process| process.constraint.volume_drivers.iter().cloned()).collect();
    if demanded.is_empty() {
        return;
    }
    let names: Vec<&str> = demanded.iter().map(String::as_str).collect();
    collector.fault(Place::file(folder), Fault::DriversUnknown(names.join(", ")));
    for cell in cells {
        cell.offer.volume_drivers.clone_from(&demanded);
    }
}
