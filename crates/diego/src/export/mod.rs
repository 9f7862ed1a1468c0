//! A fleet written in the formats that it would be exported in, for [`read_fleet`](crate::read_fleet) and for
//! other tools.
//!
//! The law: what is written reads back as the same fleet, up to its name.

mod bosh;
mod cells;
mod error;
mod folder;
mod manifest;
mod work;

pub use error::ExportError;
pub use folder::write_export;
