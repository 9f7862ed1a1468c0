//! What holds for every input, for property tests and fuzzing alike; not part of the interface.
//!
//! A function panics if its law is broken.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rivera_model::{Span, Time};

use crate::queue::EventQueue;

/// The queue does what a heap of (time, number of the scheduling) does, whatever is scheduled so long after the event that
/// was taken last (`Some`) and taken (`None`), and in the end gives back everything that is left.
///
/// # Panics
/// If the law is broken.
pub fn events_come_by_time_then_by_order_of_scheduling(operations: &[Option<Span>]) {
    let mut queue = EventQueue::new();
    let mut heap = BinaryHeap::new();
    let mut now = Time::ZERO;
    let left = operations.iter().filter(|operation| operation.is_some()).count() + 1;
    let then_all = std::iter::repeat_n(&None, left);
    for (number, operation) in operations.iter().chain(then_all).enumerate() {
        if let Some(delay) = *operation {
            let at = Time(now.0.saturating_add(delay.0));
            queue.schedule(at, number);
            heap.push(Reverse((at, number)));
        } else {
            let expected = heap.pop().map(|Reverse(next)| next);
            now = expected.map_or(now, |(at, _)| at);
            assert_eq!(queue.pop(), expected, "operation {number}");
        }
        assert_eq!(queue.len(), heap.len(), "after operation {number}");
    }
    assert!(queue.is_empty());
}
