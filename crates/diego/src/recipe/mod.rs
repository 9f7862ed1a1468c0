//! Recipes: a foundation described in a few lines of TOML, and made from them.
//!
//! A recipe stands in for an export that cannot be had: a published foundation of which only figures are known, or
//! one that is planned. The same recipe makes the same fleet, byte for byte, on every machine.

mod error;
mod file;
mod kinds;
mod placer;
mod streams;
mod synthesis;
mod values;

pub use error::RecipeError;
pub use file::{AppKind, CellKind, GroupKind, Mix, Recipe, Strategy, TaskKind};
pub(crate) use kinds::MOST_INSTANCES;
pub(crate) use streams::fnv1a;
