//! One way in for whatever a person names as a fleet.

use std::path::Path;

use super::{Import, read_fleet};
use crate::{Fault, ImportError, Place, Problem, Recipe, Strictness};

/// Loads a fleet from a folder of exports or from the file of a recipe (`.toml`).
///
/// # Errors
/// The path does not exist or is neither; [`read_fleet`]; [`Recipe::read`] and [`Recipe::synthesise`].
pub fn load(path: &Path, strictness: Strictness) -> Result<Import, ImportError> {
    if path.is_dir() {
        return read_fleet(path, strictness);
    }
    if path.extension().is_some_and(|extension| extension == "toml") {
        let fleet = Recipe::read(path)?.synthesise().map_err(|error| error.in_file(path))?;
        return Ok(Import { fleet, warnings: Vec::new() });
    }
    let fault = if path.exists() { Fault::NotAFleet } else { Fault::NoSuchPath };
    Err(Problem::new(Place::file(path), fault).into())
}
