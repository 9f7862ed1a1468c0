//! The files that a harness left behind.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::measured::MeasuredError;

/// All files of this name in a folder and the folders in it, in order. None if there is no such folder.
pub(crate) fn named(folder: &Path, name: &str) -> Result<Vec<PathBuf>, MeasuredError> {
    let mut found = Vec::new();
    let mut folders = Vec::from_iter(folder.is_dir().then(|| folder.to_owned()));
    while let Some(folder) = folders.pop() {
        let unreadable = |source| MeasuredError::Unreadable { path: folder.display().to_string(), source };
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|file| file == name) {
                found.push(path);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// The JSON value of a file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, MeasuredError> {
    let text = fs::read_to_string(path)
        .map_err(|source| MeasuredError::Unreadable { path: path.display().to_string(), source })?;
    serde_json::from_str(&text)
        .map_err(|source| MeasuredError::NotJson { path: path.display().to_string(), source })
}
