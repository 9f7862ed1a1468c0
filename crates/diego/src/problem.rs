//! What is wrong with an input: where, what, and what would be right.
//!
//! A reader does not stop at the first mistake. It collects them, so that an operator mends an export in one go.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::Fault;

/// How many problems an [`ImportError`] lists; the others are counted.
pub const MAX_LISTED_PROBLEMS: usize = 20;

/// How many places a [`Warning`] keeps; the others are counted.
pub const MAX_WARNING_PLACES: usize = 3;

/// A place in an input file. Lines and columns count from 1.
///
/// A line feed ends a line. In YAML a carriage return alone does so, too (YAML 1.2, 5.4), and the tools that an operator holds a
/// manifest against count like that: go-yaml, by which `bosh` reads it, and Visual Studio Code. What knows line feeds only, such as
/// `grep -n` and vim, is a line behind after each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, or the folder if the problem is what the folder lacks.
    pub path: PathBuf,
    /// The line, if the problem is in one.
    pub line: Option<usize>,
    /// The column, if it is known.
    pub column: Option<usize>,
}

impl Place {
    /// A whole file or folder.
    #[must_use]
    pub fn file(path: &Path) -> Self {
        Self { path: path.to_owned(), line: None, column: None }
    }

    /// A line of a file.
    #[must_use]
    pub fn line(path: &Path, line: usize) -> Self {
        Self { line: Some(line), ..Self::file(path) }
    }

    /// The same place with a column.
    #[must_use]
    pub fn at(self, column: usize) -> Self {
        Self { column: Some(column), ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong. It reads `path:line:column: problem`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub problem: Box<Fault>,
    /// What would be right, in a sentence or two.
    pub help: String,
}

impl Problem {
    /// A problem of a place, with the help that belongs to it.
    #[must_use]
    pub fn new(place: Place, problem: Fault) -> Self {
        let help = problem.help();
        Self { place, problem: Box::new(problem), help }
    }
}

/// Why an input is not a fleet: at least one problem, at most [`MAX_LISTED_PROBLEMS`], one line each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ImportError {
    /// The first problems, in the order in which the files are read.
    pub problems: Vec<Problem>,
    /// How many more there are.
    pub unlisted: usize,
}

impl From<Problem> for ImportError {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem], unlisted: 0 }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.problems.iter().enumerate() {
            let separator = if position == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        if self.unlisted > 0 {
            write!(f, "\nand {} more", self.unlisted)?;
        }
        Ok(())
    }
}

/// Something that was repaired or taken for granted, as often as it occurred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// A stable name of the kind, for machines: `unknown-cell`.
    pub code: &'static str,
    /// What was done about it.
    pub repair: &'static str,
    /// How often.
    pub count: usize,
    /// The first places, at most [`MAX_WARNING_PLACES`].
    pub places: Vec<Problem>,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}x): {}", self.code, self.count, self.repair)?;
        if let Some(first) = self.places.first() {
            write!(f, "; first: {first}")?;
        }
        Ok(())
    }
}
