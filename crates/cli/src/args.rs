//! The command line.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use rivera_limiter::{MaxInFlight, StartLimit};
use rivera_sim::check::ProductVersion;

use crate::demo_args::Demo;
use crate::experiment_args::{ExperimentCommand, Recommend};
use crate::in_flight::ForGroup;
use crate::planner_args::{Check, Explain, ThrottleCommand};
use crate::routes_args::RoutesOfApp;
use crate::schema::SchemaOf;
use crate::shell_args::{Completions, Man};
use crate::values;

/// Tells a Cloud Foundry operator what an upgrade will do to a real foundation.
#[derive(Debug, Parser)]
#[command(name = "rivera", version, max_term_width = 80, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  rivera compare --fleet export/ -o report.html
  rivera compare --fleet export/ --max-in-flight 4%,10% --max-starts 200,none
  rivera simulate --fleet export/ --max-in-flight 4% --timeline events.jsonl
  rivera check --fleet export/ --max-in-flight 10%
  rivera fleet show export/
  rivera fleet synth examples/fleets/thousand.toml -o export/
  rivera place --cells export/cell-states.jsonl --lrps lrps.json

An export is a folder of what `cfdot` and `bosh` print:
  cfdot cell-states                    > export/cell-states.jsonl
  cfdot desired-lrp-scheduling-infos   > export/desired-lrp-scheduling-infos.jsonl
  cfdot actual-lrps                    > export/actual-lrps.jsonl
  cfdot tasks                          > export/tasks.jsonl
  bosh -d cf manifest                  > export/manifest.yml

`rivera explain CODE` says what error[CODE] means, and what a finding means.

Exit codes: 0 done; 1 the answer is no; 2 wrong usage or input.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Simulate the roll-out of all cells under several settings and say which is best.
    Compare(Compare),
    /// Simulate the roll-out under one setting.
    Simulate(Simulate),
    /// Search the setting that is best: the shortest roll-out that keeps every bound, why, and how to set it.
    Recommend(Recommend),
    /// Run an experiment from a file: any keys varied, with intervals, assertions, and runs that are kept.
    #[command(
        subcommand,
        after_help = "\
Examples:
  rivera experiment run experiment.toml
  rivera experiment plan experiment.toml -o plan.json
  rivera experiment run plan.json --shard 1/2 -o part-1.json
  rivera experiment merge plan.json part-1.json part-2.json"
    )]
    Experiment(ExperimentCommand),
    /// Look at a fleet, or make one.
    #[command(
        subcommand,
        after_help = "\
Examples:
  rivera fleet show export/
  rivera fleet synth examples/fleets/thousand.toml -o export/"
    )]
    Fleet(FleetCommand),
    /// Print the scenario: every constant with its value, as a file to start from.
    Scenario(Scenario),
    /// Print the JSON Schema of an experiment or of a scenario file, for editors.
    Schema(SchemaOf),
    /// Check a plan by rule, without simulating it: what would go wrong, and what to do.
    Check(Check),
    /// Say what a finding of `rivera check` or the code of an error means; without a code, list all of them.
    Explain(Explain),
    /// Read, change or check the values of Ops Manager's max_in_flight in a file.
    #[command(
        subcommand,
        after_help = "\
FILE holds what `/api/v0/staged/products/GUID/max_in_flight` answers, and takes:
  {\"max_in_flight\": {\"JOB_1_GUID\": 1, \"JOB_2_GUID\": \"20%\", \"JOB_3_GUID\": \"default\"}}

Examples:
  rivera throttle get throttles.json
  rivera throttle set throttles.json JOB_1_GUID=2 JOB_2_GUID=default
  rivera throttle validate throttles.json"
    )]
    Throttle(ThrottleCommand),
    /// Run one auction on real cells without telling them: who would win what, and why not.
    Place(Place),
    /// Check recordings of a real auctioneer: whether Rivera decides as it did.
    Replay(Replay),
    /// Say when a route that is mapped has reached all routers, and what a blue-green switch fails.
    Routes(RoutesOfApp),
    /// Show what the other verbs answer, for a foundation that is part of the program.
    Demo(Demo),
    /// Print the script that completes verbs and options in a shell.
    Completions(Completions),
    /// Print the manual page, or write those of all verbs into a folder.
    Man(Man),
}

/// Where the fleet and the scenario come from.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// The foundation: a folder of exports, or a recipe (.toml).
    #[arg(long, value_name = "FOLDER|RECIPE")]
    pub(crate) fleet: PathBuf,
    /// Repair what can be repaired in an export, and count it, instead of refusing the export.
    #[arg(long)]
    pub(crate) lenient: bool,
    /// A scenario file: constants that differ from the defaults (see `rivera scenario`).
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// Add so many cells like the usual ones before the roll-out, and remove them after it.
    #[arg(long, value_name = "N", value_parser = values::surplus_cells, allow_negative_numbers = true)]
    pub(crate) surplus_cells: Option<u32>,
    /// The version of PCF, PAS or TAS that is installed: both throttles are what it sets, where nothing else says.
    #[arg(long, value_name = "VERSION")]
    pub(crate) product_version: Option<ProductVersion>,
    /// Update the whole deployment, not only the cells: the manifest's groups in their order, else those of Ops Manager
    /// (see `rivera scenario`, table upgrade).
    #[arg(long)]
    pub(crate) whole_upgrade: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Every combination of --max-in-flight and --max-starts is run with every seed.
