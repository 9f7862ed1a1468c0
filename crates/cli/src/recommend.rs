//! `rivera recommend`: the best pair of throttles of a fleet.

use std::collections::BTreeMap;

use rivera_experiment::{ExperimentFile, Seeds, without_same};
use rivera_limiter::{MaxInFlight, StartLimit};
use rivera_model::Fleet;
use rivera_sim::{group_warnings, warnings};

use crate::experiment::of_fleet;
use crate::experiment_args::Recommend;
use crate::failure::{Failure, report_line};
use crate::{input, settings};

/// Percentages of a zone, from the default of the older versions to half of it, and the two smallest numbers.
const PERCENTAGES: [u32; 8] = [4, 6, 8, 10, 15, 20, 30, 50];
const NUMBERS: [i32; 2] = [1, 2];
/// In zones of up to so many cells percentages leave numbers out: there every number up to half of the zone is tried.
const SMALL_ZONE_CELLS: i32 = 20;
/// Around the default of the newer versions, and no limit.
const STARTS: [i64; 6] = [20, 50, 100, 200, 400, 0];

fn usual_cells(fleet: &Fleet) -> Vec<MaxInFlight> {
    let mut zones: BTreeMap<_, i32> = BTreeMap::new();
    for cell in &fleet.cells {
        *zones.entry((cell.group, cell.zone)).or_default() += 1;
    }
    let largest = zones.into_values().max().unwrap_or(0);
    if largest <= SMALL_ZONE_CELLS {
        return (1..=(largest / 2).max(1)).map(MaxInFlight::instances).collect();
    }
    let numbers = NUMBERS.map(MaxInFlight::instances).into_iter();
    numbers.chain(PERCENTAGES.map(MaxInFlight::percent)).collect()
}

pub(crate) fn run(arguments: &Recommend) -> Result<(), Failure> {
    let (fleet, scenario) = input::read(&arguments.input)?;
    for warning in warnings(&scenario, &fleet).into_iter().chain(group_warnings(&scenario, &fleet, |_| false))
    {
        report_line(&format!("warning: {warning}"));
    }
    let version = arguments.input.product_version;
    let cells = settings::cells(version, &arguments.max_in_flight, &usual_cells(&fleet));
    let starts = settings::starts(version, &arguments.max_starts, &STARTS.map(StartLimit::from_config));
    let (cells, same) = without_same(&cells, &fleet);
    for (left_out, kept) in same {
        // Who names a value wants to know why it is not among the answers.
        if !arguments.max_in_flight.is_empty() {
            report_line(&format!("note: max_in_flight {left_out} is the same as {kept} on this fleet"));
        }
    }
    let seeds = Seeds { count: arguments.seeds, most: arguments.seeds, ..Seeds::default() };
    let path = arguments.input.fleet.clone();
    let file = ExperimentFile::of_throttles(path, arguments.input.lenient, &cells, &starts, seeds);
    of_fleet(&file, fleet, &scenario, &arguments.wanted, &arguments.cache)
}
