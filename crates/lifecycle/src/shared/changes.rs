//! Which indices have changed since a pass has noted their states: one bit each. The protocol is in the module's head.

use super::sync::{AtomicU64, Ordering};

/// The bits.
#[derive(Debug)]
pub(super) struct Changes(Box<[AtomicU64]>);

impl Changes {
    /// No changes, of so many indices.
    pub(super) fn new(count: u32) -> Self {
        Self((0..count.div_ceil(u64::BITS)).map(|_| AtomicU64::new(0)).collect())
    }

    /// Tells the next pass to look at an index.
    pub(super) fn tell(&self, position: usize) {
        self.0[position / 64].fetch_or(1 << (position % 64), Ordering::Relaxed);
    }

    /// Takes the bits before `end`: the position of the first of each word, and its bits.
    pub(super) fn take(&self, end: usize) -> impl Iterator<Item = (usize, u64)> {
        self.0[..end.div_ceil(64)].iter().enumerate().filter_map(move |(word, bits)| {
            // Most words are empty, and to look costs less than to change.
            if bits.load(Ordering::Relaxed) == 0 {
                return None;
            }
            let first = word * 64;
            let taken = bits_before(end - first);
            Some((first, bits.fetch_and(!taken, Ordering::Relaxed) & taken))
        })
    }
}

/// The lowest bits, all 64 at most.
pub(super) fn bits_before(count: usize) -> u64 {
    if count < 64 { (1 << count) - 1 } else { u64::MAX }
}

/// The positions of the bits that are set in a word whose first bit is at `first`.
pub(super) fn positions(first: usize, mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = bits.trailing_zeros();
        bits &= bits.checked_sub(1)?;
        Some(first + lowest as usize)
    })
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_taken_once_and_only_before_the_end() {
        let changes = Changes::new(200);
        let told = [0, 63, 64, 130, 131, 199];
        told.iter().for_each(|position| changes.tell(*position));
        let take =
            |end| changes.take(end).flat_map(|(first, bits)| positions(first, bits)).collect::<Vec<_>>();
        assert_eq!(take(131), [0, 63, 64, 130]);
        assert_eq!(take(200), [131, 199]);
        assert_eq!(take(200), []);
    }
}
