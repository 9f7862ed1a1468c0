//! `rivera compare`.

use rivera_experiment::{Comparison, Experiment};
use rivera_model::{CellGroup, Fleet, FleetError};
use rivera_report::{Extras, csv, html, json, table};
use rivera_sim::check::ProductVersion;
use rivera_sim::{Scenario, group_warnings};

use crate::args::{Compare, CompareFormat};
use crate::failure::Failure;
use crate::in_flight::InFlight;
use crate::output::{WholeFile, print};
use crate::terminal::terminal;
use crate::{input, planner, progress, settings};

pub(crate) fn run(arguments: &Compare) -> Result<(), Failure> {
    let (fleet, mut scenario) = input::read(&arguments.input)?;
    let InFlight { mut all, of_groups } = InFlight::of(arguments.max_in_flight.clone(), &fleet)?;
    let usual =
        fleet.groups.get(CellGroup::usual(&fleet.groups)).and_then(|usual| of_groups.get(&usual.name));
    if all.is_empty() {
        // Where the usual cells have a value of their own there is nothing to compare but that.
        all.extend(usual.copied());
    }
    settings::warn_of_groups(arguments.input.product_version, &all, &of_groups);
    // Who names a group on the command line knows that it goes by itself.
    let group_warnings = group_warnings(&scenario, &fleet, |group| of_groups.contains_key(group));
    for (group, value) in of_groups {
        scenario = scenario.with_group_in_flight(group, value);
    }
    let page = arguments.output.as_deref().map(WholeFile::create).transpose()?;
    let seeds = seeds(arguments.first_seed, arguments.seeds)?;
    let experiment = Experiment { fleet: &fleet, scenario, settings: settings::of(arguments, &all), seeds };
    let bar = progress::bar(experiment.settings.len() * experiment.seeds.len());
    let wrong_fleet = |error| Failure::Fleet { path: arguments.input.fleet.clone(), error };
    let mut comparison = experiment.run(|| bar.inc(1)).map_err(wrong_fleet)?;
    comparison.reasons.extend(group_warnings.iter().map(|warning| format!("Warning: {warning}")));
    bar.finish_and_clear();
    if page.is_some() || arguments.format == CompareFormat::Json {
        comparison = experiment.with_course(comparison).map_err(wrong_fleet)?;
    }
    if let Some(page) = page {
        let html = html_of(&comparison, &fleet, arguments.input.product_version, &experiment.scenario)
            .map_err(wrong_fleet)?;
        page.write(|file| file.write_all(html.as_bytes()))?;
    }
    print(&match arguments.format {
        CompareFormat::Table => table(&comparison, terminal()),
        CompareFormat::Json => json(&comparison),
        CompareFormat::Csv => csv(&comparison),
    })
}

/// The page, with what the planner's rules find in the plan of the best setting.
pub(crate) fn html_of(
    comparison: &Comparison,
    fleet: &Fleet,
    version: Option<ProductVersion>,
    scenario: &Scenario,
) -> Result<String, FleetError> {
    let setting = comparison.best.and_then(|best| comparison.settings.get(best)).map(|best| best.setting);
    let findings = setting.map(|setting| planner::findings(fleet, version, scenario, setting)).transpose()?;
    let findings = findings.as_deref().unwrap_or_default();
    Ok(html(comparison, &Extras { findings, ..Extras::default() }))
}

fn seeds(first: u64, count: u64) -> Result<Vec<u64>, Failure> {
    match first.checked_add(count - 1) {
        Some(last) => Ok((first..=last).collect()),
        None => Err(Failure::Usage(format!(
            "{count} seeds from {first} on are more than there are: --first-seed can be at most {}",
            u64::MAX - (count - 1)
        ))),
    }
}
