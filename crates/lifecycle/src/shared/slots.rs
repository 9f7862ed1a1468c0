//! The slab of slots: what the three records of an index hold. Who may write to a slot is said in the module's head.

use rivera_model::Presence;

use super::packed::{Kinds, Packed, WORDS, first_word};
use super::sync::{AtomicU64, Ordering};

/// All slots.
#[derive(Debug)]
pub(super) struct Slots(Box<[[AtomicU64; WORDS]]>);

impl Slots {
    pub(super) fn new(count: u32) -> Self {
        Self((0..count).map(|_| std::array::from_fn(|_| AtomicU64::new(0))).collect())
    }

    /// The words of the records that there are. They belong together only if the head that named the slot has not changed.
    #[inline(always)]
    pub(super) fn read(&self, slot: u32, kinds: Kinds) -> Packed {
        let from = &self.0[slot as usize];
        let mut packed = Packed { kinds, ..Packed::EMPTY };
        for_each_word(kinds, |word| packed.words[word] = from[word].load(Ordering::Acquire));
        packed
    }

    /// Writes the words of the records that there are, to a slot of the writer's own.
    #[inline(always)]
    pub(super) fn write(&self, slot: u32, packed: &Packed) {
        let to = &self.0[slot as usize];
        for_each_word(packed.kinds, |word| to[word].store(packed.words[word], Ordering::Release));
    }
}

/// The words of the records that there are, one after the other.
#[inline(always)]
fn for_each_word(kinds: Kinds, mut word: impl FnMut(usize)) {
    let mut record = |presence| {
        if kinds.state(presence).is_some() {
            word(first_word(presence));
            word(first_word(presence) + 1);
        }
    };
    record(Presence::Ordinary);
    record(Presence::Evacuating);
    record(Presence::Suspect);
}
