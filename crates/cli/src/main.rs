//! `rivera`: what an upgrade will do to a real Cloud Foundry foundation.
//!
//! Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 the answer is no, 2 wrong usage or input.

mod args;
mod check;
mod compare;
mod completions;
mod demo;
mod demo_args;
mod experiment;
mod experiment_args;
mod explain;
mod failure;
mod failure_codes;
mod fleet;
mod in_flight;
mod input;
mod man;
mod output;
mod place;
mod planner;
mod planner_args;
mod progress;
mod recommend;
mod replay;
mod routes;
mod routes_args;
mod scenario;
mod scenario_file;
mod schema;
mod settings;
mod shell_args;
mod simulate;
mod terminal;
mod throttle;
mod timeline;
mod values;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command, FleetCommand};

/// A run of a large foundation takes a fifth less time with it than with the C library's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let done = match &command {
        Command::Compare(arguments) => compare::run(arguments),
        Command::Simulate(arguments) => simulate::run(arguments),
        Command::Fleet(FleetCommand::Show(arguments)) => fleet::show(arguments),
        Command::Fleet(FleetCommand::Synth(arguments)) => fleet::synth(arguments),
        Command::Scenario(arguments) => scenario::run(arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Throttle(command) => throttle::run(command),
        Command::Place(arguments) => place::run(arguments),
        Command::Replay(arguments) => replay::run(arguments),
        Command::Routes(arguments) => routes::run(arguments),
        Command::Recommend(arguments) => recommend::run(arguments),
        Command::Experiment(command) => experiment::run(command),
        Command::Demo(arguments) => demo::run(arguments),
        Command::Completions(arguments) => completions::run(arguments),
        Command::Man(arguments) => man::run(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
