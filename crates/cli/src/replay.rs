//! `rivera replay`.

use std::path::{Path, PathBuf};

use rivera_diego::recording::{Scenario, Step, Workload};
use rivera_diego::{read_json, read_json_lines};
use rivera_report::{ReplayError, check_scenario, check_steps};
use rivera_sim::many;

use crate::args::Replay;
use crate::failure::Failure;
use crate::output::print;
use crate::place::read;

const HELP: &str = "a recording is X.jsonl, or X.workload.json with X.steps.json beside it, each also as .gz: \
                    `rivera replay --help` says more";

pub(crate) fn run(arguments: &Replay) -> Result<(), Failure> {
    let mut all_met = true;
    let mut pairs: Vec<PathBuf> = Vec::new();
    for path in &arguments.files {
        let (met, text) = match Recording::at(path)? {
            Recording::Scenarios => scenarios(path)?,
            // Each of the two files names the pair, which is checked once.
            Recording::Pair { workload, .. } if pairs.contains(&workload) => continue,
            Recording::Pair { workload, steps } => {
                let found = follow(&workload, &steps)?;
                pairs.push(workload);
                found
            }
        };
        all_met &= met;
        print(&text)?;
    }
    if all_met { Ok(()) } else { Err(Failure::AnswerIsNo) }
}

enum Recording {
    Scenarios,
    Pair { workload: PathBuf, steps: PathBuf },
}

impl Recording {
    fn at(path: &Path) -> Result<Self, Failure> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let (stem, zipped) = name.strip_suffix(".gz").map_or((&*name, ""), |stem| (stem, ".gz"));
        if stem.ends_with(".jsonl") {
            return Ok(Self::Scenarios);
        }
        let pair = stem.strip_suffix(".workload.json").or_else(|| stem.strip_suffix(".steps.json"));
        let Some(pair) = pair else {
            return Err(Failure::NotARecording(path.to_owned()));
        };
        // The other file of the pair may be compressed or not, whatever this one is.
        let beside = |kind: &str| {
            let named = |zipped: &str| path.with_file_name(format!("{pair}.{kind}.json{zipped}"));
            let other = if zipped.is_empty() { ".gz" } else { "" };
            [named(zipped), named(other)]
                .into_iter()
                .find(|path| path.exists())
                .unwrap_or_else(|| named(zipped))
        };
        Ok(Self::Pair { workload: beside("workload"), steps: beside("steps") })
    }
}

fn scenarios(path: &Path) -> Result<(bool, String), Failure> {
    let scenarios: Vec<Scenario> = read(path, HELP, read_json_lines)?;
    let checked = scenarios.iter().try_for_each(check_scenario);
    answer(path, scenarios.len(), "auction", checked)
}

fn follow(workload: &Path, steps: &Path) -> Result<(bool, String), Failure> {
    let workload: Workload = read(workload, HELP, read_json)?;
    let recorded: Vec<Step> = read(steps, HELP, read_json)?;
    answer(steps, recorded.len(), "placement", check_steps(&workload, &recorded))
}

/// Whether all is met, and how it is told. A recording that contradicts itself is wrong input.
fn answer(
    path: &Path,
    number: usize,
    thing: &str,
    checked: Result<(), ReplayError>,
) -> Result<(bool, String), Failure> {
    let path = path.display();
    match checked {
        Ok(()) if number == 1 => Ok((true, format!("{path}: the one {thing} is met\n"))),
        Ok(()) => Ok((true, format!("{path}: all {} are met\n", many(number, thing)))),
        Err(difference @ ReplayError::Differs { .. }) => {
            let number = many(number, thing);
            Ok((false, format!("{path}: of {number} the first that differs is\n{difference}\n")))
        }
        Err(contradiction @ ReplayError::NotARecording { .. }) => {
            Err(Failure::Usage(format!("{path}: {contradiction}")))
        }
    }
}
