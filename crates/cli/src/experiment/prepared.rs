//! From the file that a user names to a plan and its fleet.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rivera_diego::Fault;
use rivera_experiment::{ExperimentFile, Mistake, Plan, Point, Remark, Source, lint, sha256_of};
use rivera_model::Fleet;
use rivera_report::read_plan;
use rivera_sim::warnings;

use crate::experiment_args::Changes;
use crate::failure::{Failure, report_line};
use crate::input;
use crate::scenario_file::ScenarioMistake;

/// A plan with what is needed to run it.
pub(super) struct Prepared {
    pub(super) plan: Plan,
    pub(super) points: Vec<Point>,
    pub(super) fleet: Fleet,
    pub(super) fleet_path: PathBuf,
}

/// Reads an experiment or a plan, whichever the name says.
pub(super) fn prepare(path: &Path, changes: &Changes, fleet: Option<&Path>) -> Result<Prepared, Failure> {
    if path.extension().is_some_and(|extension| extension == "json") {
        if changes.seeds.is_some() || changes.precision.is_some() || !changes.assertions.is_empty() {
            return Err(Failure::Usage(
                "a plan is run as it is: --seeds, --precision and --assert are for `rivera experiment plan`"
                    .to_owned(),
            ));
        }
        return of_plan(path, fleet);
    }
    if fleet.is_some() {
        return Err(Failure::Usage(
            "--fleet says where the fleet of a plan is; an experiment names its own".to_owned(),
        ));
    }
    of_file(path, changes)
}

/// A plan that was written before.
pub(super) fn of_plan(path: &Path, fleet: Option<&Path>) -> Result<Prepared, Failure> {
    let plan = read_plan_file(path)?;
    if let Some(other) = other_version(&plan) {
        return Err(Failure::Usage(format!("{}: {other}: write it anew", path.display())));
    }
    let fleet_path = fleet_path(&plan, fleet);
    let fleet = fleet_of(&plan, &fleet_path)?;
    let points = points(&plan, path)?;
    Ok(Prepared { plan, points, fleet, fleet_path })
}

/// What is said of a plan whose runs come out otherwise in this version.
pub(super) fn other_version(plan: &Plan) -> Option<String> {
    let own = (env!("CARGO_PKG_VERSION"), rivera_sim::OUTCOMES_VERSION);
    ((plan.version.as_str(), plan.outcomes_version) != own).then(|| {
        format!(
            "the plan is of Rivera {} (outcomes {}), this is {} (outcomes {})",
            plan.version, plan.outcomes_version, own.0, own.1
        )
    })
}

/// Where the fleet of a plan is: where it was, unless it is said otherwise.
pub(super) fn fleet_path(plan: &Plan, said: Option<&Path>) -> PathBuf {
    said.map_or_else(|| PathBuf::from(&plan.fleet_path), Path::to_owned)
}

/// The fleet of a plan, which must not have changed.
pub(super) fn fleet_of(plan: &Plan, path: &Path) -> Result<Fleet, Failure> {
    // A hash costs less than a fleet.
    if path.exists() && digest(path)? != plan.fleet_sha256 {
        return Err(Failure::Usage(format!(
            "{}: this is not the fleet of the plan, or it has changed since: write the plan anew",
            path.display()
        )));
    }
    input::read_fleet(path, plan.lenient)
}

/// The plan in a file.
pub(super) fn read_plan_file(path: &Path) -> Result<Plan, Failure> {
    read_plan(&read(path)?).map_err(|error| Failure::Kept { path: path.to_owned(), error })
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    input::read_text(path, |path, error| Failure::ReadInput { path, error })
}

/// The points of a plan that may have been changed by hand.
pub(super) fn points(plan: &Plan, path: &Path) -> Result<Vec<Point>, Failure> {
    plan.points().map_err(|error| Failure::Facts { path: path.to_owned(), error })
}

