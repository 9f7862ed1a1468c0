//! All records and desired LRPs, with the indexes over them kept in step.
//!
//! A request changes a group by [`Store::update`], and a desired LRP by [`Store::set_desired`]: both end in the same
//! bookkeeping, so that an index cannot be forgotten.

use std::collections::BTreeSet;

use rivera_model::{InstanceState, Presence, ProcessIx};

use crate::desired::Desired;
use crate::due::Due;
use crate::group::{InstanceGroup, PRESENCES};
use crate::on_cell::OnCell;
use crate::process::{Process, Shelves, Tally};
use crate::record::{DomainIx, LrpKey, Record};

/// All records and desired LRPs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    processes: Vec<Process>,
    shelves: Shelves,
    pub(crate) indexes: Indexes,
}

/// What is found without looking at every record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Indexes {
    pub(crate) due: Due,
    pub(crate) on_cell: OnCell,
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

impl PartialEq for Store {
    /// The same contents, wherever they are kept.
    fn eq(&self, other: &Self) -> bool {
        let same_process = |process: ProcessIx| {
            let kept = |store: &Self| {
                let Process { domain, desired, tally, .. } = store.processes[process.index()];
                (domain, desired, tally)
            };
            kept(self) == kept(other) && self.groups(process).eq(other.groups(process))
        };
        self.processes.len() == other.processes.len()
            && self.indexes == other.indexes
            && self.processes().all(same_process)
    }
}

impl Eq for Store {}

/// Keeps `key` in the set exactly while it belongs there. That mostly stays as it was, and takes no search then.
fn put_if<K: Ord>(set: &mut BTreeSet<K>, key: K, belonged: bool, belongs: bool) {
    match (belonged, belongs) {
        (false, true) => {
            set.insert(key);
        }
        (true, false) => {
            set.remove(&key);
        }
        _ => {}
    }
}

impl Store {
    /// Adds a process of this domain.
    pub(crate) fn add_process(&mut self, domain: DomainIx) -> ProcessIx {
        let process = ProcessIx::from_index(self.processes.len());
        self.processes.push(Process::new(domain));
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

    /// How many records of a process there are.
    pub(crate) fn tally(&self, process: ProcessIx) -> Tally {
        self.processes[process.index()].tally
    }

    /// The records of an index.
    pub(crate) fn group(&self, lrp: LrpKey) -> InstanceGroup {
        self.processes[lrp.process.index()].group(lrp.index, &self.shelves)
    }

    /// The groups of a process, by index.
    pub(crate) fn groups(&self, process: ProcessIx) -> impl Iterator<Item = (LrpKey, InstanceGroup)> {
        let groups = &self.processes[process.index()].groups;
        groups.iter().map(move |group| (LrpKey::new(process, group.index), group.unpack(&self.shelves)))
    }

    /// All processes.
    pub(crate) fn processes(&self) -> impl Iterator<Item = ProcessIx> + use<> {
        (0..self.processes.len()).map(ProcessIx::from_index)
    }

    /// Changes the records of an index.
    pub(crate) fn update<R>(&mut self, lrp: LrpKey, change: impl FnOnce(&mut InstanceGroup) -> R) -> R {
        let before = self.group(lrp);
        let mut after = before;
        let result = change(&mut after);
        debug_assert_eq!(after.validate_change(&before), Ok(()), "{lrp:?}: {before:?} to {after:?}");
        self.replace(lrp, &before, &after);
        result
    }

    /// Puts a record in place of the one of its key and presence.
    pub(crate) fn adopt(&mut self, lrp: LrpKey, presence: Presence, record: Record) {
        let before = self.group(lrp);
        let mut after = before;
        *after.slot_mut(presence) = Some(record);
        self.replace(lrp, &before, &after);
    }

    /// Sets or removes the desired LRP of a process.
    pub(crate) fn set_desired(&mut self, process: ProcessIx, desired: Option<Desired>) {
        let instances = |desired: Option<Desired>| desired.map_or(0, |desired| u64::from(desired.instances));
        let Self { processes, shelves, indexes } = self;
        let known = &mut processes[process.index()];
        let standing = Standing::of(known);
        let before = std::mem::replace(&mut known.desired, desired);
        let sum = &mut indexes.desired_instances;
        *sum = *sum - instances(before) + instances(desired);
        indexes.review(process, standing, Standing::of(known));
        for group in &known.groups {
            let lrp = LrpKey::new(process, group.index);
            let group = group.unpack(shelves);
            put_if(&mut indexes.outdated, lrp, is_outdated(&group, before), is_outdated(&group, desired));
        }
    }

    fn replace(&mut self, lrp: LrpKey, before: &InstanceGroup, after: &InstanceGroup) {
        let changed = PRESENCES.map(|presence| before.get(presence) != after.get(presence));
        if changed == [false; 3] {
            return;
        }
        let Self { processes, shelves, indexes } = self;
        let process = &mut processes[lrp.process.index()];
        let standing = Standing::of(process);
        for (presence, _) in PRESENCES.into_iter().zip(changed).filter(|(_, changed)| *changed) {
            if let Some(record) = before.get(presence) {
                indexes.due.forget(lrp, presence, record);
                process.tally.counters(presence, record).into_iter().flatten().for_each(|count| *count -= 1);
            }
            if let Some(record) = after.get(presence) {
                indexes.due.note(lrp, presence, record);
                process.tally.counters(presence, record).into_iter().flatten().for_each(|count| *count += 1);
            }
        }
        indexes.on_cell.update(lrp, before, after);
        let desired = process.desired;
        put_if(&mut indexes.outdated, lrp, is_outdated(before, desired), is_outdated(after, desired));
        process.set_group(lrp.index, after, shelves);
        indexes.review(lrp.process, standing, Standing::of(process));
    }
}

/// To which of the sets of processes one belongs.
#[derive(Debug, Clone, Copy)]
struct Standing {
    miscounted: bool,
    orphaned: bool,
    crashing: bool,
}

impl Standing {
    fn of(process: &Process) -> Self {
        let Process { desired, tally, .. } = process;
        Self {
            miscounted: desired.is_some_and(|desired| desired.instances != tally.ordinary),
            orphaned: desired.is_none() && tally.ordinary + tally.suspect > 0,
            crashing: tally.crashed > 0,
        }
    }
}

impl Indexes {
    fn review(&mut self, process: ProcessIx, before: Standing, after: Standing) {
        put_if(&mut self.miscounted, process, before.miscounted, after.miscounted);
        put_if(&mut self.orphaned, process, before.orphaned, after.orphaned);
        put_if(&mut self.crashing, process, before.crashing, after.crashing);
    }
}

fn is_outdated(group: &InstanceGroup, desired: Option<Desired>) -> bool {
    let (Some(record), Some(desired)) = (group.ordinary, desired) else { return false };
    record.state == InstanceState::Running && (record.routes != desired.routes || record.tags != desired.tags)
}
