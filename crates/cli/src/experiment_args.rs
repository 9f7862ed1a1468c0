//! The command line of `rivera experiment`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use rivera_experiment::{Assertion, Shard};

use crate::values;

#[derive(Debug, Subcommand)]
pub(crate) enum ExperimentCommand {
    /// Do all runs of an experiment, or one shard of them, and say what they show.
    Run(Run),
    /// Write down everything that an experiment depends on, to run its shards on several machines.
    Plan(PlanExperiment),
    /// Put the parts together that shards gave.
    Merge(Merge),
}

#[derive(Debug, Args)]
#[command(after_help = "\
FILE.toml names the fleet, the values to try, the seeds and what must hold:
  fleet = \"export\"
  max_in_flight = [\"4%\", \"10%\"]
  max_starts = [50, 200, \"none\"]
  assertions = [\"apps_down.max <= 0\"]
  [scenario.rep]
  evacuation_timeout_s = [600, 900]

Finished runs are kept: Ctrl-C, and the same command later goes on from there.

Exit codes: 0 done, and all assertions hold; 1 one does not hold; 2 wrong usage or
input; 130 stopped by Ctrl-C.

Examples:
  rivera experiment run experiment.toml
  rivera experiment run experiment.toml --precision 2% -o result.json
  rivera experiment run experiment.toml --assert 'apps_down < 9' -o junit.xml
  rivera experiment run plan.json --shard 3/8 -o part-3.json")]
pub(crate) struct Run {
    /// An experiment (.toml), or a plan (.json) that `rivera experiment plan` wrote.
    #[arg(value_name = "FILE.toml|PLAN.json")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) changes: Changes,
    /// Take the fleet of a plan from here: it must be the same fleet.
    #[arg(long, value_name = "FOLDER|RECIPE")]
    pub(crate) fleet: Option<PathBuf>,
    /// Do only the i-th of N shards, and write its part.
    #[arg(long, value_name = "i/N")]
    pub(crate) shard: Option<Shard>,
    /// Where finished runs are kept.
    #[arg(long, value_name = "FOLDER", default_value = ".rivera-runs")]
    pub(crate) cache: PathBuf,
    /// Neither keep finished runs nor take those that are kept.
    #[arg(long, conflicts_with = "cache")]
    pub(crate) no_cache: bool,
    #[command(flatten)]
    pub(crate) outputs: Outputs,
}

/// What the command line says otherwise than the file.
#[derive(Debug, Args)]
pub(crate) struct Changes {
    /// Runs of each setting, instead of `seeds.count`.
    #[arg(long, value_name = "N", value_parser = values::seeds, allow_negative_numbers = true)]
    pub(crate) seeds: Option<u64>,
    /// Add seeds until the 95 % interval of each median reaches at most so far to either side, or `seeds.most` is reached.
    #[arg(long, value_name = "P%", value_parser = values::precision, allow_negative_numbers = true)]
    pub(crate) precision: Option<f64>,
    /// What must hold in every setting, beside the assertions of the file: METRIC.STATISTIC, a comparison, a number.
    #[arg(long = "assert", value_name = "ASSERTION", value_parser = values::assertion)]
    pub(crate) assertions: Vec<Assertion>,
}

#[derive(Debug, Args)]
pub(crate) struct Outputs {
    /// Write the result to a file, too; its name says how: .json, .csv, .md (Markdown), .xml (JUnit). Can be repeated.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Vec<PathBuf>,
    /// What is printed on stdout.
    #[arg(long, value_enum, default_value_t = ExperimentFormat::Table)]
    pub(crate) format: ExperimentFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExperimentFormat {
    /// For people.
    Table,
    /// One JSON value with all runs.
    Json,
    /// One line a run.
    Csv,
    /// For the summary of a build.
    Markdown,
    /// The assertions as a test suite.
    Junit,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A plan holds the scenario, the settings, the seeds and a hash of the fleet. Every
shard of it can be run where the fleet is; merged, the parts give byte for byte what
one machine gives.

Examples:
  rivera experiment plan experiment.toml -o plan.json
  rivera experiment run plan.json --shard 1/2 -o part-1.json
  rivera experiment run plan.json --shard 2/2 -o part-2.json
  rivera experiment merge plan.json part-1.json part-2.json")]
pub(crate) struct PlanExperiment {
    /// The experiment.
    #[arg(value_name = "FILE.toml")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) changes: Changes,
    /// Write the plan to a file instead of stdout.
    #[arg(short, long, value_name = "PLAN.json")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The order of the parts does not matter, and a shard may be there twice. A gap is
refused, and so is a part of another plan.

Exit codes: 0 done, and all assertions hold; 1 one does not hold; 2 wrong usage or
input.

Examples:
  rivera experiment merge plan.json part-1.json part-2.json -o result.json")]
pub(crate) struct Merge {
    /// The plan.
    #[arg(value_name = "PLAN.json")]
    pub(crate) plan: PathBuf,
    /// The parts of all its shards.
    #[arg(value_name = "PART.json", required = true)]
    pub(crate) parts: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) outputs: Outputs,
}
