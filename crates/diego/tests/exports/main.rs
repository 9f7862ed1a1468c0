//! Exports as an operator has them: parts of them, spoilt ones, and hostile ones.

mod imports;
mod manifests;
mod support;
