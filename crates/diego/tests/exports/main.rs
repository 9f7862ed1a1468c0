//! Exports as an operator has them: parts of them, spoilt ones, and hostile ones.

mod damage;
mod imports;
mod manifests;
mod mistakes;
mod repairs;
mod support;
mod written;
