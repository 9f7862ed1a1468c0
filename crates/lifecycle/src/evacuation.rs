//! What an evacuating cell's requests do to the records of an index (C.5).
//!
//! The answer of each tells the cell whether to keep the container. "Target" is the record of the caller, of whatever
//! presence. Under the rolling strategy the target's instance lives on in the evacuating record while the ordinary one
//! waits for a replacement; under recreate the instance is given up first, one of a process at a time.

use rivera_model::{InstanceState, Presence, Time, UpdateStrategy};

use crate::database::Database;
use crate::error::LrpError;
use crate::group::InstanceGroup;
use crate::record::{DomainIx, InstanceKey, ReasonIx, Record, RunInfo};

/// The answer to a request of an evacuating cell, and what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub struct Evacuated {
    /// Whether the cell keeps the container for now; if so it asks again at its next sync.
    pub keep_container: bool,
    /// Whether an auction is due for the index.
    pub request_auction: bool,
    /// Why the request was refused.
    pub error: Option<LrpError>,
}

/// What an evacuation must know of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProcessView {
    /// What happens to the old instance.
    pub strategy: UpdateStrategy,
    /// Desired instances.
    pub instances: u32,
    /// Ordinary records of the process that are running.
    pub running: u32,
}

impl Evacuated {
    const KEEP: Self = Self { keep_container: true, request_auction: false, error: None };
    const RELEASE: Self = Self { keep_container: false, request_auction: false, error: None };

    const fn refused(error: LrpError) -> Self {
        Self { error: Some(error), ..Self::RELEASE }
    }

    const fn kept(error: LrpError) -> Self {
        Self { error: Some(error), ..Self::KEEP }
    }

    const fn with_auction(self) -> Self {
        Self { keep_container: self.keep_container, request_auction: true, error: self.error }
    }
}

impl Database<'_> {
    /// See [`InstanceGroup::evacuate_claimed`].
    pub fn evacuate_claimed(&mut self, caller: InstanceKey, now: Time) -> Evacuated {
        match self.target(caller) {
            Err(error) => Evacuated::refused(error),
            Ok(None) => Evacuated::refused(LrpError::ResourceNotFound),
            Ok(Some(Presence::Ordinary)) => match self.unclaim(false, now) {
                Ok(()) => Evacuated::RELEASE.with_auction(),
                Err(error) => Evacuated::kept(error),
            },
            Ok(Some(presence @ (Presence::Evacuating | Presence::Suspect))) => {
                Evacuated { error: self.remove_record(presence).err(), ..Evacuated::RELEASE }
            }
        }
    }

    /// See [`InstanceGroup::evacuate_running`].
    pub fn evacuate_running(
        &mut self,
        domain: DomainIx,
        caller: InstanceKey,
        run: RunInfo,
        process: Option<ProcessView>,
        now: Time,
        epoch: u64,
    ) -> Evacuated {
        // Whatever fails, the container stays, and the cell asks again.
        self.try_evacuate_running(domain, caller, run, process, now, epoch).unwrap_or_else(Evacuated::kept)
    }

    fn try_evacuate_running(
        &mut self,
        domain: DomainIx,
        caller: InstanceKey,
        run: RunInfo,
        process: Option<ProcessView>,
        now: Time,
        epoch: u64,
    ) -> Result<Evacuated, LrpError> {
        let target = self.target(caller)?;
        // Q11: a replacement that crashed releases the old instance just like one that runs.
        let is_replaced = self.group.ordinary.is_none_or(|ordinary| {
            target != Some(Presence::Ordinary)
                && matches!(ordinary.state, InstanceState::Running | InstanceState::Crashed)
        });
        let process = if is_replaced { None } else { self.process_view(process)? };
        match process {
            None => {
                // A suspect target stays: only the caller's evacuating record goes (C.11.10).
                if self.group.is_evacuating(caller) {
                    self.remove_record(Presence::Evacuating)?;
                }
                Ok(Evacuated::RELEASE)
            }
            Some(process) if process.strategy == UpdateStrategy::Recreate => {
                self.evacuate_recreate(target, process, now)
            }
            Some(_) => self.evacuate_rolling(target, domain, caller, run, now, epoch),
        }
    }

    fn evacuate_recreate(
        &mut self,
        target: Option<Presence>,
        process: ProcessView,
        now: Time,
    ) -> Result<Evacuated, LrpError> {
        match target {
            None => Ok(Evacuated::RELEASE),
            Some(presence @ (Presence::Evacuating | Presence::Suspect)) => {
                self.remove_record(presence).map(|_| Evacuated::RELEASE)
            }
            Some(Presence::Ordinary) => match self.unclaim_if_all_running(process, false, now) {
                Ok(()) => Ok(Evacuated::RELEASE.with_auction()),
                // Others of the process are down: this one stays until its turn.
                Err(LrpError::CannotBeUnclaimed) => Ok(Evacuated::KEEP),
                Err(error) => Err(error),
            },
        }
    }

    fn evacuate_rolling(
        &mut self,
        target: Option<Presence>,
        domain: DomainIx,
        caller: InstanceKey,
        run: RunInfo,
        now: Time,
        epoch: u64,
    ) -> Result<Evacuated, LrpError> {
        let record = match target {
            Some(presence @ (Presence::Ordinary | Presence::Suspect)) => self.group.get(presence).copied(),
            Some(Presence::Evacuating) | None => None,
        };
        let Some(record) = record else {
            if self.group.evacuating.is_some_and(|record| !record.is_of(caller)) {
                return Ok(Evacuated::RELEASE);
            }
            self.evacuate(domain, caller, run, now, epoch)?;
            return Ok(Evacuated::KEEP);
        };
        // The copy is made of the record, not of what the caller says: one that is claimed has no address yet.
        self.evacuate(record.domain, caller, record.run_info(), now, epoch)?;
        if target == Some(Presence::Suspect) {
            self.remove_record(Presence::Suspect)?;
            return Ok(Evacuated::KEEP);
        }
        self.unclaim(false, now)?;
        Ok(Evacuated::KEEP.with_auction())
    }

    /// See [`InstanceGroup::evacuate_crashed`].
    pub fn evacuate_crashed(&mut self, caller: InstanceKey, reason: ReasonIx, now: Time) -> Evacuated {
        self.evacuate_ended(caller, |group| group.crash(caller, reason, now).map(|_| ()))
    }

    /// See [`InstanceGroup::evacuate_stopped`].
    pub fn evacuate_stopped(&mut self, caller: InstanceKey) -> Evacuated {
        self.evacuate_ended(caller, |group| group.remove(Some(caller)))
    }

    fn evacuate_ended(
        &mut self,
        caller: InstanceKey,
        end_ordinary: impl FnOnce(&mut InstanceGroup) -> Result<(), LrpError>,
    ) -> Evacuated {
        let ended = match self.target(caller) {
            Err(error) => Err(error),
            Ok(None) => Err(LrpError::ResourceNotFound),
            Ok(Some(Presence::Ordinary)) => end_ordinary(self.group),
            Ok(Some(presence @ (Presence::Evacuating | Presence::Suspect))) => {
                self.remove_record(presence).map(|_| ())
            }
        };
        Evacuated { error: ended.err(), ..Evacuated::RELEASE }
    }

    /// See [`InstanceGroup::remove_evacuating`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`] if the caller has no evacuating record; [`LrpError::Database`].
    pub fn remove_evacuating(&mut self, caller: InstanceKey) -> Result<(), LrpError> {
        if !self.fetch()?.is_evacuating(caller) {
            return Err(LrpError::ResourceNotFound);
        }
        self.remove_record(Presence::Evacuating).map(|_| ())
    }
}

