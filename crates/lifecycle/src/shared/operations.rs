//! The requests of C.3 and C.5 on the shared records. Each takes effect at one moment; its rules are those of the function
//! of [`InstanceGroup`] with the same name.

use rivera_model::{CellIx, Presence, Time, UpdateStrategy};

use super::error::{TableError, TableLimit};
use super::turn::Turn;
use super::writer::Writer;
use crate::call::{RetireAnswer, StopCall};
use crate::desired::Desired;
use crate::error::LrpError;
use crate::evacuation::{Evacuated, ProcessView};
use crate::group::{Change, Crashed, InstanceGroup, Started};
use crate::record::{DomainIx, InstanceKey, LrpKey, ReasonIx, Record, RunInfo};

/// Records have no domain here, so all have the same.
pub(super) const NO_DOMAIN: DomainIx = DomainIx(0);
/// Records have no modification tags here.
pub(super) const NO_EPOCH: u64 = 0;

fn run_info(routable: bool) -> RunInfo {
    RunInfo { routable, ..RunInfo::default() }
}

fn is_on(record: Option<&Record>, cell: CellIx) -> bool {
    record.and_then(Record::cell) == Some(cell)
}

impl Writer<'_> {
    fn request<R>(
        &mut self,
        lrp: LrpKey,
        request: impl FnMut(&mut InstanceGroup) -> Result<R, LrpError>,
    ) -> Result<R, TableError> {
        Ok(self.update(lrp, request)??)
    }

    /// Takes over a record from elsewhere in place of the one of its presence.
    ///
    /// # Errors
    /// [`TableError::Broken`], [`TableError::Limit`].
    pub fn adopt(&mut self, lrp: LrpKey, presence: Presence, record: Record) -> Result<(), TableError> {
        record.validate(presence)?;
        Ok(self.update(lrp, |group| *group.slot_mut(presence) = Some(record))?)
    }

    /// See [`InstanceGroup::create_unclaimed`].
    ///
    /// # Errors
    /// [`TableLimit`].
    pub fn create_unclaimed(&mut self, lrp: LrpKey, now: Time) -> Result<bool, TableLimit> {
        self.update(lrp, |group| group.create_unclaimed(NO_DOMAIN, now, NO_EPOCH))
    }

    /// See [`InstanceGroup::claim`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeClaimed`]; [`TableLimit`].
    pub fn claim(&mut self, lrp: LrpKey, caller: InstanceKey, now: Time) -> Result<Change, TableError> {
        self.request(lrp, |group| group.claim(caller, now))
    }

    /// See [`InstanceGroup::start`]. The evacuating and the suspect record go at the same moment.
    ///
    /// # Errors
    /// [`LrpError::CannotBeStarted`]; [`TableLimit`].
    pub fn start(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        routable: bool,
        now: Time,
    ) -> Result<Started, TableError> {
        self.request(lrp, |group| group.start(NO_DOMAIN, caller, run_info(routable), now, NO_EPOCH))
    }

    /// See [`InstanceGroup::crash`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeCrashed`]; [`TableLimit`].
    pub fn crash(&mut self, lrp: LrpKey, caller: InstanceKey, now: Time) -> Result<Crashed, TableError> {
        self.request(lrp, |group| group.crash(caller, ReasonIx::EMPTY, now))
    }

    /// See [`InstanceGroup::fail`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeFailed`]; [`TableLimit`].
    pub fn fail(&mut self, lrp: LrpKey, now: Time) -> Result<(), TableError> {
        self.request(lrp, |group| group.fail(ReasonIx::EMPTY, now))
    }

    /// See [`InstanceGroup::remove`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`]; [`TableLimit`].
    pub fn remove(&mut self, lrp: LrpKey, caller: Option<InstanceKey>) -> Result<(), TableError> {
        self.request(lrp, |group| group.remove(caller))
    }

    /// See [`Bbs::retire`](crate::Bbs::retire). `is_present` may be asked several times.
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::PresenceUnknown`]; [`TableLimit`].
    pub fn retire(
        &mut self,
        lrp: LrpKey,
        is_present: impl Fn(CellIx) -> Option<bool>,
    ) -> Result<RetireAnswer, TableError> {
        self.request(lrp, |group| retire(group, lrp, &is_present))
    }

    /// See [`InstanceGroup::unclaim`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeUnclaimed`]; [`TableLimit`].
    pub fn unclaim(&mut self, lrp: LrpKey, stale: bool, now: Time) -> Result<(), TableError> {
        self.request(lrp, |group| group.unclaim(stale, now))
    }

    /// See [`InstanceGroup::unclaim_if_all_running`]. Also refused while another call has the turn of the process.
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeUnclaimed`]; [`TableLimit`].
    pub fn unclaim_if_all_running(
        &mut self,
        lrp: LrpKey,
        instances: u32,
        stale: bool,
        now: Time,
    ) -> Result<(), TableError> {
        let desired = Desired { instances, strategy: UpdateStrategy::Recreate, ..Desired::default() };
        let (_turn, process) = self.take_turn(lrp, desired)?;
        self.request(lrp, |group| group.unclaim_if_all_running(process, stale, now))
    }

    /// See [`InstanceGroup::suspect_ordinary`]. `cell` is the one that has disappeared: a record that has moved elsewhere
    /// meanwhile is left alone.
    ///
    /// # Errors
    /// [`TableLimit`].
    pub fn suspect_ordinary(&mut self, lrp: LrpKey, cell: CellIx, now: Time) -> Result<bool, TableLimit> {
        self.update(lrp, |group| {
            is_on(group.ordinary.as_ref(), cell) && group.suspect_ordinary(now, NO_EPOCH)
        })
    }

    /// See [`InstanceGroup::promote_suspect`]. `cell` is the one that is back: a suspect of another cell is left alone.
    ///
    /// # Errors
    /// [`TableLimit`].
    pub fn promote_suspect(&mut self, lrp: LrpKey, cell: CellIx) -> Result<bool, TableLimit> {
        self.update(lrp, |group| is_on(group.suspect.as_ref(), cell) && group.promote_suspect())
    }

    /// See [`InstanceGroup::evacuate_claimed`].
    ///
    /// # Errors
    /// [`TableLimit`].
    pub fn evacuate_claimed(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        now: Time,
    ) -> Result<Evacuated, TableLimit> {
        self.update(lrp, |group| group.evacuate_claimed(caller, now))
    }

    /// See [`InstanceGroup::evacuate_running`]. `desired` is `None` without a desired LRP. The ordinary record becomes
    /// unclaimed at the same moment as the evacuating one appears. Under recreate an instance that would be given up is
    /// also kept while another call has the turn of the process.
    ///
    /// # Errors
    /// [`TableLimit`].
    pub fn evacuate_running(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        routable: bool,
        desired: Option<Desired>,
        now: Time,
    ) -> Result<Evacuated, TableLimit> {
        let (_turn, process) = match desired {
            None => (None, None),
            Some(desired) => self.take_turn(lrp, desired).map(|(turn, process)| (turn, Some(process)))?,
        };
        self.update(lrp, |group| {
            group.evacuate_running(NO_DOMAIN, caller, run_info(routable), process, now, NO_EPOCH)
        })
    }

    /// See [`InstanceGroup::evacuate_crashed`].
    ///
    /// # Errors
    /// [`TableLimit`].
    pub fn evacuate_crashed(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        now: Time,
    ) -> Result<Evacuated, TableLimit> {
        self.update(lrp, |group| group.evacuate_crashed(caller, ReasonIx::EMPTY, now))
    }

    /// See [`InstanceGroup::evacuate_stopped`].
    ///
    /// # Errors
    /// [`TableLimit`].
    pub fn evacuate_stopped(&mut self, lrp: LrpKey, caller: InstanceKey) -> Result<Evacuated, TableLimit> {
        self.update(lrp, |group| group.evacuate_stopped(caller))
    }

    /// See [`InstanceGroup::remove_evacuating`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`]; [`TableLimit`].
    pub fn remove_evacuating(&mut self, lrp: LrpKey, caller: InstanceKey) -> Result<(), TableError> {
        self.request(lrp, |group| group.remove_evacuating(caller))
    }
}

