//! What a fleet was read from, as a hash.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Hash of a file, or of the files of a folder with their names, in the order of the names. Folders in it are left out, and
/// files whose names begin with a dot.
///
/// # Errors
/// Something cannot be read.
pub fn sha256_of(path: &Path) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    if path.is_dir() {
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            if entry.path().is_file() && !is_hidden {
                files.push(entry.path());
            }
        }
        files.sort();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            part(&mut hash, name.as_bytes());
            part(&mut hash, &std::fs::read(&file)?);
        }
    } else {
        part(&mut hash, &std::fs::read(path)?);
    }
    Ok(hex(&hash.finalize()))
}

/// With its length before it no part can be taken for the end of the one before.
pub(crate) fn part(hash: &mut Sha256, bytes: &[u8]) {
    hash.update(bytes.len().to_le_bytes());
    hash.update(bytes);
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_depends_on_names_and_on_contents() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let hash = || sha256_of(folder.path()).unwrap();
        write("a", "1");
        write("b", "2");
        let first = hash();
        write(".hidden", "3");
        assert_eq!(hash(), first);
        write("a", "12");
        write("b", "");
        assert_ne!(hash(), first);
        write("a", "1");
        write("b", "2");
        assert_eq!(hash(), first);
        assert!(sha256_of(&folder.path().join("none")).is_err());
    }
}
