//! What was decided goes to the cells, and what failed to the BBS (A.10, A.11).

use rivera_auction::{CellWork, LrpAuction, Refused, Reply, WorkingCell, cell_work, commit};
use rivera_lifecycle::LrpKey;
use rivera_model::{Span, TaskIx};

use super::Failed;
use crate::event::Event;
use crate::outcome::timeline::What;
use crate::random::distribution::secs;
use crate::world::World;

/// How much longer a call to a BBS takes that does not answer: three attempts, half a second apart (A.14).
const FAILING_BBS_CALL: Span = Span::from_ms(1_000);

impl World<'_> {
    /// The work goes to the cells, each of which takes what still fits (A.10, B.4).
    pub(in crate::world) fn commit_work(&mut self) {
        let before = self.auctioneer.starting();
        let work = std::mem::take(&mut self.auctioneer.scheduled.work);
        let mut answering = self.auction_draw(2);
        for work in work {
            if self.cell(work.cell).is_lost {
                answering = answering.max(secs(self.scenario.faults.call_timeout_s));
            }
            let (cell, reply) = (work.cell, self.perform(work));
            self.auctioneer.replies.insert(cell, reply);
        }
        self.check_starting(before.max(self.auctioneer.starting_seen), self.auctioneer.starting_unseen);
        self.after(answering, Event::Committed(self.auctioneer.term));
    }

    fn perform(&mut self, work: CellWork) -> Reply {
        let home = self.cell(work.cell);
        let cell = home.ix;
        if !home.rollout.has_presence() {
            // Q6: nobody will notice but convergence.
            self.faults.log.work_lost += (work.lrps.len() + work.tasks.len()) as u64;
            work.lrps.iter().for_each(|lrp| self.note(What::WorkLost(key_of(lrp), cell)));
            return Reply::CallFailed;
        }
        let held_tasks: Vec<TaskIx> =
            if work.tasks.is_empty() { Vec::new() } else { self.tasks_on(cell).collect() };
        let working = WorkingCell {
            cell,
            evacuating: !home.rollout.accepts_work(),
            available: home.available,
            proxy_memory_mb: self.fleet.cells[cell.index()].proxy_memory_mb,
            held_tasks: &held_tasks,
        };
        let Ok(answer) = cell_work(&working, work) else { return Reply::CallFailed };
        for lrp in &answer.accepted.lrps {
            let lrp = key_of(lrp);
            self.note(What::Placed(lrp, cell));
            self.reserve(cell, lrp);
        }
        answer.accepted.tasks.iter().for_each(|task| self.reserve_task(cell, task));
        if answer.refused.lrps.is_empty() && answer.refused.tasks.is_empty() {
            return Reply::TookAll;
        }
        let lrps = answer.refused.lrps.iter().map(|lrp| (lrp.process, lrp.index)).collect();
        Reply::Refused(Refused { lrps, tasks: answer.refused.tasks.iter().map(|it| it.task).collect() })
    }

    /// All cells have answered: the failures are reported, one call after the other (A.11).
    pub(in crate::world) fn work_committed(&mut self) {
        let scheduled = std::mem::take(&mut self.auctioneer.scheduled);
        let replies = std::mem::take(&mut self.auctioneer.replies);
        let results = commit(scheduled, &replies);
        for lost in results.failed_tasks {
            let reason = self.reasons.intern(&lost.error.to_string());
            self.auctioneer.failures.push_back((Failed::Task(lost.auction.task), reason));
        }
        for lost in results.failed_lrps {
            let reason = self.reasons.intern(&lost.error.to_string());
            *self.tally.placement_failures.entry(reason).or_default() += 1;
            self.auctioneer.failures.push_back((Failed::Lrp(key_of(&lost.auction)), reason));
        }
        self.next_failure();
    }

    /// The BBS has learnt of one failure.
    pub(in crate::world) fn report_failure(&mut self) {
        let failure = self.auctioneer.failures.pop_front();
        if failure.is_some() && self.is_bbs_away() {
            // The auctioneer only logs it; the record keeps the time since when it waits.
            self.faults.log.bbs_calls_failed += 1;
            self.next_failure();
            return;
        }
        match failure {
            Some((Failed::Lrp(lrp), reason)) => {
                // A record that is no longer unclaimed is not failed, and nobody minds.
                let _ = self.bbs.fail(lrp, reason, self.now);
                self.books.refuse(lrp);
                self.note(What::Unplaced(lrp, reason));
            }
            Some((Failed::Task(task), reason)) => self.reject_task(task, reason),
            None => {}
        }
        self.next_failure();
    }

    fn next_failure(&mut self) {
        if self.auctioneer.failures.is_empty() {
            self.end_auction();
        } else {
            let failing = if self.is_bbs_away() { FAILING_BBS_CALL } else { Span::ZERO };
            let call = secs(self.scenario.auctioneer.bbs_call_ms / 1e3);
            self.after(call + failing, Event::ReportFailure(self.auctioneer.term));
        }
    }
}

fn key_of(lrp: &LrpAuction) -> LrpKey {
    LrpKey::new(lrp.process, u32::try_from(lrp.index).expect("indices of a run are not negative"))
}
