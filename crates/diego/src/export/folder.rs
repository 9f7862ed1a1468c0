//! Writing all files of an export, or none.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rivera_model::Fleet;
use serde::Serialize;

use super::{ExportError, bosh, cells, manifest, work};

/// Writes the fleet into a new (or empty) folder: `cell-states.jsonl`, `cells.jsonl`,
/// `desired-lrp-scheduling-infos.jsonl`, `desired-lrps.jsonl` if it has something to add,
/// `actual-lrps.jsonl`, `tasks.jsonl`, `manifest.yml` and `bosh-instances.json`.
///
/// The files are written beside the folder, which then appears as a whole.
///
/// # Errors
/// [`ExportError`]: the folder is not empty, it cannot be written, or the fleet contradicts itself.
pub fn write_export(fleet: &Fleet, folder: &Path) -> Result<(), ExportError> {
    refuse_to_overwrite(folder)?;
    fleet.validate()?;
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ExportError::Io { path, source }
    };
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let beside = tempfile::Builder::new().prefix(".export-").tempdir_in(parent).map_err(failed(parent))?;
    // The temporary folder is private; the one inside it has the usual permissions.
    let files = Files { folder: beside.path().join("export") };
    fs::create_dir(&files.folder).map_err(failed(&files.folder))?;
    files.write(fleet)?;
    fs::rename(&files.folder, folder).map_err(failed(folder))
}

fn refuse_to_overwrite(folder: &Path) -> Result<(), ExportError> {
    let path = || folder.to_owned();
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(ExportError::NotEmpty { path: path() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) if folder.is_file() => Err(ExportError::NotAFolder { path: path() }),
        Err(source) => Err(ExportError::Io { path: path(), source }),
    }
}

struct Files {
    folder: PathBuf,
}

impl Files {
    fn write(&self, fleet: &Fleet) -> Result<(), ExportError> {
        let placed = cells::Placed::of(fleet);
        let used = fleet.used()?;
        let states = (0..fleet.cells.len()).map(|cell| cells::state(fleet, &placed, used[cell], cell));
        self.lines("cell-states.jsonl", states)?;
        self.lines("cells.jsonl", (0..fleet.cells.len()).map(|cell| Ok(cells::presence(fleet, cell))))?;
        self.lines(
            "desired-lrp-scheduling-infos.jsonl",
            fleet.processes.iter().map(|process| work::scheduling_info(fleet, process)),
        )?;
        if fleet.processes.iter().any(work::has_more_to_say) {
            let desired = fleet.processes.iter().map(|process| work::desired_lrp(fleet, process));
            self.lines("desired-lrps.jsonl", desired)?;
        }
        let actual = fleet.instances.iter().map(|instance| work::actual_lrp(fleet, instance));
        self.lines("actual-lrps.jsonl", actual)?;
        self.lines("tasks.jsonl", fleet.tasks.iter().map(|task| Ok(work::task(fleet, task))))?;
        self.text("manifest.yml", &manifest::text(fleet))?;
        let name = "bosh-instances.json";
        let instances = bosh::text(fleet)
            .map_err(|error| ExportError::Io { path: self.folder.join(name), source: error.into() })?;
        self.text(name, &instances)
    }

    fn lines<T: Serialize>(
        &self,
        name: &str,
        records: impl Iterator<Item = Result<T, ExportError>>,
    ) -> Result<(), ExportError> {
        let path = self.folder.join(name);
        let failed = |source| ExportError::Io { path: path.clone(), source };
        let mut file = BufWriter::new(fs::File::create(&path).map_err(failed)?);
        for record in records {
            serde_json::to_writer(&mut file, &record?).map_err(|error| failed(error.into()))?;
            file.write_all(b"\n").map_err(failed)?;
        }
        file.flush().map_err(failed)
    }

    fn text(&self, name: &str, text: &str) -> Result<(), ExportError> {
        let path = self.folder.join(name);
        fs::write(&path, text).map_err(|source| ExportError::Io { path, source })
    }
}
