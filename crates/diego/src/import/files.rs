//! Which files of a folder are which, and whether they suffice.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::collector::Collector;
use crate::{Fault, Place, Problem};

/// A kind of file, in the order in which they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    CellStates,
    Cells,
    SchedulingInfos,
    DesiredLrps,
    ActualLrps,
    Tasks,
    Manifest,
    BoshInstances,
}

/// File names without `.gz`, and what they hold.
const NAMES: [(&str, &[&str], Kind); 9] = [
    ("cell-states", &LINES, Kind::CellStates),
    ("cells", &LINES, Kind::Cells),
    ("desired-lrp-scheduling-infos", &LINES, Kind::SchedulingInfos),
    ("desired-lrps", &LINES, Kind::DesiredLrps),
    ("actual-lrps", &LINES, Kind::ActualLrps),
    ("tasks", &LINES, Kind::Tasks),
    ("manifest", &["yml", "yaml"], Kind::Manifest),
    ("bosh-instances", &["json"], Kind::BoshInstances),
    ("bosh-vms", &["json"], Kind::BoshInstances),
];

const LINES: [&str; 2] = ["jsonl", "json"];

/// The files that were recognised.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) folder: PathBuf,
    found: BTreeMap<Kind, PathBuf>,
}

impl Files {
    /// Looks into the folder; files of other names are left alone.
    pub(crate) fn find(folder: &Path, collector: &mut Collector) -> Result<Self, Problem> {
        let refused = |error: std::io::Error| {
            let fault = match error.kind() {
                std::io::ErrorKind::NotFound => Fault::NoSuchPath,
                _ => Fault::Unreadable(error.to_string()),
            };
            Problem::new(Place::file(folder), fault)
        };
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).map_err(refused)? {
            names.push(entry.map_err(refused)?.file_name());
        }
        // The order of a folder's entries is the file system's own.
        names.sort();
        let mut found: BTreeMap<Kind, PathBuf> = BTreeMap::new();
        for name in names {
            let Some(kind) = name.to_str().and_then(kind_of) else { continue };
            let path = folder.join(&name);
            if let Some(other) = found.insert(kind, path.clone()) {
                let fault = Fault::SameKind { first: file_name(&other), second: file_name(&path) };
                collector.fatal(Problem::new(Place::file(folder), fault));
            }
        }
        Ok(Self { folder: folder.to_owned(), found })
    }

    /// The file of this kind.
    pub(crate) fn path(&self, kind: Kind) -> Option<&Path> {
        self.found.get(&kind).map(PathBuf::as_path)
    }

    /// Three things make a fleet: cells with totals, where instances are, and their sizes.
    pub(crate) fn check_sufficient(&self, collector: &mut Collector) {
        use Kind::{ActualLrps, CellStates, Cells, DesiredLrps, SchedulingInfos};
        let needs: [(&str, &[Kind], &str); 3] = [
            ("the cells with their totals", &[CellStates, Cells], "`cfdot cell-states > cell-states.jsonl`"),
            (
                "the places of the instances",
                &[CellStates, ActualLrps],
                "`cfdot actual-lrps > actual-lrps.jsonl`",
            ),
            (
                "the sizes of the apps",
                &[CellStates, SchedulingInfos, DesiredLrps],
                "`cfdot desired-lrp-scheduling-infos > desired-lrp-scheduling-infos.jsonl`",
            ),
        ];
        let missing: Vec<_> =
            needs.iter().filter(|(_, any, _)| any.iter().all(|kind| self.path(*kind).is_none())).collect();
        if missing.is_empty() {
            return;
        }
        let found: Vec<String> = self.found.values().map(|path| file_name(path)).collect();
        let fault = Fault::Insufficient {
            missing: enumerated(missing.iter().map(|(what, ..)| *what)),
            found: if found.is_empty() { "nothing that is known".to_owned() } else { found.join(", ") },
            commands: enumerated(missing.iter().map(|(.., command)| *command)),
        };
        collector.fatal(Problem::new(Place::file(&self.folder), fault));
    }
}

/// `a`, `a and b`, `a, b and c`.
fn enumerated<'a>(phrases: impl Iterator<Item = &'a str>) -> String {
    let phrases: Vec<&str> = phrases.collect();
    match phrases.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => phrases.concat(),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn kind_of(name: &str) -> Option<Kind> {
    let (stem, extension) = name.strip_suffix(".gz").unwrap_or(name).rsplit_once('.')?;
    NAMES
        .iter()
        .find(|(known, extensions, _)| *known == stem && extensions.contains(&extension))
        .map(|(.., kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        assert_eq!(kind_of("cell-states.jsonl"), Some(Kind::CellStates));
        assert_eq!(kind_of("cell-states.json.gz"), Some(Kind::CellStates));
        assert_eq!(kind_of("manifest.yaml"), Some(Kind::Manifest));
        assert_eq!(kind_of("bosh-vms.json"), Some(Kind::BoshInstances));
        assert_eq!(kind_of("cell-states.txt"), None);
        assert_eq!(kind_of("cell-states"), None);
        assert_eq!(kind_of("cell-states-old.jsonl"), None);
    }
}
