//! The loss of a cell, and its return (B.12, D.4, J-8).
//!
//! Nobody is told. Its presence expires, convergence finds it missing; until then the auctioneer waits for its answers in
//! vain. If it was being updated the director finds that its agent does not answer.

use rivera_lifecycle::{ContainerState, Rollout, Step};
use rivera_model::{CellIx, Span, Time};

use super::World;
use super::director::Phase;
use super::platform::Change;
use crate::cells::cell::Work;
use crate::deployment::instance_update::UpdatePlan;
use crate::event::Event;
use crate::outcome::timeline::{CellState, What};
use crate::random::distribution::{Distribution, secs};
use crate::random::stream::Stream;
use crate::scenario::FaultKind;

impl World<'_> {
    /// A cell is gone, with all its containers and its cache. It is there again after `back_after`, or never; one that is
    /// being updated when the director says. A cell without a machine cannot be lost.
    pub(super) fn cell_dies(&mut self, cell: CellIx, back_after: Option<Span>, fault: u32) {
        self.note(What::FaultBegins(FaultKind::CellDies, Some(cell)));
        let rollout = self.cell(cell).rollout;
        if matches!(rollout, Rollout::Updating { .. } | Rollout::Failed) {
            return;
        }
        self.faults.log.hit(fault, cell);
        self.emitter_ends(cell);
        if rollout.has_presence() {
            let unseen_for = self.since_presence_refresh(cell);
            let expires = self.now + secs(self.scenario.faults.presence_ttl_s);
            self.cell_mut(cell).presence_until = Time(expires.0.saturating_sub(unseen_for.0));
            self.faults.lost_cells.push(cell);
        }
        if rollout.accepts_work() {
            self.unindex_cell(cell);
        }
        let now = self.now;
        let home = self.cell_mut(cell);
        home.make(Step::Lose, now);
        home.is_lost = true;
        self.cell_changed(cell, Change::Stopped);
        self.lose_containers(cell, fault);
        let total = self.room_of(cell);
        let scenario = self.scenario;
        self.cell_mut(cell).restart(total, scenario, true);
        self.note(What::Cell(cell, CellState::Lost));
        self.after_loss(cell, back_after);
    }

    /// How long ago a cell that dies now has refreshed its presence.
    fn since_presence_refresh(&self, cell: CellIx) -> Span {
        let refresh_s = self.scenario.faults.presence_refresh_s;
        let key = u64::from(cell.0) << 20 | u64::from(self.cell(cell).generation) & 0xf_ffff;
        Distribution::Uniform(0.0, refresh_s).draw_secs(&mut self.streams.at(Stream::Presence, key))
    }

    fn lose_containers(&mut self, cell: CellIx, fault: u32) {
        let here: Vec<_> = self.cell(cell).containers.iter().map(|it| *self.container(*it)).collect();
        self.drop_containers(cell);
        for container in here {
            match container.work {
                Work::Lrp(lrp) => {
                    self.note(What::Lost(lrp, cell));
                    if container.serving && !self.is_crashing(lrp) && self.books.is_down(lrp) {
                        self.faults.log.lose(fault, lrp, self.now);
                    }
                }
                Work::Task(_) => {
                    let was_done = matches!(container.state, ContainerState::Completed { .. });
                    self.faults.log.tasks_lost += u32::from(!was_done);
                }
            }
        }
    }

    /// Who brings the cell back: the director in its slot, or the repair.
    fn after_loss(&mut self, cell: CellIx, back_after: Option<Span>) {
        let home = self.cell(cell);
        let vm = home.vm();
        if let Some(last_look) = home.last_look {
            // Its jobs were started in this update: the director goes on looking whether they run.
            self.queue.schedule(last_look.max(self.now), Event::SlotEnds(vm));
        } else if home.is_updating() {
            self.after(secs(self.scenario.faults.agent_timeout_s), Event::AgentLost(vm));
        } else if let Some(back_after) = back_after {
            self.after(back_after, Event::Repaired(vm));
        }
    }

    /// A lost cell is there again, with a new machine that is not updated.
    pub(super) fn repaired(&mut self, cell: CellIx) {
        let now = self.now;
        let home = self.cell_mut(cell);
        home.is_lost = false;
        home.make(Step::Updated, now);
        self.emitter_begins(cell);
        self.rep_up(cell);
    }

    /// The agent of a cell that is to be updated does not answer: its VM is deleted straight away (D.4).
    pub(super) fn agent_lost(&mut self, cell: CellIx) {
        let UpdatePlan { replace, recreate, .. } = self.cell(cell).plan;
        match self.director.phase() {
            Phase::Remove => self.later(cell, replace, Event::SlotEnds),
            Phase::Add | Phase::Roll => self.later(cell, recreate, Event::JobsStart),
        }
    }

    /// The update of a cell begins whose machine is gone, or whose update has failed before. True if it does so here.
    pub(super) fn begin_without_drain(&mut self, cell: CellIx) -> bool {
        let (now, scenario) = (self.now, self.scenario);
        let home = self.cell_mut(cell);
        let has_failed = home.rollout == Rollout::Failed;
        if has_failed {
            home.make(Step::Retry, now);
        }
        if home.is_lost {
            // From now on it is the director who brings it back.
            home.generation += 1;
            self.later(cell, secs(scenario.faults.agent_timeout_s), Event::AgentLost);
        } else if has_failed {
            // Without a rep the drain script has nothing to do (B.13).
            self.later(cell, self.cell(cell).plan.replace, Event::JobsStart);
        }
        has_failed || self.cell(cell).is_lost
    }

    /// Lost cells that are still listed: who asks them for something waits in vain.
    pub(super) fn is_any_lost_cell_listed(&mut self) -> bool {
        let (now, cells) = (self.now, &self.cells);
        self.faults.lost_cells.retain(|cell| {
            let home = &cells[cell.index()];
            home.is_lost && home.has_presence(now)
        });
        !self.faults.lost_cells.is_empty()
    }
}
