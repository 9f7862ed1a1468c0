//! Requests that wait for the next auction, without repeats from the start (A.2).

use rivera_auction::{Auctions, Batch as Requests, LrpAuction, Queued, TaskAuction};
use rivera_lifecycle::LrpKey;
use rivera_model::Time;

/// The waiting room of [`rivera_auction::Batch`], which drops the repeated request for an instance when it comes. Convergence asks again
/// for all that waits: where auctions take long, most requests are repeated ones.
#[derive(Debug)]
pub(crate) struct Batch {
    /// By process and index, as far as any was requested: whether it is in `lrps`.
    waits: Vec<Vec<bool>>,
    lrps: Vec<Queued<LrpAuction>>,
    /// Their keys.
    keys: Vec<LrpKey>,
    tasks: Requests,
}

impl Batch {
    /// For so many processes.
    pub(crate) fn new(processes: usize) -> Self {
        Self {
            waits: vec![Vec::new(); processes],
            lrps: Vec::new(),
            keys: Vec::new(),
            tasks: Requests::default(),
        }
    }

    /// There is one more process.
    pub(crate) fn add_process(&mut self) {
        self.waits.push(Vec::new());
    }

    /// An LRP arrives. If it waits already the first request stays, and `auction` is not asked.
    pub(crate) fn push_lrp(&mut self, lrp: LrpKey, queued_at: Time, auction: impl FnOnce() -> LrpAuction) {
        let of_process = &mut self.waits[lrp.process.index()];
        let index = lrp.index as usize;
        if index >= of_process.len() {
            of_process.resize(index + 1, false);
        }
        if !std::mem::replace(&mut of_process[index], true) {
            self.keys.push(lrp);
            self.lrps.push(Queued { auction: auction(), queued_at });
        }
    }

    /// A task arrives.
    pub(crate) fn push_task(&mut self, auction: TaskAuction, queued_at: Time) {
        self.tasks.push_task(auction, queued_at);
    }

    /// Takes everything out, of the requests for the same instance or task the first.
    pub(crate) fn drain(&mut self) -> Auctions {
        for lrp in self.keys.drain(..) {
            self.waits[lrp.process.index()][lrp.index as usize] = false;
        }
        Auctions { lrps: std::mem::take(&mut self.lrps), ..self.tasks.drain() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rivera_model::{ConstraintIx, ProcessIx, TaskIx};

    const INSTANCES: u32 = 6;

    fn lrp(key: LrpKey) -> LrpAuction {
        let index = key.index.cast_signed();
        LrpAuction { process: key.process, index, memory_mb: 1, disk_mb: 1, constraint: ConstraintIx(0) }
    }

    fn task(number: u32) -> TaskAuction {
        TaskAuction { task: TaskIx(number), memory_mb: 1, disk_mb: 1, constraint: ConstraintIx(0) }
    }

    proptest! {
        /// Requests for instances come below [`INSTANCES`], then those for tasks, and above all drains.
        #[test]
        fn it_drains_what_the_plain_batch_drains(steps in prop::collection::vec(0..INSTANCES + 4, 0..60)) {
            let (mut batch, mut plain) = (Batch::new(INSTANCES as usize / 2), Requests::default());
            for (now, step) in (0..).map(Time).zip(steps.into_iter().chain([u32::MAX])) {
                if step < INSTANCES {
                    let key = LrpKey::new(ProcessIx(step / 2), step % 2);
                    batch.push_lrp(key, now, || lrp(key));
                    plain.push_lrp(lrp(key), now);
                } else if step < INSTANCES + 3 {
                    batch.push_task(task(step), now);
                    plain.push_task(task(step), now);
                } else {
                    prop_assert_eq!(batch.drain(), plain.drain());
                }
            }
        }
    }
}
