//! `rivera scenario`.

use crate::args::Scenario;
use crate::failure::Failure;
use crate::input;
use crate::output::print;

pub(crate) fn run(arguments: &Scenario) -> Result<(), Failure> {
    let fleet =
        arguments.fleet.as_deref().map(|path| input::read_fleet(path, arguments.lenient)).transpose()?;
    let facts = arguments.fleet.as_deref().zip(fleet.as_ref().map(|fleet| &fleet.facts));
    let scenario = input::read_scenario(arguments.product_version, facts, arguments.scenario.as_deref())?;
    print(&scenario.to_toml())
}
