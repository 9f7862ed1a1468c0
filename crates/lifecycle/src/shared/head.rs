//! The word that says which state of an index is the present one.

use super::error::TableLimit;
use super::packed::Kinds;

const SLOT_BITS: u32 = 22;
const KINDS_BITS: u32 = Kinds::BITS;
const NOTED: u64 = 1 << (SLOT_BITS + KINDS_BITS);
const VERSION_SHIFT: u32 = SLOT_BITS + KINDS_BITS + 1;
const VERSION_BITS: u32 = 64 - VERSION_SHIFT;

/// How many slots can be told apart.
pub(super) const MAX_SLOTS: u64 = (1 << SLOT_BITS) - 1;

/// Version, whether a pass has noted it, kinds of the three records, and the slot with the rest of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head(pub(super) u64);

impl Head {
    /// The head of an index that never changed. That it is empty is what a pass supposes of all to begin with.
    pub(super) fn first(slot: u32) -> Self {
        Self(Self::of(0, Kinds::NONE, slot).0 | NOTED)
    }

    fn of(version: u64, kinds: Kinds, slot: u32) -> Self {
        Self(version << VERSION_SHIFT | u64::from(kinds.0) << SLOT_BITS | u64::from(slot))
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
        self.0 >> VERSION_SHIFT
    }

    /// Whether a pass has noted this very state.
    pub(super) const fn is_noted(self) -> bool {
        self.0 & NOTED != 0
    }

    /// The head after a change to what this slot holds, which no pass has noted yet.
    pub(super) fn next(self, kinds: Kinds, slot: u32) -> Result<Self, TableLimit> {
        let version = self.version() + 1;
        if version >> VERSION_BITS != 0 {
            return Err(TableLimit::Versions);
        }
        Ok(Self::of(version, kinds, slot))
    }

    /// The head of the same state, noted by a pass: never equal to this one, also if that was noted already.
    pub(super) fn noted(self) -> Result<Self, TableLimit> {
        let head = if self.is_noted() { self.next(self.kinds(), self.slot())? } else { self };
        Ok(Self(head.0 | NOTED))
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
    fn a_head_that_is_noted_again_is_another_one() {
        let head = Head::of(7, Kinds(3), 5);
        let noted = head.noted().unwrap();
        assert_eq!((noted.version(), noted.kinds(), noted.slot()), (7, Kinds(3), 5));
        assert!(noted.is_noted() && !head.is_noted());
        let again = noted.noted().unwrap();
        assert_eq!((again.version(), again.is_noted(), again.slot()), (8, true, 5));
        assert!(!again.next(Kinds::NONE, 6).unwrap().is_noted());
    }

    #[test]
    fn the_last_version_is_an_error_and_not_the_first_one_again() {
        let last_but_one = Head::of((1 << VERSION_BITS) - 2, Kinds::NONE, 5);
        let last = last_but_one.next(Kinds::NONE, 6).unwrap();
        assert_eq!((last.version(), last.slot()), ((1 << VERSION_BITS) - 1, 6));
        assert_eq!(last.next(Kinds::NONE, 7), Err(TableLimit::Versions));
    }
}
