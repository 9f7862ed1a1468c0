//! The records of one instance index, and what requests do to them (C.3).
//!
//! At most one record of each presence: that law is kept by the structure itself. Unless said otherwise an operation
//! acts on the ordinary record. A refused operation changes nothing.

use rivera_model::InstanceState::{Claimed, Crashed as CrashedState, Running, Unclaimed};
use rivera_model::{Presence, Time};

use crate::database::Database;
use crate::error::LrpError;
use crate::record::{DomainIx, InstanceKey, ReasonIx, Record, RunInfo};
use crate::restart::{CRASH_RESET, IMMEDIATE_RESTARTS};

/// How often a stop call of a retired instance is tried until its failure is the answer (C.3).
pub const RETIRE_ATTEMPTS: u32 = 5;

/// The presences, in their order.
pub(crate) const PRESENCES: [Presence; 3] = [Presence::Ordinary, Presence::Evacuating, Presence::Suspect];

/// The up to three records of one instance index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct InstanceGroup {
    /// The record that counts.
    pub ordinary: Option<Record>,
    /// The old instance on an evacuating cell.
    pub evacuating: Option<Record>,
    /// The instance whose cell has disappeared.
    pub suspect: Option<Record>,
}

/// What an accepted request did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Change {
    /// Nothing, because it does not concern the record that counts.
    Ignored,
    /// Nothing, because the record says so already.
    Unchanged,
    /// The record changed.
    Made,
}

/// What an accepted start did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub struct Started {
    /// What happened to the ordinary record.
    pub change: Change,
    /// Whose evacuating record went: its container may go at its cell's next sync.
    pub removed_evacuating: Option<InstanceKey>,
    /// Whose suspect record went.
    pub removed_suspect: Option<InstanceKey>,
}

/// What an accepted crash did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Crashed {
    /// It was the suspect instance: its record is gone, and nothing is counted.
    SuspectRemoved,
    /// The crash was counted.
    Counted {
        /// Crashes in a row, this one included.
        crash_count: u32,
        /// The record is unclaimed again, and an auction is due now.
        restart_now: bool,
    },
}

impl InstanceGroup {
    /// The group without a record.
    pub const EMPTY: Self = Self { ordinary: None, evacuating: None, suspect: None };

