//! Writes `benches/RESULTS.md` from what the benchmarks left in `target`: `make bench`.

#![expect(clippy::print_stderr, reason = "the errors of a tool")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use crate::goals::Goals;
use crate::machine::Machine;
use crate::markdown::{Run, page};
use crate::measured::AllMeasured;

mod criterion;
mod files;
mod goals;
mod instructions;
mod machine;
mod markdown;
mod measured;
mod units;
mod verdict;

/// Writes the results of the benchmarks.
#[derive(Parser)]
struct Arguments {
    /// The day of the run
    #[arg(long)]
    date: String,
    /// The commit that was measured
    #[arg(long)]
    commit: String,
    /// The compiler
    #[arg(long)]
    rust: String,
    /// The folder of the goals, the remarks and the results
    #[arg(long, default_value = "benches")]
    folder: PathBuf,
    /// Where the benchmarks leave what they measured
    #[arg(long, default_value = "target")]
    target: PathBuf,
}

fn main() -> ExitCode {
    match write(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn write(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let Arguments { date, commit, rust, folder, target } = arguments;
    let goals = Goals::parse(&text(&folder.join("goals.toml"))?)?;
    let mut all = AllMeasured::new();
    criterion::read(&target.join("criterion"), &mut all)?;
    instructions::read(&target.join("instructions.json"), &mut all)?;
    goals.cover(&all)?;
    let run = Run { date, commit, rust, machine: Machine::this()? };
    let page = page(&goals, &all, &run, &text(&folder.join("REMARKS.md"))?);
    fs::write(folder.join("RESULTS.md"), page)?;
    Ok(())
}

fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
