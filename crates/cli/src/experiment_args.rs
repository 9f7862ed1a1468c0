//! The command line of `rivera experiment`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use rivera_experiment::{Assertion, Shard};
use rivera_limiter::{MaxInFlight, StartLimit};

use crate::args::Input;
use crate::values;

#[derive(Debug, Subcommand)]
pub(crate) enum ExperimentCommand {
    /// Do all runs of an experiment, or one shard of them, and say what they show.
    Run(Run),
    /// Write down everything that an experiment depends on, to run its shards on several machines.
    Plan(PlanExperiment),
    /// Put the parts together that shards gave.
    Merge(Merge),
    /// Search the best of the settings of an experiment, without running all of them with every seed.
    Recommend(RecommendOf),
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
    #[command(flatten)]
    pub(crate) cache: Cache,
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
    /// Write the result to a file, too; its name says how: .html (a page), .json, .csv, .parquet (if the program was built
    /// with it), .md (Markdown), .xml (JUnit), .txt. Can be repeated.
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
    /// A page that needs nothing but itself.
    Html,
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
  rivera experiment merge plan.json part-1.json part-2.json -o result.json
  rivera experiment merge plan.json part-1.json part-2.json -o report.html")]
pub(crate) struct Merge {
    /// The plan.
    #[arg(value_name = "PLAN.json")]
    pub(crate) plan: PathBuf,
    /// The parts of all its shards.
    #[arg(value_name = "PART.json", required = true)]
    pub(crate) parts: Vec<PathBuf>,
    /// Take the fleet of the plan from here, for the page, which shows how a run goes: it must be the same fleet.
    #[arg(long, value_name = "FOLDER|RECIPE")]
    pub(crate) fleet: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) outputs: Outputs,
}

/// What is wanted of a setting.
#[derive(Debug, Args)]
pub(crate) struct Wanted {
    /// What is to be small: METRIC.STATISTIC.
    #[arg(long, value_name = "STATISTIC", default_value = "duration_s.median", value_parser = values::statistic)]
    pub(crate) objective: String,
    /// What must hold: METRIC.STATISTIC, a comparison, a number; without a statistic in every seed. Can be repeated, and
    /// takes the place of the default.
    /// [default: 'apps_down <= 0', 'crashes <= 0' and 'evacuation_timeouts <= 0']
    #[arg(long = "bound", value_name = "ASSERTION", value_parser = values::assertion)]
    pub(crate) bounds: Vec<Assertion>,
    /// Write the report as a page that needs nothing but itself.
    #[arg(short, long, value_name = "FILE.html")]
    pub(crate) output: Option<PathBuf>,
    /// Do not try what becomes of the answer with other constants.
    #[arg(long)]
    pub(crate) no_sensitivity: bool,
    /// What is printed on stdout.
    #[arg(long, value_enum, default_value_t = RecommendFormat::Table)]
    pub(crate) format: RecommendFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecommendFormat {
    /// For people.
    Table,
    /// One JSON value.
    Json,
    /// For the summary of a build.
    Markdown,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Every pair is tried with one seed; further seeds are for those that can still be the
answer. A pair is refused if a bound does not hold, a roll-out does not finish, or an
instance is missing at the end. The default bounds allow downtime of single instances
as long as no app is fully down; `rivera compare` counts it as harm. As strict is
--bound 'instance_downtime_s<=0' beside --bound 'crashes<=0' and
--bound 'evacuation_timeouts<=0'.

Exit codes: 0 a setting is recommended; 1 none is safe; 2 wrong usage or input; 130
stopped by Ctrl-C.

Examples:
  rivera recommend --fleet export/ -o report.html
  rivera recommend --fleet export/ --bound 'apps_down<=0' --bound 'crashes<=5'
  rivera recommend --fleet export/ --max-in-flight 4%,10% --objective route_502s")]
pub(crate) struct Recommend {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Cells updated at once: numbers from 1, or percentages from 1% to 100%. Those that are the same on this fleet are
    /// tried once.
    /// [default: 1,2,4%,6%,8%,10%,15%,20%,30%,50%; with up to 20 cells in a zone every number up to half of them]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    #[arg(value_parser = values::max_in_flight, allow_negative_numbers = true)]
    pub(crate) max_in_flight: Vec<MaxInFlight>,
    /// Containers that may be starting at once: numbers, or `none`.
    /// [default: 20,50,100,200,400,none]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    #[arg(value_parser = values::max_starts, allow_negative_numbers = true)]
    pub(crate) max_starts: Vec<StartLimit>,
    /// Runs that the answer must have been tried with.
    #[arg(long, value_name = "N", default_value_t = 10)]
    #[arg(value_parser = values::seeds, allow_negative_numbers = true)]
    pub(crate) seeds: u64,
    #[command(flatten)]
    pub(crate) wanted: Wanted,
    #[command(flatten)]
    pub(crate) cache: Cache,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The assertions of the experiment are not taken for bounds: these are given here.

Exit codes: 0 a setting is recommended; 1 none is safe; 2 wrong usage or input; 130
stopped by Ctrl-C.

Examples:
  rivera experiment recommend experiment.toml --bound 'apps_down < 9'")]
pub(crate) struct RecommendOf {
    /// The experiment.
    #[arg(value_name = "FILE.toml")]
    pub(crate) file: PathBuf,
    /// Runs that the answer must have been tried with, instead of `seeds.count`.
    #[arg(long, value_name = "N", value_parser = values::seeds, allow_negative_numbers = true)]
    pub(crate) seeds: Option<u64>,
    #[command(flatten)]
    pub(crate) wanted: Wanted,
    #[command(flatten)]
    pub(crate) cache: Cache,
}

/// Where finished runs are kept.
#[derive(Debug, Args)]
pub(crate) struct Cache {
    /// Where finished runs are kept.
    #[arg(long, value_name = "FOLDER", default_value = ".rivera-runs")]
    pub(crate) cache: PathBuf,
    /// Neither keep finished runs nor take those that are kept.
    #[arg(long, conflicts_with = "cache")]
    pub(crate) no_cache: bool,
}
