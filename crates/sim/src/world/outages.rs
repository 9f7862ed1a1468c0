//! The BBS and the auctioneer go away and come back, by a crash, a fail-over, or an update of their own (A.16, C.9).
//!
//! Both hold a lock: who crashes is replaced when the lock's time is up, who stops in good order when the next one asks for
//! it. Until then nobody answers. Outages that overlap are one, so that several causes can be told independently.

use rivera_lifecycle::{ContainerState, Evacuated, FollowUp, LrpError};
use rivera_model::{CellIx, Span, Time};

use super::World;
use crate::cells::cell::{Leaving, Work};
use crate::event::{ContainerRef, Event, Step};
use crate::random::distribution::secs;

/// A container that is reserved for longer without being run is given up (B.2).
const LONGEST_RESERVED: Span = Span::from_secs(60);
/// Between two looks at reserved containers (B.2).
const RESERVED_LOOKS: Span = Span::from_secs(30);

impl World<'_> {
    /// No auctioneer is active until then. One that stops in good order ends its auction first; the batch is lost in both
    /// cases, and nobody but convergence knows (C.6).
    pub(super) fn auctioneer_goes_away(&mut self, until: Time, clean: bool) {
        // The next one starts with an empty batch, and waits for requests.
        let lost = self.lose_auctions(until, clean);
        self.faults.log.requests_refused += lost;
    }

    /// No BBS answers until then. Its convergence pass ends without its starts; the next one comes an interval after the
    /// BBS is back (C.6).
    pub(super) fn bbs_goes_away(&mut self, until: Time) {
        self.bbs_outage.extend(until);
        self.bbs_term += 1;
        self.pass = None;
        self.queue.schedule(until, Event::BbsBack);
    }

    /// The database does not answer until then. Neither keeps its lock, and neither gets it again before the database is
    /// back (A.16).
    pub(super) fn database_goes_away(&mut self, until: Time) {
        let locked = until + secs(self.scenario.faults.retry_s);
        self.bbs_goes_away(locked);
        self.auctioneer_goes_away(locked, false);
    }

    /// The BBS is active again, if no other outage goes on: its first pass is an interval away.
    pub(super) fn bbs_is_back(&mut self) {
        if self.bbs_outage.ends(self.now) {
            let interval = secs(self.scenario.bbs.convergence_interval_s);
            self.after(interval, Event::Converge(self.bbs_term));
        }
    }

    /// Whether calls to the BBS fail.
    pub(super) fn is_bbs_away(&self) -> bool {
        self.bbs_outage.is_on(self.now)
    }

    /// A call of the rep about a container has failed: what it does then (B.5, B.9). It tries again at its next sync.
    pub(super) fn unanswered(&mut self, it: ContainerRef) {
        let container = *self.container(it);
        if matches!(container.work, Work::Task(_)) && container.state != ContainerState::Reserved {
            return;
        }
        self.faults.log.bbs_calls_failed += 1;
        let error = LrpError::Database;
        let follow_up = if self.cell(container.cell).rollout.is_evacuating() {
            let unknown = Evacuated { keep_container: true, request_auction: false, error: Some(error) };
            container.state.follow_up_evacuating(unknown)
        } else {
            container.state.follow_up(Err(error))
        };
        self.fall_behind(container.cell);
        match follow_up {
            FollowUp::Keep | FollowUp::Run => self.stay_reserved(it),
            FollowUp::Stop => self.stop(it),
            FollowUp::Delete => self.delete(it),
        }
    }

    /// A container that is still reserved is claimed at the next sync, if it has not waited too long by then.
    pub(super) fn stay_reserved(&mut self, it: ContainerRef) {
        if self.container(it).state == ContainerState::Reserved {
            self.fall_behind(self.container(it).cell);
            let given_up = self.now + LONGEST_RESERVED;
            let seen = Time(given_up.0.next_multiple_of(RESERVED_LOOKS.0));
            self.queue.schedule(seen, Event::Container(it, Step::Expired));
        }
    }

    /// A container has been reserved for too long: its resources are free again.
    pub(super) fn expired(&mut self, it: ContainerRef) {
        if !self.is_leaving(it) && self.container(it).state == ContainerState::Reserved {
            self.complete(it, false);
            self.ask_bbs(it);
            self.delete(it);
        }
    }

    /// A cell has something to tell the BBS that it could not: it looks again at its next sync.
    pub(super) fn fall_behind(&mut self, cell: CellIx) {
        let home = self.cell_mut(cell);
        if home.rollout.accepts_work() && !std::mem::replace(&mut home.is_behind, true) {
            self.sync_soon(cell);
        }
    }

    /// A sync of a cell in service. One that the BBS does not answer is made again, and so is one that comes while containers
    /// are being destroyed whose end the BBS does not know of.
    pub(super) fn sync_in_service(&mut self, cell: CellIx) {
        let was_behind = std::mem::take(&mut self.cell_mut(cell).is_behind);
        if self.is_bbs_away() {
            self.faults.log.bbs_calls_failed += 1;
            self.fall_behind(cell);
            return;
        }
        self.fail_tasks_without_container(cell);
        self.bulk_sync(cell);
        if !was_behind {
            return;
        }
        self.ask_for_reserved_tasks(cell);
        let mut containers = self.cell(cell).containers.iter();
        let is_leaving = |it: &ContainerRef| self.container(*it).leaving == Leaving::Deleting;
        if containers.any(is_leaving) {
            self.fall_behind(cell);
        }
    }

    /// Tasks that the BBS could not be asked about are asked about again.
    fn ask_for_reserved_tasks(&mut self, cell: CellIx) {
        for it in self.cell(cell).containers.clone() {
            let container = self.container(it);
            if matches!(container.work, Work::Task(_)) && container.state == ContainerState::Reserved {
                self.after(self.rep_call(), Event::Container(it, Step::AskBbs));
            }
        }
    }
}
