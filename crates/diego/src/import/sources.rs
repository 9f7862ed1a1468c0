//! The records of all files of a folder.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::files::{Files, Kind};
use crate::Place;
use crate::bosh::{BoshInstance, Said, read_instances, read_manifest};
use crate::cell_state::CellState;
use crate::cfdot::{ActualLrp, CellPresence, DesiredLrp, SchedulingInfo, TaskRecord};
use crate::collector::Collector;
use crate::lines::{Line, read_lines};

/// A file of JSON Lines.
#[derive(Debug)]
pub(crate) struct Source<T> {
    path: PathBuf,
    lines: Vec<Line<T>>,
}

impl<T> Source<T> {
    /// The records, each with its place.
    pub(crate) fn records(&self) -> impl Iterator<Item = (Origin<'_>, &T)> {
        self.lines.iter().map(|line| (Origin { path: &self.path, line: line.number }, &line.record))
    }
}

/// Where a record came from; cheap to copy, a [`Place`] only when something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin<'a> {
    path: &'a Path,
    line: usize,
}

impl Origin<'_> {
    pub(crate) fn place(self) -> Place {
        Place::line(self.path, self.line)
    }

    /// The whole file.
    pub(crate) fn file(self) -> Place {
        Place::file(self.path)
    }
}

/// Everything that the folder says. `None`: there is no such file.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(crate) cell_states: Option<Source<CellState>>,
    pub(crate) presences: Option<Source<CellPresence>>,
    pub(crate) scheduling_infos: Option<Source<SchedulingInfo>>,
    pub(crate) desired_lrps: Option<Source<DesiredLrp>>,
    pub(crate) actual_lrps: Option<Source<ActualLrp>>,
    pub(crate) tasks: Option<Source<TaskRecord>>,
    /// Where the manifest is.
    pub(crate) manifest: Option<PathBuf>,
    /// What the manifest says.
    pub(crate) said: Said,
    pub(crate) bosh_instances: Vec<BoshInstance>,
}

impl Sources {
    pub(crate) fn read(files: &Files, collector: &mut Collector) -> Self {
        Self {
            cell_states: source(files, Kind::CellStates, collector),
            presences: source(files, Kind::Cells, collector),
            scheduling_infos: source(files, Kind::SchedulingInfos, collector),
            desired_lrps: source(files, Kind::DesiredLrps, collector),
            actual_lrps: source(files, Kind::ActualLrps, collector),
            tasks: source(files, Kind::Tasks, collector),
            manifest: files.path(Kind::Manifest).map(Path::to_owned),
            said: files.path(Kind::Manifest).map(|path| read_manifest(path, collector)).unwrap_or_default(),
            bosh_instances: files
                .path(Kind::BoshInstances)
                .map(|path| read_instances(path, collector))
                .unwrap_or_default(),
        }
    }

    /// All cell states, none if there is no such file.
    pub(crate) fn cell_states(&self) -> impl Iterator<Item = (Origin<'_>, &CellState)> {
        self.cell_states.iter().flat_map(Source::records)
    }
}

fn source<T: DeserializeOwned>(files: &Files, kind: Kind, collector: &mut Collector) -> Option<Source<T>> {
    let path = files.path(kind)?;
    Some(Source { path: path.to_owned(), lines: read_lines(path, collector) })
}
