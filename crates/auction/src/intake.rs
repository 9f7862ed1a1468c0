//! The way in: many threads submit, one thread drains and places (A.1, A.2).
//!
//! A submission is one push on a queue without locks, whatever the number of its starts. Behind it comes a token, of which
//! there is at most one: who puts it there is told to wake the placing thread, everybody else has nothing to do.
//!
//! The law: **what is submitted is drained once, and while anything waits the token is there**, or its submitter is about
//! to put it. Three orders keep it:
//! - a submitter pushes first and puts the token afterwards (release);
//! - a drain removes the token first (acquire) and looks at the length of the queue afterwards, so it sees the push of every
//!   token that it removed;
//! - what is pushed after that look stays in the queue, with its token.
//!
//! A push between the two steps of a drain is taken by it, and its token remains: then the next drain may find
//! nothing, as Diego's auctioneer sometimes finds nothing to auction.

use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam::queue::SegQueue;
use crossbeam::utils::CachePadded;
use rivera_model::Time;

use crate::repeats::Repeats;
use crate::{Auctions, LrpAuction, Queued, TaskAuction};

/// What a submitter does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Wake {
    /// Wake the placing thread: this is the first submission since it last drained. The trace of the next auction
    /// is that of this request (A.2).
    Due,
    /// Nothing: somebody else wakes it, or has done so.
    Pending,
}

#[derive(Debug)]
enum Submission<C> {
    Lrps(Vec<LrpAuction>, Time),
    Tasks(Vec<TaskAuction>, Time),
    Change(C),
}

/// The waiting room that all threads share. `C` is a change of a cell, for whoever places.
#[derive(Debug)]
pub struct Intake<C> {
    queue: SegQueue<Submission<C>>,
    /// Apart from the queue's own words, which every push writes to.
    token: CachePadded<AtomicBool>,
}

impl<C> Default for Intake<C> {
    fn default() -> Self {
        Self { queue: SegQueue::new(), token: CachePadded::default() }
    }
}

impl<C> Intake<C> {
    /// One request to start LRPs: an auction for each index of each process in it. An empty one wakes all the same (A.12).
    pub fn submit_lrps(&self, lrps: Vec<LrpAuction>, queued_at: Time) -> Wake {
        if !lrps.is_empty() {
            self.queue.push(Submission::Lrps(lrps, queued_at));
        }
        self.put_token()
    }

    /// One request to start tasks. An empty one wakes all the same (A.12).
    pub fn submit_tasks(&self, tasks: Vec<TaskAuction>, queued_at: Time) -> Wake {
        if !tasks.is_empty() {
            self.queue.push(Submission::Tasks(tasks, queued_at));
        }
        self.put_token()
    }

    /// A cell has changed. This is no reason for an auction: it waits for the next one. A drain that holds
    /// a start holds every change that the same thread submitted before it, unless an earlier drain did.
    pub fn submit_change(&self, change: C) {
        self.queue.push(Submission::Change(change));
    }

    /// Whether the token is there: whether the placing thread has a reason to drain. It stays until the drain, so an
    /// auction whose cells cannot be fetched is tried again with the same one (A.1).
    #[must_use]
    pub fn has_work(&self) -> bool {
        self.token.load(Ordering::Acquire)
    }

    /// Takes out what waits, in place of what `drained` held. For one thread, the one that places.
    ///
    /// Of several starts of the same instance or task the first is kept, whatever their sizes, and the order is that of the
    /// submissions (A.2). Submissions during the drain may be left to the next.
    pub fn drain(&self, drained: &mut Drained<C>) {
        drained.clear();
        self.token.swap(false, Ordering::Acquire);
        for submission in (0..self.queue.len()).map_while(|_| self.queue.pop()) {
            drained.take(submission);
        }
        drained.repeats.remove(&mut drained.auctions);
    }

