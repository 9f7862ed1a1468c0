//! What the cells and the auctioneer tell the BBS, and the auctions that it requests in turn.

use rivera_lifecycle::{
    BbsCall, ContainerState, Crashed, Evacuated, FollowUp, InstanceGroup, InstanceKey, LrpError, LrpKey,
    ReasonIx, RunInfo, call_without_container,
};
use rivera_model::{InstanceState, Presence};

use super::World;
use crate::cells::cell::{Container, Leaving, Work};
use crate::event::{ContainerRef, Event, Step};
use crate::outcome::timeline::What;

impl World<'_> {
    /// The rep asks the BBS what to do with a container, and does it (B.5, B.9).
    pub(super) fn ask_bbs(&mut self, it: ContainerRef) {
        let container = *self.container(it);
        let rollout = self.cell(container.cell).rollout;
        if container.leaving != Leaving::No || !rollout.accepts_work() && !rollout.is_evacuating() {
            // An agent that is about to end no longer looks at records (Q9).
            return;
        }
        if self.is_bbs_away() {
            self.unanswered(it);
            return;
        }
        let lrp = match container.work {
            Work::Lrp(lrp) => lrp,
            Work::Task(task) => return self.start_task(it, task),
        };
        let follow_up = if rollout.is_evacuating() {
            container.state.follow_up_evacuating(self.evacuation_call(lrp, it, &container))
        } else {
            container.state.follow_up(self.ordinary_call(lrp, &container))
        };
        match follow_up {
            FollowUp::Keep if container.state == ContainerState::Reserved => self.stay_reserved(it),
            FollowUp::Keep => self.serve(it),
            FollowUp::Run => self.fetch_dependencies(it),
            FollowUp::Stop => self.stop(it),
            FollowUp::Delete => self.delete(it),
        }
    }

    fn ordinary_call(&mut self, lrp: LrpKey, container: &Container) -> Result<(), LrpError> {
        let key = Self::instance_key(container);
        let (now, reason) = (self.now, self.crash_reason(container));
        let answer = match container.state.call(false) {
            // Half of the claims fail where the same instance was placed twice: then there is nothing new to observe.
            BbsCall::Claim => match self.bbs.claim(lrp, key, now) {
                Ok(_) => Ok(()),
                Err(error) => return Err(error),
            },
            BbsCall::Start => self.bbs.start(lrp, key, RunInfo::default(), now).map(drop),
            BbsCall::Crash => {
                let crashed = self.bbs.crash(lrp, key, reason, now);
                // The first crashes in a row are restarted at once (C.4).
                if let Ok(Crashed::Counted { restart_now: true, .. }) = crashed {
                    self.submit(lrp, "crash");
                }
                crashed.map(drop)
            }
            BbsCall::Remove => self.bbs.remove(lrp, Some(key)),
            call => unreachable!("{call:?} is a call of an evacuating cell"),
        };
        self.observe(lrp);
        answer
    }

    fn evacuation_call(&mut self, lrp: LrpKey, it: ContainerRef, container: &Container) -> Evacuated {
        let key = Self::instance_key(container);
        let (now, reason) = (self.now, self.crash_reason(container));
        let call = container.state.call(true);
        let answer = match call {
            BbsCall::EvacuateClaimed => self.bbs.evacuate_claimed(lrp, key, now),
            BbsCall::EvacuateRunning => self.bbs.evacuate_running(lrp, key, RunInfo::default(), now),
            BbsCall::EvacuateCrashed => self.bbs.evacuate_crashed(lrp, key, reason, now),
            BbsCall::EvacuateStopped => self.bbs.evacuate_stopped(lrp, key),
            call => unreachable!("{call:?} is a call of a cell in service"),
        };
        let group = self.observe(lrp);
        if answer.keep_container && container.serving && is_waiting(&group, key) {
            self.container_mut(it).is_kept = true;
            self.books.keep(lrp, it);
        }
        let replacement_crashed = group.ordinary.is_some_and(|record| record.state == InstanceState::Crashed);
        if call == BbsCall::EvacuateRunning && !answer.keep_container && replacement_crashed {
            self.tally.evacuees_lost += 1;
        }
        if answer.request_auction {
            self.note(What::Evacuating(lrp, key.cell));
            self.submit(lrp, "evacuation");
        }
        answer
    }

    /// A cell finds a record of its own without a container (B.7).
    pub(super) fn remove_record(&mut self, lrp: LrpKey, presence: Presence, key: InstanceKey) {
        // A record that has gone on to another cell is not its own to remove, and nobody minds.
        let _ = match call_without_container(presence) {
            BbsCall::RemoveEvacuating => self.bbs.remove_evacuating(lrp, key),
            _ => self.bbs.remove(lrp, Some(key)),
        };
        self.observe(lrp);
    }

    /// Takes the state of an instance's records into the books and the routes. Answers the records.
    pub(super) fn observe(&mut self, lrp: LrpKey) -> InstanceGroup {
        let group = self.bbs.group(lrp);
        self.books.observe(lrp, &group, self.now);
        self.routes.observe(lrp, self.books.slot(lrp), &group, self.now);
        if let Some(it) = self.books.kept(lrp) {
            self.review_kept(lrp, it, &group);
        }
        group
    }

    /// A container was known to be kept: if it is no longer, its cell asks when its present sync comes to it.
    fn review_kept(&mut self, lrp: LrpKey, it: ContainerRef, group: &InstanceGroup) {
        if !self.exists(it) || !is_waiting(group, Self::instance_key(self.container(it))) {
            self.ask_again(lrp, it);
        }
    }

    /// What the BBS answers about an instance is no longer known.
    pub(super) fn forget_answer(&mut self, lrp: LrpKey) {
        if let Some(it) = self.books.kept(lrp) {
            self.ask_again(lrp, it);
        }
    }

    fn ask_again(&mut self, lrp: LrpKey, it: ContainerRef) {
        self.books.keep_no_longer(lrp);
        if !self.exists(it) {
            return;
        }
        let container = self.container_mut(it);
        container.is_kept = false;
        let sync_at = container.sync_at;
        if sync_at >= self.now {
            self.queue.schedule(sync_at, Event::Container(it, Step::AskBbs));
        }
    }

    fn crash_reason(&mut self, container: &Container) -> ReasonIx {
        container.crash.map_or(ReasonIx::EMPTY, |cause| self.reasons.intern(cause.text()))
    }

    /// Who a container's cell is when it speaks of it.
    pub(super) fn instance_key(container: &Container) -> InstanceKey {
        InstanceKey::new(container.instance, container.cell)
    }
}

/// Whether the evacuating record is this instance's, and its replacement does not run yet: then an evacuating cell that asks
/// is told to keep it, and nothing changes (C.5).
fn is_waiting(group: &InstanceGroup, key: InstanceKey) -> bool {
    let replacement = group.ordinary.map(|record| record.state);
    group.evacuating.is_some_and(|record| record.key == Some(key))
        && matches!(replacement, Some(InstanceState::Unclaimed | InstanceState::Claimed))
}
