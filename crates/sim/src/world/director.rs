//! BOSH's director: which cell is updated when, and the steps of one cell's update (D.3, D.4).

use rivera_lifecycle::{
    DeploymentUpdate, GroupProgress, GroupUpdate, Rollout, Step, UpdateCell, ZonePlan, zones_in_update_order,
};
use rivera_model::{CellGroup, CellIx, Fleet, FleetCell, GroupIx, Span, Time, ZoneIx};

use super::World;
use crate::cell::UpdatePlan;
use crate::comparison::Setting;
use crate::distribution::{Distribution, secs};
use crate::event::{Event, VmRef};
use crate::group_settings::GroupSettings;
use crate::outcome::{End, ZoneSpan};
use crate::scenario::{Scenario, VmStrategy};
use crate::stream::Stream;
use crate::timeline::{CellState, What};
use crate::together::greatest_together;

/// Limits of the wait between two checks of a watched job (D.4).
const WATCH_STEP: (f64, f64) = (1.0, 15.0);
/// Steps between the first and the last check of a watched job (D.4).
const WATCH_STEPS: f64 = 9.0;

/// The director's state.
pub(super) struct Director {
    /// The groups of cells, in the order of the fleet.
    groups: Vec<CellsUpdate>,
    /// Which of them are being updated, and which follow.
    order: DeploymentUpdate,
    /// When the roll-out began.
    pub(super) began: Time,
}

/// The update of a group of cells.
struct CellsUpdate {
    settings: GroupSettings,
    update: GroupUpdate,
    zones: Vec<ZoneProgress>,
}

/// What a zone's update has been like.
struct ZoneProgress {
    zone: ZoneIx,
    cells: u32,
    in_flight: u32,
    canaries: Vec<CellIx>,
    span: Option<(Time, Time)>,
}

impl CellsUpdate {
    /// Of these cells, which are all of one group.
    fn new(settings: GroupSettings, cells: impl Iterator<Item = UpdateCell>) -> Self {
        let mut plans = Vec::new();
        let mut zones = Vec::new();
        for (zone, cells) in zones_in_update_order(cells) {
            // Canaries are taken in the first zone only (D.3).
            let canaries = if plans.is_empty() { settings.canaries.canaries(cells.len()) } else { 0 };
            let in_flight = count(settings.max_in_flight.in_flight(cells.len()));
            zones.push(ZoneProgress {
                zone,
                cells: count(cells.len()),
                in_flight,
                canaries: cells[..canaries].to_vec(),
                span: None,
            });
            plans.push(ZonePlan { zone, in_flight, canaries: count(canaries), instances: cells });
        }
        Self { settings, update: GroupUpdate::new(plans), zones }
    }

    fn greatest_in_flight(&self) -> u32 {
        self.zones.iter().map(|zone| zone.in_flight.min(zone.cells)).max().unwrap_or(0)
    }

    fn is_canary(&self, cell: CellIx) -> bool {
        self.zones.iter().any(|zone| zone.canaries.contains(&cell))
    }
}

impl Director {
    pub(super) fn new(fleet: &Fleet, scenario: &Scenario, setting: Setting) -> Self {
        let group = |(group, ix): (&CellGroup, u32)| {
            let is_of_group = |(cell, _): &(&FleetCell, u32)| cell.group == GroupIx(ix);
            let cells = fleet.cells.iter().zip(0..).filter(is_of_group);
            let cells = cells.map(|(cell, ix)| UpdateCell {
                cell: CellIx(ix),
                zone: cell.zone,
                bootstrap: cell.bootstrap,
            });
            CellsUpdate::new(GroupSettings::of(group, scenario, setting), cells)
        };
        let groups: Vec<CellsUpdate> = fleet.groups.iter().zip(0..).map(group).collect();
        let order = DeploymentUpdate::new(groups.iter().map(|group| group.settings.serial));
        Self { groups, order, began: Time::ZERO }
    }

    /// What holds for the update of a group.
    pub(super) fn settings(&self, group: GroupIx) -> &GroupSettings {
        &self.groups[group.index()].settings
    }

    /// The most cells that may be updated at once: a zone of each group that is updated together with others.
    pub(super) fn greatest_in_flight(&self) -> u32 {
        let serial: Vec<bool> = self.groups.iter().map(|group| group.settings.serial).collect();
        let each: Vec<usize> = self.groups.iter().map(|group| group.greatest_in_flight() as usize).collect();
        count(greatest_together(&serial, &each))
    }

    /// Cells that have a slot.
    pub(super) fn in_flight(&self) -> u32 {
        count(self.groups.iter().map(|group| group.update.in_flight().len()).sum())
    }

