//! BOSH's director: which cell is updated when, and the steps of one cell's update (D.3, D.4).

use rivera_lifecycle::{
    GroupProgress, GroupUpdate, Rollout, Step, UpdateCell, ZonePlan, zones_in_update_order,
};
use rivera_limiter::Canaries;
use rivera_model::{CellIx, Fleet, Span, Time, ZoneIx};

use super::World;
use crate::cell::UpdatePlan;
use crate::comparison::Setting;
use crate::distribution::{Distribution, secs};
use crate::event::{Event, VmRef};
use crate::outcome::{End, ZoneSpan};
use crate::scenario::{Scenario, VmStrategy};
use crate::stream::Stream;
use crate::timeline::{CellState, What};

/// Limits of the wait between two checks of a watched job (D.4).
const WATCH_STEP: (f64, f64) = (1.0, 15.0);
/// Steps between the first and the last check of a watched job (D.4).
const WATCH_STEPS: f64 = 9.0;

/// The director's state.
pub(super) struct Director {
    update: GroupUpdate,
    /// When the roll-out began.
    pub(super) began: Time,
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

impl Director {
    pub(super) fn new(fleet: &Fleet, scenario: &Scenario, setting: Setting) -> Self {
        let canaries = scenario.update.canaries.parse::<Canaries>().expect("a validated scenario");
        let cells = fleet.cells.iter().zip(0..).map(|(cell, ix)| UpdateCell {
            cell: CellIx(ix),
            zone: cell.zone,
            bootstrap: cell.bootstrap,
        });
        let mut plans = Vec::new();
        let mut zones = Vec::new();
        for (zone, cells) in zones_in_update_order(cells) {
            // Canaries are taken in the first zone only (D.3).
            let canaries = if plans.is_empty() { canaries.canaries(cells.len()) } else { 0 };
            let in_flight = count(setting.max_in_flight.in_flight(cells.len()));
            zones.push(ZoneProgress {
                zone,
                cells: count(cells.len()),
                in_flight,
                canaries: cells[..canaries].to_vec(),
                span: None,
            });
            plans.push(ZonePlan { zone, in_flight, canaries: count(canaries), instances: cells });
        }
        Self { update: GroupUpdate::new(plans), began: Time::ZERO, zones }
    }

    /// The most cells that any zone lets be updated at once.
    pub(super) fn greatest_in_flight(&self) -> u32 {
        self.zones.iter().map(|zone| zone.in_flight.min(zone.cells)).max().unwrap_or(0)
    }

    /// Cells that have a slot.
    pub(super) fn in_flight(&self) -> u32 {
        count(self.update.in_flight().count())
    }

    /// When each zone began and ended, for those that began.
    pub(super) fn zone_spans(&self, fleet: &Fleet) -> Vec<ZoneSpan> {
        let spans = self.zones.iter().filter_map(|progress| {
            let (start, end) = progress.span?;
            Some(ZoneSpan {
                zone: fleet.zones[progress.zone.index()].clone(),
                cells: progress.cells,
                in_flight: progress.in_flight,
                start_s: start.since(self.began).as_secs_f64(),
                end_s: end.since(self.began).as_secs_f64(),
            })
        });
        spans.collect()
    }

    fn is_canary(&self, cell: CellIx) -> bool {
        self.zones.iter().any(|zone| zone.canaries.contains(&cell))
    }

    /// Stretches the span of a cell's zone to `now`.
    fn mark(&mut self, zone: ZoneIx, now: Time) {
        let progress = self.zones.iter_mut().find(|progress| progress.zone == zone);
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
        self.fill_slots();
    }

    /// Gives free slots to cells, as the order of the update allows.
    fn fill_slots(&mut self) {
        if self.end.is_some() {
            // A roll-out that was given up starts no further cell.
            return;
        }
        while let Some(cell) = self.director.update.start_next() {
            self.begin_slot(cell);
        }
    }

    fn begin_slot(&mut self, cell: CellIx) {
        self.check_in_flight(cell);
        self.director.mark(self.fleet.cells[cell.index()].zone, self.now);
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
        let mut draws = self.streams.at(Stream::CellUpdate, u64::from(cell.0));
        let mut draw = |distribution: Distribution| distribution.draw_secs(&mut draws);
        // Every duration is drawn whether it is needed or not, so that a change of strategy changes nothing else.
        let (stop, delete, create) =
            (draw(update.stop_s), draw(update.vm_delete_s), draw(update.vm_create_s));
        let (prepare, rep_start) = (draw(update.prepare_s), draw(update.rep_start_s));
        let (before_drain, replace) = match (update.replace_vm, update.vm_strategy) {
            (false, _) => (Span::ZERO, prepare),
            (true, VmStrategy::DeleteCreate) => (Span::ZERO, delete + create + prepare),
            // The old VM is deleted later, outside the slot.
            (true, VmStrategy::CreateSwapDelete) => (create, prepare),
        };
        let window =
            if self.director.is_canary(cell) { update.canary_watch_s } else { update.update_watch_s };
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
        self.director.mark(self.fleet.cells[cell.index()].zone, now);
        let home = self.cell_mut(cell);
        let began = home.slot_began.take().expect("a cell that is updated has a slot");
        let known = "the director knows which cells have its slots";
        if home.rollout.accepts_work() {
            self.tally.slots.push(now.since(began));
            self.director.update.finished(cell).expect(known);
        } else {
            home.make(Step::Fail, now);
            self.director.update.failed(cell).expect(known);
        }
        self.fill_slots();
        match self.director.update.progress() {
            GroupProgress::Going => {}
            GroupProgress::Done => self.end_rollout(End::Finished),
            GroupProgress::Failed => self.end_rollout(End::UpdateFailed),
        }
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
