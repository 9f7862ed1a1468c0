//! Recordings of the real Diego.
//!
//! A part of them is kept in `tests/data`; the whole lies in the golden folder, which the environment variable
//! `RIVERA_GOLDEN` names. Tests over the whole are ignored unless they are asked for:
//! `cargo test -p rivera-tests -- --ignored golden`.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;

/// The folder with all recordings: `RIVERA_GOLDEN`, or `../shared/golden` beside the workspace.
///
/// # Panics
/// If it does not exist.
#[must_use]
pub fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/golden");
    let folder = std::env::var_os("RIVERA_GOLDEN").map_or_else(beside, PathBuf::from);
    assert!(folder.is_dir(), "no recordings in {}: set RIVERA_GOLDEN to their folder", folder.display());
    folder
}

/// The folder with the recordings that are part of this repository.
#[must_use]
pub fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

/// Reads a `.json.gz` file.
///
/// # Panics
/// If it cannot be read as such a value; the message names the file.
#[must_use]
pub fn read<T: DeserializeOwned>(path: &Path) -> T {
    let mut text = Vec::new();
    let read = open(path).read_to_end(&mut text).map_err(serde_json::Error::io);
    read.and_then(|_| serde_json::from_slice(&text))
        .unwrap_or_else(|error| panic!("failed to read {}: {error}", path.display()))
}

/// Reads a `.jsonl.gz` file, one value a line.
///
/// # Panics
/// While iterating, if a line cannot be read as such a value; the message names the file and the line.
pub fn read_lines<T: DeserializeOwned>(path: &Path) -> impl Iterator<Item = T> {
    BufReader::new(open(path)).lines().zip(1..).map(move |(line, number)| {
        line.map_err(serde_json::Error::io)
            .and_then(|line| serde_json::from_str(&line))
            .unwrap_or_else(|error| panic!("failed to read {}:{number}: {error}", path.display()))
    })
}

fn open(path: &Path) -> MultiGzDecoder<File> {
    let file = File::open(path);
    MultiGzDecoder::new(file.unwrap_or_else(|error| panic!("failed to open {}: {error}", path.display())))
}