    /// When each zone of each group began and ended, for those that began.
    pub(super) fn zone_spans(&self, fleet: &Fleet) -> Vec<ZoneSpan> {
        let zones = self.groups.iter().zip(&fleet.groups).flat_map(|(group, known)| {
            group.zones.iter().map(move |progress| (known.name.as_str(), progress))
        });
        let spans = zones.filter_map(|(group, progress)| {
            let (start, end) = progress.span?;
            Some(ZoneSpan {
                group: group.to_owned(),
                zone: fleet.zones[progress.zone.index()].clone(),
                cells: progress.cells,
                in_flight: progress.in_flight,
                start_s: start.since(self.began).as_secs_f64(),
                end_s: end.since(self.began).as_secs_f64(),
            })
        });
        spans.collect()
    }

    /// Stretches the span of a cell's zone to `now`.
    fn mark(&mut self, FleetCell { group, zone, .. }: &FleetCell, now: Time) {
        let mut zones = self.groups[group.index()].zones.iter_mut();
        let progress = zones.find(|progress| progress.zone == *zone);
        let progress = progress.expect("every zone of a cell is updated");
        progress.span = Some((progress.span.map_or(now, |(start, _)| start), now));
    }
}

impl World<'_> {
    /// The roll-out begins: from now on the books count.
    pub(super) fn begin_rollout(&mut self) {
        self.director.began = self.now;
        self.running_at_start = self.books.up;
        self.books.begin(self.now);
        self.tally.begin();
        self.note(What::RolloutBegins);
        let give_up = secs(self.scenario.run.give_up_h * 3_600.0);
        self.after(give_up, Event::GiveUp);
        self.sample();
        self.next_push();
        self.begin_groups();
    }

    /// Begins the groups whose turn it is.
    fn begin_groups(&mut self) {
        for group in self.director.order.begin_next() {
            let group = GroupIx::from_index(group);
            self.fill_slots(group);
            // A group without cells is done as it begins.
            self.group_went_on(group);
        }
    }

    /// How a group stands after the end of one of its cells.
    fn group_went_on(&mut self, group: GroupIx) {
        let known = "a group that went on was being updated";
        match self.director.groups[group.index()].update.progress() {
            GroupProgress::Going => return,
            GroupProgress::Done => self.director.order.finished(group.index()).expect(known),
            GroupProgress::Failed => self.director.order.failed(group.index()).expect(known),
        }
        match self.director.order.progress() {
            GroupProgress::Going => self.begin_groups(),
            GroupProgress::Done => self.end_rollout(End::Finished),
            GroupProgress::Failed => self.end_rollout(End::UpdateFailed),
        }
    }

    /// Gives free slots to cells of a group, as the order of the update allows.
    fn fill_slots(&mut self, group: GroupIx) {
        if self.end.is_some() {
            // A roll-out that was given up starts no further cell.
            return;
        }
        while let Some(cell) = self.director.groups[group.index()].update.start_next() {
            self.begin_slot(cell);
        }
    }

    fn begin_slot(&mut self, cell: CellIx) {
        self.check_in_flight(cell);
        self.director.mark(&self.fleet.cells[cell.index()], self.now);
        let plan = self.plan_update(cell);
        let now = self.now;
        let home = self.cell_mut(cell);
        home.slot_began = Some(now);
        home.plan = plan;
        let vm = home.vm();
        self.after(plan.before_drain, Event::DrainBegins(vm));
    }

    fn plan_update(&self, cell: CellIx) -> UpdatePlan {
        let update = &self.scenario.update;
        let group = &self.director.groups[self.fleet.cells[cell.index()].group.index()];
        let mut draws = self.streams.at(Stream::CellUpdate, u64::from(cell.0));
        let mut draw = |distribution: Distribution| distribution.draw_secs(&mut draws);
        // Every duration is drawn whether it is needed or not, so that a change of strategy changes nothing else.
        let (stop, delete, create) =
            (draw(update.stop_s), draw(update.vm_delete_s), draw(update.vm_create_s));
        let (prepare, rep_start) = (draw(update.prepare_s), draw(update.rep_start_s));
        let (before_drain, replace) = match (update.replace_vm, group.settings.vm_strategy) {
            (false, _) => (Span::ZERO, prepare),
            (true, VmStrategy::DeleteCreate) => (Span::ZERO, delete + create + prepare),
            // The old VM is deleted later, outside the slot.
            (true, VmStrategy::CreateSwapDelete) => (create, prepare),
        };
        let GroupSettings { canary_watch_s, update_watch_s, .. } = group.settings;
        let window = if group.is_canary(cell) { canary_watch_s } else { update_watch_s };
        UpdatePlan { before_drain, replace: stop + replace, rep_start, watch: watch(window, rep_start) }
    }

    /// The drain script has seen the rep end: the other jobs are stopped, and the VM is replaced.
    pub(super) fn drain_noticed(&mut self, cell: CellIx) {
        let took = self.now.since(self.cell(cell).drain_began);
        self.tally.drains.push(took);
        self.later(cell, self.cell(cell).plan.replace, Event::JobsStart);
    }

    /// The jobs start; the cell is empty, and its VM may be new.
    pub(super) fn start_jobs(&mut self, cell: CellIx) {
        let (now, scenario) = (self.now, self.scenario);
        let known = &self.fleet.cells[cell.index()];
        // What the export does not list must be somewhere: it is taken to come back.
        let total =
            known.total.checked_sub(known.unlisted).expect("a valid fleet's totals cover what is used");
        let home = self.cell_mut(cell);
        home.make(Step::Updated, now);
        home.restart(total, scenario, scenario.update.replace_vm);
        let UpdatePlan { rep_start, watch, .. } = home.plan;
        self.note(What::Cell(cell, CellState::Starting));
        self.later(cell, rep_start, Event::RepUp);
        self.later(cell, watch, Event::SlotEnds);
    }

    /// The rep answers: the cell takes work, although its slot is not over yet.
    pub(super) fn rep_up(&mut self, cell: CellIx) {
        let now = self.now;
        let home = self.cell_mut(cell);
        if matches!(home.rollout, Rollout::Failed) {
            return;
        }
        home.make(Step::Started, now);
        home.sync_phase = now.since(Time::ZERO);
        self.index_cell(cell);
        self.note(What::Cell(cell, CellState::InService));
        // Its first periodic sync finds records that the old VM has left behind.
        self.sync_soon(cell);
    }

    /// The director has seen the cell running, or has waited in vain (D.3, D.4).
    pub(super) fn end_slot(&mut self, cell: CellIx) {
        let now = self.now;
        let known = &self.fleet.cells[cell.index()];
        self.director.mark(known, now);
        let group = known.group;
        let home = self.cell_mut(cell);
        let began = home.slot_began.take().expect("a cell that is updated has a slot");
        let is_up = home.rollout.accepts_work();
        if is_up {
            self.tally.slots.push(now.since(began));
        } else {
            home.make(Step::Fail, now);
        }
        let update = &mut self.director.groups[group.index()].update;
        let ended = if is_up { update.finished(cell) } else { update.failed(cell) };
        ended.expect("the director knows which cells have its slots");
        self.fill_slots(group);
        self.group_went_on(group);
    }

    /// The roll-out has taken too long.
    pub(super) fn give_up(&mut self) {
        if self.end.is_none() {
            self.end_rollout(End::GivenUp);
        }
    }

    fn end_rollout(&mut self, end: End) {
        if self.end.is_some() {
            return;
        }
        self.note(What::RolloutEnds);
        self.end = Some((self.now, end));
        self.after(secs(self.scenario.run.settle_s), Event::Settled);
    }

    fn later(&mut self, cell: CellIx, delay: Span, event: fn(VmRef) -> Event) {
        let vm = self.cell(cell).vm();
        self.after(delay, event(vm));
    }
}

