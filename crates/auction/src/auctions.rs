//! What is auctioned, and in which order (A.3, A.5).

use std::cmp::Reverse;

use rivera_model::{ConstraintIx, ProcessIx, TaskIx, Time};

/// One instance of an LRP that wants a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LrpAuction {
    /// The process.
    pub process: ProcessIx,
    /// The instance index. A negative one is not refused (A.5).
    pub index: i32,
    /// Memory in MiB, without proxy memory.
    pub memory_mb: i32,
    /// Disk in MiB.
    pub disk_mb: i32,
    /// What it demands of its cell.
    pub constraint: ConstraintIx,
}

/// A task that wants a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TaskAuction {
    /// The task.
    pub task: TaskIx,
    /// Memory in MiB.
    pub memory_mb: i32,
    /// Disk in MiB.
    pub disk_mb: i32,
    /// What it demands of its cell.
    pub constraint: ConstraintIx,
}

/// An LRP or a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Item {
    /// An instance of an LRP.
    Lrp(LrpAuction),
    /// A task.
    Task(TaskAuction),
}

impl Item {
    /// What it demands of its cell.
    #[must_use]
    pub const fn constraint(&self) -> ConstraintIx {
        match self {
            Self::Lrp(lrp) => lrp.constraint,
            Self::Task(task) => task.constraint,
        }
    }

    /// Memory in MiB, without proxy memory.
    #[must_use]
    pub const fn memory_mb(&self) -> i32 {
        match self {
            Self::Lrp(lrp) => lrp.memory_mb,
            Self::Task(task) => task.memory_mb,
        }
    }

    /// Disk in MiB.
    #[must_use]
    pub const fn disk_mb(&self) -> i32 {
        match self {
            Self::Lrp(lrp) => lrp.disk_mb,
            Self::Task(task) => task.disk_mb,
        }
    }
}

/// An auction with the time of its arrival, from which its wait is counted (A.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Queued<T> {
    /// What is auctioned.
    pub auction: T,
    /// When its request arrived.
    pub queued_at: Time,
}

impl<T> Queued<T> {
    fn map_to<U>(self, wrap: impl FnOnce(T) -> U) -> Queued<U> {
        Queued { auction: wrap(self.auction), queued_at: self.queued_at }
    }
}

/// What one auction places: the drained batch, in order of arrival.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Auctions {
    /// LRPs.
    pub lrps: Vec<Queued<LrpAuction>>,
    /// Tasks.
    pub tasks: Vec<Queued<TaskAuction>>,
}

impl Auctions {
    /// Whether there is nothing to place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lrps.is_empty() && self.tasks.is_empty()
    }

    /// The order of placement (A.5): the LRPs of index 0 or below, the tasks, the other LRPs; LRPs by index, then the largest memory first;
    /// tasks the largest memory first; equals in order of arrival.
    ///
    /// Q2: without any LRP above index 0 the tasks go first.
    #[must_use]
    pub fn in_order(self) -> Vec<Queued<Item>> {
        let Self { mut lrps, mut tasks } = self;
        lrps.sort_by_key(|lrp| (lrp.auction.index, Reverse(lrp.auction.memory_mb)));
        tasks.sort_by_key(|task| Reverse(task.auction.memory_mb));
        // The list is cut at the first index above 0. Without one, all of it is behind the cut.
        let cut = lrps.iter().position(|lrp| lrp.auction.index > 0).unwrap_or(0);
        let (first, rest) = lrps.split_at(cut);
        let lrps =
            |lrps: &[Queued<LrpAuction>]| lrps.iter().map(|lrp| lrp.map_to(Item::Lrp)).collect::<Vec<_>>();
        [lrps(first), tasks.into_iter().map(|task| task.map_to(Item::Task)).collect(), lrps(rest)].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{lrp, queue, task};

    fn order(indices: &[i32], tasks: u32) -> Vec<String> {
        let auctions = Auctions {
            lrps: (0..).zip(indices).map(|(process, index)| queue(lrp(process, *index, 100))).collect(),
            tasks: (0..tasks).map(|number| queue(task(number, 100))).collect(),
        };
        let name = |item| match item {
            Item::Lrp(lrp) => format!("p{}.{}", lrp.process.0, lrp.index),
            Item::Task(task) => format!("t{}", task.task.0),
        };
        auctions.in_order().into_iter().map(|queued| name(queued.auction)).collect()
    }

    #[test]
    fn tasks_go_between_index_zero_and_the_rest() {
        assert_eq!(order(&[1, 0, 2, 0], 2), ["p1.0", "p3.0", "t0", "t1", "p0.1", "p2.2"]);
        assert_eq!(order(&[1], 1), ["t0", "p0.1"]);
        assert_eq!(order(&[], 1), ["t0"]);
    }

    #[test]
    fn q2_tasks_go_before_index_zero_when_no_index_is_above_zero() {
        assert_eq!(order(&[0, 0], 1), ["t0", "p0.0", "p1.0"]);
        assert_eq!(order(&[0, -1], 1), ["t0", "p1.-1", "p0.0"]);
    }

    #[test]
    fn a_negative_index_goes_first() {
        assert_eq!(order(&[1, 0, -3], 1), ["p2.-3", "p1.0", "t0", "p0.1"]);
    }

    #[test]
    fn of_one_index_the_largest_goes_first_and_equals_as_they_came() {
        let auctions = Auctions {
            lrps: vec![
                queue(lrp(0, 0, 64)),
                queue(lrp(1, 0, 512)),
                queue(lrp(2, 0, 64)),
                queue(lrp(3, 1, 999)),
            ],
            tasks: vec![queue(task(0, 1)), queue(task(1, 2))],
        };
        let memory: Vec<_> = auctions.in_order().iter().map(|queued| queued.auction.memory_mb()).collect();
        assert_eq!(memory, [512, 64, 64, 2, 1, 999]);
    }
}