The same seed gives the same apps, with the same sizes and start times, in every
setting.

Harm is an evacuation timeout, a crash of a healthy app, an instance that is missing
at the end, and any downtime of an instance. `rivera recommend` allows the last as
long as no app is fully down, so it may take a faster setting.

Examples:
  rivera compare --fleet export/ -o report.html
  rivera compare --fleet export/ --max-in-flight 4%,10% --max-starts 200,none
  rivera compare --fleet export/ --max-in-flight 20 --surplus-cells 20
  rivera compare --fleet segments.toml --max-in-flight 20%,50%,iso-seg=1
  rivera compare --fleet examples/fleets/pws-2017.toml --format json")]
pub(crate) struct Compare {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Cells updated at once: numbers from 1, or percentages from 1% to 100% (of the cells of a zone, rounded down, at
    /// least one cell). GROUP=VALUE is for one group of cells, in every setting; groups whose manifest has a value of
    /// their own keep it unless they are named.
    /// [default: 1,4%,10%,20; only its own where --product-version cannot be told another]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    #[arg(value_parser = values::max_in_flight_of, allow_negative_numbers = true)]
    pub(crate) max_in_flight: Vec<ForGroup<MaxInFlight>>,
    /// Containers that may be starting at once: numbers, or `none` (0 is the same, as in the manifest).
    /// [default: 50,200,none; only its own where --product-version cannot be told another]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    #[arg(value_parser = values::max_starts, allow_negative_numbers = true)]
    pub(crate) max_starts: Vec<StartLimit>,
    /// Runs of each setting, at most 10000.
    #[arg(long, value_name = "N", default_value_t = 5)]
    #[arg(value_parser = values::seeds, allow_negative_numbers = true)]
    pub(crate) seeds: u64,
    /// The first seed; the others follow it.
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    #[arg(value_parser = values::seed, allow_negative_numbers = true)]
    pub(crate) first_seed: u64,
    /// Write the report as a page that needs nothing but itself.
    #[arg(short, long, value_name = "FILE.html")]
    pub(crate) output: Option<PathBuf>,
    /// What is printed on stdout.
    #[arg(long, value_enum, default_value_t = CompareFormat::Table)]
    pub(crate) format: CompareFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    /// For people.
    Table,
    /// One JSON value.
    Json,
    /// One line a run.
    Csv,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Without --max-in-flight or --max-starts the value of the scenario is taken, which
is that of the fleet's manifest unless --scenario says otherwise.

Exit codes: 0 the roll-out finished; 1 it did not, since an update failed or it took
too long; 2 wrong usage or input.

Examples:
  rivera simulate --fleet export/ --max-in-flight 4% --max-starts 200
  rivera simulate --fleet export/ --whole-upgrade
  rivera simulate --fleet export/ --timeline events.jsonl
  rivera simulate --fleet export/ --chrome-trace trace.json")]
pub(crate) struct Simulate {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Cells updated at once: a number from 1, or a percentage from 1% to 100% (of the cells of a zone, rounded down, at
    /// least one cell). GROUP=VALUE is for one group of cells; groups whose manifest has a value of their own keep it
    /// unless they are named.
    #[arg(long, value_name = "N|P%", value_delimiter = ',')]
    #[arg(value_parser = values::max_in_flight_of, allow_negative_numbers = true)]
    pub(crate) max_in_flight: Vec<ForGroup<MaxInFlight>>,
    /// Containers that may be starting at once: a number, or `none` (0 is the same, as in the manifest).
    #[arg(long, value_name = "N|none", value_parser = values::max_starts, allow_negative_numbers = true)]
    pub(crate) max_starts: Option<StartLimit>,
    /// What the random numbers start from; the same seed gives the same run.
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    #[arg(value_parser = values::seed, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// Write what happened, one JSON object a line.
    #[arg(long, value_name = "FILE.jsonl")]
    pub(crate) timeline: Option<PathBuf>,
    /// Write what happened as a trace for a viewer of Chrome traces.
    #[arg(long, value_name = "FILE.json")]
    pub(crate) chrome_trace: Option<PathBuf>,
    /// What is printed on stdout.
    #[arg(long, value_enum, default_value_t = OneFormat::Table)]
    pub(crate) format: OneFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OneFormat {
    /// For people.
    Table,
    /// One JSON value.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FleetCommand {
    /// Show what is in a fleet: cells, use, apps, constraints, headroom.
    Show(FleetShow),
    /// Write an export of a fleet that a recipe describes.
    Synth(FleetSynth),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rivera fleet show export/
  rivera fleet show examples/fleets/pws-2017.toml --format json")]
pub(crate) struct FleetShow {
    /// A folder of exports, or a recipe (.toml).
    #[arg(value_name = "FOLDER|RECIPE")]
    pub(crate) fleet: PathBuf,
    /// Repair what can be repaired in an export, and count it, instead of refusing the export.
    #[arg(long)]
    pub(crate) lenient: bool,
    /// What is printed on stdout.
    #[arg(long, value_enum, default_value_t = OneFormat::Table)]
    pub(crate) format: OneFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The same recipe always gives the same export. `examples/fleets/` has recipes to
start from.

Examples:
  rivera fleet synth examples/fleets/small.toml -o export/")]
pub(crate) struct FleetSynth {
    /// The recipe: a foundation in a few lines.
    #[arg(value_name = "RECIPE.toml")]
    pub(crate) recipe: PathBuf,
    /// The folder to write; it must not exist, or be empty.
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A scenario file needs only the keys that differ from what is printed here.

Examples:
  rivera scenario > scenario.toml
  rivera scenario --fleet export/
  rivera compare --fleet export/ --scenario scenario.toml")]
pub(crate) struct Scenario {
    /// Take what this fleet's manifest or recipe says.
    #[arg(long, value_name = "FOLDER|RECIPE")]
    pub(crate) fleet: Option<PathBuf>,
    /// Repair what can be repaired in an export, and count it, instead of refusing the export.
    #[arg(long)]
    pub(crate) lenient: bool,
    /// Take what this scenario file says.
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// Take what this version of PCF, PAS or TAS sets.
    #[arg(long, value_name = "VERSION")]
    pub(crate) product_version: Option<ProductVersion>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The starts are JSON arrays as the BBS sends them to the auctioneer:
  lrps.json   [{\"process_guid\":\"p\",\"domain\":\"cf-apps\",\"indices\":[0,1],
                \"RootFs\":\"preloaded:cflinuxfs4\",\"MemoryMB\":256,\"DiskMB\":1024}]
  tasks.json  [{\"TaskGuid\":\"t\",\"Domain\":\"cf-app-staging\",
                \"RootFs\":\"preloaded:cflinuxfs4\",\"MemoryMB\":1024,\"DiskMB\":4096}]
Every file may be compressed with gzip.

Examples:
  rivera place --cells export/cell-states.jsonl --lrps lrps.json
  rivera place --cells export/cell-states.jsonl --tasks tasks.json --format json")]
#[command(group = ArgGroup::new("starts").required(true).multiple(true).args(["lrps", "tasks"]))]
pub(crate) struct Place {
    /// The cells: what `cfdot cell-states` prints.
    #[arg(long, value_name = "FILE.jsonl")]
    pub(crate) cells: PathBuf,
    /// Starts of LRPs.
    #[arg(long, value_name = "FILE.json")]
    pub(crate) lrps: Option<PathBuf>,
    /// Starts of tasks.
    #[arg(long, value_name = "FILE.json")]
    pub(crate) tasks: Option<PathBuf>,
    /// Containers that may be starting at once: a number, or `none` (0 is the same, as in the manifest).
    #[arg(long, value_name = "N|none", default_value = "none")]
    #[arg(value_parser = values::max_starts, allow_negative_numbers = true)]
    pub(crate) max_starts: StartLimit,
    /// What each starting container of a cell adds to the cell's score.
    #[arg(long, value_name = "WEIGHT", default_value_t = 0.25)]
    #[arg(value_parser = values::weight, allow_negative_numbers = true)]
    pub(crate) starting_container_weight: f64,
    /// What each step of a cell's index adds to the cell's score; 0 is off.
    #[arg(long, value_name = "WEIGHT", default_value_t = 0.0)]
    #[arg(value_parser = values::weight, allow_negative_numbers = true)]
    pub(crate) bin_pack_first_fit_weight: f64,
    /// What is printed on stdout.
    #[arg(long, value_enum, default_value_t = OneFormat::Table)]
    pub(crate) format: OneFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A recording is either of:
  X.jsonl            whole auctions, one a line: cells, starts and results
  X.workload.json    cells and LRPs of one large batch, with
  X.steps.json       each placement in the order in which it was made
Of a batch the least score must be the same to the last bit at each step, and the
recorded winner one of the cells that have it. Every file may be compressed (.gz).

Exit codes: 0 all is met; 1 something differs; 2 wrong usage or input.

Examples:
  rivera replay scenarios.jsonl.gz
  rivera replay batch.workload.json.gz")]
pub(crate) struct Replay {
    /// Recordings; of a pair either file, or both.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
}
