//! What passes know of the records, so that each looks only at those for which something may be due.
//!
//! Of an index at rest nothing can be due but by a change: of its records, which is told; of the present cells; or of the number
//! of records that its process has or should have.

use rivera_model::CellIx;

use super::changes::{bits_before, positions};
use super::packed::{CELLS, Kinds, Packed};
use super::presence::Presence;
use super::sync::Ordering;
use super::table::SharedTable;

/// Four bytes and a bit for each index, four bytes for each process; nothing before the first pass.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What was noted of each index.
    states: Vec<Noted>,
    /// How many ordinary records each process has.
    ordinary: Vec<u32>,
    /// The indices that are not at rest, one bit each.
    restless: Vec<u64>,
    /// The cells that are present.
    pub(super) present: Presence,
}

/// The kinds of the records of an index, and below them the cell of the ordinary one.
#[derive(Debug, Clone, Copy, Default)]
struct Noted(u32);

impl Noted {
    fn of(packed: &Packed) -> Self {
        Self(u32::from(packed.kinds.0) << CELLS.ilog2() | packed.ordinary_cell().0)
    }

    #[expect(clippy::cast_possible_truncation, reason = "six bits are left")]
    const fn kinds(self) -> Kinds {
        Kinds((self.0 >> CELLS.ilog2()) as u8)
    }

    fn has_ordinary(self) -> bool {
        self.kinds().state(rivera_model::Presence::Ordinary).is_some()
    }

    /// Nothing is there, or only an ordinary record that runs on a cell that is present.
    fn is_at_rest(self, present: &Presence) -> bool {
        match self.kinds() {
            Kinds::NONE => true,
            Kinds::RUNNING => present.contains(CellIx(self.0 & (CELLS - 1))),
            _ => false,
        }
    }
}

impl Known {
    /// Begins a pass over the positions before `end`: looks at what has changed since the last one.
    pub(super) fn update(&mut self, table: &SharedTable, present: Presence, end: usize) {
        self.states.resize(table.heads.len(), Noted::default());
        self.restless.resize(table.heads.len().div_ceil(64), 0);
        self.ordinary.resize(table.ranges().len(), 0);
        let is_one_lost = !self.present.is_within(&present);
        self.present = present;
        if is_one_lost {
            self.find_stranded();
        }
        let mut process = 0;
        for (first, bits) in table.changes.take(end) {
            for position in positions(first, bits) {
                process = table.process_of(position, process);
                self.note(process, position, Noted::of(&note(table, position)));
            }
        }
    }

    /// Looks at the processes that are given: something may be due for all indices of one that has not as many ordinary records
    /// as it should. Answers how many there are of them.
    pub(super) fn count(&mut self, table: &SharedTable, instances: impl Iterator<Item = u32>) -> u32 {
        let mut sum = 0;
        for ((found, wanted), positions) in self.ordinary.iter().zip(instances).zip(table.ranges()) {
            sum += found;
            if *found != wanted {
                positions.for_each(|position| self.restless[position / 64] |= 1 << (position % 64));
            }
        }
        sum
    }

    /// How many ordinary records a process has.
    pub(super) fn ordinary(&self, process: usize) -> u32 {
        self.ordinary[process]
    }

    /// Whether there is an ordinary record.
    pub(super) fn has_ordinary(&self, position: usize) -> bool {
        self.states[position].has_ordinary()
    }

    /// The indices of this word of 64 that are before `end` and not at rest, one bit each.
    pub(super) fn restless(&self, word: usize, end: usize) -> u64 {
        match self.restless[word] {
            0 => 0,
            bits => bits & bits_before(end - word * 64),
        }
    }

    /// What was due for an index is done. If that has changed its records they are told, like any that change.
    pub(super) fn settle(&mut self, position: usize) {
        let is_at_rest = self.states[position].is_at_rest(&self.present);
        self.set_restless(position, !is_at_rest);
    }

    fn note(&mut self, process: usize, position: usize, noted: Noted) {
        let before = std::mem::replace(&mut self.states[position], noted);
        let count = &mut self.ordinary[process];
        *count = *count + u32::from(noted.has_ordinary()) - u32::from(before.has_ordinary());
        self.settle(position);
    }

    /// Cells have disappeared: who was at rest on them is not any more.
    fn find_stranded(&mut self) {
        for (word, states) in self.restless.iter_mut().zip(self.states.chunks(64)) {
            for (bit, state) in states.iter().enumerate() {
                *word |= u64::from(!state.is_at_rest(&self.present)) << bit;
            }
        }
    }

    fn set_restless(&mut self, position: usize, is_restless: bool) {
        let (word, bit) = (&mut self.restless[position / 64], 1 << (position % 64));
        if is_restless {
            *word |= bit;
        } else {
            *word &= !bit;
        }
    }
}

/// One state of the records at this position, from which on every change is told.
fn note(table: &SharedTable, position: usize) -> Packed {
    loop {
        let (head, packed) = table.read(position);
        // Without a version that is left it cannot change any more.
        let Ok(noted) = head.noted() else { return packed };
        let exchanged =
            table.heads[position].compare_exchange(head.0, noted.0, Ordering::Release, Ordering::Relaxed);
        if exchanged.is_ok() {
            return packed;
        }
    }
}
