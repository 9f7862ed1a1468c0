//! `rivera schema`: JSON Schemas of what people write, for editors.

use clap::{Args, ValueEnum};
use rivera_experiment::{experiment_schema, scenario_schema};

use crate::failure::Failure;
use crate::output::print;

#[derive(Debug, Args)]
#[command(after_help = "\
An editor that knows TOML completes and checks the keys, and shows what they mean and
their defaults, if the first line of the file names the schema:
  #:schema ./experiment.schema.json

Examples:
  rivera schema experiment > experiment.schema.json
  rivera schema scenario > scenario.schema.json")]
pub(crate) struct SchemaOf {
    /// The kind of file.
    #[arg(value_enum, value_name = "FILE")]
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// What `rivera experiment` takes.
    Experiment,
    /// What --scenario takes.
    Scenario,
}

pub(crate) fn run(arguments: &SchemaOf) -> Result<(), Failure> {
    let schema = match arguments.kind {
        Kind::Experiment => experiment_schema(),
        Kind::Scenario => scenario_schema(),
    };
    print(&format!("{schema:#}\n"))
}
