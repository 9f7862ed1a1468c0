//! The three records of an index in six bits and six words.

use rivera_model::{CellIx, InstanceIx, InstanceState, Presence, Time};

use super::error::TableLimit;
use crate::group::InstanceGroup;
use crate::record::{DomainIx, InstanceKey, Record};

/// The words of a slot.
pub(super) const WORDS: usize = 6;

const INSTANCE_BITS: u32 = 32;
const CELL_BITS: u32 = 24;
const ROUTABLE_BIT: u32 = INSTANCE_BITS + CELL_BITS;
const SINCE_BITS: u32 = 52;

/// One more than the greatest number of a cell.
pub(super) const CELLS: u32 = 1 << CELL_BITS;
const MAX_SINCE: u64 = (1 << SINCE_BITS) - 1;
const MAX_CRASH_COUNT: u32 = (1 << (64 - SINCE_BITS)) - 1;

/// Which of the records there are, and in which state each is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(pub(super) u8);

/// The records of an index: kinds and words. The words of a record that is not there are zero, so that equal
/// records are equal here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) kinds: Kinds,
    pub(super) words: [u64; WORDS],
}

/// Where the two words of this presence begin.
pub(super) const fn first_word(presence: Presence) -> usize {
    match presence {
        Presence::Ordinary => 0,
        Presence::Evacuating => 2,
        Presence::Suspect => 4,
    }
}

/// Where the kind of this presence begins, and how many bits it has.
const fn place(presence: Presence) -> (u32, u32) {
    match presence {
        Presence::Ordinary => (0, 3),
        Presence::Suspect => (3, 2),
        Presence::Evacuating => (5, 1),
    }
}

/// A kind of record; 0 is none. Evacuating records only run (C.1), suspects have a cell.
const fn kind(presence: Presence, state: InstanceState) -> u8 {
    match (presence, state) {
        (Presence::Ordinary, InstanceState::Unclaimed)
        | (Presence::Suspect, InstanceState::Claimed)
        | (Presence::Evacuating, _) => 1,
        (Presence::Ordinary, InstanceState::Claimed) | (Presence::Suspect, _) => 2,
        (Presence::Ordinary, InstanceState::Running) => 3,
        (Presence::Ordinary, InstanceState::Crashed) => 4,
    }
}

impl Kinds {
    pub(super) const BITS: u32 = 6;
    pub(super) const NONE: Self = Self(0);
    /// An ordinary record that runs, and no other.
    pub(super) const RUNNING: Self = Self::NONE.with(Presence::Ordinary, InstanceState::Running);

    /// The state of the record of this presence.
    pub(super) const fn state(self, presence: Presence) -> Option<InstanceState> {
        let (shift, bits) = place(presence);
        match (presence, self.0 >> shift & ((1 << bits) - 1)) {
            (_, 0) => None,
            (Presence::Ordinary, 1) => Some(InstanceState::Unclaimed),
            (Presence::Ordinary, 2) | (Presence::Suspect, 1) => Some(InstanceState::Claimed),
            (Presence::Ordinary, 4..) => Some(InstanceState::Crashed),
            _ => Some(InstanceState::Running),
        }
    }

    const fn with(self, presence: Presence, state: InstanceState) -> Self {
        Self(self.0 | kind(presence, state) << place(presence).0)
    }
}

impl Packed {
    /// No record.
    pub(super) const EMPTY: Self = Self { kinds: Kinds::NONE, words: [0; WORDS] };

    /// What a valid group holds of who, where and since when.
    ///
    /// # Errors
    /// [`TableLimit::Cell`], [`TableLimit::Time`].
    // Written out for each presence, like its counterparts: as a loop it takes several times as long.
    #[inline(always)]
    pub(super) fn pack(group: &InstanceGroup) -> Result<Self, TableLimit> {
        let mut packed = Self::EMPTY;
        if let Some(record) = &group.ordinary {
            packed.put(Presence::Ordinary, record)?;
        }
        if let Some(record) = &group.evacuating {
            packed.put(Presence::Evacuating, record)?;
        }
        if let Some(record) = &group.suspect {
            packed.put(Presence::Suspect, record)?;
        }
        Ok(packed)
    }

    #[inline(always)]
    fn put(&mut self, presence: Presence, record: &Record) -> Result<(), TableLimit> {
        let first = first_word(presence);
        self.kinds = self.kinds.with(presence, record.state);
        self.words[first] = who(record)?;
        self.words[first + 1] = when(record)?;
        Ok(())
    }

