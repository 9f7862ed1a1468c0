//! `rivera simulate`.

use rivera_limiter::StartLimit;
use rivera_report::{run_json, run_table};
use rivera_sim::{End, FleetFigures, Record, Setting, WithSurplus, group_warnings, simulate, warnings};

use crate::args::{OneFormat, Simulate};
use crate::failure::Failure;
use crate::in_flight::InFlight;
use crate::output::{WholeFile, print};
use crate::terminal::terminal;
use crate::{input, settings, timeline};

pub(crate) fn run(arguments: &Simulate) -> Result<(), Failure> {
    if let Some(path) = &arguments.timeline
        && arguments.chrome_trace.as_ref() == Some(path)
    {
        let path = path.display();
        return Err(Failure::Usage(format!("{path} cannot hold the timeline and the trace: name two files")));
    }
    let (fleet, mut scenario) = input::read(&arguments.input)?;
    let lines = arguments.timeline.as_deref().map(WholeFile::create).transpose()?;
    let trace = arguments.chrome_trace.as_deref().map(WholeFile::create).transpose()?;
    let InFlight { all, of_groups } = InFlight::of(arguments.max_in_flight.clone(), &fleet)?;
    if all.len() > 1 {
        return Err(Failure::Usage(
            "a run has one --max-in-flight: `rivera compare` takes several".to_owned(),
        ));
    }
    // Both warn of values that the version cannot be told.
    let version = arguments.input.product_version;
    settings::cells(version, &all, &[]);
    settings::warn_of_groups(version, &all, &of_groups);
    if let Some(limit) = arguments.max_starts {
        settings::starts(version, &[limit], &[]);
    }
    // The value of the fleet or of the scenario claims nothing of groups that have their own.
    let is_named = |group: &str| all.is_empty() || of_groups.contains_key(group);
    let group_warnings = group_warnings(&scenario, &fleet, is_named);
    for (group, value) in of_groups {
        scenario = scenario.with_group_in_flight(group, value);
    }
    let setting = Setting {
        max_in_flight: match all.first() {
            Some(&max_in_flight) => max_in_flight,
            None => scenario.update.max_in_flight.parse().map_err(|error| {
                Failure::Usage(format!("max_in_flight of the fleet or the scenario: {error}"))
            })?,
        },
        max_starts: arguments
            .max_starts
            .unwrap_or_else(|| StartLimit::from_config(scenario.auctioneer.max_starts)),
    };
    let wrong_fleet = |error| Failure::Fleet { path: arguments.input.fleet.clone(), error };
    let record = Record { course: true, timeline: lines.is_some() || trace.is_some() };
    let figures = FleetFigures::of(&fleet).map_err(wrong_fleet)?;
    let run = simulate(&fleet, &scenario, setting, arguments.seed, record).map_err(wrong_fleet)?;
    let mut warnings = warnings(&scenario, &fleet);
    warnings.extend(group_warnings);
    // The timeline names the cells that the upgrade adds, too.
    let fleet = WithSurplus::new(&fleet, scenario.surplus.cells).fleet;
    if let Some(lines) = lines {
        lines.write(|file| timeline::write_lines(&fleet, &run, file))?;
    }
    if let Some(trace) = trace {
        trace.write(|file| timeline::write_chrome_trace(&fleet, &run, file))?;
    }
    print(&match arguments.format {
        OneFormat::Table => run_table(&run.outcome, &setting, &figures, &warnings, terminal()),
        OneFormat::Json => run_json(&run.outcome, &setting, &figures, &warnings),
    })?;
    // A script must not go on as if all cells were updated.
    if run.outcome.end == End::Finished { Ok(()) } else { Err(Failure::AnswerIsNo) }
}
