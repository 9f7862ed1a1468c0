//! Reads single files of Diego's JSON, text or gzip, for those who need no fleet.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::collector::Collector;
use crate::lines::{parse, read_lines, read_text};
use crate::{ImportError, Place, Problem, Strictness};

/// A file that is one JSON value.
///
/// # Errors
/// What is wrong with the file, and in which line.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, ImportError> {
    let text = read_text(path)?;
    let at = |(line, column, fault)| Problem::new(Place::line(path, line).at(column), fault);
    Ok(parse(&text).map_err(at)?)
}

/// A file of JSON Lines, one record a line. Empty lines are skipped.
///
/// # Errors
/// Every line that cannot be read.
pub fn read_json_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, ImportError> {
    let mut collector = Collector::new(Strictness::Strict);
    let lines = read_lines(path, &mut collector);
    collector.checkpoint()?;
    Ok(lines.into_iter().map(|line| line.record).collect())
}
