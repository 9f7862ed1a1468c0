//! What faults did in a run: what happened when, which instances it hit, and when all of them ran again.

use std::collections::{BTreeMap, BTreeSet};

use rivera_lifecycle::LrpKey;
use rivera_model::{CellIx, Fleet, Span, Time};
use serde::{Deserialize, Serialize};

use crate::scenario::FaultKind;

/// The faults of a run and their consequences.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FaultReport {
    /// What happened, in the order of time.
    pub happened: Vec<Happened>,
    /// Faults that the scenario plans, at a time or for one update, and that did not happen: the roll-out was over before.
    pub never_happened: Vec<NeverHappened>,
    /// Instances whose container vanished with its cell.
    pub instances_lost: u32,
    /// Tasks that vanished with their cells.
    pub tasks_lost: u32,
    /// Sum over those instances of the time until they ran again.
    pub downtime_s: f64,
    /// Start requests that no auctioneer took, and those that were lost with it; convergence repeats them.
    pub requests_refused: u64,
    /// Starts that an auction had given to a cell that did not answer (Q6).
    pub work_lost: u64,
    /// Calls of cells to a BBS that did not answer.
    pub bbs_calls_failed: u64,
    /// Downloads that failed after their last attempt.
    pub downloads_failed: u64,
    /// Deployments after the first one, which failed.
    pub redeployments: u32,
}

/// One fault that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Happened {
    /// What.
    pub kind: FaultKind,
    /// Seconds from the start of the roll-out.
    pub began_s: f64,
    /// How long it was to last; null if for ever.
    pub lasts_s: Option<f64>,
    /// The cells that it hit, if it hits cells.
    pub cells: Vec<String>,
    /// Instances whose container vanished.
    pub instances: u32,
    /// Sum over them of the time until they ran again.
    pub downtime_s: f64,
    /// Seconds from the fault until all of them ran again; null if some did not.
    pub all_ran_after_s: Option<f64>,
}

/// A fault that did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeverHappened {
    /// Its number in the scenario's `faults.events`, from 0.
    pub event: u32,
    /// What.
    pub kind: FaultKind,
}

impl std::fmt::Display for NeverHappened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "faults.events[{}] ({})", self.event, self.kind.as_str())
    }
}

impl FaultReport {
    /// Whether nothing failed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The faults of a run so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct FaultLog {
    entries: Vec<Entry>,
    /// Instances that vanished and do not run again yet: by which fault, and since when.
    lost: BTreeMap<LrpKey, (u32, Time)>,
    pub(crate) tasks_lost: u32,
    pub(crate) requests_refused: u64,
    pub(crate) work_lost: u64,
    pub(crate) bbs_calls_failed: u64,
    pub(crate) downloads_failed: u64,
    pub(crate) redeployments: u32,
}

#[derive(Debug, Clone)]
struct Entry {
    kind: FaultKind,
    began: Time,
    lasts: Option<Span>,
    cells: Vec<CellIx>,
    instances: u32,
    /// Those of them that do not run again yet.
    left: u32,
    downtime: Span,
    last_ran: Time,
}

impl FaultLog {
    /// Something fails. Answers the number of the fault.
    pub(crate) fn begin(&mut self, kind: FaultKind, now: Time, lasts: Option<Span>) -> u32 {
        let entry = Entry {
            kind,
            began: now,
            lasts,
            cells: Vec::new(),
            instances: 0,
            left: 0,
            downtime: Span::ZERO,
            last_ran: now,
        };
        self.entries.push(entry);
        u32::try_from(self.entries.len() - 1).expect("few faults")
    }

    /// What a fault is.
    pub(crate) fn kind(&self, fault: u32) -> FaultKind {
        self.entries[fault as usize].kind
    }

    /// The kinds of the faults that are under way, each once. A cell that never comes back is away for ever; an update that fails
    /// does so in a moment.
    pub(crate) fn under_way(&self, now: Time) -> Vec<FaultKind> {
        let goes_on =
            |it: &&Entry| it.lasts.map_or(it.kind == FaultKind::CellDies, |lasts| now < it.began + lasts);
        let kinds: BTreeSet<FaultKind> = self.entries.iter().filter(goes_on).map(|it| it.kind).collect();
        kinds.into_iter().collect()
    }

    /// A fault hits a cell.
    pub(crate) fn hit(&mut self, fault: u32, cell: CellIx) {
        self.entries[fault as usize].cells.push(cell);
    }

