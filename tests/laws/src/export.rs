//! Any files as a folder of exports.

use std::fmt;

use rivera_diego::laws;

use crate::target::Law;

/// What begins a file; its name follows.
const BEGINNING: &[u8] = b"=== ";

/// The names that an input may give its files, each also with `.gz` behind it.
const NAMES: [&str; 9] = [
    "cell-states.jsonl",
    "cells.jsonl",
    "desired-lrp-scheduling-infos.jsonl",
    "desired-lrps.jsonl",
    "actual-lrps.jsonl",
    "tasks.jsonl",
    "manifest.yml",
    "bosh-instances.json",
    "bosh-vms.json",
];

/// The files of an export, one behind the other: a line `=== NAME` begins each.
pub struct Export(Vec<(String, Vec<u8>)>);

impl Law for Export {
    const NAME: &str = "export";

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if let Some(name) = line.strip_prefix(BEGINNING) {
                let name = std::str::from_utf8(name).ok()?.trim_end();
                let known = NAMES.contains(&name.strip_suffix(".gz").unwrap_or(name));
                let again = files.iter().any(|(other, _)| other == name);
                if !known || again {
                    return None;
                }
                files.push((name.to_owned(), Vec::new()));
            } else {
                files.last_mut()?.1.extend_from_slice(line);
            }
        }
        Some(Self(files))
    }

    fn check(self) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = self.0.iter().map(|(name, text)| (name.as_str(), text.as_slice()));
        laws::write_files(folder.path(), files).expect("files can be written");
        laws::a_folder_is_a_fleet_or_has_mistakes(folder.path());
    }
}

impl fmt::Debug for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, text) in &self.0 {
            writeln!(f, "=== {name}\n{}", String::from_utf8_lossy(text))?;
        }
        Ok(())
    }
}