impl InstanceGroup {
    /// A container that is starting: it is given up at once, and the index is auctioned anew.
    ///
    /// A container that is reserved but not yet claimed has no record: its index gets no auction (Q18).
    pub fn evacuate_claimed(&mut self, caller: InstanceKey, now: Time) -> Evacuated {
        self.sound().evacuate_claimed(caller, now)
    }

    /// A container that runs. `process` is `None` without a desired LRP.
    pub fn evacuate_running(
        &mut self,
        domain: DomainIx,
        caller: InstanceKey,
        run: RunInfo,
        process: Option<ProcessView>,
        now: Time,
        epoch: u64,
    ) -> Evacuated {
        self.sound().evacuate_running(domain, caller, run, process, now, epoch)
    }

    /// A container that crashed. Even if the record becomes unclaimed no auction is requested (Q10): the index waits
    /// until convergence finds it stale.
    pub fn evacuate_crashed(&mut self, caller: InstanceKey, reason: ReasonIx, now: Time) -> Evacuated {
        self.sound().evacuate_crashed(caller, reason, now)
    }

    /// A container that was stopped.
    pub fn evacuate_stopped(&mut self, caller: InstanceKey) -> Evacuated {
        self.sound().evacuate_stopped(caller)
    }

    /// Removes the evacuating record of `caller`, whose container is gone.
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`] if the caller has no evacuating record.
    pub fn remove_evacuating(&mut self, caller: InstanceKey) -> Result<(), LrpError> {
        self.sound().remove_evacuating(caller)
    }

    /// Writes the evacuating record: a new one, or over that of whoever has it (C.11.6). An existing record that says
    /// the same of who and where stays as it is, and an update leaves routable alone (C.11.8).
    pub(crate) fn set_evacuating(
        &mut self,
        domain: DomainIx,
        caller: InstanceKey,
        run: RunInfo,
        now: Time,
        epoch: u64,
    ) {
        match self.evacuating.as_mut() {
            None => self.evacuating = Some(Record::running(domain, caller, run, now, epoch)),
            Some(record) => {
                if record.domain == domain && record.is_of(caller) && record.net == run.net {
                    return;
                }
                record.set_running(caller, RunInfo { routable: record.routable, ..run });
                record.touch(now);
            }
        }
    }

    /// Takes the record from its instance, but only while as many of the process run as are desired (C.3).
    ///
    /// # Errors
    /// [`LrpError::CannotBeUnclaimed`]; [`LrpError::ResourceNotFound`].
    pub fn unclaim_if_all_running(
        &mut self,
        process: ProcessView,
        stale: bool,
        now: Time,
    ) -> Result<(), LrpError> {
        if process.running < process.instances {
            return Err(LrpError::CannotBeUnclaimed);
        }
        self.unclaim(stale, now)
    }
}
