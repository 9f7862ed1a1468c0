//! Why an export is not written.

use std::io;
use std::path::PathBuf;

use rivera_model::FleetError;

/// Why an export is not written. Nothing half-written is left.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The folder exists and holds something.
    #[error("{} is not empty: name a folder that does not exist yet", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The path is a file.
    #[error("{} is a file: name a folder that does not exist yet", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// The operating system refuses.
    #[error("failed to write {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// The fleet contradicts itself.
    #[error("{0}")]
    Fleet(#[from] FleetError),
    /// A number that Diego's formats cannot hold.
    #[error("{what} is {value}, which is more than Diego's formats can hold")]
    TooLarge {
        /// What.
        what: &'static str,
        /// Its value.
        value: u64,
    },
}

/// The number in the width that Diego uses.
pub(super) fn narrow(what: &'static str, value: u32) -> Result<i32, ExportError> {
    i32::try_from(value).map_err(|_| ExportError::TooLarge { what, value: value.into() })
}
