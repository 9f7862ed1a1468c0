//! What the cells made of their work, and the results of the auction (A.3, A.10).

use std::collections::{BTreeMap, BTreeSet};

use rivera_model::{CellIx, ProcessIx, Span, TaskIx, Time};

use crate::{Item, LrpAuction, Placement, PlacementError, Scheduled, TaskAuction, Win};

/// A cell's answer to its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It took all.
    TookAll,
    /// It did not take these.
    Refused(Refused),
    /// The call failed.
    CallFailed,
}

/// Items that a cell did not take.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refused {
    /// LRPs by process and index.
    pub lrps: BTreeSet<(ProcessIx, i32)>,
    /// Tasks.
    pub tasks: BTreeSet<TaskIx>,
}

impl Refused {
    fn contains(&self, item: &Item) -> bool {
        match item {
            Item::Lrp(lrp) => self.lrps.contains(&(lrp.process, lrp.index)),
            Item::Task(task) => self.tasks.contains(&task.task),
        }
    }
}

/// An auction that succeeded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Won<T> {
    /// What was placed.
    pub auction: T,
    /// When its request arrived.
    pub queued_at: Time,
    /// Its cell.
    pub win: Win,
}

impl<T> Won<T> {
    /// How long it waited, at the end of the auction (A.3).
    #[must_use]
    pub const fn waited(&self, now: Time) -> Span {
        now.since(self.queued_at)
    }
}

/// An auction that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost<T> {
    /// What was not placed.
    pub auction: T,
    /// When its request arrived.
    pub queued_at: Time,
    /// Why.
    pub error: PlacementError,
}

/// The results of an auction, each list in the order of placement. Nothing is tried twice (Q1).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Results {
    /// LRPs that have a cell.
    pub successful_lrps: Vec<Won<LrpAuction>>,
    /// Tasks that have a cell.
    pub successful_tasks: Vec<Won<TaskAuction>>,
    /// LRPs that have none.
    pub failed_lrps: Vec<Lost<LrpAuction>>,
    /// Tasks that have none.
    pub failed_tasks: Vec<Lost<TaskAuction>>,
}

/// Joins the placements with the cells' replies.
///
/// Q5: what a cell refused has failed with an empty text. Q6: what a failed call carried has succeeded, and so has the work of
/// a cell without a reply.
#[must_use]
pub fn commit(scheduled: Scheduled, replies: &BTreeMap<CellIx, Reply>) -> Results {
    let refused = |cell: CellIx, item: &Item| match replies.get(&cell) {
        Some(Reply::Refused(refused)) => refused.contains(item),
        Some(Reply::TookAll | Reply::CallFailed) | None => false,
    };
    let mut results = Results::default();
    for Placement { item, queued_at, result } in scheduled.placements {
        let result = match result {
            Ok(win) if refused(win.cell, &item) => Err(PlacementError::RefusedByCell),
            result => result,
        };
        match (item, result) {
            (Item::Lrp(auction), Ok(win)) => results.successful_lrps.push(Won { auction, queued_at, win }),
            (Item::Task(auction), Ok(win)) => results.successful_tasks.push(Won { auction, queued_at, win }),
            (Item::Lrp(auction), Err(error)) => results.failed_lrps.push(Lost { auction, queued_at, error }),
            (Item::Task(auction), Err(error)) => {
                results.failed_tasks.push(Lost { auction, queued_at, error });
            }
        }
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{catalog, cell, lrp, queue, task};
    use crate::{Auctions, Config, Zones, schedule};

    fn results(reply: Option<Reply>) -> Results {
        let config = Config::default();
        let auctions = Auctions {
            lrps: vec![queue(lrp(1, 0, 10)), queue(lrp(1, 1, 10))],
            tasks: vec![queue(task(1, 10))],
        };
        let mut zones = Zones::build(vec![cell(0, 0)], &config);
        let scheduled = schedule(&catalog(), &mut zones, auctions, &config);
        commit(scheduled, &reply.map(|reply| (CellIx(0), reply)).into_iter().collect())
    }

    fn refused() -> Refused {
        Refused { lrps: [(ProcessIx(1), 1), (ProcessIx(9), 0)].into(), tasks: [TaskIx(1)].into() }
    }

    #[test]
    fn q5_work_refused_by_a_cell_has_an_empty_error() {
        let results = results(Some(Reply::Refused(refused())));
        assert_eq!(results.successful_lrps.len(), 1);
        assert_eq!(results.successful_lrps[0].auction.index, 0);
        assert_eq!(results.failed_lrps.len(), 1);
        assert_eq!(results.failed_lrps[0].error.to_string(), "");
        assert_eq!(results.failed_tasks[0].error, PlacementError::RefusedByCell);
        assert_eq!(results.successful_tasks, []);
    }

    #[test]
    fn q6_a_failed_call_counts_as_success() {
        assert_eq!(results(Some(Reply::CallFailed)), results(Some(Reply::TookAll)));
        assert_eq!(results(Some(Reply::CallFailed)).successful_lrps.len(), 2);
        assert_eq!(results(None), results(Some(Reply::TookAll)));
    }

    #[test]
    fn the_wait_is_counted_from_the_arrival() {
        let won = results(None).successful_tasks[0];
        assert_eq!(won.waited(Time(won.queued_at.0 + 5)), Span(5));
    }
}