impl<'a> Writer<'a> {
    /// What an evacuation must know of the process. Only under recreate it counts, and then the turn has to be held until
    /// the request has taken effect. Without the turn nothing is known to run.
    fn take_turn(
        &self,
        lrp: LrpKey,
        desired: Desired,
    ) -> Result<(Option<Turn<'a>>, ProcessView), TableLimit> {
        let turn = match desired.strategy {
            UpdateStrategy::Recreate => Turn::take(self.table.turn(lrp.process)?),
            UpdateStrategy::Rolling => None,
        };
        let running = match turn {
            Some(_) => self.table.count(lrp.process, crate::State::Running)?,
            None => 0,
        };
        Ok((turn, ProcessView { strategy: desired.strategy, instances: desired.instances, running }))
    }
}

/// See [`Bbs::retire`](crate::Bbs::retire).
pub(super) fn retire(
    group: &mut InstanceGroup,
    lrp: LrpKey,
    is_present: impl Fn(CellIx) -> Option<bool>,
) -> Result<RetireAnswer, LrpError> {
    let record = group.ordinary.ok_or(LrpError::ResourceNotFound)?;
    if let Some(key) = record.key
        && is_present(key.cell).ok_or(LrpError::PresenceUnknown)?
    {
        return Ok(RetireAnswer::Stop(StopCall { lrp, key }));
    }
    group.remove(None)?;
    Ok(RetireAnswer::Removed)
}
