//! A cell with its containers, and the way of its machine through an update.

use rivera_lifecycle::{CellTimes, ContainerState, EvacuationCheck, InstanceKey, LrpKey, Rollout, Step};
use rivera_model::{Span, Time};

/// How long each part of the way takes.
const UPDATING: Span = Span::from_secs(60);
const STARTING: Span = Span::from_secs(15);
/// A container that is reserved and not run for longer than this has ended (B.2).
const RESERVED: Span = Span::from_secs(60);

/// A container of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Container {
    pub(super) lrp: LrpKey,
    pub(super) key: InstanceKey,
    pub(super) state: ContainerState,
    /// When it was reserved.
    pub(super) reserved: Time,
}

impl Container {
    pub(super) fn is_expired(&self, now: Time) -> bool {
        self.state == ContainerState::Reserved && now.since(self.reserved) > RESERVED
    }
}

/// A cell.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) rollout: Rollout,
    pub(super) containers: Vec<Container>,
    pub(super) room: usize,
    pub(super) synced: Time,
}

impl Cell {
    pub(super) const fn new(room: usize) -> Self {
        Self { rollout: Rollout::InService, containers: Vec::new(), room, synced: Time::ZERO }
    }

    pub(super) fn has_room(&self) -> bool {
        self.rollout.accepts_work() && self.containers.len() < self.room
    }

    pub(super) fn container(&mut self, key: InstanceKey) -> Option<&mut Container> {
        self.containers.iter_mut().find(|container| container.key == key)
    }

    /// Makes a step if it can be made from here. A machine that is not there runs nothing.
    pub(super) fn step(&mut self, step: Step, now: Time) -> bool {
        let made = self.rollout.make(step, now).is_ok();
        if !matches!(self.rollout, Rollout::InService | Rollout::Evacuating { .. }) {
            self.containers.clear();
        }
        made
    }

    /// The next step of the machine, if its time has come.
    pub(super) fn move_on(&mut self, times: &CellTimes, now: Time) {
        let is_over = |since: Time, span: Span| now.since(since) >= span;
        let step = match self.rollout {
            Rollout::InService | Rollout::Failed => None,
            Rollout::Evacuating { .. } => {
                match self.rollout.check_evacuation(self.containers.len(), times, now) {
                    Some(EvacuationCheck::Complete) => Some(Step::EndEvacuation { timed_out: false }),
                    Some(EvacuationCheck::TimedOut) => Some(Step::EndEvacuation { timed_out: true }),
                    Some(EvacuationCheck::Wait { .. }) | None => None,
                }
            }
            Rollout::Stopping { since, .. } => is_over(since, times.cleanup_limit()).then_some(Step::Stopped),
            Rollout::Updating { since } => is_over(since, UPDATING).then_some(Step::Updated),
            Rollout::Starting { since } => is_over(since, STARTING).then_some(Step::Started),
        };
        if let Some(step) = step {
            assert!(self.step(step, now), "{step:?} is the next step of {:?}", self.rollout);
        }
    }

    /// Whether its bulk sync is due.
    pub(super) fn is_sync_due(&self, times: &CellTimes, now: Time) -> bool {
        self.rollout.sync_interval(times).is_some_and(|interval| now.since(self.synced) >= interval)
    }
}
