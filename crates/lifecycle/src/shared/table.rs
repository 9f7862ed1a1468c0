//! The table, and what can be read from it.

use rivera_model::{InstanceState, Presence, ProcessIx};

use super::changes::Changes;
use super::error::TableLimit;
use super::head::{Head, MAX_SLOTS};
use super::known::Known;
use super::packed::Packed;
use super::slots::Slots;
use super::spares::Spares;
use super::sync::{AtomicBool, AtomicU64, Mutex, Ordering, spin_loop};
use crate::group::InstanceGroup;
use crate::record::LrpKey;

/// Instance records that many threads share. Changes are made by a [`Writer`](crate::Writer).
///
/// 56 bytes for each index, all three records included, and 5 for each process; 60.3 and 9 once there was a pass of
/// convergence. Reading is lock-free.
///
/// ```
/// use std::thread;
///
/// use rivera_lifecycle::{Desired, InstanceKey, LrpKey, SharedTable, State};
/// use rivera_model::{CellIx, InstanceIx, ProcessIx, Time};
///
/// // One process with two instances, for up to three threads that change records.
/// let table = SharedTable::new([2], 3)?;
/// let (old, new) = (CellIx(0), CellIx(1));
/// let start = |number, cell| InstanceKey::new(InstanceIx(number), cell);
/// let mut writer = table.writer()?;
/// for index in 0..2 {
///     let _ = writer.start(LrpKey::new(ProcessIx(0), index), start(index, old), true, Time::ZERO)?;
/// }
///
/// // The old cell is evacuated while the new one starts what it is given.
/// let desired = Some(Desired { instances: 2, ..Desired::default() });
/// let now = Time::from_ms(1_000);
/// thread::scope(|scope| {
///     for index in 0..2 {
///         let (lrp, table) = (LrpKey::new(ProcessIx(0), index), &table);
///         scope.spawn(move || {
///             let mut cell = table.writer().expect("three writers are enough");
///             let answer = cell.evacuate_running(lrp, start(index, old), true, desired, now);
///             assert!(answer.expect("all of it fits").request_auction);
///             let _ = cell.start(lrp, start(2 + index, new), true, now).expect("it waits");
///         });
///     }
/// });
/// assert_eq!(table.count(ProcessIx(0), State::Running)?, 2);
/// for (_, snapshot) in table.groups(ProcessIx(0))? {
///     assert_eq!(snapshot.group.ordinary.and_then(|record| record.cell()), Some(new));
///     assert_eq!(snapshot.group.evacuating, None);
/// }
/// # Ok::<(), rivera_lifecycle::TableError>(())
/// ```
#[derive(Debug)]
pub struct SharedTable {
    pub(super) heads: Box<[AtomicU64]>,
    pub(super) slots: Slots,
    pub(super) spares: Spares,
    pub(super) changes: Changes,
    /// Who has it has the pass.
    pub(super) known: Mutex<Known>,
    turns: Box<[AtomicBool]>,
    /// The position of each process's index 0, and the end.
    starts: Box<[u32]>,
}

/// The records of an index at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// The records. What the table leaves out has its default value.
    pub group: InstanceGroup,
    /// Of two snapshots the one with the greater number is the later one. It grows by one with every change, and seldom
    /// besides, when a pass looks at the index just when it changes.
    pub version: u64,
}

impl SharedTable {
    /// A table without records, for processes of so many indices each (the process ids are the positions), that up to
    /// `writers` threads change at a time.
    ///
    /// # Errors
    /// [`TableLimit::Slots`].
    pub fn new(indices: impl IntoIterator<Item = u32>, writers: u32) -> Result<Self, TableLimit> {
        let mut starts = vec![0];
        let mut end = 0;
        for indices in indices {
            end = slot_count(u64::from(end) + u64::from(indices))?;
            starts.push(end);
        }
        let slots = slot_count(u64::from(end) + u64::from(writers))?;
        Ok(Self {
            heads: (0..end).map(|position| AtomicU64::new(Head::first(position).0)).collect(),
            slots: Slots::new(slots),
            spares: Spares::new(end, writers),
            changes: Changes::new(end),
            known: Mutex::new(Known::default()),
            turns: starts.iter().skip(1).map(|_| AtomicBool::new(false)).collect(),
            starts: starts.into(),
        })
    }

