//! Counts the instructions of the hot paths under valgrind: `make instructions`.
//!
//! Counts are the same on every run and under any load, so this is where a change that makes something slower is seen first, and
//! where CI can hold it: a count that is more than 5 % above the one in `counts.toml` is a failure. Each subject runs in a process of its own, this
//! program again under valgrind, because valgrind counts a whole process.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the counts are the result")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{fs, io};

use clap::Parser;

mod callgrind;
mod compare;
mod subjects;

use crate::compare::{Change, compare};
use crate::subjects::SUBJECTS;

/// What stands above the counts.
const HEAD: &str = "# Instructions of one element of each subject in `subjects.rs`. `make instructions-held` writes them anew.\n\n";

/// Counts the instructions of the hot paths.
#[derive(Parser)]
struct Arguments {
    /// Writes the counts down, as those to be held from now on
    #[arg(long)]
    write: bool,
    /// The counts to be held
    #[arg(long, default_value = "benches/instructions/counts.toml")]
    counts: PathBuf,
    /// Where to leave the counts for the page of results
    #[arg(long, default_value = "target/instructions.json")]
    output: PathBuf,
    /// Runs one subject only, without counting
    #[arg(long, hide = true)]
    run: Option<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(name) = &arguments.run {
        SUBJECTS.iter().filter(|subject| subject.name == name).for_each(|subject| (subject.run)());
        return ExitCode::SUCCESS;
    }
    match count_all(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn count_all(arguments: &Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
    if !callgrind::is_installed()? {
        eprintln!("instructions are not counted: there is no valgrind on this machine");
        return Ok(ExitCode::SUCCESS);
    }
    let mut counted = BTreeMap::new();
    for subject in &SUBJECTS {
        counted.insert(subject.name.to_owned(), callgrind::count(subject.name)? / subject.elements);
    }
    fs::write(&arguments.output, serde_json::to_string(&counted)?)?;
    let held = match fs::read_to_string(&arguments.counts) {
        Ok(text) => toml::from_str(&text)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
        Err(error) => return Err(error.into()),
    };
    if arguments.write {
        fs::write(&arguments.counts, format!("{HEAD}{}", toml::to_string(&counted)?))?;
    }
    let mut grown = false;
    for (name, change) in compare(&held, &counted) {
        println!("{name:16} {change}");
        grown |= matches!(change, Change::Grown { .. } | Change::New(_));
    }
    Ok(if grown && !arguments.write { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
