//! Requests that wait for the next auction (A.2).

use std::mem;

use rivera_model::Time;

use crate::repeats::Repeats;
use crate::{Auctions, LrpAuction, Queued, TaskAuction};

/// The waiting room: everything that arrived since the last auction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Batch {
    waiting: Auctions,
}

impl Batch {
    /// An LRP arrives.
    pub fn push_lrp(&mut self, auction: LrpAuction, queued_at: Time) {
        self.waiting.lrps.push(Queued { auction, queued_at });
    }

    /// A task arrives.
    pub fn push_task(&mut self, auction: TaskAuction, queued_at: Time) {
        self.waiting.tasks.push(Queued { auction, queued_at });
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Takes everything out. Of two requests for the same process and index, or for the same task, the first is
    /// kept, whatever their sizes.
    #[must_use]
    pub fn drain(&mut self) -> Auctions {
        let mut auctions = mem::take(&mut self.waiting);
        Repeats::default().remove(&mut auctions);
        auctions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{lrp, task};

    #[test]
    fn of_duplicates_the_first_is_kept_and_the_room_is_empty_afterwards() {
        let mut batch = Batch::default();
        batch.push_lrp(lrp(1, 0, 100), Time(1));
        batch.push_lrp(lrp(1, 1, 100), Time(2));
        batch.push_lrp(lrp(1, 0, 999), Time(3));
        batch.push_task(task(7, 5), Time(4));
        batch.push_task(task(7, 6), Time(5));
        let auctions = batch.drain();
        let kept: Vec<_> = auctions.lrps.iter().map(|lrp| (lrp.auction.index, lrp.queued_at)).collect();
        assert_eq!(kept, [(0, Time(1)), (1, Time(2))]);
        assert_eq!(auctions.lrps[0].auction.memory_mb, 100);
        assert_eq!(auctions.tasks, [Queued { auction: task(7, 5), queued_at: Time(4) }]);
        assert!(batch.is_empty() && batch.drain().is_empty());
    }
}
