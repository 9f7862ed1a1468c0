//! Work that only so many can do at once, the rest waiting in line.

use std::collections::VecDeque;

/// A pool of slots with a queue.
#[derive(Debug, Clone)]
pub(crate) struct Pool<T> {
    slots: u32,
    busy: u32,
    waiting: VecDeque<T>,
}

impl<T> Pool<T> {
    pub(crate) fn new(slots: u32) -> Self {
        Self { slots, busy: 0, waiting: VecDeque::new() }
    }

    /// Puts an item at the end of the line.
    pub(crate) fn enter(&mut self, item: T) {
        self.waiting.push_back(item);
    }

    /// Takes the next item and a slot for it, if there are both.
    pub(crate) fn begin(&mut self) -> Option<T> {
        if self.busy == self.slots {
            return None;
        }
        let item = self.waiting.pop_front()?;
        self.busy += 1;
        Some(item)
    }

    /// Gives a slot back.
    pub(crate) fn end(&mut self) {
        debug_assert!(self.busy > 0, "a slot is given back that nobody has");
        self.busy -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_the_slots_are_busy_and_the_line_is_kept() {
        let mut pool = Pool::new(2);
        (1..=4).for_each(|item| pool.enter(item));
        assert_eq!((pool.begin(), pool.begin(), pool.begin()), (Some(1), Some(2), None));
        pool.end();
        assert_eq!((pool.begin(), pool.begin()), (Some(3), None));
    }
}
