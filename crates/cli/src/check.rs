//! `rivera check`.

use rivera_limiter::Severity;
use rivera_report::{findings_json, findings_list};
use rivera_sim::check::{Finding, Plan, PlanSettings, check};

use crate::args::OneFormat;
use crate::failure::Failure;
use crate::in_flight::InFlight;
use crate::input;
use crate::output::print;
use crate::planner_args::Check;
use crate::terminal::terminal;

pub(crate) fn run(arguments: &Check) -> Result<(), Failure> {
    let mut fleet = input::read_fleet(&arguments.fleet, arguments.lenient)?;
    if let Some(manifest) = &arguments.manifest {
        fleet = input::with_manifest(fleet, manifest, arguments.lenient)?;
    }
    if let Some(version) = arguments.product_version {
        input::tell_unknown_version(version);
        input::tell_version(version);
    }
    let known = PlanSettings::of(&fleet.facts, arguments.product_version);
    let InFlight { all, of_groups } = InFlight::of(arguments.max_in_flight.clone(), &fleet)?;
    let settings = PlanSettings {
        max_in_flight: all.into_iter().next_back().unwrap_or(known.max_in_flight),
        max_in_flight_of: of_groups,
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
