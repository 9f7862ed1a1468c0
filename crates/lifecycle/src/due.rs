//! Indexes over the records: what waits, what crashed, and how many there are of each kind.
//!
//! They make a convergence pass cost what is due instead of what exists; a record that runs takes no room here. Every record
//! passes through [`Due::note`] when it appears and through [`Due::forget`] when it goes or changes; nothing else
//! writes here.

use std::collections::BTreeSet;

use rivera_model::{InstanceState, Presence, Span, Time};

use crate::record::{LrpKey, Record};
use crate::restart::restart_at;

/// An unclaimed record older than this is auctioned again.
const STALE_AFTER: Span = Span::from_secs(30);

/// The indexes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Due {
    /// Ordinary unclaimed records by the time since when they are, but for those in `stale`.
    unclaimed: BTreeSet<(Time, LrpKey)>,
    /// Ordinary unclaimed records that a pass found to be stale. There may be very many, of which few are new or gone from one pass
    /// to the next: they stay in the order in which each pass asks for them.
    stale: Vec<(LrpKey, Time)>,
    /// Records that are in `stale` and no longer so, in the order in which they went.
    no_longer_stale: Vec<(LrpKey, Time)>,
    /// Ordinary crashed records by the time from which they may start again; those that never may are not here.
    pub(crate) crashed: BTreeSet<(Time, LrpKey)>,
    /// Suspect records.
    pub(crate) suspects: BTreeSet<LrpKey>,
    /// How many records there are, by presence and state.
    counts: [[u32; 4]; 3],
}

impl PartialEq for Due {
    /// The same records are due, whether a pass has found them to be stale or not.
    fn eq(&self, other: &Self) -> bool {
        let Self { crashed, suspects, counts, .. } = self;
        (crashed, suspects, counts) == (&other.crashed, &other.suspects, &other.counts)
            && self.all_unclaimed() == other.all_unclaimed()
    }
}

impl Eq for Due {}

impl Due {
    fn all_unclaimed(&self) -> BTreeSet<(LrpKey, Time)> {
        let gone = BTreeSet::from_iter(&self.no_longer_stale);
        let stale = self.stale.iter().filter(|waiting| !gone.contains(waiting)).copied();
        stale.chain(self.unclaimed.iter().map(|&(since, lrp)| (lrp, since))).collect()
    }

    /// Finds which records have become stale and which are so no longer. It costs what those are and a walk over the others.
    pub(crate) fn find_stale(&mut self, now: Time) {
        if !self.no_longer_stale.is_empty() {
            self.no_longer_stale.sort_unstable();
            let mut gone = self.no_longer_stale.iter().peekable();
            self.stale.retain(|waiting| {
                while gone.next_if(|gone| *gone < waiting).is_some() {}
                gone.peek() != Some(&waiting)
            });
            self.no_longer_stale.clear();
        }
        let known = self.stale.len();
        while let Some(&(since, lrp)) = self.unclaimed.first().filter(|(since, _)| is_stale(*since, now)) {
            self.unclaimed.pop_first();
            self.stale.push((lrp, since));
        }
        if self.stale.len() > known {
            self.stale[known..].sort_unstable();
            // Of two sorted runs it makes one in one walk.
            self.stale.sort();
        }
    }

    /// The ordinary unclaimed records that are stale, by key, as they were when [`Due::find_stale`] was asked for the same time.
    pub(crate) fn stale(&self, now: Time) -> impl Iterator<Item = LrpKey> {
        // What was stale may be so no longer for a caller whose clock has gone back.
        self.stale.iter().filter(move |(_, since)| is_stale(*since, now)).map(|(lrp, _)| *lrp)
    }

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
                if let Some((set, time)) = self.waiting(record)
                    && !set.remove(&(time, lrp))
                {
                    debug_assert_eq!(record.state, InstanceState::Unclaimed, "{lrp:?} waits since {time:?}");
                    self.no_longer_stale.push((lrp, time));
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

fn is_stale(since: Time, now: Time) -> bool {
    now.since(since) > STALE_AFTER
}

#[cfg(test)]
mod tests {
    use rivera_model::ProcessIx;

    use super::*;
    use crate::record::DomainIx;

    fn lrp(index: u32) -> LrpKey {
        LrpKey::new(ProcessIx(0), index)
    }

    fn at(secs: u64) -> Time {
        Time::from_ms(secs * 1_000)
    }

    fn unclaimed(since: u64) -> Record {
        Record::unclaimed(DomainIx(0), at(since), 1)
    }

    fn stale_at(due: &mut Due, now: u64) -> Vec<u32> {
        due.find_stale(at(now));
        due.stale(at(now)).map(|lrp| lrp.index).collect()
    }

    #[test]
    fn what_is_stale_is_told_by_key_until_it_is_unclaimed_no_more() {
        let mut due = Due::default();
        for (index, since) in [(3, 0), (1, 1), (2, 9)] {
            due.note(lrp(index), Presence::Ordinary, &unclaimed(since));
        }
        assert_eq!(stale_at(&mut due, 30), []);
        assert_eq!(stale_at(&mut due, 32), [1, 3]);
        due.forget(lrp(3), Presence::Ordinary, &unclaimed(0));
        assert_eq!(stale_at(&mut due, 40), [1, 2]);
        due.note(lrp(3), Presence::Ordinary, &unclaimed(40));
        assert_eq!(stale_at(&mut due, 70), [1, 2]);
        assert_eq!(stale_at(&mut due, 71), [1, 2, 3]);
    }

    #[test]
    fn a_stale_record_that_goes_and_comes_back_between_passes_is_told_once() {
        let mut due = Due::default();
        due.note(lrp(1), Presence::Ordinary, &unclaimed(0));
        assert_eq!(stale_at(&mut due, 31), [1]);
        due.forget(lrp(1), Presence::Ordinary, &unclaimed(0));
        due.note(lrp(1), Presence::Ordinary, &unclaimed(0));
        assert_eq!(stale_at(&mut due, 32), [1]);
    }

    #[test]
    fn that_a_pass_found_them_to_be_stale_makes_no_other_records_of_them() {
        let mut due = Due::default();
        due.note(lrp(1), Presence::Ordinary, &unclaimed(0));
        due.note(lrp(2), Presence::Ordinary, &unclaimed(1));
        let before = due.clone();
        due.find_stale(at(60));
        assert_eq!(due, before);
        due.forget(lrp(1), Presence::Ordinary, &unclaimed(0));
        assert_ne!(due, before);
    }
}