    /// The group; what is not kept has its default value.
    #[inline(always)]
    pub(super) fn unpack(&self) -> InstanceGroup {
        InstanceGroup {
            ordinary: self.record(Presence::Ordinary),
            evacuating: self.record(Presence::Evacuating),
            suspect: self.record(Presence::Suspect),
        }
    }

    /// The cell of the ordinary record; cell 0 if it is on none.
    pub(super) fn ordinary_cell(&self) -> CellIx {
        cell(self.words[first_word(Presence::Ordinary)])
    }

    #[inline(always)]
    fn record(&self, presence: Presence) -> Option<Record> {
        let first = first_word(presence);
        let words = [self.words[first], self.words[first + 1]];
        Some(record(self.kinds.state(presence)?, words))
    }
}

#[inline(always)]
fn who(record: &Record) -> Result<u64, TableLimit> {
    let routable = u64::from(record.routable) << ROUTABLE_BIT;
    let Some(InstanceKey { instance, cell }) = record.key else { return Ok(routable) };
    if cell.0 >= CELLS {
        return Err(TableLimit::Cell(cell));
    }
    Ok(routable | u64::from(cell.0) << INSTANCE_BITS | u64::from(instance.0))
}

#[inline(always)]
fn when(record: &Record) -> Result<u64, TableLimit> {
    if record.since.0 > MAX_SINCE {
        return Err(TableLimit::Time(record.since));
    }
    Ok(u64::from(record.crash_count.min(MAX_CRASH_COUNT)) << SINCE_BITS | record.since.0)
}

#[inline(always)]
fn cell(who: u64) -> CellIx {
    CellIx((who >> INSTANCE_BITS) as u32 & (CELLS - 1))
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "takes the words apart into their fields")]
fn record(state: InstanceState, [who, when]: [u64; 2]) -> Record {
    let on_cell = matches!(state, InstanceState::Claimed | InstanceState::Running);
    Record {
        state,
        key: on_cell.then_some(InstanceKey::new(InstanceIx(who as u32), cell(who))),
        crash_count: (when >> SINCE_BITS) as u32,
        routable: who >> ROUTABLE_BIT & 1 != 0,
        ..Record::unclaimed(DomainIx::default(), Time(when & MAX_SINCE), 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_key(state: InstanceState, cell: u32, since: u64, crash_count: u32) -> Record {
        Record {
            key: Some(InstanceKey::new(InstanceIx(u32::MAX), CellIx(cell))),
            crash_count,
            routable: true,
            state,
            ..Record::unclaimed(DomainIx::default(), Time(since), 0)
        }
    }

    #[test]
    fn what_is_packed_comes_back_at_the_ends_of_all_fields() {
        use InstanceState::{Claimed, Crashed, Running, Unclaimed};
        let waiting = |state| Record { key: None, ..with_key(state, 0, MAX_SINCE, MAX_CRASH_COUNT) };
        let on_cell = |state| with_key(state, CELLS - 1, 0, 0);
        let ordinary = [None, Some(waiting(Unclaimed)), Some(on_cell(Claimed)), Some(on_cell(Running))]
            .into_iter()
            .chain([Some(waiting(Crashed))]);
        for ordinary in ordinary {
            for suspect in [None, Some(on_cell(Claimed)), Some(on_cell(Running))] {
                for evacuating in [None, Some(on_cell(Running))] {
                    let group = InstanceGroup { ordinary, evacuating, suspect };
                    assert_eq!(group.validate(), Ok(()));
                    assert_eq!(Packed::pack(&group).unwrap().unpack(), group);
                }
            }
        }
    }

    #[test]
    fn a_cell_or_a_time_that_does_not_fit_is_an_error() {
        let group = |record| InstanceGroup { ordinary: Some(record), evacuating: None, suspect: None };
        let running = InstanceState::Running;
        assert_eq!(
            Packed::pack(&group(with_key(running, CELLS, 0, 0))),
            Err(TableLimit::Cell(CellIx(CELLS)))
        );
        assert_eq!(
            Packed::pack(&group(with_key(running, 0, MAX_SINCE + 1, 0))),
            Err(TableLimit::Time(Time(MAX_SINCE + 1)))
        );
    }

    #[test]
    fn crash_counts_end_at_4095() {
        let mut record = with_key(InstanceState::Running, 0, 0, 5_000);
        let group = InstanceGroup { ordinary: Some(record), evacuating: None, suspect: None };
        record.crash_count = 4_095;
        assert_eq!(Packed::pack(&group).unwrap().unpack().ordinary, Some(record));
    }
}
