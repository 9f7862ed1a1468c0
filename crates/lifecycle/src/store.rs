//! All records and desired LRPs, with the indexes over them kept in step.
//!
//! There is one way to change a group, [`Store::update`], and one to change a desired LRP,
//! [`Store::set_desired`]: both end in the same bookkeeping, so that an index cannot be forgotten.

use std::collections::BTreeSet;

use rivera_model::{InstanceState, Presence, ProcessIx};

use crate::desired::Desired;
use crate::due::Due;
use crate::group::InstanceGroup;
use crate::record::{DomainIx, LrpKey, Record};

/// The records of one process.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    domain: DomainIx,
    desired: Option<Desired>,
    /// Non-empty groups, sorted by index. Mostly they are dense, and an index is its own position.
    groups: Vec<(u32, InstanceGroup)>,
    tally: Tally,
}

/// How many records of a process there are of the kinds that decisions look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Tally {
    ordinary: u32,
    running: u32,
    crashed: u32,
    suspect: u32,
}

/// All records and desired LRPs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Store {
    processes: Vec<Process>,
    pub(crate) due: Due,
    /// Processes whose number of ordinary records is not the desired one.
    pub(crate) miscounted: BTreeSet<ProcessIx>,
    /// Processes with ordinary or suspect records, but without a desired LRP.
    pub(crate) orphaned: BTreeSet<ProcessIx>,
    /// Running ordinary records whose routes or tags are not the desired ones.
    pub(crate) outdated: BTreeSet<LrpKey>,
    /// Processes with a crashed ordinary record.
    pub(crate) crashing: BTreeSet<ProcessIx>,
    /// Sum of desired instances.
    pub(crate) desired_instances: u64,
}

impl Process {
    fn position(&self, index: u32) -> Result<usize, usize> {
        let guess = index as usize;
        match self.groups.get(guess) {
            Some((found, _)) if *found == index => Ok(guess),
            _ => self.groups.binary_search_by_key(&index, |(index, _)| *index),
        }
    }

    fn group(&self, index: u32) -> &InstanceGroup {
        self.position(index).map_or(&InstanceGroup::EMPTY, |position| &self.groups[position].1)
    }

    fn set_group(&mut self, index: u32, group: InstanceGroup) {
        match (self.position(index), group.is_empty()) {
            (Ok(position), false) => self.groups[position].1 = group,
            (Ok(position), true) => {
                self.groups.remove(position);
            }
            (Err(position), false) => self.groups.insert(position, (index, group)),
            (Err(_), true) => {}
        }
    }
}

impl Tally {
    fn counters(&mut self, presence: Presence, record: &Record) -> [Option<&mut u32>; 2] {
        match (presence, record.state) {
            (Presence::Ordinary, InstanceState::Running) => {
                [Some(&mut self.ordinary), Some(&mut self.running)]
            }
            (Presence::Ordinary, InstanceState::Crashed) => {
                [Some(&mut self.ordinary), Some(&mut self.crashed)]
            }
            (Presence::Ordinary, _) => [Some(&mut self.ordinary), None],
            (Presence::Suspect, _) => [Some(&mut self.suspect), None],
            (Presence::Evacuating, _) => [None, None],
        }
    }
}

/// Keeps `key` in the set exactly while `belongs`.
fn put_if<K: Ord>(set: &mut BTreeSet<K>, key: K, belongs: bool) {
    if belongs {
        set.insert(key);
    } else {
        set.remove(&key);
    }
}

impl Store {
    /// Adds a process of this domain.
    pub(crate) fn add_process(&mut self, domain: DomainIx) -> ProcessIx {
        let process = ProcessIx::from_index(self.processes.len());
        self.processes.push(Process { domain, desired: None, groups: Vec::new(), tally: Tally::default() });
        process
    }

    /// The domain of a process.
    pub(crate) fn domain(&self, process: ProcessIx) -> DomainIx {
        self.processes[process.index()].domain
    }

    /// The desired LRP of a process.
    pub(crate) fn desired(&self, process: ProcessIx) -> Option<Desired> {
        self.processes[process.index()].desired
    }

    /// How many ordinary records of a process are running.
    pub(crate) fn running(&self, process: ProcessIx) -> u32 {
        self.processes[process.index()].tally.running
    }

    /// The records of an index.
    pub(crate) fn group(&self, lrp: LrpKey) -> &InstanceGroup {
        self.processes[lrp.process.index()].group(lrp.index)
    }

    /// The groups of a process, by index.
    pub(crate) fn groups(&self, process: ProcessIx) -> impl Iterator<Item = (LrpKey, &InstanceGroup)> {
        let groups = &self.processes[process.index()].groups;
        groups.iter().map(move |(index, group)| (LrpKey::new(process, *index), group))
    }

    /// All processes.
    pub(crate) fn processes(&self) -> impl Iterator<Item = ProcessIx> + use<> {
        (0..self.processes.len()).map(ProcessIx::from_index)
    }

    /// Changes the records of an index.
    pub(crate) fn update<R>(&mut self, lrp: LrpKey, change: impl FnOnce(&mut InstanceGroup) -> R) -> R {
        let before = *self.group(lrp);
        let mut after = before;
        let result = change(&mut after);
        if after != before {
            self.replace(lrp, &before, after);
        }
        result
    }

    /// Sets or removes the desired LRP of a process.
    pub(crate) fn set_desired(&mut self, process: ProcessIx, desired: Option<Desired>) {
        let instances = |desired: Option<Desired>| desired.map_or(0, |desired| u64::from(desired.instances));
        let before = std::mem::replace(&mut self.processes[process.index()].desired, desired);
        self.desired_instances = self.desired_instances - instances(before) + instances(desired);
        self.review_process(process);
        let lrps: Vec<LrpKey> = self.groups(process).map(|(lrp, _)| lrp).collect();
        for lrp in lrps {
            self.review_routes(lrp);
        }
    }

    fn replace(&mut self, lrp: LrpKey, before: &InstanceGroup, after: InstanceGroup) {
        let process = &mut self.processes[lrp.process.index()];
        for presence in [Presence::Ordinary, Presence::Evacuating, Presence::Suspect] {
            if before.get(presence) == after.get(presence) {
                continue;
            }
            if let Some(record) = before.get(presence) {
                self.due.forget(lrp, presence, record);
                process.tally.counters(presence, record).into_iter().flatten().for_each(|count| *count -= 1);
            }
            if let Some(record) = after.get(presence) {
                self.due.note(lrp, presence, record);
                process.tally.counters(presence, record).into_iter().flatten().for_each(|count| *count += 1);
            }
        }
        process.set_group(lrp.index, after);
        self.review_process(lrp.process);
        self.review_routes(lrp);
    }

    fn review_process(&mut self, ix: ProcessIx) {
        let Process { desired, tally, .. } = &self.processes[ix.index()];
        let miscounted = desired.is_some_and(|desired| desired.instances != tally.ordinary);
        let orphaned = desired.is_none() && tally.ordinary + tally.suspect > 0;
        put_if(&mut self.miscounted, ix, miscounted);
        put_if(&mut self.orphaned, ix, orphaned);
        put_if(&mut self.crashing, ix, tally.crashed > 0);
    }

    fn review_routes(&mut self, lrp: LrpKey) {
        let outdated = self.desired(lrp.process).is_some_and(|desired| {
            self.group(lrp).ordinary.is_some_and(|record| {
                record.state == InstanceState::Running
                    && (record.routes != desired.routes || record.tags != desired.tags)
            })
        });
        put_if(&mut self.outdated, lrp, outdated);
    }
}
