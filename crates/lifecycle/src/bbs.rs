//! The BBS: every request about actual LRPs, in one place.
//!
//! A thin shell over [`InstanceGroup`]: it finds the group, lends it what it must know of the process, and keeps the
//! indexes. Desired LRPs are in `desired.rs`, convergence in `convergence.rs`.
//!
//! Requests for a process that was never added are a caller's bug, and panic.

use rivera_model::{CellIx, Presence, ProcessIx, Span, Time};

use crate::call::{RetireAnswer, StopCall};
use crate::database::{Database, Faults};
use crate::desired::Desired;
use crate::domain::Domains;
use crate::error::LrpError;
use crate::evacuation::{Evacuated, ProcessView};
use crate::group::{Change, Crashed, InstanceGroup, PRESENCES, Started};
use crate::record::{DomainIx, InstanceKey, LrpKey, ReasonIx, Record, RunInfo};
use crate::store::Store;
use crate::validate::BrokenRule;

/// The state of a BBS. Cells are numbered densely: the greatest number decides how much room they take.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bbs {
    pub(crate) store: Store,
    pub(crate) domains: Domains,
    pub(crate) faults: Faults,
    epochs: u64,
}

impl Bbs {
    /// A BBS without records, for processes of these domains; the process ids are the positions.
    #[must_use]
    pub fn new(process_domains: impl IntoIterator<Item = DomainIx>) -> Self {
        let mut bbs = Self::default();
        for domain in process_domains {
            bbs.add_process(domain);
        }
        bbs
    }

    /// Makes one more process known, which nobody desires yet.
    pub fn add_process(&mut self, domain: DomainIx) -> ProcessIx {
        self.store.add_process(domain)
    }

    /// The records of an index.
    #[must_use]
    pub fn group(&self, lrp: LrpKey) -> InstanceGroup {
        self.store.group(lrp)
    }

    /// The groups of a process that have records, by index.
    pub fn groups(&self, process: ProcessIx) -> impl Iterator<Item = (LrpKey, InstanceGroup)> {
        self.store.groups(process)
    }

    /// The processes, desired or not.
    pub fn processes(&self) -> impl Iterator<Item = ProcessIx> + use<> {
        self.store.processes()
    }

    /// The desired LRP of a process.
    #[must_use]
    pub fn desired(&self, process: ProcessIx) -> Option<Desired> {
        self.store.desired(process)
    }

    /// The domain of a process.
    #[must_use]
    pub fn domain(&self, process: ProcessIx) -> DomainIx {
        self.store.domain(process)
    }

    /// How many ordinary records of a process are running.
    #[must_use]
    pub fn running(&self, process: ProcessIx) -> u32 {
        self.store.tally(process).running
    }

    /// The records on a cell, by key and presence: what the cell's bulk sync compares its containers with (B.7).
    /// Answered from an index.
    pub fn records_on(&self, cell: CellIx) -> impl Iterator<Item = (LrpKey, Presence)> {
        self.store.indexes.on_cell.on(cell).iter().flat_map(move |&lrp| {
            let group = self.group(lrp);
            let is_here = move |presence: &Presence| {
                group.get(*presence).is_some_and(|record| record.cell() == Some(cell))
            };
            PRESENCES.into_iter().filter(is_here).map(move |presence| (lrp, presence))
        })
    }

    /// Takes over a record from elsewhere, for example from an export, in place of the one of its key and presence. The
    /// epoch of its tag must be its own.
    ///
    /// # Errors
    /// [`BrokenRule`] if there can be no such record; nothing is changed then.
    pub fn adopt(&mut self, lrp: LrpKey, presence: Presence, record: Record) -> Result<(), BrokenRule> {
        record.validate(presence)?;
        self.epochs = self.epochs.max(record.tag.epoch);
        self.store.adopt(lrp, presence, record);
        Ok(())
    }

    /// Declares a domain fresh for `ttl`; [`Span::ZERO`] is for ever (C.7).
    pub fn upsert_domain(&mut self, domain: DomainIx, ttl: Span, now: Time) {
        self.domains.upsert(domain, ttl, now);
    }

