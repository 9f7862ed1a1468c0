//! Rules that hold for the records at any time.
//!
//! That there is at most one record of a presence is kept by the structure and needs no rule.

use rivera_model::{InstanceState, Presence};

use crate::bbs::Bbs;
use crate::group::InstanceGroup;
use crate::record::{LrpKey, Record, Tag};

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
    /// A tag with an index that no record can have.
    #[error("the index of a tag must be at most 268435455")]
    TagTooLarge,
    /// A record that is older than what it replaces.
    #[error("the tag of a record must not go back")]
    TagWentBack,
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
        if self.tag.index > Tag::MAX_INDEX {
            return Err(BrokenRule::TagTooLarge);
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

    /// Checks every record, and that none has become an older state of itself. Epochs tell records apart.
    ///
    /// # Errors
    /// The first [`BrokenRule`].
    pub fn validate_change(&self, before: &Self) -> Result<(), BrokenRule> {
        self.validate()?;
        let went_back = self.records().any(|(_, record)| {
            let mut same = before.records().filter(|(_, before)| before.tag.epoch == record.tag.epoch);
            same.any(|(_, before)| before.tag.index > record.tag.index)
        });
        if went_back { Err(BrokenRule::TagWentBack) } else { Ok(()) }
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
