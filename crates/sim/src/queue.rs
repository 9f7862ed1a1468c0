//! The event queue: ordered by (time, order of scheduling), so that ties never depend on chance.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rivera_model::Time;

/// Events waiting for their time.
#[derive(Debug, Clone)]
pub(crate) struct EventQueue<E> {
    heap: BinaryHeap<Reverse<Entry<E>>>,
    scheduled: u64,
}

#[derive(Debug, Clone)]
struct Entry<E> {
    at: Time,
    sequence: u64,
    event: E,
}

impl<E> EventQueue<E> {
    pub(crate) fn new() -> Self {
        Self { heap: BinaryHeap::new(), scheduled: 0 }
    }

    /// Adds an event. Of two events at one time the one scheduled first comes first.
    pub(crate) fn schedule(&mut self, at: Time, event: E) {
        self.heap.push(Reverse(Entry { at, sequence: self.scheduled, event }));
        self.scheduled += 1;
    }

    /// Takes the next event.
    pub(crate) fn pop(&mut self) -> Option<(Time, E)> {
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.event))
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.sequence).cmp(&(other.at, other.sequence))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::laws;

    #[test]
    fn events_come_by_time_then_by_order_of_scheduling() {
        let mut queue = EventQueue::new();
        for (ms, name) in [(5, "c"), (1, "a"), (5, "d"), (1, "b")] {
            queue.schedule(Time::from_ms(ms), name);
        }
        let order: Vec<&str> = std::iter::from_fn(|| queue.pop()).map(|(_, name)| name).collect();
        assert_eq!(order, ["a", "b", "c", "d"]);
    }

    proptest! {
        /// Few times, so that there are ties.
        #[test]
        fn the_queue_does_what_a_heap_does(operations in prop::collection::vec(prop::option::of(0_u64..6), 0..80)) {
            let operations: Vec<Option<Time>> = operations.into_iter().map(|at| at.map(Time)).collect();
            laws::events_come_by_time_then_by_order_of_scheduling(&operations);
        }
    }
}