    /// Lets these calls to the database fail from now on, until other faults are set. To begin with there are none.
    ///
    /// ```
    /// use rivera_lifecycle::{Bbs, Desired, DomainIx, Faults, InstanceKey, LrpError, LrpKey, RunInfo};
    /// use rivera_model::{CellIx, InstanceIx, ProcessIx, Time};
    ///
    /// let lrp = LrpKey::new(ProcessIx(0), 0);
    /// let cell = InstanceKey::new(InstanceIx(1), CellIx(1));
    /// let mut bbs = Bbs::new([DomainIx(0)]);
    /// bbs.adopt_desired(lrp.process, Desired { instances: 1, ..Desired::default() });
    /// let _ = bbs.start(lrp, cell, RunInfo::default(), Time::ZERO)?;
    ///
    /// bbs.set_faults(Faults { evacuate: true, ..Faults::NONE });
    /// let answer = bbs.evacuate_running(lrp, cell, RunInfo::default(), Time::ZERO);
    /// assert_eq!((answer.keep_container, answer.error), (true, Some(LrpError::Database)));
    ///
    /// bbs.set_faults(Faults::NONE);
    /// let answer = bbs.evacuate_running(lrp, cell, RunInfo::default(), Time::ZERO);
    /// assert_eq!((answer.keep_container, answer.error), (true, None));
    /// # Ok::<(), LrpError>(())
    /// ```
    pub const fn set_faults(&mut self, faults: Faults) {
        self.faults = faults;
    }

    /// See [`InstanceGroup::claim`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeClaimed`].
    pub fn claim(&mut self, lrp: LrpKey, caller: InstanceKey, now: Time) -> Result<Change, LrpError> {
        self.store.update(lrp, |group| group.claim(caller, now))
    }

    /// See [`InstanceGroup::start`].
    ///
    /// # Errors
    /// [`LrpError::CannotBeStarted`].
    pub fn start(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        run: RunInfo,
        now: Time,
    ) -> Result<Started, LrpError> {
        let domain = self.domain_named(lrp, run);
        let epoch = self.next_epoch();
        self.change(lrp, |records| records.start(domain, caller, run, now, epoch))
    }

