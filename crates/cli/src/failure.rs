//! What ends a command early, and how it is told to the user.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use miette::{Diagnostic, MietteHandlerOpts};
use rivera_diego::{ExportError, ImportError};
use rivera_experiment::MergeError;
use rivera_model::FleetError;
use rivera_report::KeptError;
use rivera_sim::{ScenarioError, many};

use crate::scenario_file::ScenarioMistake;
use crate::terminal::has_stderr_colour;

/// The exit code of a program that Ctrl-C ended: 128 and the number of the signal.
pub(crate) const INTERRUPTED: u8 = 130;

/// Why a command failed. All of these but [`Failure::AnswerIsNo`] are wrong usage or input: exit code 2.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(crate) enum Failure {
    /// The fleet cannot be read; one line a problem.
    #[error("{0}")]
    Import(ImportError),
    /// The fleet contradicts itself.
    #[error("{}: {error}", path.display())]
    Fleet { path: PathBuf, error: FleetError },
    /// What the fleet's manifest or recipe says of the roll-out cannot be.
    #[error("{}: {error}", path.display())]
    #[diagnostic(help("correct the manifest or the recipe"))]
    Facts { path: PathBuf, error: ScenarioError },
    /// A scenario file is not one.
    #[error(transparent)]
    Scenario(Box<ScenarioMistake>),
    /// A file cannot be read.
    #[error("failed to read {}: {error}", path.display())]
    #[diagnostic(help("a scenario is a text file: `rivera scenario > FILE` writes one to start from"))]
    Read { path: PathBuf, error: std::io::Error },
    /// An experiment, a plan or a part cannot be read.
    #[error("failed to read {}: {error}", path.display())]
    #[diagnostic(help("name a file that exists and that you may read"))]
    ReadInput { path: PathBuf, error: std::io::Error },
    /// A file is to be text, and is not.
    #[error("{}:{line}: this is not text: byte {byte} of the file is not UTF-8", path.display())]
    #[diagnostic(help("name a text file: this one is compressed, say, or was written by another program"))]
    NotText {
        path: PathBuf,
        /// Counts from 1.
        line: usize,
        /// Counts from 1.
        byte: usize,
    },
    /// A file is no plan or no part.
    #[error("{}: {error}", path.display())]
    #[diagnostic(help(
        "`rivera experiment plan` writes plans, `rivera experiment run --shard` writes parts; they are not changed by hand"
    ))]
    Kept { path: PathBuf, error: KeptError },
    /// Parts do not go together.
    #[error("{0}")]
    #[diagnostic(help("`rivera experiment run PLAN.json --shard i/N` gives a part for each i from 1 to N"))]
    Merge(MergeError),
    /// The user stopped it. Exit code 130.
    #[error("stopped after {done} of {}", many(*of, "run"))]
    Stopped {
        /// Runs that are finished.
        done: usize,
        /// Runs that were to be done.
        of: usize,
        /// Where they are kept.
        kept: Option<String>,
    },
    /// A file cannot be written.
    #[error("failed to write {}: {problem}", path.display())]
    #[diagnostic(help("name a file in a folder that exists and that you may write to"))]
    Write { path: PathBuf, problem: String },
    /// A folder that is to be new holds something.
    #[error("{} is there, and not empty", .0.display())]
    #[diagnostic(help("name another folder, or say --overwrite"))]
    AlreadyThere(PathBuf),
    /// The result cannot be printed.
    #[error("failed to print the result: {0}")]
    Print(std::io::Error),
    /// An export cannot be written.
    #[error("{0}")]
    Export(ExportError),
    /// A file that no recording is named like.
    #[error("{}: the name is not that of a recording", .0.display())]
    #[diagnostic(help(
        "a recording is X.jsonl, or X.workload.json with X.steps.json beside it: `rivera replay --help` says more"
    ))]
    NotARecording(PathBuf),
    /// A name that is not among those that there are.
    #[error("there is no {what} `{name}`")]
    #[diagnostic(help("{help}"))]
    Unknown { what: &'static str, name: String, help: String },
    /// The result is printed, and it is no. Exit code 1.
    #[error("the answer is no")]
    AnswerIsNo,
    /// Two options do not go together, or a value makes no sense.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// Tells the user and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::AnswerIsNo => return ExitCode::FAILURE,
            Self::Stopped { ref kept, .. } => {
                report_line(&format!("error[{}]: {self}", self.code()));
                report_line(&match kept {
                    Some(folder) => format!(
                        "help: finished runs are kept in {folder}: the same command goes on from there"
                    ),
                    None => "help: without --no-cache finished runs would be kept".to_owned(),
                });
                return ExitCode::from(INTERRUPTED);
            }
            Self::Import(error) => report_problems(&error),
            Self::Scenario(mistake) => report_in_file(*mistake),
            failure => {
                report_line(&format!("error[{}]: {failure}", failure.code()));
                if let Some(help) = failure.help() {
                    report_line(&format!("help: {help}"));
                }
            }
        }
        ExitCode::from(2)
    }
}

/// Shows the place in the user's file. Lines are left whole, so that a path or a key can be found in them.
fn report_in_file(mistake: ScenarioMistake) {
    let colour = has_stderr_colour();
    let handler = move || MietteHandlerOpts::new().wrap_lines(false).color(colour).build();
    miette::set_hook(Box::new(move |_| Box::new(handler()))).expect("a process reports once");
    report_line(format!("{:?}", miette::Report::new(mistake)).trim_end());
}

/// One line a problem, then each remedy once: an export has many lines, and one mistake is made in many of them.
fn report_problems(error: &ImportError) {
    let mut helps: Vec<&str> = Vec::new();
    for problem in &error.problems {
        report_line(&format!("error[{}]: {problem}", problem.problem.code()));
        if !helps.contains(&problem.help.as_str()) {
            helps.push(&problem.help);
        }
    }
    if error.unlisted > 0 {
        report_line(&format!("error: and {}", many(error.unlisted, "more problem")));
    }
    if error.problems.iter().all(|problem| problem.problem.repair().is_some()) {
        helps.push("--lenient repairs such mistakes, and says how often it did");
    }
    for help in helps {
        report_line(&format!("help: {help}"));
    }
}

/// Everything but results goes to stderr. Where nobody reads it, nobody is told.
pub(crate) fn report_line(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
