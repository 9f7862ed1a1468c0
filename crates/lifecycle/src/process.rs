//! What is stored of a process: what is desired of it, its groups of records, and how many records there are of the kinds
//! that decisions look at.

use rivera_model::{InstanceState, Presence};

use crate::desired::Desired;
use crate::details::DetailsTable;
use crate::group::InstanceGroup;
use crate::packed::Packed;
use crate::record::{DomainIx, Record};
use crate::shelf::Shelf;

/// A process, in one line of the processor's caches: the way to every record leads through one.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct Process {
    pub(crate) domain: DomainIx,
    pub(crate) desired: Option<Desired>,
    /// Non-empty groups, sorted by index. Mostly they are dense, and an index is its own position.
    pub(crate) groups: Vec<PackedGroup>,
    pub(crate) tally: Tally,
}

/// The records of an index.
#[derive(Debug, Clone, Copy)]
#[repr(C, packed(4))]
pub(crate) struct PackedGroup {
    pub(crate) index: u32,
    ordinary: Packed,
    /// Where the other records are; [`NO_OTHERS`] if there are none.
    others: u32,
}

const NO_OTHERS: u32 = u32::MAX;

/// The records of an index that are rare. At least one is there.
#[derive(Debug, Clone, Copy)]
struct Others {
    evacuating: Packed,
    suspect: Packed,
}

/// Where records keep what they share, and what few of them have.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelves {
    details: DetailsTable,
    others: Shelf<Others>,
}

/// How many records of a process there are of some kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) ordinary: u32,
    pub(crate) running: u32,
    pub(crate) crashed: u32,
    pub(crate) suspect: u32,
}

impl PackedGroup {
    const fn empty(index: u32) -> Self {
        Self { index, ordinary: Packed::NONE, others: NO_OTHERS }
    }

    fn others(self, shelves: &Shelves) -> Option<&Others> {
        (self.others != NO_OTHERS).then(|| shelves.others.get(self.others))
    }

    pub(crate) fn unpack(self, shelves: &Shelves) -> InstanceGroup {
        let ordinary = self.ordinary;
        let others = self.others(shelves);
        InstanceGroup {
            ordinary: ordinary.unpack(&shelves.details),
            evacuating: others.and_then(|others| others.evacuating.unpack(&shelves.details)),
            suspect: others.and_then(|others| others.suspect.unpack(&shelves.details)),
        }
    }

    /// Stores other records in this place.
    fn replace(&mut self, group: &InstanceGroup, shelves: &mut Shelves) {
        let mut ordinary = self.ordinary;
        ordinary.replace(group.ordinary.as_ref(), &mut shelves.details);
        self.ordinary = ordinary;
        let has_others = group.evacuating.is_some() || group.suspect.is_some();
        if self.others == NO_OTHERS && !has_others {
            return;
        }
        let mut others = self
            .others(shelves)
            .copied()
            .unwrap_or(Others { evacuating: Packed::NONE, suspect: Packed::NONE });
        others.evacuating.replace(group.evacuating.as_ref(), &mut shelves.details);
        others.suspect.replace(group.suspect.as_ref(), &mut shelves.details);
        match (self.others, has_others) {
            (NO_OTHERS, _) => self.others = shelves.others.put(others),
            (number, true) => *shelves.others.get_mut(number) = others,
            (number, false) => {
                let _ = shelves.others.take(number);
                self.others = NO_OTHERS;
            }
        }
    }
}

impl Process {
    pub(crate) fn new(domain: DomainIx) -> Self {
        Self { domain, desired: None, groups: Vec::new(), tally: Tally::default() }
    }

    fn position(&self, index: u32) -> Result<usize, usize> {
        let guess = index as usize;
        match self.groups.get(guess) {
            Some(found) if found.index == index => Ok(guess),
            _ => self.groups.binary_search_by_key(&index, |group| group.index),
        }
    }

    pub(crate) fn group(&self, index: u32, shelves: &Shelves) -> InstanceGroup {
        self.position(index).map_or(InstanceGroup::EMPTY, |position| self.groups[position].unpack(shelves))
    }

    pub(crate) fn set_group(&mut self, index: u32, group: &InstanceGroup, shelves: &mut Shelves) {
        match self.position(index) {
            Ok(position) => {
                self.groups[position].replace(group, shelves);
                if group.is_empty() {
                    self.groups.remove(position);
                }
            }
            Err(_) if group.is_empty() => {}
            Err(position) => {
                self.make_room();
                let mut packed = PackedGroup::empty(index);
                packed.replace(group, shelves);
                self.groups.insert(position, packed);
            }
        }
    }

    /// Room for one group more: for as many as are desired, but never for more than twice what is there.
    fn make_room(&mut self) {
        let length = self.groups.len();
        if length == self.groups.capacity() {
            let desired = self.desired.map_or(0, |desired| desired.instances as usize);
            let doubled = (2 * length).max(4);
            let wanted = if desired > length { desired.min(doubled) } else { doubled };
            self.groups.reserve_exact(wanted - length);
        }
    }
}

impl Tally {
    /// The counters that a record counts in.
    pub(crate) fn counters(&mut self, presence: Presence, record: &Record) -> [Option<&mut u32>; 2] {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_one_line_of_a_cache() {
        assert_eq!(size_of::<Process>(), 64);
    }
}
