//! `rivera demo`: what the other verbs answer, for a foundation that is part of the program.

use std::path::Path;

use rivera_diego::{FleetSummary, Recipe};
use rivera_experiment::Experiment;
use rivera_limiter::{MaxInFlight, Severity, StartLimit};
use rivera_model::{Fleet, FleetError};
use rivera_report::{Terminal, course_table, findings_list, fleet_table, short_table};
use rivera_sim::check::{Finding, Plan, PlanSettings, check};
use rivera_sim::{Record, Scenario, Setting, simulate};

use crate::compare::html_of;
use crate::demo_args::Demo;
use crate::failure::Failure;
use crate::output::{WholeFile, print};
use crate::progress;
use crate::terminal::terminal;

/// The foundation of the examples.
const RECIPE: &str = include_str!("../../../examples/fleets/small.toml");
/// Cells in flight and starts at once that are compared, each with each.
const COMPARED: ([i32; 3], [i64; 2]) = ([1, 4, 8], [20, 200]);
/// The one of them whose course is shown: large enough to go wrong.
const SHOWN: (i32, i64) = (8, 20);
const SEEDS: [u64; 3] = [1, 2, 3];
/// Rows of the course.
const MOMENTS: usize = 12;

pub(crate) fn run(arguments: &Demo) -> Result<(), Failure> {
    let folder = &arguments.output;
    if !arguments.overwrite && is_used(folder) {
        return Err(Failure::AlreadyThere(folder.clone()));
    }
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::Write { path: folder.clone(), problem: error.to_string() })?;
    let [recipe, page] = ["fleet.toml", "report.html"].map(|name| folder.join(name));
    let recipe_file = WholeFile::create(&recipe)?;
    let page_file = WholeFile::create(&page)?;

    let wrong_fleet = |error: FleetError| Failure::Fleet { path: recipe.clone(), error };
    let fleet = Recipe::from_toml(RECIPE)
        .and_then(|recipe| recipe.synthesise())
        .expect("the recipe is a constant that every test of this verb reads");
    let scenario = Scenario::default()
        .with_facts(&fleet.facts)
        .map_err(|error| Failure::Facts { path: recipe.clone(), error })?;
    let terminal = terminal();

    recipe_file.write(|file| file.write_all(RECIPE.as_bytes()))?;
    print(&part(&format!("rivera fleet show {}", recipe.display()), "", terminal))?;
    print(&fleet_table(&FleetSummary::of(&fleet).map_err(wrong_fleet)?, terminal))?;

    let (cells, starts) = SHOWN;
    let shown = format!("--fleet {} --max-in-flight {cells} --max-starts {starts}", recipe.display());
    print(&part(&format!("rivera check {shown}"), "(the first error or warning of each kind)", terminal))?;
    print(&findings(&fleet, terminal).map_err(wrong_fleet)?)?;

    let compared = "--max-in-flight 1,4,8 --max-starts 20,200 --seeds 3";
    let command = format!("rivera compare --fleet {} {compared} -o {}", recipe.display(), page.display());
    print(&part(&command, "(the first of its figures)", terminal))?;
    let experiment = Experiment {
        fleet: &fleet,
        scenario: scenario.clone(),
        settings: COMPARED
            .0
            .iter()
            .flat_map(|&cells| COMPARED.1.map(|starts| setting((cells, starts))))
            .collect(),
        seeds: SEEDS.to_vec(),
    };
    let bar = progress::bar(experiment.settings.len() * experiment.seeds.len());
    let comparison = experiment.run(|| bar.inc(1)).map_err(wrong_fleet)?;
    let comparison = experiment.with_course(comparison).map_err(wrong_fleet)?;
    bar.finish_and_clear();
    print(&short_table(&comparison, terminal))?;
    let html = html_of(&comparison, &fleet, None, &experiment.scenario).map_err(wrong_fleet)?;
    page_file.write(|file| file.write_all(html.as_bytes()))?;

    let command = format!("rivera simulate {shown} --format json");
    print(&part(&command, "(the course of the run)", terminal))?;
    let record = Record { course: true, timeline: false };
    let run = simulate(&fleet, &scenario, setting(SHOWN), SEEDS[0], record).map_err(wrong_fleet)?;
    print(&course_table(&run.outcome.course, MOMENTS, terminal))?;

    print(&next(&recipe, &page, terminal))
}

/// Whether something is there that must not be overwritten.
fn is_used(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or_else(|_| folder.exists(), |mut entries| entries.next().is_some())
}

fn setting((cells, starts): (i32, i64)) -> Setting {
    Setting { max_in_flight: MaxInFlight::instances(cells), max_starts: StartLimit::from_config(starts) }
}

/// What speaks against the setting that is shown, each kind once.
fn findings(fleet: &Fleet, terminal: Terminal) -> Result<String, FleetError> {
    let (cells, starts) = SHOWN;
    let settings = PlanSettings {
        max_in_flight: cells.to_string(),
        max_starts: StartLimit::from_config(starts),
        ..PlanSettings::of(&fleet.facts, None)
    };
    let mut found: Vec<Finding> = check(&Plan::new(fleet, settings)?);
    found.retain(|finding| finding.severity() >= Severity::Warning);
    found.dedup_by_key(|finding| finding.rule.code);
    Ok(findings_list(&found, terminal))
}

/// A command, set off from what it answers, and what of that is shown.
fn part(command: &str, shown: &str, terminal: Terminal) -> String {
    let line = "━".repeat(terminal.width.min(78));
    let shown = if shown.is_empty() { String::new() } else { format!("{shown}\n") };
    format!("\n{line}\n$ {}\n{shown}\n", in_lines(command, terminal))
}

/// A command in lines that a shell joins, broken where an option begins.
fn in_lines(command: &str, terminal: Terminal) -> String {
    // Room for the prompt or the indent, and for ` \` at the end.
    let width = terminal.width.saturating_sub(4);
    let mut options = command.split(" -");
    let mut lines = vec![options.next().unwrap_or_default().to_owned()];
    for option in options {
        let line = lines.last_mut().expect("there is the command");
        if line.chars().count() + " -".len() + option.chars().count() <= width {
            line.push_str(&format!(" -{option}"));
        } else {
            lines.push(format!("  -{option}"));
        }
    }
    lines.join(" \\\n")
}

fn next(recipe: &Path, page: &Path, terminal: Terminal) -> String {
    let (recipe, page) = (recipe.display(), page.display());
    let line = "━".repeat(terminal.width.min(78));
    let compare = format!("rivera compare --fleet {recipe} --max-in-flight 4,5,6 --max-starts 200");
    let compare = in_lines(&compare, terminal).replace('\n', "\n  ");
    format!(
        "\n{line}\n\
         All of this was simulated just now. The report with its charts is in\n\
         {page}: open it in a browser, it needs no network.\n\
         What to type next:\n\
         \n  {compare}\
         \n  rivera explain zone-too-full\
         \n  rivera fleet synth {recipe} -o export/\
         \n  rivera check --fleet {recipe}\n\
         \nThe same for your own foundation: `rivera --help` lists the commands of `cfdot`\n\
         and `bosh` that export it.\n"
    )
}
