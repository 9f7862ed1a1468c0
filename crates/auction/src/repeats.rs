//! Of several requests for the same the first is kept (A.2).

use crate::{Auctions, LrpAuction, Queued};

/// Finds duplicates by sorting: bounded for every input, and without an allocation for each key. Used again and again, it needs no new
/// memory for as much as it has held before.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    keys: Vec<(u64, usize)>,
    /// Positions that repeat an earlier key.
    positions: Vec<usize>,
}

impl Repeats {
    /// Removes requests for an instance or a task that is requested before, whatever their sizes.
    pub(crate) fn remove(&mut self, auctions: &mut Auctions) {
        let instance = |lrp: &Queued<LrpAuction>| {
            u64::from(lrp.auction.process.0) << 32 | u64::from(lrp.auction.index.cast_unsigned())
        };
        self.keep_first_of_each(&mut auctions.lrps, instance);
        self.keep_first_of_each(&mut auctions.tasks, |task| task.auction.task.0.into());
    }

    fn keep_first_of_each<T>(&mut self, items: &mut Vec<T>, key: impl Fn(&T) -> u64) {
        self.keys.clear();
        self.keys.extend(items.iter().map(key).zip(0..));
        self.keys.sort_unstable();
        let equals = self.keys.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        self.positions.clear();
        self.positions.extend(equals.map(|pair| pair[1].1));
        if self.positions.is_empty() {
            return;
        }
        self.positions.sort_unstable();
        let mut repeats = self.positions.iter().peekable();
        let mut position = 0..;
        items.retain(|_| {
            let here = position.next();
            repeats.next_if(|repeat| Some(**repeat) == here).is_none()
        });
    }

    /// For how many keys and repeats there is room.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> [usize; 2] {
        [self.keys.capacity(), self.positions.capacity()]
    }
}