    fn put_token(&self) -> Wake {
        if self.token.swap(true, Ordering::AcqRel) { Wake::Pending } else { Wake::Due }
    }
}

/// What a drain took out. Used again and again, it needs no new memory for as much as it has held before.
#[derive(Debug)]
pub struct Drained<C> {
    /// What is to be placed.
    pub auctions: Auctions,
    /// What has happened to cells, in the order of submission.
    pub changes: Vec<C>,
    repeats: Repeats,
}

impl<C> Default for Drained<C> {
    fn default() -> Self {
        Self { auctions: Auctions::default(), changes: Vec::new(), repeats: Repeats::default() }
    }
}

impl<C> Drained<C> {
    fn clear(&mut self) {
        self.auctions.lrps.clear();
        self.auctions.tasks.clear();
        self.changes.clear();
    }

    fn take(&mut self, submission: Submission<C>) {
        match submission {
            Submission::Lrps(lrps, queued_at) => {
                let queued = lrps.into_iter().map(|auction| Queued { auction, queued_at });
                self.auctions.lrps.extend(queued);
            }
            Submission::Tasks(tasks, queued_at) => {
                let queued = tasks.into_iter().map(|auction| Queued { auction, queued_at });
                self.auctions.tasks.extend(queued);
            }
            Submission::Change(change) => self.changes.push(change),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{lrp, task};

    #[test]
    fn the_first_since_the_last_drain_wakes_and_nobody_else() {
        let intake = Intake::<u8>::default();
        let mut drained = Drained::default();
        assert!(!intake.has_work());
        assert_eq!(intake.submit_lrps(vec![lrp(1, 0, 64)], Time(1)), Wake::Due);
        assert_eq!(intake.submit_tasks(vec![task(1, 64)], Time(2)), Wake::Pending);
        assert!(intake.has_work());
        intake.drain(&mut drained);
        assert!(!intake.has_work());
        assert_eq!(intake.submit_tasks(vec![], Time(3)), Wake::Due);
        intake.drain(&mut drained);
        assert!(drained.auctions.is_empty() && !intake.has_work());
    }

    #[test]
    fn a_change_of_a_cell_waits_for_the_next_auction() {
        let intake = Intake::default();
        let mut drained = Drained::default();
        intake.submit_change('a');
        intake.submit_change('b');
        assert!(!intake.has_work());
        assert_eq!(intake.submit_lrps(vec![lrp(1, 0, 64)], Time(1)), Wake::Due);
        intake.drain(&mut drained);
        assert_eq!(drained.changes, ['a', 'b']);
        assert_eq!(drained.auctions.lrps.len(), 1);
        intake.drain(&mut drained);
        assert!(drained.changes.is_empty() && drained.auctions.is_empty());
    }

    #[test]
    fn an_instance_below_zero_is_not_that_of_another_process() {
        let intake = Intake::<u8>::default();
        let mut drained = Drained::default();
        let all = vec![lrp(1, -1, 64), lrp(0, -1, 64), lrp(1, 0, 64), lrp(1, -1, 64)];
        let _ = intake.submit_lrps(all.clone(), Time(1));
        intake.drain(&mut drained);
        let kept: Vec<_> = drained.auctions.lrps.iter().map(|lrp| lrp.auction).collect();
        assert_eq!(kept, all[..3]);
    }

    #[test]
    fn a_drain_as_large_as_one_before_needs_no_new_memory() {
        let intake = Intake::<u8>::default();
        let mut drained = Drained::default();
        let mut capacities = Vec::new();
        for _ in 0..3 {
            for number in 0..500 {
                let _ = intake.submit_lrps(vec![lrp(number % 100, 0, 64), lrp(number, 1, 64)], Time(1));
            }
            intake.drain(&mut drained);
            capacities.push((drained.auctions.lrps.capacity(), drained.repeats.capacity()));
        }
        assert_eq!(capacities[0], capacities[1]);
        assert_eq!(capacities[0], capacities[2]);
    }
}