    /// An instance is down because its cell is gone.
    pub(crate) fn lose(&mut self, fault: u32, lrp: LrpKey, now: Time) {
        let entry = &mut self.entries[fault as usize];
        entry.instances += 1;
        entry.left += 1;
        self.lost.insert(lrp, (fault, now));
    }

    /// An instance runs.
    pub(crate) fn runs(&mut self, lrp: LrpKey, now: Time) {
        if let Some((fault, since)) = self.lost.remove(&lrp) {
            let entry = &mut self.entries[fault as usize];
            entry.left -= 1;
            entry.downtime += now.since(since);
            entry.last_ran = now;
        }
    }

    /// An instance is no longer desired: it need not run again.
    pub(crate) fn given_up(&mut self, lrp: LrpKey, now: Time) {
        if let Some((fault, since)) = self.lost.remove(&lrp) {
            let entry = &mut self.entries[fault as usize];
            entry.left -= 1;
            entry.downtime += now.since(since);
        }
    }

    /// The result at the end of a run whose roll-out began at `began`.
    pub(crate) fn report(
        mut self,
        fleet: &Fleet,
        never_happened: Vec<NeverHappened>,
        began: Time,
        now: Time,
    ) -> FaultReport {
        for (fault, since) in std::mem::take(&mut self.lost).into_values() {
            self.entries[fault as usize].downtime += now.since(since);
        }
        let happened: Vec<Happened> = self
            .entries
            .into_iter()
            .map(|entry| Happened {
                kind: entry.kind,
                began_s: entry.began.since(began).as_secs_f64(),
                lasts_s: entry.lasts.map(Span::as_secs_f64),
                cells: entry.cells.iter().map(|cell| fleet.cells[cell.index()].id.clone()).collect(),
                instances: entry.instances,
                downtime_s: entry.downtime.as_secs_f64(),
                all_ran_after_s: (entry.left == 0).then(|| entry.last_ran.since(entry.began).as_secs_f64()),
            })
            .collect();
        FaultReport {
            never_happened,
            instances_lost: happened.iter().map(|it| it.instances).sum(),
            tasks_lost: self.tasks_lost,
            // A sum of nothing would be a negative zero.
            downtime_s: happened.iter().fold(0.0, |sum, it| sum + it.downtime_s),
            requests_refused: self.requests_refused,
            work_lost: self.work_lost,
            bbs_calls_failed: self.bbs_calls_failed,
            downloads_failed: self.downloads_failed,
            redeployments: self.redeployments,
            happened,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rivera_model::ProcessIx;

    fn at(secs: u64) -> Time {
        Time::from_ms(secs * 1_000)
    }

    fn lrp(index: u32) -> LrpKey {
        LrpKey::new(ProcessIx(0), index)
    }

    #[test]
    fn downtime_is_that_of_the_fault_that_took_the_instance() {
        let mut log = FaultLog::default();
        let first = log.begin(FaultKind::CellDies, at(10), None);
        log.lose(first, lrp(0), at(10));
        log.lose(first, lrp(1), at(10));
        let second = log.begin(FaultKind::CellDies, at(20), None);
        log.lose(second, lrp(2), at(20));
        log.runs(lrp(0), at(40));
        log.runs(lrp(7), at(41));
        log.runs(lrp(1), at(60));
        let report = log.report(&Fleet::default(), Vec::new(), at(5), at(100));
        assert_eq!((report.instances_lost, report.downtime_s), (3, 30.0 + 50.0 + 80.0));
        let of = |it: &Happened| (it.began_s, it.instances, it.downtime_s, it.all_ran_after_s);
        assert_eq!(of(&report.happened[0]), (5.0, 2, 80.0, Some(50.0)));
        assert_eq!(of(&report.happened[1]), (15.0, 1, 80.0, None));
    }
    #[test]
    fn what_is_under_way_is_told_once_until_it_is_over() {
        let mut log = FaultLog::default();
        let lasts = |secs| Some(Span::from_secs(secs));
        log.begin(FaultKind::UpdateFails, at(1), None);
        log.begin(FaultKind::StorageAway, at(10), lasts(20));
        log.begin(FaultKind::StorageAway, at(15), lasts(5));
        assert_eq!(log.under_way(at(29)), [FaultKind::StorageAway]);
        assert_eq!(log.under_way(at(30)), []);
        log.begin(FaultKind::CellDies, at(31), None);
        assert_eq!(log.under_way(at(9_999)), [FaultKind::CellDies]);
    }
}