    /// See [`InstanceGroup::crash`]. Without a desired LRP a crash that asks for a restart is recorded, but the call
    /// fails and no auction is due (C.11.3).
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeCrashed`], [`LrpError::Database`].
    pub fn crash(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        reason: ReasonIx,
        now: Time,
    ) -> Result<Crashed, LrpError> {
        let crashed = self.change(lrp, |records| records.crash(caller, reason, now))?;
        match crashed {
            Crashed::Counted { restart_now: true, .. } if self.desired(lrp.process).is_none() => {
                Err(LrpError::ResourceNotFound)
            }
            _ => Ok(crashed),
        }
    }

    /// The auctioneer found no cell. A missing record is no error.
    ///
    /// # Errors
    /// [`LrpError::CannotBeFailed`].
    pub fn fail(&mut self, lrp: LrpKey, reason: ReasonIx, now: Time) -> Result<Change, LrpError> {
        match self.store.update(lrp, |group| group.fail(reason, now)) {
            Ok(()) => Ok(Change::Made),
            Err(LrpError::ResourceNotFound) => Ok(Change::Ignored),
            Err(error) => Err(error),
        }
    }

    /// See [`InstanceGroup::remove`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`].
    pub fn remove(&mut self, lrp: LrpKey, caller: Option<InstanceKey>) -> Result<(), LrpError> {
        self.store.update(lrp, |group| group.remove(caller))
    }

    /// Takes an instance out of service (C.3): a record that no cell holds, or whose cell is not present, is removed;
    /// otherwise the cell is to be asked. `is_present` is asked only then, and answers `None` if it does not know.
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`]; [`LrpError::PresenceUnknown`], which is not worth another try (C.11.5).
    pub fn retire(
        &mut self,
        lrp: LrpKey,
        is_present: impl FnOnce(CellIx) -> Option<bool>,
    ) -> Result<RetireAnswer, LrpError> {
        let record = self.group(lrp).ordinary.ok_or(LrpError::ResourceNotFound)?;
        if let Some(key) = record.key
            && is_present(key.cell).ok_or(LrpError::PresenceUnknown)?
        {
            return Ok(RetireAnswer::Stop(StopCall { lrp, key }));
        }
        self.remove(lrp, None)?;
        Ok(RetireAnswer::Removed)
    }

    /// See [`InstanceGroup::unclaim`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeUnclaimed`], [`LrpError::Database`].
    pub fn unclaim(&mut self, lrp: LrpKey, stale: bool, now: Time) -> Result<(), LrpError> {
        self.change(lrp, |records| records.unclaim(stale, now))
    }

    /// Takes a record from its instance if at least `instances` ordinary records of the process are running (C.3).
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], also without a desired LRP; [`LrpError::CannotBeUnclaimed`];
    /// [`LrpError::Database`].
    pub fn unclaim_if_all_running(
        &mut self,
        lrp: LrpKey,
        instances: u32,
        stale: bool,
        now: Time,
    ) -> Result<(), LrpError> {
        let view = self.process_view(lrp.process).ok_or(LrpError::ResourceNotFound)?;
        let view = ProcessView { instances, ..view };
        self.change(lrp, |records| records.unclaim_if_all_running(view, stale, now))
    }

    /// See [`InstanceGroup::evacuate_claimed`]. Without a desired LRP there is no auction.
    pub fn evacuate_claimed(&mut self, lrp: LrpKey, caller: InstanceKey, now: Time) -> Evacuated {
        let answer = self.change(lrp, |records| records.evacuate_claimed(caller, now));
        let is_desired = self.desired(lrp.process).is_some();
        Evacuated { request_auction: answer.request_auction && is_desired, ..answer }
    }

    /// See [`InstanceGroup::evacuate_running`].
    pub fn evacuate_running(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        run: RunInfo,
        now: Time,
    ) -> Evacuated {
        let domain = self.domain_named(lrp, run);
        let epoch = self.next_epoch();
        let view = self.process_view(lrp.process);
        self.change(lrp, |records| records.evacuate_running(domain, caller, run, view, now, epoch))
    }

    /// See [`InstanceGroup::evacuate_crashed`].
    pub fn evacuate_crashed(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        reason: ReasonIx,
        now: Time,
    ) -> Evacuated {
        self.change(lrp, |records| records.evacuate_crashed(caller, reason, now))
    }

    /// See [`InstanceGroup::evacuate_stopped`].
    pub fn evacuate_stopped(&mut self, lrp: LrpKey, caller: InstanceKey) -> Evacuated {
        self.change(lrp, |records| records.evacuate_stopped(caller))
    }

    /// See [`InstanceGroup::remove_evacuating`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::Database`].
    pub fn remove_evacuating(&mut self, lrp: LrpKey, caller: InstanceKey) -> Result<(), LrpError> {
        self.change(lrp, |records| records.remove_evacuating(caller))
    }

    /// Makes a request that a failing database can meet.
    pub(crate) fn change<R>(&mut self, lrp: LrpKey, request: impl FnOnce(&mut Database<'_>) -> R) -> R {
        let faults = self.faults;
        self.store.update(lrp, |group| request(&mut group.behind(faults)))
    }

    /// A number for a record that may be created now; numbers are never used twice.
    pub(crate) fn next_epoch(&mut self) -> u64 {
        self.epochs += 1;
        self.epochs
    }

    fn process_view(&self, process: ProcessIx) -> Option<ProcessView> {
        let Desired { strategy, instances, .. } = self.desired(process)?;
        Some(ProcessView { strategy, instances, running: self.running(process) })
    }

    fn domain_named(&self, lrp: LrpKey, run: RunInfo) -> DomainIx {
        run.foreign_domain.unwrap_or_else(|| self.domain(lrp.process))
    }
}
