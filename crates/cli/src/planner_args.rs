//! The command line of the verbs that plan an upgrade without simulating it.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use rivera_limiter::StartLimit;
use rivera_sim::StorageLocation;
use rivera_sim::check::ProductVersion;

use crate::args::OneFormat;
use crate::in_flight::ForGroup;
use crate::values;

#[derive(Debug, Args)]
#[command(after_help = "\
Values that are not given are those of the scenario file, else those of the manifest,
else those of the version, else 4% and 200.

Exit codes: 0 no error is found (there may be warnings); 1 an error is found; 2 wrong
usage or input.

Examples:
  rivera check --fleet export/
  rivera check --fleet export/ --max-in-flight 10% --max-starts 200
  rivera check --fleet export/ --storage internal --storage-mb-per-s 100
  rivera check --fleet export/ --scenario scenario.toml
  rivera check --fleet export/ --product-version 6.0.5 --format json")]
pub(crate) struct Check {
    /// The foundation: a folder of exports, or a recipe (.toml).
    #[arg(long, value_name = "FOLDER|RECIPE")]
    pub(crate) fleet: PathBuf,
    /// Repair what can be repaired in an export, and count it, instead of refusing the export.
    #[arg(long)]
    pub(crate) lenient: bool,
    /// Take this manifest instead of that of the export.
    #[arg(long, value_name = "FILE.yml")]
    pub(crate) manifest: Option<PathBuf>,
    /// A scenario file: the throttles, canaries, groups of cells, evacuation timeout and place of the storage are those of a run
    /// with it, where the command line does not say otherwise.
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) scenario: Option<PathBuf>,
    /// Cells updated at once, as you mean to write it; what is wrong with it is a finding. GROUP=VALUE is for one group of
    /// cells.
    #[arg(long, value_name = "N|P%", value_delimiter = ',', allow_negative_numbers = true)]
    #[arg(value_parser = values::as_written)]
    pub(crate) max_in_flight: Vec<ForGroup<String>>,
    /// Containers that may be starting at once: a number, or `none` (0 is the same, as in the manifest).
    #[arg(long, value_name = "N|none", value_parser = values::max_starts, allow_negative_numbers = true)]
    pub(crate) max_starts: Option<StartLimit>,
    /// Where droplets are kept; without it this is told from the groups of the manifest.
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) storage: Option<Storage>,
    /// What the storage delivers to all cells together.
    #[arg(long, value_name = "MB/S", value_parser = values::positive, allow_negative_numbers = true)]
    pub(crate) storage_mb_per_s: Option<f64>,
    /// Size of a droplet.
    #[arg(long, value_name = "MB", default_value_t = 100.0)]
    #[arg(value_parser = values::positive, allow_negative_numbers = true)]
    pub(crate) droplet_mb: f64,
    /// The version of PCF, PAS or TAS that is installed.
    #[arg(long, value_name = "VERSION")]
    pub(crate) product_version: Option<ProductVersion>,
    /// What is printed on stdout.
    #[arg(long, value_enum, default_value_t = OneFormat::Table)]
    pub(crate) format: OneFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Storage {
    /// A virtual machine of the deployment.
    Internal,
    /// Outside of the deployment.
    External,
}

impl From<Storage> for StorageLocation {
    fn from(storage: Storage) -> Self {
        match storage {
            Storage::Internal => Self::Internal,
            Storage::External => Self::External,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rivera explain
  rivera explain zone-too-full
  rivera explain cut-off")]
pub(crate) struct Explain {
    /// The code of a finding, as `rivera check` prints it, or of an error: what stands in brackets behind `error`.
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ThrottleCommand {
    /// Print the value of each job, or of one.
    Get(ThrottleGet),
    /// Change the values of some jobs and leave the others as they are.
    Set(ThrottleSet),
    /// Say whether Ops Manager would take every value.
    Validate(ThrottleValidate),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rivera throttle get throttles.json
  rivera throttle get throttles.json JOB_2_GUID
  rivera throttle get throttles.json --format json")]
pub(crate) struct ThrottleGet {
    /// What the API answers.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The job.
    #[arg(value_name = "JOB")]
    pub(crate) job: Option<String>,
    /// What is printed on stdout.
    #[arg(long, value_enum, default_value_t = OneFormat::Table)]
    pub(crate) format: OneFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The file is written only if every job is in it and every value is one that Ops Manager
takes: an integer from 1 to 100, a percentage from 1% to 100%, or default.

Examples:
  rivera throttle set throttles.json JOB_1_GUID=2 JOB_2_GUID=default")]
pub(crate) struct ThrottleSet {
    /// What the API answers; it is written anew.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Jobs with their new values.
    #[arg(value_name = "JOB=VALUE", required = true, value_parser = values::job_and_value)]
    pub(crate) values: Vec<(String, String)>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 every value would be taken; 1 some would not; 2 wrong usage or input.

Examples:
  rivera throttle validate throttles.json
  rivera throttle validate throttles.json --format json")]
pub(crate) struct ThrottleValidate {
    /// What is to be sent to the API.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What is printed on stdout.
    #[arg(long, value_enum, default_value_t = OneFormat::Table)]
    pub(crate) format: OneFormat,
}
