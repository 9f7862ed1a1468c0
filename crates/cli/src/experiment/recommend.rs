//! The search for the best setting, on a fleet or in an experiment.

use std::cell::Cell;

use rivera_experiment::recommend::{Goal, Places, Risk, Search, sensitivity, what_binds};
use rivera_experiment::{ExperimentFile, Plan, Source, of_point};
use rivera_model::Fleet;
use rivera_report::{Recommended, recommendation_json, recommendation_markdown, recommendation_text};
use rivera_sim::Scenario;

use super::interrupt;
use super::page::{self, On, page};
use super::prepared::{Prepared, digest, points, prepare};
use super::verbs::{failure, open, runner};
use crate::experiment_args::{Cache, Changes, RecommendFormat, RecommendOf, Wanted};
use crate::failure::Failure;
use crate::output::{WholeFile, print};
use crate::progress;
use crate::terminal::terminal;

/// `rivera experiment recommend`.
pub(super) fn of_experiment(arguments: &RecommendOf) -> Result<(), Failure> {
    let changes = Changes { seeds: arguments.seeds, precision: None, assertions: Vec::new() };
    let prepared = prepare(&arguments.file, &changes, None)?;
    search(&prepared, &arguments.wanted, &arguments.cache)
}

/// `rivera recommend`.
pub(crate) fn of_fleet(
    file: &ExperimentFile,
    fleet: Fleet,
    scenario: &Scenario,
    wanted: &Wanted,
    cache: &Cache,
) -> Result<(), Failure> {
    let path = file.fleet.clone();
    let shown = path.display().to_string();
    let source = Source { fleet: &fleet, path: &shown, sha256: &digest(&path)? };
    let plan = Plan::of(file, source, scenario).map_err(|mistake| Failure::Usage(mistake.in_one_line()))?;
    let points = points(&plan, &path)?;
    search(&Prepared { plan, points, fleet, fleet_path: path }, wanted, cache)
}

fn search(prepared: &Prepared, wanted: &Wanted, cache: &Cache) -> Result<(), Failure> {
    let goal = Goal::read(Some(&wanted.objective), &wanted.bounds)
        .map_err(|mistake| Failure::Usage(mistake.in_one_line()))?;
    let store = open(cache)?;
    let file = wanted.output.as_deref().map(WholeFile::create).transpose()?;
    let stop = interrupt::listen()?;
    let bar = progress::bar(0);
    let begun = Cell::new(0);
    let more = |runs: usize| {
        begun.set(begun.get() + runs);
        bar.inc_length(runs as u64);
    };
    let progress = || bar.inc(1);
    let runner = runner(prepared, store.as_ref(), &progress, stop);
    let failed = |error| failure(error, prepared, store.as_ref());
    let found = Search::new(&runner, &goal).run(&more).map_err(failed)?;
    let runs = begun.get();
    let changes = match wanted.no_sensitivity {
        true => None,
        false => Some(sensitivity(&runner, &goal, &found, &more).map_err(failed)?),
    };
    bar.finish_and_clear();

    let answer = found.answer.map(|point| (&prepared.points[point], of_point(&found.runs, point)));
    let binds = answer.as_ref().map(|(point, runs)| what_binds(point, runs)).unwrap_or_default();
    let risk = answer.as_ref().map(|(_, runs)| Risk::of(runs));
    let values: Vec<Vec<String>> = prepared.points.iter().map(|point| point.values.clone()).collect();
    let scenario =
        found.answer.map_or_else(Scenario::default, |point| prepared.points[point].scenario.clone());
    let recommended = Recommended {
        plan: &prepared.plan,
        values: &values,
        goal: &goal,
        found: &found,
        risk: risk.as_ref(),
        binds: &binds,
        sensitivity: changes.as_deref(),
        setting: answer.map(|(point, _)| point.setting),
        places: &Places::of(&prepared.fleet, &scenario),
        scenario: &scenario,
        runs,
    };
    if let Some(file) = file {
        let on = On { fleet: &prepared.fleet, path: &prepared.fleet_path };
        let said = page::Recommended {
            best: found.answer,
            risks: recommended.risks(),
            reasons: recommended.why(),
            notes: recommended.notes(),
        };
        let page = page(&prepared.plan, &prepared.points, &found.runs, Ok(&on), Some(said))?;
        file.write(|file| file.write_all(page.as_bytes()))?;
    }
    print(&match wanted.format {
        RecommendFormat::Table => recommendation_text(&recommended, terminal()),
        RecommendFormat::Json => recommendation_json(&recommended),
        RecommendFormat::Markdown => recommendation_markdown(&recommended),
    })?;
    if found.answer.is_some() { Ok(()) } else { Err(Failure::AnswerIsNo) }
}
