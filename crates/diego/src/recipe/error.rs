//! Mistakes in recipes, and fleets that cannot be made.

use crate::{Fault, Place};
use std::path::Path;

/// Why a recipe makes no fleet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecipeError {
    /// Not TOML, an unknown key, or a value that its key cannot have.
    #[error("{message}")]
    File {
        /// Line, from 1.
        line: Option<usize>,
        /// Column, from 1.
        column: Option<usize>,
        /// What is wrong.
        message: String,
        /// What would be right.
        help: String,
    },
    /// The recipe has no cells.
    #[error("there are no cells")]
    NoCells,
    /// The recipe has no apps.
    #[error("there are no apps")]
    NoApps,
    /// Both or neither of two keys where one is wanted.
    #[error("{place} wants exactly one of {keys}")]
    ExactlyOne {
        /// The table.
        place: String,
        /// The keys.
        keys: &'static str,
    },
    /// A share that is no share.
    #[error("{0}: `share` is not a number above 0")]
    Share(String),
    /// An app wants a stack that no cell has.
    #[error("apps of {kind} want the stack {stack}, which no cell has")]
    UnknownStack {
        /// The kind of apps.
        kind: String,
        /// The stack.
        stack: String,
    },
    /// More than can be worked with.
    #[error("{count} {what}, more than {most}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: u64,
        /// The most that is accepted.
        most: u64,
    },
    /// The apps that are counted exceed the total.
    #[error("the apps with `count` have {counted} {what}, more than the {wanted} that are wanted")]
    CountsExceedTotal {
        /// Instances or apps.
        what: &'static str,
        /// What the entries add up to.
        counted: u64,
        /// What the recipe wants in all.
        wanted: u64,
    },
    /// The cells are full.
    #[error(
        "{what} ({memory_mb} MB memory with its proxy, {disk_mb} MB disk) does not fit after {placed} of {wanted}: \
         {free_memory_mb} MB memory and {free_containers} containers are free on the {cells} cells that may take it, \
         at most {most_free_memory_mb} MB on one"
    )]
    DoesNotFit {
        /// The instance or task.
        what: String,
        /// Its memory.
        memory_mb: i32,
        /// Its disk.
        disk_mb: i32,
        /// How many instances and tasks have a place.
        placed: u64,
        /// How many want one.
        wanted: u64,
        /// How many cells its constraints allow.
        cells: usize,
        /// Free memory of those.
        free_memory_mb: i64,
        /// Free containers of those.
        free_containers: i64,
        /// The greatest free memory of one of them.
        most_free_memory_mb: i32,
    },
}

impl RecipeError {
    /// What would be right.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::File { help, .. } => help.clone(),
            Self::NoCells => {
                "give `[zones]` with the number of cells of each, and at least one `[[cells]]`".into()
            }
            Self::NoApps => "give `mix = \"diego-stress\"` or at least one `[[apps]]`".into(),
            Self::ExactlyOne { .. } => "remove all but one of them, or add the one that is missing".into(),
            Self::Share(_) => "shares are relative: 3 and 1 are three quarters and one quarter".into(),
            Self::UnknownStack { .. } => {
                "add the stack to the `stacks` of the recipe or of its `[[cells]]`".into()
            }
            Self::TooMany { .. } | Self::CountsExceedTotal { .. } => "check the numbers".into(),
            Self::DoesNotFit { .. } => "take more or larger cells, or fewer or smaller apps".into(),
        }
    }

    /// The error as a problem of the recipe's file.
    pub(crate) fn in_file(self, path: &Path) -> crate::Problem {
        let help = self.help();
        let (line, column) = match self {
            Self::File { line, column, .. } => (line, column),
            _ => (None, None),
        };
        let place = Place { line, column, ..Place::file(path) };
        crate::Problem::new(place, Fault::Recipe { message: self.to_string(), help })
    }
}
