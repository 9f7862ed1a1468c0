//! Indexes over the records: what waits, what crashed, and how many there are of each kind.
//!
//! They make a convergence pass cost what is due instead of what exists; a record that runs takes no room here. Every record
//! passes through [`Due::note`] when it appears and through [`Due::forget`] when it goes or changes; nothing else
//! writes here.

use std::collections::BTreeSet;

use rivera_model::{InstanceState, Presence, Time};

use crate::record::{LrpKey, Record};
use crate::restart::restart_at;

/// The indexes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Due {
    /// Ordinary unclaimed records by the time since when they are.
    pub(crate) unclaimed: BTreeSet<(Time, LrpKey)>,
    /// Ordinary crashed records by the time from which they may start again; those that never may are not here.
    pub(crate) crashed: BTreeSet<(Time, LrpKey)>,
    /// Suspect records.
    pub(crate) suspects: BTreeSet<LrpKey>,
    /// How many records there are, by presence and state.
    counts: [[u32; 4]; 3],
}

impl Due {
    /// How many records there are of this presence and state.
    pub(crate) const fn count(&self, presence: Presence, state: InstanceState) -> u32 {
        self.counts[presence as usize][state as usize]
    }

    /// A record is there.
    pub(crate) fn note(&mut self, lrp: LrpKey, presence: Presence, record: &Record) {
        self.counts[presence as usize][record.state as usize] += 1;
        match presence {
            Presence::Ordinary => {
                if let Some((set, time)) = self.waiting(record) {
                    set.insert((time, lrp));
                }
            }
            Presence::Suspect => {
                self.suspects.insert(lrp);
            }
            Presence::Evacuating => {}
        }
    }

    /// A record is there no more.
    pub(crate) fn forget(&mut self, lrp: LrpKey, presence: Presence, record: &Record) {
        self.counts[presence as usize][record.state as usize] -= 1;
        match presence {
            Presence::Ordinary => {
                if let Some((set, time)) = self.waiting(record) {
                    set.remove(&(time, lrp));
                }
            }
            Presence::Suspect => {
                self.suspects.remove(&lrp);
            }
            Presence::Evacuating => {}
        }
    }

    /// Where an ordinary record waits for its time, and for which.
    fn waiting(&mut self, record: &Record) -> Option<(&mut BTreeSet<(Time, LrpKey)>, Time)> {
        match record.state {
            InstanceState::Unclaimed => Some((&mut self.unclaimed, record.since)),
            InstanceState::Crashed => {
                restart_at(record.crash_count, record.since).map(|time| (&mut self.crashed, time))
            }
            InstanceState::Claimed | InstanceState::Running => None,
        }
    }
}
