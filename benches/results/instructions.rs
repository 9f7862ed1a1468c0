//! What the counting of instructions left in `target/instructions.json`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::files;
use crate::measured::{AllMeasured, Measured, MeasuredError};

/// Reads the file. Where nothing was counted there is none.
pub(crate) fn read(file: &Path, all: &mut AllMeasured) -> Result<(), MeasuredError> {
    if file.exists() {
        let counts: BTreeMap<String, u64> = files::read(file)?;
        let measured = |(name, count)| (format!("instructions/{name}"), Measured::Instructions(count));
        all.extend(counts.into_iter().map(measured));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_instructions_of_their_subject() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("instructions.json");
        let mut all = AllMeasured::new();
        read(&file, &mut all).unwrap();
        assert_eq!(all, AllMeasured::new());
        std::fs::write(&file, r#"{"place":812}"#).unwrap();
        read(&file, &mut all).unwrap();
        assert_eq!(all, [("instructions/place".to_owned(), Measured::Instructions(812))].into());
    }
}
