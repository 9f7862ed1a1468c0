//! Start requests wait for an auction, which begins with the states of the cells (A.1, A.2, A.4).

use rivera_auction::{LrpAuction, TaskAuction};
use rivera_lifecycle::LrpKey;
use rivera_model::Span;

use crate::event::Event;
use crate::outcome::timeline::What;
use crate::random::distribution::secs;
use crate::world::World;

impl World<'_> {
    /// A start request is sent to the auctioneer. If none is active it is lost, and only logged (C.5, C.6).
    pub(in crate::world) fn submit(&mut self, lrp: LrpKey, why: &'static str) {
        if self.is_auctioneer_away() {
            self.faults.log.requests_refused += 1;
            self.note(What::Refused(lrp, why));
            return;
        }
        self.tally.start_requests.count(why);
        self.note(What::Requested(lrp, why));
        let auctioneer = &mut self.auctioneer;
        auctioneer.batch.push_lrp(lrp, self.now, || {
            let index = i32::try_from(lrp.index).expect("an imported index fits");
            LrpAuction { index, ..auctioneer.demands[lrp.process.index()] }
        });
        self.auctioneer.has_work = true;
        self.wake();
    }

    /// A task's request reaches the auctioneer.
    pub(in crate::world) fn request_task(&mut self, auction: TaskAuction) {
        self.auctioneer.batch.push_task(auction, self.now);
        self.auctioneer.has_work = true;
        self.wake();
    }

    /// Begins an auction, if there is work and none is held.
    fn wake(&mut self) {
        let auctioneer = &mut self.auctioneer;
        if auctioneer.is_busy || !auctioneer.has_work {
            return;
        }
        auctioneer.is_busy = true;
        auctioneer.has_work = false;
        auctioneer.rounds = 0;
        auctioneer.number += 1;
        self.note(What::AuctionBegins);
        self.list_cells();
    }

    /// The next auction begins at once, if there is work.
    pub(super) fn end_auction(&mut self) {
        self.auctioneer.is_busy = false;
        self.wake();
    }

    /// The auctioneer asks the BBS for the cells, again and again until it answers, and then the cells for their states
    /// (A.1). The batch is not touched meanwhile.
    pub(in crate::world) fn list_cells(&mut self) {
        let term = self.auctioneer.term;
        let wait = self.bbs_outage.wait(self.now, secs(self.scenario.faults.retry_s));
        if wait > Span::ZERO {
            self.after(wait, Event::ListCells(term));
            return;
        }
        let listing = self.auction_draw(0);
        let fetching = self.fetching();
        self.after(listing + fetching, Event::StatesFetched(term));
    }

    /// What the slowest answer to `/state` takes. For a cell that is gone, or too slow, the auctioneer waits as long as for
    /// any (A.4).
    pub(super) fn fetching(&mut self) -> Span {
        self.auctioneer.unanswered.clear();
        let usual = self.auction_draw(1);
        let timeout = secs(self.scenario.faults.call_timeout_s).max(usual);
        if self.is_any_lost_cell_listed() {
            return timeout;
        }
        let mut slowest = usual;
        for (cell, speed) in self.faults.slow_cells() {
            let takes = secs(usual.as_secs_f64() / speed);
            if takes >= timeout {
                self.auctioneer.unanswered.push(cell);
            }
            if self.cell(cell).rollout.has_presence() {
                slowest = slowest.max(takes.min(timeout));
            }
        }
        slowest
    }
}
