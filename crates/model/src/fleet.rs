//! A foundation as data: cells, processes, instances, tasks.
//!
//! A fleet is immutable once built; runs of an experiment share it between threads. Its order is part of its
//! meaning: zones by name, cells by cell id, processes by process guid, so that two exports of the same
//! foundation give the same results whatever the order of their lines.

use crate::{
    CellGroup, CellIx, Constraint, ConstraintIx, DeploymentFacts, GroupIx, Offer, OfferIx, Presence,
    ProcessIx, Resources, Span, UpdateStrategy, ZoneIx,
};

/// A whole foundation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fleet {
    /// Where the fleet came from, for reports: a folder or a recipe's name.
    pub name: String,
    /// Zone names, sorted.
    pub zones: Vec<String>,
    /// The instance groups of cells, in the order of their update (D.3); those of the manifest may have no cells.
    pub groups: Vec<CellGroup>,
    /// Cells, sorted by cell id.
    pub cells: Vec<FleetCell>,
    /// Distinct offers of cells.
    pub offers: Vec<Offer>,
    /// Distinct constraints of processes and tasks.
    pub constraints: Vec<Constraint>,
    /// Processes, sorted by process guid.
    pub processes: Vec<Process>,
    /// Instance records, sorted by (process, index, presence).
    pub instances: Vec<FleetInstance>,
    /// Tasks, sorted by guid.
    pub tasks: Vec<FleetTask>,
    /// What the manifest or the recipe says of the upgrade.
    pub facts: DeploymentFacts,
}

/// A cell of the fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetCell {
    /// Cell id (the BOSH instance id).
    pub id: String,
    /// BOSH's `spec.index`, published as `cell_index`.
    pub bosh_index: u32,
    /// The instance group.
    pub group: GroupIx,
    /// The zone.
    pub zone: ZoneIx,
    /// Total resources.
    pub total: Resources,
    /// What is used by containers that the export does not list.
    pub unlisted: Resources,
    /// Memory that each LRP costs on top of its own, for its proxy; 0 without proxies (B.1).
    pub proxy_memory_mb: i32,
    /// What the cell offers.
    pub offer: OfferIx,
    /// BOSH updates the bootstrap instance's zone first (D.3).
    pub bootstrap: bool,
}

/// A desired LRP: one process of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Process guid (with the version).
    pub guid: String,
    /// Domain, for example `cf-apps`.
    pub domain: String,
    /// Desired number of instances.
    pub instances: u32,
    /// Memory of one instance, without proxy memory.
    pub memory_mb: i32,
    /// Disk of one instance.
    pub disk_mb: i32,
    /// Its constraints.
    pub constraint: ConstraintIx,
    /// What happens to an old instance in an evacuation.
    pub strategy: UpdateStrategy,
    /// How long a start may take until it counts as a crash (B.11), if the export says.
    pub start_timeout: Option<Span>,
}

/// State of an instance record (C.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum InstanceState {
    /// Waits for a cell.
    #[default]
    Unclaimed,
    /// A cell is starting it.
    Claimed,
    /// It runs.
    Running,
    /// It crashed and waits for its restart.
    Crashed,
}

/// An instance record of the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FleetInstance {
    /// The process.
    pub process: ProcessIx,
    /// The instance index, from 0.
    pub index: u32,
    /// Which of the records of this index it is.
    pub presence: Presence,
    /// State.
    pub state: InstanceState,
    /// The cell, if claimed or running.
    pub cell: Option<CellIx>,
    /// How often it crashed in a row.
    pub crash_count: u32,
}

/// A task of the export that holds resources of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetTask {
    /// Task guid.
    pub guid: String,
    /// The cell that runs it; `None` while it is pending.
    pub cell: Option<CellIx>,
    /// Memory in MiB.
    pub memory_mb: i32,
    /// Disk in MiB.
    pub disk_mb: i32,
    /// Its constraints.
    pub constraint: ConstraintIx,
}

/// Why a fleet is not one (the importer finds the same with file and line; this is the last line of defence).
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FleetError {
    /// No cells.
    #[error("the fleet has no cells")]
    NoCells,
    /// A cell holds more than it has.
    #[error("cell {cell} holds more than its total: used {used:?}, total {total:?}")]
    OverTotal {
        /// Cell id.
        cell: String,
        /// Sum over its containers.
        used: Resources,
        /// Its total.
        total: Resources,
    },
    /// A record that the BBS cannot hold (C.1).
    #[error("instance {index} of {process} has an {presence:?} record that is {state:?}")]
    ImpossibleRecord {
        /// Process guid.
        process: String,
        /// Instance index.
        index: u32,
        /// Its presence.
        presence: Presence,
        /// Its state.
        state: InstanceState,
    },
    /// An instance of an index that its process does not have.
    #[error("process {process} has {instances} instances, but a record of index {index} (from 0)")]
    IndexTooHigh {
        /// Process guid.
        process: String,
        /// Instance index.
        index: u32,
        /// How many instances the process has.
        instances: u32,
    },
    /// The sum of a cell's containers does not fit the width of a number.
    #[error("the containers of cell {cell} add up to more than a number can hold")]
    Overflow {
        /// Cell id.
        cell: String,
    },
}

