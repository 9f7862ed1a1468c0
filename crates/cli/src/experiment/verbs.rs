//! Its verbs.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use rivera_experiment::{Findings, Part, Plan, Point, RunError, Runner, Runs, Shard, Store, merge};
use rivera_report::{part_json, plan_json, read_part};

use super::outputs::{OpenOutputs, write_or_print};
use super::page::{On, page};
use super::prepared::{self, Prepared, prepare};
use super::{interrupt, recommend};
use crate::experiment_args::{Cache, ExperimentCommand, Merge, PlanExperiment, Run};
use crate::failure::Failure;
use crate::output::WholeFile;
use crate::progress;

pub(crate) fn run(command: &ExperimentCommand) -> Result<(), Failure> {
    match command {
        ExperimentCommand::Run(arguments) => run_runs(arguments),
        ExperimentCommand::Plan(arguments) => plan(arguments),
        ExperimentCommand::Merge(arguments) => merge_parts(arguments),
        ExperimentCommand::Recommend(arguments) => recommend::of_experiment(arguments),
    }
}

fn plan(arguments: &PlanExperiment) -> Result<(), Failure> {
    let Prepared { plan, .. } = prepare(&arguments.file, &arguments.changes, None)?;
    refuse_precision(&plan)?;
    let output = arguments.output.as_deref();
    let output =
        output.map(|path| json_file(path, "a plan is written", "a plan is run by that name")).transpose()?;
    write_or_print(output, &plan_json(&plan))
}

fn run_runs(arguments: &Run) -> Result<(), Failure> {
    let prepared = prepare(&arguments.file, &arguments.changes, arguments.fleet.as_deref())?;
    match arguments.shard {
        Some(shard) => run_shard(&prepared, shard, arguments),
        None => run_whole(&prepared, arguments),
    }
}

/// The file of what is only ever JSON: one whose name says otherwise would be taken for what it is not.
fn json_file(path: &Path, what: &str, why: &str) -> Result<WholeFile, Failure> {
    match path.extension() {
        Some(end) if end != "json" => Err(Failure::Usage(format!(
            "{}: {what}, which is JSON: name a file that ends in .json; {why}",
            path.display()
        ))),
        _ => WholeFile::create(path),
    }
}

// What cannot be written is found out before anything is made or run.

fn run_whole(prepared: &Prepared, arguments: &Run) -> Result<(), Failure> {
    let outputs = OpenOutputs::open(&arguments.outputs)?;
    let store = open(&arguments.cache)?;
    let runs = all_runs(prepared, store.as_ref(), interrupt::listen()?)?;
    let on = On { fleet: &prepared.fleet, path: &prepared.fleet_path };
    let page = || page(&prepared.plan, &prepared.points, &runs, Ok(&on), None);
    tell(&prepared.plan, &prepared.points, &runs, outputs, &page)
}

fn run_shard(prepared: &Prepared, shard: Shard, arguments: &Run) -> Result<(), Failure> {
    refuse_precision(&prepared.plan)?;
    let output = match arguments.outputs.output.as_slice() {
        [] => None,
        [one] => Some(json_file(
            one,
            "a shard gives a part",
            "make other formats of the parts with `rivera experiment merge`",
        )?),
        _ => return Err(Failure::Usage("a shard gives one part: name one file with -o".to_owned())),
    };
    let store = open(&arguments.cache)?;
    let jobs = shard.jobs(&prepared.plan);
    let bar = progress::bar(jobs.len());
    let progress = || bar.inc(1);
    let runs = runner(prepared, store.as_ref(), &progress, interrupt::listen()?).run(&jobs);
    bar.finish_and_clear();
    let runs = runs.map_err(|error| failure(error, prepared, store.as_ref()))?;
    write_or_print(output, &part_json(Part::of(&prepared.plan, shard, runs)))
}

