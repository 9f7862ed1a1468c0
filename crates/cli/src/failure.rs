//! What ends a command early, and how it is told to the user.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use miette::{Diagnostic, NamedSource, SourceSpan};
use rivera_diego::{ExportError, ImportError};
use rivera_model::FleetError;
use rivera_sim::ScenarioError;

/// Why a command failed. All of these are wrong usage or input: exit code 2.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(crate) enum Failure {
    /// The fleet cannot be read; one line a problem.
    #[error("{0}")]
    Import(ImportError),
    /// The fleet contradicts itself.
    #[error("{path}: {source}", path = path.display())]
    Fleet { path: PathBuf, source: FleetError },
    /// A scenario file is not one.
    #[error("{message}")]
    #[diagnostic(help("`rivera scenario` prints every key with its default"))]
    Scenario {
        message: String,
        #[source_code]
        text: NamedSource<String>,
        #[label("here")]
        span: Option<SourceSpan>,
    },
    /// A value of a scenario or of a manifest is out of range.
    #[error("{path}: {source}", path = path.display())]
    #[diagnostic(help("`rivera scenario` prints every key with its default"))]
    Range { path: PathBuf, source: ScenarioError },
    /// A file cannot be read.
    #[error("failed to read {path}: {source}", path = path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// A file cannot be written.
    #[error("failed to write {path}: {source}", path = path.display())]
    #[diagnostic(help("the file is as it was before; is the folder there, and may you write to it?"))]
    Write { path: PathBuf, source: std::io::Error },
    /// An export cannot be written.
    #[error("{0}")]
    Export(ExportError),
    /// Two options do not go together, or a value makes no sense.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// Tells the user and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            // One line a problem with its remedy: an export has many lines, and one mistake is made in many of them.
            Self::Import(error) => report_problems(&error),
            failure => {
                let report = miette::Report::new(failure);
                report_line(&format!("{report:?}"));
            }
        }
        ExitCode::from(2)
    }

    /// The failure of a scenario's text, read from `path`.
    pub(crate) fn scenario(path: &Path, text: &str, error: ScenarioError) -> Self {
        match error {
            ScenarioError::Syntax { message, span } => Self::Scenario {
                message: format!("{}: {message}", path.display()),
                text: NamedSource::new(path.display().to_string(), text.to_owned()).with_language("toml"),
                span: span.map(Into::into),
            },
            range @ ScenarioError::Range { .. } => Self::Range { path: path.to_owned(), source: range },
        }
    }
}

fn report_problems(error: &ImportError) {
    let mut helps: Vec<&str> = Vec::new();
    for problem in &error.problems {
        report_line(&format!("error: {problem}"));
        if !helps.contains(&problem.help.as_str()) {
            helps.push(&problem.help);
        }
    }
    if error.unlisted > 0 {
        report_line(&format!("error: {} more problems like these", error.unlisted));
    }
    for help in helps {
        report_line(&format!("help: {help}"));
    }
}

/// Everything but results goes to stderr.
#[expect(clippy::print_stderr, reason = "this is where the user is told")]
pub(crate) fn report_line(line: &str) {
    eprintln!("{line}");
}
