//! `rivera recommend`: the best pair of throttles of a fleet.

use rivera_experiment::{ExperimentFile, Seeds, without_same};
use rivera_limiter::{MaxInFlight, StartLimit};

use crate::experiment::of_fleet;
use crate::experiment_args::Recommend;
use crate::failure::{Failure, report_line};
use crate::{input, settings};

/// Percentages of a zone, from the default of the older versions to half of it, and the two smallest numbers.
const PERCENTAGES: [u32; 8] = [4, 6, 8, 10, 15, 20, 30, 50];
const NUMBERS: [i32; 2] = [1, 2];
/// Around the default of the newer versions, and no limit.
const STARTS: [i64; 6] = [20, 50, 100, 200, 400, 0];

pub(crate) fn run(arguments: &Recommend) -> Result<(), Failure> {
    let (fleet, scenario) = input::read(&arguments.input)?;
    let version = arguments.input.product_version;
    let numbers = NUMBERS.map(MaxInFlight::instances).into_iter();
    let usual_cells: Vec<MaxInFlight> = numbers.chain(PERCENTAGES.map(MaxInFlight::percent)).collect();
    let cells = settings::cells(version, &arguments.max_in_flight, &usual_cells);
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
