//! Rules that hold for the records at any time.
//!
//! That there is at most one record of a presence is kept by the structure and needs no rule.

use rivera_model::{InstanceState, Presence};

use crate::bbs::Bbs;
use crate::group::InstanceGroup;
use crate::record::{LrpKey, Record};

/// A rule that a record breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum BrokenRule {
    /// Claimed or running without an instance, or the reverse.
    #[error("a record must have an instance exactly if it is claimed or running")]
    InstanceAndState,
    /// An evacuating record that does not run.
    #[error("an evacuating record must be running")]
    EvacuatingNotRunning,
    /// A suspect record that no cell holds.
    #[error("a suspect record must be claimed or running")]
    SuspectWithoutCell,
}

impl Record {
    /// Checks that a record of this presence can be.
    ///
    /// # Errors
    /// The first [`BrokenRule`].
    pub fn validate(&self, presence: Presence) -> Result<(), BrokenRule> {
        if self.is_on_a_cell() != self.key.is_some() {
            return Err(BrokenRule::InstanceAndState);
        }
        match presence {
            Presence::Evacuating if self.state != InstanceState::Running => {
                Err(BrokenRule::EvacuatingNotRunning)
            }
            Presence::Suspect if !self.is_on_a_cell() => Err(BrokenRule::SuspectWithoutCell),
            _ => Ok(()),
        }
    }
}

impl InstanceGroup {
    /// Checks every record.
    ///
    /// # Errors
    /// The first [`BrokenRule`].
    pub fn validate(&self) -> Result<(), BrokenRule> {
        self.records().try_for_each(|(presence, record)| record.validate(presence))
    }
}

impl Bbs {
    /// Checks every record.
    ///
    /// # Errors
    /// The first [`BrokenRule`], with the index whose record breaks it.
    pub fn validate(&self) -> Result<(), (LrpKey, BrokenRule)> {
        self.processes()
            .flat_map(|process| self.groups(process))
            .try_for_each(|(lrp, group)| group.validate().map_err(|rule| (lrp, rule)))
    }
}
