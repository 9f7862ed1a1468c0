//! The evacuation of a cell, from the drain script's request to the end of its rep (B.7, B.8, B.13).

use rivera_lifecycle::{EvacuationCheck, InstanceKey, LrpKey, Rollout, Step};
use rivera_model::{CellIx, InstanceIx, Span};

use super::World;
use crate::cells::cell::{Leaving, Work};
use crate::event::{Event, Step as ContainerStep};
use crate::outcome::timeline::{CellState, What};
use crate::random::distribution::secs;
use crate::scenario::FailingStep;

/// Between two looks at the containers that are being killed after a timeout (B.8).
const CLEANUP_POLL: Span = Span::from_secs(1);

impl World<'_> {
    /// The drain script asks the rep to evacuate.
    pub(super) fn begin_drain(&mut self, cell: CellIx) {
        if self.cell(cell).plan.fails == Some(FailingStep::Drain) {
            // The script cannot reach the rep, and fails: the cell goes on (B.13).
            self.end_slot(cell);
            return;
        }
        self.unindex_cell(cell);
        let now = self.now;
        let home = self.cell_mut(cell);
        home.make(Step::Evacuate, now);
        home.gone = None;
        home.drain_began = now;
        self.note(What::Cell(cell, CellState::Evacuating));
        self.evacuation_sync(cell);
        self.evacuator_poll(cell);
    }

    /// An evacuating cell syncs at once and then at its own interval, until its evacuation is over.
    pub(super) fn evacuation_sync(&mut self, cell: CellIx) {
        if self.cell(cell).rollout.is_evacuating() {
            self.bulk_sync(cell);
            let vm = self.cell(cell).vm();
            self.after(self.times.evacuation_polling, Event::EvacuationSync(vm));
        }
    }

    /// A cell in service syncs. That is simulated only where it finds something to do; see `sync_soon`.
    pub(super) fn periodic_sync(&mut self, cell: CellIx) {
        if self.cell(cell).rollout.accepts_work() {
            self.sync_in_service(cell);
        }
    }

    /// The rep looks at all its containers, one call after the other, and at records without a container.
    pub(super) fn bulk_sync(&mut self, cell: CellIx) {
        if self.is_bbs_away() {
            // Its list of records fails, and with it the sync (B.7).
            self.faults.log.bbs_calls_failed += 1;
            return;
        }
        self.remove_records_without_container(cell);
        let call = secs(self.scenario.rep.bbs_call_ms / 1e3);
        let mut asks_at = self.now;
        for position in 0..self.cell(cell).containers.len() {
            let it = self.cell(cell).containers[position];
            let container = self.container_mut(it);
            if container.leaving != Leaving::No || !matches!(container.work, Work::Lrp(_)) {
                continue;
            }
            asks_at += call;
            container.sync_at = asks_at;
            // A call whose answer is known takes its time, but is not made.
            if !container.is_kept {
                self.queue.schedule(asks_at, Event::Container(it, ContainerStep::AskBbs));
            }
        }
    }

    /// Lets the next periodic sync of a cell in service take place (B.7).
    pub(super) fn sync_soon(&mut self, cell: CellIx) {
        let polling = self.times.polling;
        let home = self.cell(cell);
        let since_phase = (self.now.0 + polling.0 - home.sync_phase.0 % polling.0) % polling.0;
        let vm = home.vm();
        self.after(Span(polling.0 - since_phase), Event::BulkSync(vm));
    }

    /// Only a container of its own makes a record of an instance. So while a cell evacuates and takes no more, the records
    /// without one are those that its first sync found and could not remove, and those of containers that went since.
    fn remove_records_without_container(&mut self, cell: CellIx) {
        let mut without: Vec<(LrpKey, InstanceIx)> = match self.cell_mut(cell).gone.take() {
            Some(gone) => gone,
            None => self.records_without_container(cell),
        };
        without.sort_unstable();
        without.retain(|&(lrp, instance)| {
            let key = InstanceKey::new(instance, cell);
            for (presence, _) in self.bbs.group(lrp).records().filter(|(_, record)| record.key == Some(key)) {
                self.remove_record(lrp, presence, key);
            }
            self.bbs.group(lrp).presence_of(key).is_some()
        });
        if self.cell(cell).rollout.is_evacuating() {
            self.cell_mut(cell).gone = Some(without);
        }
    }

    fn records_without_container(&self, cell: CellIx) -> Vec<(LrpKey, InstanceIx)> {
        let home = self.cell(cell);
        let instances = self.bbs.records_on(cell).filter_map(|(lrp, presence)| {
            let key = self.bbs.group(lrp).get(presence)?.key?;
            home.container_of(key.instance).is_none().then_some((lrp, key.instance))
        });
        let mut without: Vec<_> = instances.collect();
        without.dedup();
        without
    }

    /// The evacuation is over when no container of any kind is left, or when it has taken too long.
    pub(super) fn evacuator_poll(&mut self, cell: CellIx) {
        let (now, home) = (self.now, self.cell(cell));
        let vm = home.vm();
        match home.rollout.check_evacuation(home.containers.len(), &self.times, now) {
            None => {}
            Some(EvacuationCheck::Wait { again_at }) => {
                self.queue.schedule(again_at, Event::EvacuatorPoll(vm));
            }
            Some(EvacuationCheck::Complete) => {
                self.cell_mut(cell).make(Step::EndEvacuation { timed_out: false }, now);
                self.rep_exits(cell);
            }
            Some(EvacuationCheck::TimedOut) => {
                self.cell_mut(cell).make(Step::EndEvacuation { timed_out: true }, now);
                self.kill_what_is_left(cell);
                self.cleanup_poll(cell);
            }
        }
    }

    /// The evacuation has taken too long: what is left is killed. Its records stay as they are (Q9).
    fn kill_what_is_left(&mut self, cell: CellIx) {
        let containers = self.cell(cell).containers.clone();
        self.tally.evacuation_timeouts += 1;
        let left = u32::try_from(containers.len()).expect("a cell has few containers");
        self.note(What::EvacuationTimedOut(cell, left));
        for it in containers {
            let container = *self.container(it);
            match container.work {
                Work::Lrp(lrp) if container.serving && self.books.is_desired(lrp) => {
                    self.tally.instances_killed += 1;
                    self.note(What::Killed(lrp, cell));
                }
                Work::Task(task) if container.leaving == Leaving::No => {
                    self.tally.tasks_killed += 1;
                    self.note(What::TaskKilled(task, cell));
                }
                Work::Lrp(_) | Work::Task(_) => {}
            }
            self.delete(it);
        }
    }

    /// The rep ends when the killed containers are gone, or when it has waited long enough.
    pub(super) fn cleanup_poll(&mut self, cell: CellIx) {
        let home = self.cell(cell);
        let Rollout::Stopping { since, .. } = home.rollout else { return };
        if home.containers.is_empty() || self.now.since(since) >= self.times.cleanup_limit() {
            self.rep_exits(cell);
        } else {
            let vm = home.vm();
            self.after(CLEANUP_POLL, Event::CleanupPoll(vm));
        }
    }

    /// The rep ends: its presence goes, and the drain script notices at its next ping (B.13).
    fn rep_exits(&mut self, cell: CellIx) {
        // What would not die is killed with the other jobs.
        self.drop_containers(cell);
        let now = self.now;
        self.cell_mut(cell).make(Step::Stopped, now);
        self.note(What::Cell(cell, CellState::Updating));
        let ping = secs(self.scenario.rep.drain_ping_s);
        let passed = self.now.since(self.cell(cell).drain_began);
        let until_ping = match ping.0 {
            0 => Span::ZERO,
            ping => Span(passed.0.next_multiple_of(ping) - passed.0),
        };
        let vm = self.cell(cell).vm();
        self.after(until_ping, Event::DrainNoticed(vm));
    }
}
