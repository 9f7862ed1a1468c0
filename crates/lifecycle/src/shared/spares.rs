//! The slots of writers that are not in use.

use super::sync::{AtomicU32, Ordering};

/// A place for the spare of each writer: the number of the slot plus one, or 0 while the writer is in use.
#[derive(Debug)]
pub(super) struct Spares(Box<[AtomicU32]>);

impl Spares {
    /// One spare for each of so many writers, from this slot on.
    pub(super) fn new(first: u32, count: u32) -> Self {
        Self((0..count).map(|number| AtomicU32::new(first + number + 1)).collect())
    }

    /// Takes a spare, if there is one.
    pub(super) fn take(&self) -> Option<u32> {
        self.0.iter().find_map(|place| place.swap(0, Ordering::AcqRel).checked_sub(1))
    }

    /// Puts a spare into an empty place. There is always one, for who gives back has taken.
    pub(super) fn give_back(&self, slot: u32) {
        let put = |place: &AtomicU32| {
            place.compare_exchange(0, slot + 1, Ordering::AcqRel, Ordering::Relaxed).is_ok()
        };
        while !self.0.iter().any(put) {}
    }
}