fn of_file(path: &Path, changes: &Changes) -> Result<Prepared, Failure> {
    let text = read(path)?;
    let wrong = |Mistake { message, help, span }| {
        let help =
            help.unwrap_or_else(|| "`rivera experiment run --help` shows what an experiment is".to_owned());
        Failure::Scenario(Box::new(ScenarioMistake::new(
            "not-an-experiment",
            path,
            text.clone(),
            message,
            help,
            span,
        )))
    };
    let mut file = ExperimentFile::read(&text).map_err(wrong)?;
    file.seeds.count = changes.seeds.unwrap_or(file.seeds.count);
    file.seeds.most = file.seeds.most.max(file.seeds.count);
    file.seeds.precision_percent = changes.precision.or(file.seeds.precision_percent);
    file.assertions.extend(changes.assertions.iter().cloned());
    // What a file names is beside it.
    let beside = |named: &Path| path.parent().unwrap_or(Path::new("")).join(named);
    let fleet_path = beside(&file.fleet);
    for (key, named) in std::iter::once(("fleet", &file.fleet))
        .chain(file.scenario_file.iter().map(|it| ("scenario_file", it)))
    {
        if !beside(named).exists() {
            return Err(missing(path, &text, key, &beside(named), file.place_of_key(key)));
        }
    }
    let fleet = input::read_fleet(&fleet_path, file.lenient).inspect_err(|_| {
        // The error is of the fleet's own files.
        let place = place(&text, file.place_of_key("fleet"));
        report_line(&format!("note: {}{place}: this fleet cannot be used", path.display()));
    })?;
    let base = input::read_scenario(
        file.product_version,
        Some((&fleet_path, &fleet.facts)),
        file.scenario_file.as_deref().map(beside).as_deref(),
    )?;
    let shown = fleet_path.display().to_string();
    let source = Source { fleet: &fleet, path: &shown, sha256: &digest(&fleet_path)? };
    let plan = Plan::of(&file, source, &base).map_err(wrong)?;
    let points = points(&plan, path)?;
    for remark in lint(&file, &fleet, &plan, &points) {
        warn(path, &text, &remark);
    }
    let of_points = points.iter().flat_map(|point| warnings(&point.scenario, &fleet));
    for warning in of_points.collect::<BTreeSet<String>>() {
        report_line(&format!("warning: {}: {warning}", path.display()));
    }
    Ok(Prepared { plan, points, fleet, fleet_path })
}

/// A file or folder that an experiment names, and that does not exist.
fn missing(path: &Path, text: &str, key: &str, named: &Path, span: Option<Range<usize>>) -> Failure {
    let fault = Fault::NoSuchPath;
    let message = format!("`{key}` is `{}`: {fault}", named.display());
    let help = input::meant(&fault, named).filter(|help| help.starts_with("did you mean"));
    let help = help.unwrap_or_else(|| format!("`{key}` is seen from the folder of this file"));
    Failure::Scenario(Box::new(ScenarioMistake::new(
        fault.code(),
        path,
        text.to_owned(),
        message,
        help,
        span,
    )))
}

/// `:3:14`, the line and the column, both from 1; nothing of what is not in the text.
fn place(text: &str, span: Option<Range<usize>>) -> String {
    let Some(span) = span else { return String::new() };
    let before = &text[..span.start];
    let line_begins = before.rfind('\n').map_or(0, |at| at + 1);
    format!(":{}:{}", before.matches('\n').count() + 1, before[line_begins..].chars().count() + 1)
}

/// Told on stderr with the place.
fn warn(path: &Path, text: &str, remark: &Remark) {
    let Remark { lint, message, span } = remark;
    let place = place(text, span.clone());
    report_line(&format!("warning[{}]: {}{place}: {message}", lint.code, path.display()));
    report_line(&format!("help: {}", lint.remedy));
}

pub(super) fn digest(path: &Path) -> Result<String, Failure> {
    sha256_of(path).map_err(|error| Failure::ReadInput { path: path.to_owned(), error })
}
