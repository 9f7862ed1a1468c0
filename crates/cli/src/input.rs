//! Reads the fleet and the scenario that a command is given.

use std::path::Path;

use rivera_diego::{Import, Strictness, load};
use rivera_model::{DeploymentFacts, Fleet};
use rivera_sim::Scenario;

use crate::args::Input;
use crate::failure::{Failure, report_line};
use crate::scenario_file;

/// The fleet at a path. What was repaired is told on stderr.
pub(crate) fn read_fleet(path: &Path, lenient: bool) -> Result<Fleet, Failure> {
    let strictness = if lenient { Strictness::Lenient } else { Strictness::Strict };
    let Import { fleet, warnings } = load(path, strictness).map_err(Failure::Import)?;
    for warning in &warnings {
        report_line(&format!("warning: {warning}"));
    }
    fleet.validate().map_err(|error| Failure::Fleet { path: path.to_owned(), error })?;
    Ok(fleet)
}

/// The scenario: the defaults, over them what the fleet says, over that a file.
pub(crate) fn read_scenario(
    fleet: Option<(&Path, &DeploymentFacts)>,
    file: Option<&Path>,
) -> Result<Scenario, Failure> {
    let mut scenario = Scenario::default();
    if let Some((path, facts)) = fleet {
        scenario =
            scenario.with_facts(facts).map_err(|error| Failure::Facts { path: path.to_owned(), error })?;
    }
    if let Some(path) = file {
        scenario = scenario_file::overlay(&scenario, path)?;
    }
    Ok(scenario)
}

/// Both, as most commands take them.
pub(crate) fn read(input: &Input) -> Result<(Fleet, Scenario), Failure> {
    let fleet = read_fleet(&input.fleet, input.lenient)?;
    let scenario = read_scenario(Some((&input.fleet, &fleet.facts)), input.scenario.as_deref())?;
    Ok((fleet, scenario))
}
