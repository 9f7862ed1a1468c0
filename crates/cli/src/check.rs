//! `rivera check`.

use std::path::Path;

use rivera_limiter::Severity;
use rivera_model::Fleet;
use rivera_report::{findings_json, findings_list};
use rivera_sim::Scenario;
use rivera_sim::check::{Finding, Plan, PlanSettings, check};

use crate::args::OneFormat;
use crate::failure::Failure;
use crate::in_flight::InFlight;
use crate::output::print;
use crate::planner_args::Check;
use crate::terminal::terminal;
use crate::{input, scenario_file};

pub(crate) fn run(arguments: &Check) -> Result<(), Failure> {
    let mut fleet = input::read_fleet(&arguments.fleet, arguments.lenient)?;
    if let Some(manifest) = &arguments.manifest {
        fleet = input::with_manifest(fleet, manifest, arguments.lenient)?;
    }
    if let Some(version) = arguments.product_version {
        input::tell_unknown_version(version);
        input::tell_version(version);
    }
    let mut known = PlanSettings::of(&fleet.facts, arguments.product_version);
    if let Some(path) = &arguments.scenario {
        known = known.with_scenario(&scenario(path, &fleet, arguments)?);
    }
    let InFlight { all, of_groups } = InFlight::of(arguments.max_in_flight.clone(), &fleet)?;
    let settings = PlanSettings {
        max_in_flight: all.into_iter().next_back().unwrap_or(known.max_in_flight),
        max_in_flight_of: known.max_in_flight_of.into_iter().chain(of_groups).collect(),
        max_starts: arguments.max_starts.unwrap_or(known.max_starts),
        storage: arguments.storage.map(Into::into).or(known.storage),
        storage_mb_per_s: arguments.storage_mb_per_s,
        droplet_mb: arguments.droplet_mb,
        ..known
    };
    let plan = Plan::new(&fleet, settings)
        .map_err(|error| Failure::Fleet { path: arguments.fleet.clone(), error })?;
    let findings = check(&plan);
    print(&match arguments.format {
        OneFormat::Table => findings_list(&findings, terminal()),
        OneFormat::Json => findings_json(&findings),
    })?;
    let is_error = |finding: &Finding| finding.severity() == Severity::Error;
    if findings.iter().any(is_error) { Err(Failure::AnswerIsNo) } else { Ok(()) }
}

/// What a run with the scenario file would be made of.
fn scenario(path: &Path, fleet: &Fleet, arguments: &Check) -> Result<Scenario, Failure> {
    let version = arguments.product_version;
    let scenario = version.into_iter().fold(Scenario::default(), Scenario::of_version);
    let scenario = scenario
        .with_facts(&fleet.facts)
        .map_err(|error| Failure::Facts { path: arguments.fleet.clone(), error })?;
    let scenario = scenario_file::overlay(&scenario, path)?;
    scenario_file::check_groups(&scenario, fleet, Some(path), &arguments.fleet)?;
    Ok(scenario)
}