fn merge_parts(arguments: &Merge) -> Result<(), Failure> {
    let outputs = OpenOutputs::open(&arguments.outputs)?;
    let plan = prepared::read_plan_file(&arguments.plan)?;
    let points = prepared::points(&plan, &arguments.plan)?;
    let parts = arguments.parts.iter().map(|path| {
        read_part(&prepared::read(path)?).map_err(|error| Failure::Kept { path: path.clone(), error })
    });
    let parts: Vec<Part> = parts.collect::<Result<_, _>>()?;
    let runs = merge(&plan, parts).map_err(Failure::Merge)?;
    let page = || merged_page(&plan, &points, &runs, arguments.fleet.as_deref());
    tell(&plan, &points, &runs, outputs, &page)
}

/// The page of merged parts, which have no course of a run: one is simulated if the fleet of the plan is at hand. Without it
/// the page says why it shows less; a fleet that is named must be that of the plan.
fn merged_page(plan: &Plan, points: &[Point], runs: &Runs, named: Option<&Path>) -> Result<String, Failure> {
    let path = prepared::fleet_path(plan, named);
    let is_at_hand = || prepared::digest(&path).is_ok_and(|digest| digest == plan.fleet_sha256);
    let missing = match prepared::other_version(plan) {
        Some(other) => Some(format!("{other}. That version can show it.")),
        None if named.is_some() || is_at_hand() => None,
        None => Some(format!(
            "{} is not at hand, or is no longer the fleet of the plan. With --fleet the merge takes it from elsewhere.",
            path.display()
        )),
    };
    if let Some(why) = missing {
        return page(plan, points, runs, Err(format!("How it goes is not shown: {why}")), None);
    }
    let fleet = prepared::fleet_of(plan, &path)?;
    page(plan, points, runs, Ok(&On { fleet: &fleet, path: &path }), None)
}

/// All runs, with a bar.
pub(super) fn all_runs(
    prepared: &Prepared,
    store: Option<&Store>,
    stop: &AtomicBool,
) -> Result<Runs, Failure> {
    let bar = progress::bar(prepared.plan.jobs().len());
    let progress = || bar.inc(1);
    let more = |runs: usize| bar.inc_length(runs as u64);
    let runs = runner(prepared, store, &progress, stop).run_all(&more);
    bar.finish_and_clear();
    runs.map_err(|error| failure(error, prepared, store))
}

pub(super) fn runner<'a>(
    prepared: &'a Prepared,
    store: Option<&'a Store>,
    progress: &'a (dyn Fn() + Sync),
    stop: &'a AtomicBool,
) -> Runner<'a> {
    let Prepared { plan, points, fleet, .. } = prepared;
    Runner { plan, points, fleet, store, progress, stop }
}

pub(super) fn failure(error: RunError, prepared: &Prepared, store: Option<&Store>) -> Failure {
    match error {
        RunError::Fleet(error) => Failure::Fleet { path: prepared.fleet_path.clone(), error },
        RunError::Keep { folder, error } => {
            Failure::Write { path: folder.into(), problem: error.to_string() }
        }
        RunError::Stopped { done, of } => {
            let kept = store.map(|store| store.folder().display().to_string());
            Failure::Stopped { done, of, kept }
        }
    }
}

/// Writes and prints what the runs show; the page is made only if it is asked for.
fn tell(
    plan: &Plan,
    points: &[Point],
    runs: &Runs,
    outputs: OpenOutputs,
    page: &dyn Fn() -> Result<String, Failure>,
) -> Result<(), Failure> {
    let findings =
        Findings::of(plan, points, runs).map_err(|mistake| Failure::Usage(mistake.in_one_line()))?;
    outputs.write(plan, &findings, page)?;
    if findings.all_hold() { Ok(()) } else { Err(Failure::AnswerIsNo) }
}

/// How many seeds a precision takes is known only when all runs of a setting are in one place.
fn refuse_precision(plan: &Plan) -> Result<(), Failure> {
    if plan.seeds.precision_percent.is_none() {
        return Ok(());
    }
    Err(Failure::Usage(
        "shards have their seeds beforehand: give a number of --seeds instead of a precision".to_owned(),
    ))
}

/// The store, if runs are to be kept.
pub(super) fn open(cache: &Cache) -> Result<Option<Store>, Failure> {
    if cache.no_cache {
        return Ok(None);
    }
    let refused =
        |error: std::io::Error| Failure::Write { path: cache.cache.clone(), problem: error.to_string() };
    Store::open(&cache.cache).map(Some).map_err(refused)
}
