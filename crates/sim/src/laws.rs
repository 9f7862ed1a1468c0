//! What holds for every input, for property tests and fuzzing alike; not part of the interface.
//!
//! A function panics if its law is broken.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rivera_model::Time;

use crate::queue::EventQueue;

/// The queue does what a heap of (time, number of the scheduling) does, whatever is scheduled (`Some`) and taken (`None`),
/// and in the end gives back everything that is left.
///
/// # Panics
/// If the law is broken.
pub fn events_come_by_time_then_by_order_of_scheduling(operations: &[Option<Time>]) {
    let mut queue = EventQueue::new();
    let mut heap = BinaryHeap::new();
    let left = operations.iter().filter(|operation| operation.is_some()).count() + 1;
    let then_all = std::iter::repeat_n(&None, left);
    for (number, operation) in operations.iter().chain(then_all).enumerate() {
        if let Some(at) = *operation {
            queue.schedule(at, number);
            heap.push(Reverse((at, number)));
        } else {
            let expected = heap.pop().map(|Reverse(next)| next);
            assert_eq!(queue.pop(), expected, "operation {number}");
        }
    }
    assert!(heap.is_empty());
}