/// When the director looks whether a started job runs: first after the lower end of the window, then at regular steps
/// until its upper end (D.4). Answers the first look at or after `rep_start`, or the last one.
fn watch([first_s, last_s]: [f64; 2], rep_start: Span) -> Span {
    let step_s = ((last_s - first_s) / WATCH_STEPS).clamp(WATCH_STEP.0, WATCH_STEP.1);
    let looks = ((last_s - first_s) / step_s).floor();
    let needed = ((rep_start.as_secs_f64() - first_s) / step_s).ceil().clamp(0.0, looks);
    secs(first_s + needed * step_s)
}

fn count(cells: usize) -> u32 {
    u32::try_from(cells).expect("ids are dense and fit u32")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_director_looks_after_the_minimum_and_then_at_regular_steps() {
        let looks_at = |window, rep_s| watch(window, Span::from_secs(rep_s)).as_ms();
        assert_eq!(looks_at([5.0, 1200.0], 3), 5_000);
        assert_eq!(looks_at([5.0, 1200.0], 6), 20_000);
        assert_eq!(looks_at([30.0, 1200.0], 31), 45_000);
        assert_eq!(looks_at([5.0, 14.0], 7), 7_000, "a short window has short steps");
        assert_eq!(looks_at([0.0, 0.0], 0), 0);
        assert_eq!(looks_at([5.0, 1200.0], 9_999), 5_000 + 79 * 15_000, "the last look");
    }
}
