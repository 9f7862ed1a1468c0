//! The steps of one cell's update, in the slot that it takes (D.3, D.4).

use super::Phase;
use crate::deployment::group_settings::GroupSettings;
use crate::deployment::instance_update::{Change as VmChange, How, StepTimes, UpdatePlan};
use crate::event::{Event, VmRef};
use crate::outcome::run::End;
use crate::outcome::timeline::{CellState, What};
use crate::random::distribution::secs;
use crate::random::stream::Stream;
use crate::scenario::FailingStep;
use crate::world::World;
use crate::world::platform::Change;
use rivera_lifecycle::{GroupProgress, Rollout, Step};
use rivera_model::{CellIx, GroupIx, Resources, Span, Time};

impl World<'_> {
    /// The roll-out begins: from now on the books count.
    pub(in crate::world) fn begin_rollout(&mut self) {
        self.director.began = self.now;
        self.running_at_start = self.books.up;
        self.books.begin(self.now);
        self.tally.begin(self.auctioneer.starting());
        self.note(What::RolloutBegins);
        self.plan_faults();
        let give_up = secs(self.scenario.run.give_up_h * 3_600.0);
        self.after(give_up, Event::GiveUp);
        self.sample();
        self.next_push();
        self.begin_jobs();
        self.begin_groups();
    }

    /// How a group of cells stands.
    pub(in crate::world) fn cells_progress(&self, group: GroupIx) -> GroupProgress {
        self.director.group(group).update.progress()
    }

    /// Gives free slots to cells of a group, as the order of the update allows.
    pub(in crate::world) fn fill_slots(&mut self, group: GroupIx) {
        if self.end.is_some() {
            // A roll-out that was given up starts no further cell.
            return;
        }
        while let Some(cell) = self.director.update(group).start_next() {
            self.begin_slot(cell);
        }
    }

    fn begin_slot(&mut self, cell: CellIx) {
        self.check_in_flight(cell);
        *self.tally.updating.entry(self.fleet.cells[cell.index()].group).or_default() += 1;
        self.director.mark(&self.fleet.cells[cell.index()], self.now);
        let plan = UpdatePlan { fails: self.failing_step(cell), ..self.plan_update(cell) };
        let now = self.now;
        let home = self.cell_mut(cell);
        home.slot_began = Some(now);
        home.plan = plan;
        if self.begin_without_drain(cell) {
            return;
        }
        if self.cell(cell).exists {
            self.later(cell, plan.before_drain, Event::DrainBegins);
        } else {
            // A new cell has nothing to drain.
            self.later(cell, plan.replace, Event::JobsStart);
        }
    }

    fn plan_update(&self, cell: CellIx) -> UpdatePlan {
        let update = &self.scenario.update;
        let group = self.director.group(self.fleet.cells[cell.index()].group);
        // A surplus cell is created, updated and deleted: three draws that have nothing to do with each other.
        let (which, change) = match (self.cell(cell).exists, self.director.phase()) {
            (true, Phase::Add | Phase::Roll) => (0, VmChange::Update),
            (false, _) => (1, VmChange::Create),
            (true, Phase::Remove) => (2, VmChange::Delete),
        };
        let mut draws = self.streams.at(Stream::CellUpdate, u64::from(cell.0) | which << u32::BITS);
        let GroupSettings { canary_watch_s, update_watch_s, vm_strategy, .. } = group.settings;
        let window_s = if group.is_canary(cell) { canary_watch_s } else { update_watch_s };
        let how = How { change, replace_vm: update.replace_vm, vm_strategy, window_s };
        StepTimes::of_cells(update).plan(how, &mut draws)
    }

    /// The drain script has seen the rep end: the other jobs are stopped, and the VM is replaced.
    pub(in crate::world) fn drain_noticed(&mut self, cell: CellIx) {
        self.emitter_ends(cell);
        let UpdatePlan { replace, .. } = self.cell(cell).plan;
        if self.director.phase() == Phase::Remove {
            self.later(cell, replace, Event::SlotEnds);
            return;
        }
        let took = self.now.since(self.cell(cell).drain_began);
        self.tally.drains.push(took);
        self.cell_changed(cell, Change::Stopped);
        self.later(cell, replace, Event::JobsStart);
    }

    /// What a new VM of a cell has for containers.
    pub(in crate::world) fn room_of(&self, cell: CellIx) -> Resources {
        let known = &self.fleet.cells[cell.index()];
        // What the export does not list must be somewhere: it is taken to come back.
        known.total.checked_sub(known.unlisted).expect("a valid fleet's totals cover what is used")
    }

    /// The jobs start; the cell is empty, and its VM may be new.
    pub(in crate::world) fn start_jobs(&mut self, cell: CellIx) {
        let (now, scenario) = (self.now, self.scenario);
        if self.cell(cell).plan.fails == Some(FailingStep::Vm) {
            self.end_slot(cell);
            return;
        }
        let total = self.room_of(cell);
        let home = self.cell_mut(cell);
        home.exists = true;
        home.make(Step::Updated, now);
        home.is_lost = false;
        home.restart(total, scenario, scenario.update.replace_vm);
        let UpdatePlan { start, watch, last_look, fails, .. } = home.plan;
        home.last_look = Some(now + last_look);
        self.emitter_begins(cell);
        self.note(What::Cell(cell, CellState::Starting));
        if fails != Some(FailingStep::Start) {
            self.later(cell, start, Event::RepUp);
        }
        self.later(cell, watch, Event::SlotEnds);
    }

    /// The rep answers: the cell takes work, although its slot is not over yet.
    pub(in crate::world) fn rep_up(&mut self, cell: CellIx) {
        let now = self.now;
        let home = self.cell_mut(cell);
        if matches!(home.rollout, Rollout::Failed) {
            return;
        }
        home.make(Step::Started, now);
        home.sync_phase = now.since(Time::ZERO);
        self.index_cell(cell);
        self.note(What::Cell(cell, CellState::InService));
        self.cell_changed(cell, Change::Runs);
        // Its first periodic sync finds records that the old VM has left behind.
        self.sync_soon(cell);
    }

    /// The director has seen the cell running, or has waited in vain (D.3, D.4).
    pub(in crate::world) fn end_slot(&mut self, cell: CellIx) {
        let now = self.now;
        let known = &self.fleet.cells[cell.index()];
        let group = known.group;
        let phase = self.director.phase();
        let home = self.cell_mut(cell);
        let runs = home.rollout.accepts_work() && home.last_look.is_some();
        if let (false, Some(last_look)) = (runs, home.last_look)
            && now < last_look
        {
            self.later(cell, last_look.since(now), Event::SlotEnds);
            return;
        }
        home.last_look = None;
        home.is_updated |= runs && phase == Phase::Roll;
        let began = home.slot_began.take().expect("a cell that is updated has a slot");
        let is_well = match phase {
            Phase::Remove => {
                home.exists = false;
                true
            }
            Phase::Add | Phase::Roll => runs,
        };
        if !is_well {
            if !home.rollout.accepts_work() {
                home.make(Step::Fail, now);
            }
        } else if phase == Phase::Roll {
            self.tally.slots.push(now.since(began));
        }
        *self.tally.updating.entry(group).or_default() -= 1;
        self.director.mark(known, now);
        let update = self.director.update(group);
        let ended = if is_well { update.finished(cell) } else { update.failed(cell) };
        ended.expect("the director knows which cells have its slots");
        self.fill_slots(group);
        self.cells_went_on(group);
    }

    /// The roll-out has taken too long.
    pub(in crate::world) fn give_up(&mut self) {
        if self.end.is_none() {
            self.end_rollout(End::GivenUp);
        }
    }

    pub(in crate::world) fn end_rollout(&mut self, end: End) {
        if self.end.is_some() {
            return;
        }
        self.note(What::RolloutEnds);
        self.end = Some((self.now, end));
        self.after(secs(self.scenario.run.settle_s), Event::Settled);
    }

    pub(in crate::world) fn later(&mut self, cell: CellIx, delay: Span, event: fn(VmRef) -> Event) {
        let vm = self.cell(cell).vm();
        self.after(delay, event(vm));
    }
}