    /// The records of an index.
    ///
    /// # Errors
    /// [`TableLimit::Index`].
    pub fn get(&self, lrp: LrpKey) -> Result<Snapshot, TableLimit> {
        Ok(self.snapshot(self.position(lrp)?))
    }

    /// The records of each index of a process, each at a moment of its own.
    ///
    /// # Errors
    /// [`TableLimit::Process`].
    pub fn groups(&self, process: ProcessIx) -> Result<impl Iterator<Item = (LrpKey, Snapshot)>, TableLimit> {
        let snapshots = self.positions(process)?.map(|position| self.snapshot(position));
        Ok((0..).zip(snapshots).map(move |(index, snapshot)| (LrpKey::new(process, index), snapshot)))
    }

    /// How many ordinary records of a process are in this state, each counted at a moment of its own.
    ///
    /// # Errors
    /// [`TableLimit::Process`].
    pub fn count(&self, process: ProcessIx, state: InstanceState) -> Result<u32, TableLimit> {
        // Kinds are in the heads, so that no slot is read.
        let found = |position: usize| {
            Head(self.heads[position].load(Ordering::Relaxed)).kinds().state(Presence::Ordinary)
        };
        Ok(self.positions(process)?.map(|position| u32::from(found(position) == Some(state))).sum())
    }

    /// Where the indices of each process are, by process.
    pub(super) fn ranges(&self) -> impl ExactSizeIterator<Item = std::ops::Range<usize>> {
        self.starts.windows(2).map(|ends| ends[0] as usize..ends[1] as usize)
    }

    /// The position of a process's index 0.
    pub(super) fn start(&self, process: usize) -> usize {
        self.starts[process] as usize
    }

    /// The process that a position belongs to, which is this one or a later one.
    pub(super) fn process_of(&self, position: usize, from: usize) -> usize {
        let is_begun = |start: &u32| *start as usize <= position;
        match self.starts.get(from + 1) {
            Some(next) if is_begun(next) => from + self.starts[from..].partition_point(is_begun) - 1,
            _ => from,
        }
    }

    /// Whose turn it is to give up an instance of the process.
    pub(super) fn turn(&self, process: ProcessIx) -> Result<&AtomicBool, TableLimit> {
        self.turns.get(process.index()).ok_or(TableLimit::Process(process))
    }

    /// Where an index is.
    #[inline]
    pub(super) fn position(&self, lrp: LrpKey) -> Result<usize, TableLimit> {
        let positions = self.positions(lrp.process).map_err(|_| TableLimit::Index(lrp))?;
        let position = positions.start.saturating_add(lrp.index as usize);
        if positions.contains(&position) { Ok(position) } else { Err(TableLimit::Index(lrp)) }
    }

    /// Where the indices of a process are.
    #[inline]
    pub(super) fn positions(&self, process: ProcessIx) -> Result<std::ops::Range<usize>, TableLimit> {
        match self.starts.get(process.index()..) {
            Some([start, end, ..]) => Ok(*start as usize..*end as usize),
            _ => Err(TableLimit::Process(process)),
        }
    }

    /// One state of the records at this position, and the head that says so.
    #[inline]
    pub(super) fn read(&self, position: usize) -> (Head, Packed) {
        let head = &self.heads[position];
        loop {
            let before = Head(head.load(Ordering::Acquire));
            let packed = self.slots.read(before.slot(), before.kinds());
            if head.load(Ordering::Relaxed) == before.0 {
                return (before, packed);
            }
            spin_loop();
        }
    }

    fn snapshot(&self, position: usize) -> Snapshot {
        let (head, packed) = self.read(position);
        Snapshot { group: packed.unpack(), version: head.version() }
    }
}

fn slot_count(count: u64) -> Result<u32, TableLimit> {
    match u32::try_from(count) {
        Ok(slots) if count <= MAX_SLOTS => Ok(slots),
        _ => Err(TableLimit::Slots(count)),
    }
}
