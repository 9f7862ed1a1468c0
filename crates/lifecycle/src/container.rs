//! What a cell does with an LRP's container: which call it makes to the BBS, and what follows from the answer (B.5, B.9).
//!
//! The cell asks on each event of the container and at each bulk sync, so that "keep" means "ask again".

use rivera_model::Presence;

use crate::error::LrpError;
use crate::evacuation::Evacuated;

/// State of a container (B.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContainerState {
    /// Its resources are held; it has not been told to run.
    Reserved,
    /// Its dependencies are fetched and it is made.
    Initializing,
    /// Its process starts, and is not healthy yet.
    Created,
    /// Its process is healthy.
    Running,
    /// It has ended: stopped on demand, or by itself.
    Completed {
        /// On demand.
        stopped: bool,
    },
}

/// A call of a cell to the BBS about one of its containers or records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BbsCall {
    /// `ClaimActualLRP`.
    Claim,
    /// `StartActualLRP`.
    Start,
    /// `CrashActualLRP`.
    Crash,
    /// `RemoveActualLRP`.
    Remove,
    /// `EvacuateClaimedActualLRP`.
    EvacuateClaimed,
    /// `EvacuateRunningActualLRP`.
    EvacuateRunning,
    /// `EvacuateCrashedActualLRP`.
    EvacuateCrashed,
    /// `EvacuateStoppedActualLRP`.
    EvacuateStopped,
    /// `RemoveEvacuatingActualLRP`.
    RemoveEvacuating,
}

/// What a cell does with a container after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum FollowUp {
    /// Leaves it as it is until the next event or sync.
    Keep,
    /// Runs it. If that cannot begin, the next call is [`BbsCall::Remove`].
    Run,
    /// Stops it; it will be completed, and asked about again.
    Stop,
    /// Deletes it.
    Delete,
}

impl ContainerState {
    /// Whether it counts as starting (B.3).
    #[must_use]
    pub const fn is_starting(self) -> bool {
        matches!(self, Self::Reserved | Self::Initializing | Self::Created)
    }

    /// The call that a container in this state is due.
    #[must_use]
    pub const fn call(self, cell_evacuates: bool) -> BbsCall {
        match (self, cell_evacuates) {
            (Self::Reserved | Self::Initializing | Self::Created, false) => BbsCall::Claim,
            (Self::Running, false) => BbsCall::Start,
            (Self::Completed { stopped: true }, false) => BbsCall::Remove,
            (Self::Completed { stopped: false }, false) => BbsCall::Crash,
            (Self::Reserved | Self::Initializing | Self::Created, true) => BbsCall::EvacuateClaimed,
            (Self::Running, true) => BbsCall::EvacuateRunning,
            (Self::Completed { stopped: true }, true) => BbsCall::EvacuateStopped,
            (Self::Completed { stopped: false }, true) => BbsCall::EvacuateCrashed,
        }
    }

    /// What follows from the answer while the cell is in service (B.5).
    pub fn follow_up(self, answer: Result<(), LrpError>) -> FollowUp {
        match (self, answer) {
            (Self::Reserved, Ok(())) => FollowUp::Run,
            (Self::Reserved | Self::Initializing | Self::Created, Err(LrpError::CannotBeClaimed)) => {
                FollowUp::Delete
            }
            (Self::Running, Err(LrpError::CannotBeStarted)) => FollowUp::Stop,
            (Self::Completed { .. }, _) => FollowUp::Delete,
            (Self::Reserved | Self::Initializing | Self::Created | Self::Running, _) => FollowUp::Keep,
        }
    }

    /// What follows from the answer while the cell evacuates (B.9): only a running container may stay. One that is
    /// starting goes even if the call failed, and without waiting for its replacement.
    pub fn follow_up_evacuating(self, answer: Evacuated) -> FollowUp {
        if self == Self::Running && answer.keep_container { FollowUp::Keep } else { FollowUp::Delete }
    }
}

/// The call that a bulk sync makes for a record of the cell whose container is gone (B.7).
#[must_use]
pub const fn call_without_container(presence: Presence) -> BbsCall {
    match presence {
        Presence::Ordinary | Presence::Suspect => BbsCall::Remove,
        Presence::Evacuating => BbsCall::RemoveEvacuating,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEEP: Evacuated = Evacuated { keep_container: true, request_auction: false, error: None };
    const RELEASE: Evacuated = Evacuated { keep_container: false, ..KEEP };
    const STARTING: [ContainerState; 3] =
        [ContainerState::Reserved, ContainerState::Initializing, ContainerState::Created];
    const ENDED: [ContainerState; 2] =
        [ContainerState::Completed { stopped: true }, ContainerState::Completed { stopped: false }];

    #[test]
    fn a_container_claims_then_starts_then_is_removed_or_crashes() {
        assert_eq!(STARTING.map(|state| state.call(false)), [BbsCall::Claim; 3]);
        assert_eq!(ContainerState::Running.call(false), BbsCall::Start);
        assert_eq!(ENDED.map(|state| state.call(false)), [BbsCall::Remove, BbsCall::Crash]);
    }

    #[test]
    fn only_a_reserved_container_that_is_claimed_runs() {
        assert_eq!(
            STARTING.map(|state| state.follow_up(Ok(()))),
            [FollowUp::Run, FollowUp::Keep, FollowUp::Keep]
        );
    }

    #[test]
    fn a_container_that_is_not_wanted_goes() {
        let refused = STARTING.map(|state| state.follow_up(Err(LrpError::CannotBeClaimed)));
        assert_eq!(refused, [FollowUp::Delete; 3]);
        assert_eq!(ContainerState::Running.follow_up(Err(LrpError::CannotBeStarted)), FollowUp::Stop);
    }

    #[test]
    fn any_other_failure_waits_for_the_next_sync() {
        for state in STARTING.into_iter().chain([ContainerState::Running]) {
            assert_eq!(state.follow_up(Err(LrpError::ResourceNotFound)), FollowUp::Keep, "{state:?}");
        }
    }

    #[test]
    fn an_ended_container_goes_whatever_the_answer() {
        for state in ENDED {
            assert_eq!(state.follow_up(Err(LrpError::CannotBeCrashed)), FollowUp::Delete);
            assert_eq!(state.follow_up_evacuating(KEEP), FollowUp::Delete);
        }
    }

    #[test]
    fn an_evacuating_cell_throws_starting_containers_away_even_on_errors() {
        assert_eq!(STARTING.map(|state| state.call(true)), [BbsCall::EvacuateClaimed; 3]);
        assert_eq!(STARTING.map(|state| state.follow_up_evacuating(KEEP)), [FollowUp::Delete; 3]);
    }

    #[test]
    fn an_evacuating_cell_keeps_a_running_container_until_it_is_released() {
        assert_eq!(ContainerState::Running.call(true), BbsCall::EvacuateRunning);
        assert_eq!(ContainerState::Running.follow_up_evacuating(KEEP), FollowUp::Keep);
        assert_eq!(ContainerState::Running.follow_up_evacuating(RELEASE), FollowUp::Delete);
    }

    #[test]
    fn starting_containers_are_those_before_running() {
        assert!(STARTING.iter().all(|state| state.is_starting()));
        assert!(!ContainerState::Running.is_starting() && !ENDED[0].is_starting());
    }
}
