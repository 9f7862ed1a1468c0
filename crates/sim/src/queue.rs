//! The event queue: ordered by (time, order of scheduling), so that ties never depend on chance.
//!
//! A simulation only ever schedules at or after the time it has come to, which a heap cannot make use of and a wheel can:
//! times are digits of six bits, and an event waits in the slot of the highest digit in which its time differs from the
//! present one. When that slot's turn comes its events move to slots of lower digits, in their order. So an event is
//! moved at most once a digit, however many others wait, and always along memory that lies together.

use std::collections::VecDeque;

use rivera_model::Time;

/// Bits of a digit.
const BITS: u32 = 6;
/// Values of a digit: the slots of one wheel.
const SLOTS: usize = 1 << BITS;
/// Digits of a time, and so wheels.
const WHEELS: usize = u64::BITS.div_ceil(BITS) as usize;
/// A slot that held more than this gives its memory back.
const KEPT_CAPACITY: usize = 1 << 12;

/// Events waiting for their time.
#[derive(Debug, Clone)]
pub struct EventQueue<E> {
    /// Where the wheels stand: no event waits for an earlier time.
    stands_at: u64,
    /// The events of the time `stands_at`, in the order of their scheduling.
    due: VecDeque<E>,
    wheels: Vec<Wheel<E>>,
    /// Which wheels hold events, one bit each.
    occupied: u32,
    waiting: usize,
}

/// The slots of one digit.
#[derive(Debug, Clone)]
struct Wheel<E> {
    slots: Vec<Vec<Entry<E>>>,
    /// Which slots hold events, one bit each.
    occupied: u64,
}

#[derive(Debug, Clone)]
struct Entry<E> {
    at: u64,
    event: E,
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> EventQueue<E> {
    /// An empty queue, at the beginning of time.
    #[must_use]
    pub fn new() -> Self {
        let wheel = || Wheel { slots: (0..SLOTS).map(|_| Vec::new()).collect(), occupied: 0 };
        Self {
            stands_at: 0,
            due: VecDeque::new(),
            wheels: (0..WHEELS).map(|_| wheel()).collect(),
            occupied: 0,
            waiting: 0,
        }
    }

    /// Adds an event. Of two events at one time the one scheduled first comes first.
    ///
    /// # Panics
    /// If `at` is before the time of an event that was taken: time does not go back.
    pub fn schedule(&mut self, at: Time, event: E) {
        assert!(at.0 >= self.stands_at, "an event at {} us, after one at {} us", at.0, self.stands_at);
        self.waiting += 1;
        self.put(Entry { at: at.0, event });
    }

    /// Takes the next event.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        while self.due.is_empty() {
            self.turn()?;
        }
        self.waiting -= 1;
        self.due.pop_front().map(|event| (Time(self.stands_at), event))
    }

    /// Events that wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting
    }

    /// Whether no event waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// Puts an event where the highest digit that differs says.
    fn put(&mut self, entry: Entry<E>) {
        let differs = entry.at ^ self.stands_at;
        let Some(highest) = differs.checked_ilog2() else {
            self.due.push_back(entry.event);
            return;
        };
        let digit = highest / BITS;
        let slot = slot_of(entry.at, digit);
        let wheel = &mut self.wheels[digit as usize];
        wheel.slots[slot].push(entry);
        wheel.occupied |= 1 << slot;
        self.occupied |= 1 << digit;
    }

    /// Comes to the next slot that holds events: those of the lowest digit that has any are the earliest.
    fn turn(&mut self) -> Option<()> {
        if self.occupied == 0 {
            return None;
        }
        let digit = self.occupied.trailing_zeros() as usize;
        let wheel = &mut self.wheels[digit];
        let slot = wheel.occupied.trailing_zeros() as usize;
        wheel.occupied &= !(1 << slot);
        if wheel.occupied == 0 {
            self.occupied &= !(1 << digit);
        }
        let mut entries = std::mem::take(&mut wheel.slots[slot]);
        self.stands_at = entries.iter().map(|entry| entry.at).min()?;
        entries.drain(..).for_each(|entry| self.put(entry));
        if entries.capacity() <= KEPT_CAPACITY {
            self.wheels[digit].slots[slot] = entries;
        }
        Some(())
    }
}

/// The value of a digit.
fn slot_of(at: u64, digit: u32) -> usize {
    usize::try_from(at >> (digit * BITS)).map_or(0, |rest| rest % SLOTS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rivera_model::Span;

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

    #[test]
    #[should_panic(expected = "an event at 4000 us, after one at 5000 us")]
    fn time_does_not_go_back() {
        let mut queue = EventQueue::new();
        queue.schedule(Time::from_ms(5), "first");
        let _ = queue.pop();
        queue.schedule(Time::from_ms(4), "too late");
    }

    #[test]
    fn the_end_of_time_is_a_time() {
        let mut queue = EventQueue::new();
        queue.schedule(Time(u64::MAX), "last");
        queue.schedule(Time(1 << 40), "first");
        assert_eq!(queue.pop(), Some((Time(1 << 40), "first")));
        assert_eq!(queue.pop(), Some((Time(u64::MAX), "last")));
        assert_eq!(queue.pop(), None);
    }

    proptest! {
        /// Few delays, so that there are ties, of all magnitudes.
        #[test]
        fn the_queue_does_what_a_heap_does(
            operations in prop::collection::vec(prop::option::of((0_u64..6, 0_u32..60)), 0..200)
        ) {
            let operations: Vec<Option<Span>> =
                operations.into_iter().map(|delay| delay.map(|(few, shift)| Span(few << shift))).collect();
            laws::events_come_by_time_then_by_order_of_scheduling(&operations);
        }
    }
}