    /// Whether there is no record at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ordinary.is_none() && self.evacuating.is_none() && self.suspect.is_none()
    }

    /// The record of this presence.
    #[must_use]
    pub const fn get(&self, presence: Presence) -> Option<&Record> {
        match presence {
            Presence::Ordinary => self.ordinary.as_ref(),
            Presence::Evacuating => self.evacuating.as_ref(),
            Presence::Suspect => self.suspect.as_ref(),
        }
    }

    /// The place of the record of this presence.
    #[must_use]
    pub const fn slot_mut(&mut self, presence: Presence) -> &mut Option<Record> {
        match presence {
            Presence::Ordinary => &mut self.ordinary,
            Presence::Evacuating => &mut self.evacuating,
            Presence::Suspect => &mut self.suspect,
        }
    }

    /// The records with their presences.
    pub fn records(&self) -> impl Iterator<Item = (Presence, &Record)> {
        PRESENCES.into_iter().filter_map(|presence| Some((presence, self.get(presence)?)))
    }

    /// Which record belongs to `caller`.
    #[must_use]
    pub fn presence_of(&self, caller: InstanceKey) -> Option<Presence> {
        self.records().find(|(_, record)| record.is_of(caller)).map(|(presence, _)| presence)
    }

    pub(crate) fn is_suspect(&self, caller: InstanceKey) -> bool {
        self.suspect.is_some_and(|record| record.is_of(caller))
    }

    pub(crate) fn is_evacuating(&self, caller: InstanceKey) -> bool {
        self.evacuating.is_some_and(|record| record.is_of(caller))
    }

    /// Adds an unclaimed record. Answers whether there was none.
    #[must_use]
    pub fn create_unclaimed(&mut self, domain: DomainIx, now: Time, epoch: u64) -> bool {
        let missing = self.ordinary.is_none();
        self.ordinary.get_or_insert(Record::unclaimed(domain, now, epoch));
        missing
    }

    /// A cell has reserved a container for the instance. The suspect instance is ignored, whether or not there is an
    /// ordinary record (C.11.2).
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeClaimed`].
    pub fn claim(&mut self, caller: InstanceKey, now: Time) -> Result<Change, LrpError> {
        if self.is_suspect(caller) {
            return Ok(Change::Ignored);
        }
        let record = self.ordinary.as_mut().ok_or(LrpError::ResourceNotFound)?;
        if !record.allows(Claimed, Some(caller)) {
            return Err(LrpError::CannotBeClaimed);
        }
        if record.state == Claimed {
            return Ok(Change::Unchanged);
        }
        record.release(Claimed);
        record.key = Some(caller);
        record.placement_error = ReasonIx::EMPTY;
        record.touch(now);
        Ok(Change::Made)
    }

    /// An instance runs. A missing record is created, even without a desired LRP; the records that it replaces go.
    ///
    /// # Errors
    /// [`LrpError::CannotBeStarted`].
    pub fn start(
        &mut self,
        domain: DomainIx,
        caller: InstanceKey,
        run: RunInfo,
        now: Time,
        epoch: u64,
    ) -> Result<Started, LrpError> {
        self.sound().start(domain, caller, run, now, epoch)
    }

    fn start_ordinary(
        &mut self,
        domain: DomainIx,
        caller: InstanceKey,
        run: RunInfo,
        now: Time,
        epoch: u64,
    ) -> Result<Change, LrpError> {
        match self.ordinary.as_mut() {
            None => {
                self.ordinary = Some(Record::running(domain, caller, run, now, epoch));
                Ok(Change::Made)
            }
            Some(record) if record.runs_as(domain, caller, run) => Ok(Change::Unchanged),
            Some(record) if record.domain == domain && record.allows(Running, Some(caller)) => {
                record.set_running(caller, run);
                record.placement_error = ReasonIx::EMPTY;
                record.touch(now);
                Ok(Change::Made)
            }
            Some(_) => Err(LrpError::CannotBeStarted),
        }
    }

    /// The container of an instance has ended by itself.
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeCrashed`].
    pub fn crash(&mut self, caller: InstanceKey, reason: ReasonIx, now: Time) -> Result<Crashed, LrpError> {
        self.sound().crash(caller, reason, now)
    }

    /// Counts the crash of the ordinary record's instance.
    fn crash_ordinary(
        &mut self,
        caller: InstanceKey,
        reason: ReasonIx,
        now: Time,
    ) -> Result<Crashed, LrpError> {
        let record = self.ordinary.as_mut().ok_or(LrpError::ResourceNotFound)?;
        if !record.allows(CrashedState, Some(caller)) {
            return Err(LrpError::CannotBeCrashed);
        }
        let ran_long = record.state == Running && now.since(record.since) > CRASH_RESET;
        // Saturation is harmless: from 200 on the count has no further meaning.
        record.crash_count = if ran_long { 1 } else { record.crash_count.saturating_add(1) };
        let restart_now = record.crash_count < IMMEDIATE_RESTARTS;
        record.release(if restart_now { Unclaimed } else { CrashedState });
        record.crash_reason = reason;
        record.touch(now);
        Ok(Crashed::Counted { crash_count: record.crash_count, restart_now })
    }

    /// The auctioneer found no cell.
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeFailed`].
    pub fn fail(&mut self, reason: ReasonIx, now: Time) -> Result<(), LrpError> {
        let record = self.ordinary.as_mut().ok_or(LrpError::ResourceNotFound)?;
        if record.state != Unclaimed {
            return Err(LrpError::CannotBeFailed);
        }
        record.placement_error = reason;
        record.touch(now);
        Ok(())
    }

    /// Removes the record: that of `caller`, or whichever it is if nobody is named (C.11.5).
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], also if the record is another instance's.
    pub fn remove(&mut self, caller: Option<InstanceKey>) -> Result<(), LrpError> {
        self.ordinary
            .take_if(|record| caller.is_none_or(|caller| record.is_of(caller)))
            .map(|_| ())
            .ok_or(LrpError::ResourceNotFound)
    }

    /// Takes the record from its instance, whoever that is. With `stale` a claimed record is left alone, because a
    /// cell has taken it since somebody found it to be waiting.
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeUnclaimed`].
    pub fn unclaim(&mut self, stale: bool, now: Time) -> Result<(), LrpError> {
        let record = self.ordinary.as_mut().ok_or(LrpError::ResourceNotFound)?;
        if record.state == Unclaimed || (stale && record.state == Claimed) {
            return Err(LrpError::CannotBeUnclaimed);
        }
        record.release(Unclaimed);
        record.touch(now);
        Ok(())
    }

    /// The cell of the ordinary record has disappeared: it becomes the suspect, as it is (C.11.13), and a new record
    /// takes its place. Answers whether that was so: not without a record, nor if there is a suspect already.
    #[must_use]
    pub fn suspect_ordinary(&mut self, now: Time, epoch: u64) -> bool {
        let Some(ordinary) = self.ordinary.filter(|_| self.suspect.is_none()) else { return false };
        self.suspect = Some(ordinary);
        self.ordinary = Some(Record::unclaimed(ordinary.domain, now, epoch));
        true
    }

    /// The suspect's cell is back: the suspect, as it is, replaces the ordinary record in whatever state (C.11.13).
    /// Answers whether there was a suspect.
    #[must_use]
    pub fn promote_suspect(&mut self) -> bool {
        let suspect = self.suspect.take();
        if suspect.is_some() {
            self.ordinary = suspect;
        }
        suspect.is_some()
    }
}

impl Database<'_> {
    /// See [`InstanceGroup::start`]. A record that cannot be removed stays, and the start succeeds all the same.
    ///
    /// # Errors
    /// [`LrpError::CannotBeStarted`].
    pub fn start(
        &mut self,
        domain: DomainIx,
        caller: InstanceKey,
        run: RunInfo,
        now: Time,
        epoch: u64,
    ) -> Result<Started, LrpError> {
        if self.group.is_suspect(caller) {
            return Ok(Started { change: Change::Ignored, removed_evacuating: None, removed_suspect: None });
        }
        let change = self.group.start_ordinary(domain, caller, run, now, epoch)?;
        Ok(Started {
            change,
            removed_evacuating: self.remove_record(Presence::Evacuating).ok().flatten(),
            removed_suspect: self.remove_record(Presence::Suspect).ok().flatten(),
        })
    }

    /// See [`InstanceGroup::crash`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeCrashed`], [`LrpError::Database`].
    pub fn crash(&mut self, caller: InstanceKey, reason: ReasonIx, now: Time) -> Result<Crashed, LrpError> {
        if self.fetch()?.is_suspect(caller) {
            return self.remove_record(Presence::Suspect).map(|_| Crashed::SuspectRemoved);
        }
        self.group.crash_ordinary(caller, reason, now)
    }
}

impl Record {
    /// Whether a start would change nothing.
    fn runs_as(&self, domain: DomainIx, caller: InstanceKey, run: RunInfo) -> bool {
        self.state == Running
            && self.domain == domain
            && self.is_of(caller)
            && self.net == run.net
            && self.routable == run.routable
            && self.routes == run.routes
            && self.tags == run.tags
    }
}
