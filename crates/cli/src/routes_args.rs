//! The options of `rivera routes`.

use std::path::PathBuf;

use clap::Args;

use crate::args::OneFormat;
use crate::values;

#[derive(Debug, Args)]
#[command(after_help = "\
A route is mapped to a new app, taken from the old one, and the old one is stopped.
The API answers 201 at once and `cf routes` shows the route at once; when every
router has it nobody says. Latencies are those of the scenario, table [routes].

With --wait-s the answer is no (exit code 1) if in some run a request may fail
although one waits so long after each answer.

Examples:
  rivera routes
  rivera routes --instances 200 --routers 16 --requests-per-s 500
  rivera routes --instances 2 --wait-s 60 --runs 200 --format json")]
pub(crate) struct RoutesOfApp {
    /// Instances of the new app, each on a cell of its own.
    #[arg(long, value_name = "N", default_value_t = 20)]
    #[arg(value_parser = values::instances, allow_negative_numbers = true)]
    pub(crate) instances: u32,
    /// Instances of the old app. [default: as many as the new one has]
    #[arg(long, value_name = "N", value_parser = values::instances, allow_negative_numbers = true)]
    pub(crate) old_instances: Option<u32>,
    /// Routers. [default: those of the scenario]
    #[arg(long, value_name = "N", value_parser = values::routers, allow_negative_numbers = true)]
    pub(crate) routers: Option<u32>,
    /// Requests that clients send to the route each second. [default: the scenario's, by instance]
    #[arg(long, value_name = "RATE", value_parser = values::not_negative, allow_negative_numbers = true)]
    pub(crate) requests_per_s: Option<f64>,
    /// Reckon, too, what fails if one waits so many seconds after each answer.
    #[arg(long, value_name = "SECONDS", value_parser = values::not_negative, allow_negative_numbers = true)]
    pub(crate) wait_s: Option<f64>,
    /// A scenario file: constants that differ from the defaults (see `rivera scenario`).
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// How often it is done, each time with a seed of its own, at most 10000.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    #[arg(value_parser = values::seeds, allow_negative_numbers = true)]
    pub(crate) runs: u64,
    /// The first seed; the others follow it.
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    #[arg(value_parser = values::seed, allow_negative_numbers = true)]
    pub(crate) first_seed: u64,
    /// What is printed on stdout.
    #[arg(long, value_enum, default_value_t = OneFormat::Table)]
    pub(crate) format: OneFormat,
}