impl Fleet {
    /// The same cells with the groups of another manifest. A cell stays in the group of its name, a usual cell in the
    /// usual group whatever that is called; a group that the manifest does not name comes behind, as it is.
    #[must_use]
    pub fn with_groups(mut self, named: Vec<CellGroup>) -> Self {
        let usual = CellGroup::usual(&self.groups);
        let known = std::mem::replace(&mut self.groups, named);
        let new_usual = self.groups.get(CellGroup::usual(&self.groups)).map(|group| group.name.clone());
        let mut place = |(ix, group): (usize, CellGroup)| {
            let is_named = self.groups.iter().any(|other| other.name == group.name);
            let name = new_usual.clone().filter(|_| ix == usual && !is_named).unwrap_or(group.name.clone());
            let found = self.groups.iter().position(|other| other.name == name);
            GroupIx::from_index(found.unwrap_or_else(|| {
                self.groups.push(group);
                self.groups.len() - 1
            }))
        };
        let places: Vec<GroupIx> = known.into_iter().enumerate().map(&mut place).collect();
        for cell in &mut self.cells {
            cell.group = places[cell.group.index()];
        }
        self
    }

    /// What the listed containers use on each cell, proxy memory included (B.1), in the order of `cells`.
    ///
    /// # Errors
    /// [`FleetError::Overflow`] if a sum does not fit.
    pub fn used(&self) -> Result<Vec<Resources>, FleetError> {
        let mut used: Vec<Resources> = self.cells.iter().map(|cell| cell.unlisted).collect();
        let holders = self
            .instances
            .iter()
            .filter_map(|instance| {
                let cell = instance.cell?;
                let process = &self.processes[instance.process.index()];
                // B.1: an LRP with memory 0 is unlimited and takes no proxy memory.
                let proxy = if process.memory_mb > 0 { self.cells[cell.index()].proxy_memory_mb } else { 0 };
                Some((cell, process.memory_mb.checked_add(proxy), process.disk_mb))
            })
            .chain(
                self.tasks.iter().filter_map(|task| Some((task.cell?, Some(task.memory_mb), task.disk_mb))),
            );
        for (cell, memory_mb, disk_mb) in holders {
            let sum = memory_mb
                .and_then(|memory_mb| used[cell.index()].checked_add(Resources::new(memory_mb, disk_mb, 1)));
            used[cell.index()] =
                sum.ok_or_else(|| FleetError::Overflow { cell: self.cells[cell.index()].id.clone() })?;
        }
        Ok(used)
    }

    /// Checks what every user of a fleet relies on.
    ///
    /// # Errors
    /// [`FleetError`]: no cells, a cell that holds more than it has, a record that cannot be, or of an index that its
    /// process does not have.
    pub fn validate(&self) -> Result<(), FleetError> {
        if self.cells.is_empty() {
            return Err(FleetError::NoCells);
        }
        for instance in &self.instances {
            let process = &self.processes[instance.process.index()];
            if instance.index >= process.instances {
                return Err(FleetError::IndexTooHigh {
                    process: process.guid.clone(),
                    index: instance.index,
                    instances: process.instances,
                });
            }
            let held = matches!(instance.state, InstanceState::Claimed | InstanceState::Running);
            let fits = match instance.presence {
                Presence::Ordinary => true,
                Presence::Evacuating => instance.state == InstanceState::Running,
                Presence::Suspect => held,
            };
            if !fits || held != instance.cell.is_some() {
                return Err(FleetError::ImpossibleRecord {
                    process: process.guid.clone(),
                    index: instance.index,
                    presence: instance.presence,
                    state: instance.state,
                });
            }
        }
        for (cell, used) in self.cells.iter().zip(self.used()?) {
            if !cell.total.covers(used) {
                return Err(FleetError::OverTotal { cell: cell.id.clone(), used, total: cell.total });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(group: u32) -> FleetCell {
        FleetCell {
            id: String::new(),
            bosh_index: 0,
            group: GroupIx(group),
            zone: ZoneIx(0),
            total: Resources::default(),
            unlisted: Resources::default(),
            proxy_memory_mb: 0,
            offer: OfferIx(0),
            bootstrap: false,
        }
    }

    #[test]
    fn cells_keep_their_groups_under_another_manifest() {
        let named = |names: &[&str]| names.iter().map(|&name| CellGroup::named(name)).collect::<Vec<_>>();
        let fleet = Fleet {
            groups: named(&["diego-cell", "iso", "late"]),
            cells: vec![cell(0), cell(1), cell(2)],
            ..Fleet::default()
        };
        let fleet = fleet.with_groups(named(&["windows", "iso", "compute"]));
        let names: Vec<&str> = fleet.groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["windows", "iso", "compute", "late"]);
        assert_eq!(fleet.cells.iter().map(|cell| cell.group.0).collect::<Vec<_>>(), [2, 1, 3]);
    }

    #[test]
    fn a_process_has_as_many_indices_as_instances() {
        let process = Process {
            guid: "p".to_owned(),
            domain: "cf-apps".to_owned(),
            instances: 2,
            memory_mb: 0,
            disk_mb: 0,
            constraint: ConstraintIx(0),
            strategy: UpdateStrategy::Rolling,
            start_timeout: None,
        };
        let with_index = |index| {
            let instance = FleetInstance {
                process: ProcessIx(0),
                index,
                presence: Presence::Ordinary,
                state: InstanceState::Unclaimed,
                cell: None,
                crash_count: 0,
            };
            let processes = vec![process.clone()];
            Fleet { cells: vec![cell(0)], processes, instances: vec![instance], ..Fleet::default() }
                .validate()
        };
        assert_eq!(with_index(1), Ok(()));
        let too_high = FleetError::IndexTooHigh { process: "p".to_owned(), index: 2, instances: 2 };
        assert_eq!(with_index(2), Err(too_high));
    }
}
