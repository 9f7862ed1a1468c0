//! The records of an index as requests reach them: by calls to a database, which may fail.
//!
//! A request of C.3 or C.5 is several such calls, and what the earlier ones wrote stays when a later one fails. What the cell
//! is told then differs from request to request, so each is written in terms of these calls (`evacuation.rs`,
//! `group.rs`). An [`InstanceGroup`] alone is a database that does not fail.

use rivera_model::{Presence, Time};

use crate::error::LrpError;
use crate::evacuation::ProcessView;
use crate::group::InstanceGroup;
use crate::record::{DomainIx, InstanceKey, RunInfo};

/// The calls to the database that fail, all of them with [`LrpError::Database`]. None by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Faults {
    /// To read the records of an index, which a crash and the requests of evacuating cells begin with.
    pub fetch: bool,
    /// To read the update strategy and the number of instances of a desired LRP.
    pub update_strategy: bool,
    /// To write an evacuating record.
    pub evacuate: bool,
    /// To remove an evacuating record.
    pub remove_evacuating: bool,
    /// To remove a suspect record.
    pub remove_suspect: bool,
    /// To take a record from its instance, in both forms.
    pub unclaim: bool,
}

/// The records of an index, and the calls that fail. It takes the same requests as the records themselves.
#[derive(Debug)]
pub struct Database<'a> {
    pub(crate) group: &'a mut InstanceGroup,
    faults: Faults,
}

const fn call(fails: bool) -> Result<(), LrpError> {
    if fails { Err(LrpError::Database) } else { Ok(()) }
}

impl InstanceGroup {
    /// The same records behind a database with these faults.
    pub const fn behind(&mut self, faults: Faults) -> Database<'_> {
        Database { group: self, faults }
    }

    /// The same records behind a database without faults.
    pub(crate) const fn sound(&mut self) -> Database<'_> {
        self.behind(Faults::NONE)
    }
}

impl Faults {
    /// No call fails.
    pub const NONE: Self = Self {
        fetch: false,
        update_strategy: false,
        evacuate: false,
        remove_evacuating: false,
        remove_suspect: false,
        unclaim: false,
    };
}

impl Database<'_> {
    pub(crate) fn fetch(&self) -> Result<&InstanceGroup, LrpError> {
        call(self.faults.fetch).map(|()| &*self.group)
    }

    /// The presence of the caller's record.
    pub(crate) fn target(&self, caller: InstanceKey) -> Result<Option<Presence>, LrpError> {
        self.fetch().map(|group| group.presence_of(caller))
    }

    pub(crate) fn process_view(&self, process: Option<ProcessView>) -> Result<Option<ProcessView>, LrpError> {
        call(self.faults.update_strategy).map(|()| process)
    }

    /// Removes a record, if there is one. Answers whose it was.
    pub(crate) fn remove_record(&mut self, presence: Presence) -> Result<Option<InstanceKey>, LrpError> {
        call(match presence {
            Presence::Ordinary => false,
            Presence::Evacuating => self.faults.remove_evacuating,
            Presence::Suspect => self.faults.remove_suspect,
        })?;
        Ok(self.group.slot_mut(presence).take().and_then(|record| record.key))
    }

    /// Writes the evacuating record: a new one, or over that of whoever has it (C.11.6).
    pub(crate) fn evacuate(
        &mut self,
        domain: DomainIx,
        caller: InstanceKey,
        run: RunInfo,
        now: Time,
        epoch: u64,
    ) -> Result<(), LrpError> {
        call(self.faults.evacuate)?;
        self.group.set_evacuating(domain, caller, run, now, epoch);
        Ok(())
    }

    /// See [`InstanceGroup::unclaim`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeUnclaimed`], [`LrpError::Database`].
    pub fn unclaim(&mut self, stale: bool, now: Time) -> Result<(), LrpError> {
        call(self.faults.unclaim)?;
        self.group.unclaim(stale, now)
    }

    /// See [`InstanceGroup::unclaim_if_all_running`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`], [`LrpError::CannotBeUnclaimed`], [`LrpError::Database`].
    pub fn unclaim_if_all_running(
        &mut self,
        process: ProcessView,
        stale: bool,
        now: Time,
    ) -> Result<(), LrpError> {
        call(self.faults.unclaim)?;
        self.group.unclaim_if_all_running(process, stale, now)
    }
}
