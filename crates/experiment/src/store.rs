//! A folder of finished runs, each under the hash of all that it depends on.

use std::io::Write;
use std::path::{Path, PathBuf};

use rivera_sim::Outcome;
use serde::{Deserialize, Serialize};

/// The schema of a kept run.
const SCHEMA: &str = "rivera.run";
const VERSION: u32 = 1;

/// The folder. Many processes may use it at once: a file appears whole or not at all, and the same name always means the
/// same content.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    schema: String,
    version: u32,
    key: String,
    outcome: Outcome,
}

impl Store {
    /// The store of a folder, which is made if it is not there.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The outcome of a run, if it is there and whole. What is damaged is done anew.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Outcome> {
        let bytes = std::fs::read(self.path(key)).ok()?;
        let kept: Kept = serde_json::from_slice(&bytes).ok()?;
        (kept.schema == SCHEMA && kept.version == VERSION && kept.key == key).then_some(kept.outcome)
    }

    /// Keeps an outcome.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn put(&self, key: &str, outcome: &Outcome) -> std::io::Result<()> {
        let kept = Kept {
            schema: SCHEMA.to_owned(),
            version: VERSION,
            key: key.to_owned(),
            outcome: outcome.clone(),
        };
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".rivera-").tempfile_in(folder)?;
        file.write_all(&serde_json::to_vec(&kept)?)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Two levels, so that no folder has too many files.
    fn path(&self, key: &str) -> PathBuf {
        let (first, rest) = key.split_at_checked(2).unwrap_or(("", key));
        self.folder.join(first).join(format!("{rest}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_and_what_is_damaged_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("runs")).unwrap();
        let outcome = Outcome { duration_s: 0.1 + 0.2, seed: u64::MAX, ..Outcome::default() };
        assert_eq!(store.get("abcd"), None);
        store.put("abcd", &outcome).unwrap();
        assert_eq!(store.get("abcd"), Some(outcome.clone()));
        let path = folder.path().join("runs/ab/cd.json");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, &text[..text.len() / 2]).unwrap();
        assert_eq!(store.get("abcd"), None);
        store.put("abcd", &outcome).unwrap();
        std::fs::create_dir(folder.path().join("runs/ef")).unwrap();
        std::fs::copy(&path, folder.path().join("runs/ef/cd.json")).unwrap();
        assert_eq!(store.get("efcd"), None, "the file is that of another run");
    }
}
