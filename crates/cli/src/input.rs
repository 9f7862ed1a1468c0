//! Reads the fleet and the scenario that a command is given.

mod paths;

use std::path::{Path, PathBuf};

use rivera_diego::{Import, ManifestImport, Strictness, Warning, load, load_manifest};
use rivera_limiter::VersionDefaults;
use rivera_model::{DeploymentFacts, Fleet};
use rivera_sim::Scenario;
use rivera_sim::check::ProductVersion;

use crate::args::Input;
use crate::failure::{Failure, report_line};
use crate::scenario_file;

pub(crate) use paths::meant;

/// The fleet at a path. What was repaired is told on stderr.
pub(crate) fn read_fleet(path: &Path, lenient: bool) -> Result<Fleet, Failure> {
    let Import { fleet, warnings } = load(path, strictness(lenient)).map_err(|mut error| {
        for problem in &mut error.problems {
            if let Some(help) = meant(&problem.problem, path) {
                problem.help = help;
            }
        }
        Failure::Import(error)
    })?;
    warn(&warnings);
    fleet.validate().map_err(|error| Failure::Fleet { path: path.to_owned(), error })?;
    Ok(fleet)
}

/// The text of a file; `unreadable` is what is told if the system does not let it be read.
pub(crate) fn read_text(
    path: &Path,
    unreadable: impl FnOnce(PathBuf, std::io::Error) -> Failure,
) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path.to_owned(), error))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..valid].iter().filter(|&&byte| byte == b'\n').count();
        Failure::NotText { path: path.to_owned(), line, byte: valid + 1 }
    })
}

/// The fleet with what another manifest says.
pub(crate) fn with_manifest(fleet: Fleet, path: &Path, lenient: bool) -> Result<Fleet, Failure> {
    let ManifestImport { facts, groups, warnings } =
        load_manifest(path, strictness(lenient)).map_err(Failure::Import)?;
    warn(&warnings);
    Ok(Fleet { facts, ..fleet }.with_groups(groups))
}

const fn strictness(lenient: bool) -> Strictness {
    if lenient { Strictness::Lenient } else { Strictness::Strict }
}

fn warn(warnings: &[Warning]) {
    for warning in warnings {
        report_line(&format!("warning: {warning}"));
    }
}

/// Says of a version that no table has what is taken for it.
pub(crate) fn tell_unknown_version(version: ProductVersion) {
    if !version.is_known() {
        report_line(&format!(
            "note: version {version} is in no table of defaults; known are {}: it is taken to set what its nearest \
             earlier one does",
            ProductVersion::KNOWN
        ));
    }
}

/// Says what a version sets, and what of it can be changed.
pub(crate) fn tell_version(version: ProductVersion) {
    let VersionDefaults { max_in_flight, max_in_flight_can_be_set, max_starts, max_starts_can_be_set } =
        version.defaults();
    let can = |can_be_set| if can_be_set { "can be changed" } else { "cannot be changed" };
    report_line(&format!(
        "note: version {version} sets max_in_flight {max_in_flight} ({}) and max_starts {max_starts} ({})",
        can(max_in_flight_can_be_set),
        can(max_starts_can_be_set)
    ));
}

/// The scenario: the defaults, over them a version's, what the fleet says, and over that a file.
pub(crate) fn read_scenario(
    version: Option<ProductVersion>,
    fleet: Option<(&Path, &DeploymentFacts)>,
    file: Option<&Path>,
) -> Result<Scenario, Failure> {
    let mut scenario = Scenario::default();
    if let Some(version) = version {
        tell_unknown_version(version);
        scenario = scenario.of_version(version);
    }
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
    let facts = Some((input.fleet.as_path(), &fleet.facts));
    let mut scenario = read_scenario(input.product_version, facts, input.scenario.as_deref())?;
    scenario.surplus.cells = input.surplus_cells.unwrap_or(scenario.surplus.cells);
    scenario_file::check_groups(&scenario, &fleet, input.scenario.as_deref(), &input.fleet)?;
    if let Some(path) = &input.scenario {
        scenario_file::check_names(&scenario, &fleet, path)?;
        if input.whole_upgrade && scenario_file::switches_off(path, "upgrade") {
            report_line(&format!(
                "note: --whole-upgrade goes before `upgrade.enabled = false` of {}",
                path.display()
            ));
        }
    }
    scenario.upgrade.enabled |= input.whole_upgrade;
    let wrong = |error| Failure::Facts { path: input.fleet.clone(), error };
    scenario.check_manifest(&fleet).map_err(wrong)?;
    Ok((fleet, scenario))
}
