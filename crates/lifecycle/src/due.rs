//! Indexes over the records: what waits, what crashed, what is where.
//!
//! They make a convergence pass cost what is due instead of what exists. Every record passes through [`Due::note`]
//! when it appears and through [`Due::forget`] when it goes or changes; nothing else writes here.

use std::collections::{BTreeMap, BTreeSet};

use rivera_model::{CellIx, InstanceState, Presence, Time};

use crate::record::{LrpKey, Record};
use crate::restart::restart_at;

/// The indexes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Due {
    /// Ordinary unclaimed records by the time since when they are.
    pub(crate) unclaimed: BTreeSet<(Time, LrpKey)>,
    /// Ordinary crashed records by the time from which they may start again; those that never may are not here.
    pub(crate) crashed: BTreeSet<(Time, LrpKey)>,
    /// Records by cell. Cells without records are not here.
    pub(crate) on_cell: BTreeMap<CellIx, BTreeSet<(LrpKey, Presence)>>,
    /// Suspect records.
    pub(crate) suspects: BTreeSet<LrpKey>,
    /// How many records there are of each presence and state.
    counts: BTreeMap<(Presence, InstanceState), u32>,
}

impl Due {
    /// How many records there are of this presence and state.
    pub(crate) fn count(&self, presence: Presence, state: InstanceState) -> u32 {
        self.counts.get(&(presence, state)).copied().unwrap_or(0)
    }

    /// A record is there.
    pub(crate) fn note(&mut self, lrp: LrpKey, presence: Presence, record: &Record) {
        *self.counts.entry((presence, record.state)).or_default() += 1;
        if let Some(cell) = record.cell() {
            self.on_cell.entry(cell).or_default().insert((lrp, presence));
        }
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
        let kind = (presence, record.state);
        if let Some(count) = self.counts.get_mut(&kind) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&kind);
            }
        }
        if let Some(cell) = record.cell()
            && let Some(records) = self.on_cell.get_mut(&cell)
        {
            records.remove(&(lrp, presence));
            if records.is_empty() {
                self.on_cell.remove(&cell);
            }
        }
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
