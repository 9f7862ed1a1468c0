//! One way in for whatever a person names as a fleet.

use std::path::Path;

use rivera_model::{CellGroup, DeploymentFacts};

use super::{Import, read_fleet};
use crate::bosh::read_manifest;
use crate::collector::Collector;
use crate::{Fault, ImportError, Place, Problem, Recipe, Strictness, Warning};

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

/// What a manifest by itself says of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestImport {
    /// Its facts.
    pub facts: DeploymentFacts,
    /// Its groups of cells, in their order.
    pub groups: Vec<CellGroup>,
    /// What was taken for granted.
    pub warnings: Vec<Warning>,
}

/// What a manifest by itself says of a deployment, and what was taken for granted.
///
/// # Errors
/// The file cannot be read or is no manifest, or a value in it cannot be.
pub fn load_manifest(path: &Path, strictness: Strictness) -> Result<ManifestImport, ImportError> {
    let mut collector = Collector::new(strictness);
    let said = read_manifest(path, &mut collector);
    collector.checkpoint()?;
    let (facts, groups) = (said.facts, said.groups);
    Ok(ManifestImport { facts, groups, warnings: collector.into_warnings() })
}
