//! Writes results so that nothing is ever left half-written.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::Failure;

/// A file that appears under its name only when it is whole.
pub(crate) struct WholeFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl WholeFile {
    /// Opens the file beside its final place, before the work begins: a folder that cannot be written to is
    /// found out at once, not after an hour.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        let refused = |problem| Failure::Write { path: path.to_owned(), problem };
        let place = replaceable(path).map_err(refused)?;
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(refused(format!("there is no folder `{}`", folder.display())));
        }
        // The kind alone: the temporary name in the error's own text would only confuse.
        let file = readable_by_all(tempfile::Builder::new().prefix(".rivera-"))
            .tempfile_in(folder)
            .map_err(|error| refused(error.kind().to_string()))?;
        Ok(Self { path: place, file })
    }

    /// Writes all of it, and gives it its name.
    pub(crate) fn write(
        self,
        write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<(), Failure> {
        let Self { path, file } = self;
        let failed =
            |error: std::io::Error| Failure::Write { path: path.clone(), problem: error.to_string() };
        let mut buffered = std::io::BufWriter::new(file);
        write(&mut buffered).map_err(failed)?;
        let file = buffered.into_inner().map_err(|error| failed(error.into_error()))?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// The file that a path means. A link is followed, and devices are left alone: renaming a file to `/dev/null` would
/// replace it.
fn replaceable(path: &Path) -> Result<PathBuf, String> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => path.canonicalize().map_err(|error| error.to_string()),
        Ok(found) if found.is_dir() => Err("it is a folder".to_owned()),
        Ok(_) => Err("it is not a regular file".to_owned()),
        Err(_) => Ok(path.to_owned()),
    }
}

/// A temporary file is for its owner only; a report is for whom the user's umask lets read it.
#[cfg(unix)]
fn readable_by_all<'a, 'b>(builder: &'a mut tempfile::Builder<'b, 'b>) -> &'a tempfile::Builder<'b, 'b> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn readable_by_all<'a, 'b>(builder: &'a mut tempfile::Builder<'b, 'b>) -> &'a tempfile::Builder<'b, 'b> {
    builder
}

/// Prints a result. A reader that has gone away (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Print(error)),
        _ => Ok(()),
    }
}
