//! The word that says which state of an index is the present one.

use super::error::TableLimit;
use super::packed::Kinds;

const SLOT_BITS: u32 = 22;
const KINDS_BITS: u32 = Kinds::BITS;
const VERSION_BITS: u32 = 64 - SLOT_BITS - KINDS_BITS;

/// How many slots can be told apart.
pub(super) const MAX_SLOTS: u64 = (1 << SLOT_BITS) - 1;

/// Version, kinds of the three records, and the slot with the rest of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head(pub(super) u64);

impl Head {
    /// The head of an index that never changed.
    pub(super) fn first(slot: u32) -> Self {
        Self::of(0, Kinds::NONE, slot)
    }

    fn of(version: u64, kinds: Kinds, slot: u32) -> Self {
        Self(version << (SLOT_BITS + KINDS_BITS) | u64::from(kinds.0) << SLOT_BITS | u64::from(slot))
    }

    /// The slot with the words.
    pub(super) const fn slot(self) -> u32 {
        (self.0 & MAX_SLOTS) as u32
    }

    /// Which records there are, and their states.
    #[expect(clippy::cast_possible_truncation, reason = "masked to 6 bits")]
    pub(super) const fn kinds(self) -> Kinds {
        Kinds((self.0 >> SLOT_BITS) as u8 & ((1 << KINDS_BITS) - 1))
    }

    /// How often the index has changed.
    pub(super) const fn version(self) -> u64 {
        self.0 >> (SLOT_BITS + KINDS_BITS)
    }

    /// The head after a change to what this slot holds.
    pub(super) fn next(self, kinds: Kinds, slot: u32) -> Result<Self, TableLimit> {
        let version = self.version() + 1;
        if version >> VERSION_BITS != 0 {
            return Err(TableLimit::Versions);
        }
        Ok(Self::of(version, kinds, slot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_do_not_touch_each_other() {
        let kinds = Kinds((1 << KINDS_BITS) - 1);
        for (version, kinds, slot) in
            [(0, kinds, 0), ((1 << VERSION_BITS) - 1, Kinds::NONE, 0), (0, Kinds::NONE, (1 << SLOT_BITS) - 1)]
        {
            let head = Head::of(version, kinds, slot);
            assert_eq!((head.version(), head.kinds(), head.slot()), (version, kinds, slot));
        }
    }

    #[test]
    fn the_last_version_is_an_error_and_not_the_first_one_again() {
        let last_but_one = Head::of((1 << VERSION_BITS) - 2, Kinds::NONE, 5);
        let last = last_but_one.next(Kinds::NONE, 6).unwrap();
        assert_eq!((last.version(), last.slot()), ((1 << VERSION_BITS) - 1, 6));
        assert_eq!(last.next(Kinds::NONE, 7), Err(TableLimit::Versions));
    }
}
