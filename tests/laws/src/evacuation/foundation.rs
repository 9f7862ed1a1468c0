//! A small foundation on the state machines of the kernel: a BBS, cells, and an auctioneer that takes the emptiest cell.
//! Everything that is not a matter of records is left out.

use std::collections::BTreeSet;

use rivera_lifecycle::{
    Bbs, BbsCall, CellTimes, ContainerState, Desired, DomainIx, Evacuated, FollowUp, InstanceKey, LrpError,
    LrpKey, ReasonIx, Record, RunInfo, StartRequest, Step, StopCall, call_without_container,
};
use rivera_model::{CellIx, InstanceIx, InstanceState, Presence, ProcessIx, Span, Time, UpdateStrategy};

use super::cell::{Cell, Container};

const TICK: Span = Span::from_secs(5);
const CONVERGENCE: u64 = 30;
/// The longest wait after a crash is 16 minutes, the longest evacuation takes ten.
const REST_TICKS: u32 = 60 * 60 / 5;
const NO_ROOM: ReasonIx = ReasonIx(1);
const CRASHED: ReasonIx = ReasonIx(2);

/// How many messages are still to be lost.
#[derive(Debug, Default)]
pub(super) struct Losses {
    pub(super) calls: u8,
    pub(super) answers: u8,
    pub(super) requests: u8,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Foundation {
    pub(super) losses: Losses,
    bbs: Bbs,
    cells: Vec<Cell>,
    times: CellTimes,
    now: Time,
    /// What waits for the next auction.
    waiting: BTreeSet<LrpKey>,
    instances: u32,
}

/// Whether a message is lost, which is then counted.
fn is_lost(left: &mut u8) -> bool {
    let lost = *left > 0;
    *left = left.saturating_sub(1);
    lost
}

impl Foundation {
    pub(super) fn new(rooms: [usize; 3]) -> Self {
        let domain = DomainIx(1);
        let mut bbs = Bbs::new([domain; 2]);
        bbs.upsert_domain(domain, Span::ZERO, Time::ZERO);
        Self {
            losses: Losses::default(),
            bbs,
            cells: rooms.map(Cell::new).into(),
            times: CellTimes::default(),
            now: Time::ZERO,
            waiting: BTreeSet::new(),
            instances: 0,
        }
    }

    pub(super) fn desire(&mut self, process: ProcessIx, instances: u32, strategy: UpdateStrategy) {
        let desired = Desired { instances, strategy, ..Desired::default() };
        if let Ok(Some(request)) = self.bbs.desire(process, desired, self.now) {
            self.request(request);
        }
    }

    pub(super) fn scale(&mut self, process: ProcessIx, instances: u32) {
        let present = self.present();
        if let Ok(scaled) = self.bbs.scale(process, instances, Some(&present), self.now) {
            scaled.start.into_iter().for_each(|request| self.request(request));
            scaled.stops.into_iter().for_each(|call| self.stop(call));
        }
    }

    pub(super) fn remove_desired(&mut self, process: ProcessIx) {
        let present = self.present();
        let stops = self.bbs.remove_desired(process, Some(&present)).unwrap_or_default();
        stops.into_iter().for_each(|call| self.stop(call));
    }

    pub(super) fn evacuate(&mut self, cell: usize) {
        if self.cells[cell].step(Step::Evacuate, self.now) {
            self.sync(cell);
        }
    }

    pub(super) fn lose(&mut self, cell: usize) {
        self.cells[cell].step(Step::Lose, self.now);
    }

    pub(super) fn fail(&mut self, cell: usize) {
        self.cells[cell].step(Step::Fail, self.now);
    }

    pub(super) fn crash(&mut self, cell: usize, container: usize) {
        let containers = &mut self.cells[cell].containers;
        let Some(position) = container.checked_rem(containers.len()) else { return };
        containers[position].state = ContainerState::Completed { stopped: false };
        let key = containers[position].key;
        self.ask(cell, key);
    }

    /// Lets time pass.
    pub(super) fn pass(&mut self, ticks: u32) {
        for _ in 0..ticks {
            self.now += TICK;
            for cell in 0..self.cells.len() {
                self.work(cell);
            }
            self.auction();
            if (self.now.as_ms() / 1_000).is_multiple_of(CONVERGENCE) {
                self.converge();
            }
        }
    }

    /// Nothing happens any more, and nothing is lost.
    pub(super) fn come_to_rest(&mut self) {
        self.losses = Losses::default();
        self.pass(REST_TICKS);
    }

    fn present(&self) -> BTreeSet<CellIx> {
        let cells = self.cells.iter().enumerate().filter(|(_, cell)| cell.rollout.has_presence());
        cells.map(|(cell, _)| CellIx::from_index(cell)).collect()
    }

    fn request(&mut self, StartRequest { process, indices }: StartRequest) {
        if !is_lost(&mut self.losses.requests) {
            self.waiting.extend(indices.into_iter().map(|index| LrpKey::new(process, index)));
        }
    }

    fn stop(&mut self, StopCall { key, .. }: StopCall) {
        if is_lost(&mut self.losses.requests) {
            return;
        }
        if let Some(container) = self.cells[key.cell.index()].container(key) {
            container.state = ContainerState::Completed { stopped: true };
            self.ask(key.cell.index(), key);
        }
    }

    /// A cell's containers come along, its evacuator looks, its sync is made.
    fn work(&mut self, cell: usize) {
        let keys: Vec<InstanceKey> =
            self.cells[cell].containers.iter().map(|container| container.key).collect();
        for key in keys {
            let Some(container) = self.cells[cell].container(key) else { continue };
            match container.state {
                ContainerState::Reserved if container.is_expired(self.now) => {
                    container.state = ContainerState::Completed { stopped: false };
                    self.ask(cell, key);
                }
                ContainerState::Initializing => container.state = ContainerState::Created,
                ContainerState::Created => {
                    container.state = ContainerState::Running;
                    self.ask(cell, key);
                }
                ContainerState::Reserved | ContainerState::Running | ContainerState::Completed { .. } => {}
            }
        }
        self.cells[cell].move_on(&self.times, self.now);
        if self.cells[cell].is_sync_due(&self.times, self.now) {
            self.sync(cell);
        }
    }

    /// Each container and each record of a cell is asked about (B.7).
    fn sync(&mut self, cell: usize) {
        self.cells[cell].synced = self.now;
        let keys: Vec<InstanceKey> =
            self.cells[cell].containers.iter().map(|container| container.key).collect();
        keys.into_iter().for_each(|key| self.ask(cell, key));
        let records: Vec<(LrpKey, Presence)> = self.bbs.records_on(CellIx::from_index(cell)).collect();
        for (lrp, presence) in records {
            let key = self.bbs.group(lrp).get(presence).and_then(|record| record.key);
            let Some(key) = key.filter(|key| self.cells[cell].container(*key).is_none()) else { continue };
            if is_lost(&mut self.losses.calls) {
                continue;
            }
            // That the record is gone by now is what was wanted.
            let _ = match call_without_container(presence) {
                BbsCall::RemoveEvacuating => self.bbs.remove_evacuating(lrp, key),
                _ => self.bbs.remove(lrp, Some(key)),
            };
        }
    }

    /// Asks the BBS about a container, and does with it what follows.
    fn ask(&mut self, cell: usize, key: InstanceKey) {
        let evacuates = self.cells[cell].rollout.is_evacuating();
        let Some(container) = self.cells[cell].container(key).copied() else { return };
        let follow_up = if evacuates {
            // An embedder's own failures keep the container (see `Evacuated::error`).
            let lost = Evacuated { keep_container: true, request_auction: false, error: None };
            container.state.follow_up_evacuating(self.call_evacuating(container).unwrap_or(lost))
        } else {
            match self.call(container) {
                Some(answer) => container.state.follow_up(answer),
                None if matches!(container.state, ContainerState::Completed { .. }) => FollowUp::Delete,
                None => FollowUp::Keep,
            }
        };
        let cell = &mut self.cells[cell];
        match (follow_up, cell.container(key)) {
            (FollowUp::Run, Some(container)) => container.state = ContainerState::Initializing,
            (FollowUp::Stop, Some(container)) => {
                container.state = ContainerState::Completed { stopped: true };
            }
            (FollowUp::Delete, _) => cell.containers.retain(|container| container.key != key),
            (FollowUp::Keep | FollowUp::Run | FollowUp::Stop, _) => {}
        }
    }

    /// The call of a cell in service; `None` if there is no answer.
    fn call(&mut self, Container { lrp, key, state, .. }: Container) -> Option<Result<(), LrpError>> {
        if is_lost(&mut self.losses.calls) {
            return None;
        }
        let answer = match state.call(false) {
            BbsCall::Claim => self.bbs.claim(lrp, key, self.now).map(|_| ()),
            BbsCall::Start => self.bbs.start(lrp, key, RunInfo::default(), self.now).map(|_| ()),
            BbsCall::Crash => self.bbs.crash(lrp, key, CRASHED, self.now).map(|crashed| {
                if let rivera_lifecycle::Crashed::Counted { restart_now: true, .. } = crashed {
                    self.request(StartRequest { process: lrp.process, indices: vec![lrp.index] });
                }
            }),
            BbsCall::Remove => self.bbs.remove(lrp, Some(key)),
            other => panic!("{other:?} is not a call of a cell in service"),
        };
        (!is_lost(&mut self.losses.answers)).then_some(answer)
    }

    /// The call of an evacuating cell; `None` if there is no answer.
    fn call_evacuating(&mut self, Container { lrp, key, state, .. }: Container) -> Option<Evacuated> {
        if is_lost(&mut self.losses.calls) {
            return None;
        }
        let answer = match state.call(true) {
            BbsCall::EvacuateClaimed => self.bbs.evacuate_claimed(lrp, key, self.now),
            BbsCall::EvacuateRunning => self.bbs.evacuate_running(lrp, key, RunInfo::default(), self.now),
            BbsCall::EvacuateCrashed => self.bbs.evacuate_crashed(lrp, key, CRASHED, self.now),
            BbsCall::EvacuateStopped => self.bbs.evacuate_stopped(lrp, key),
            other => panic!("{other:?} is not a call of an evacuating cell"),
        };
        if answer.request_auction {
            self.request(StartRequest { process: lrp.process, indices: vec![lrp.index] });
        }
        (!is_lost(&mut self.losses.answers)).then_some(answer)
    }

    /// The emptiest cell with room takes each instance; without one the BBS is told.
    fn auction(&mut self) {
        for lrp in std::mem::take(&mut self.waiting) {
            let with_room = self.cells.iter().enumerate().filter(|(_, cell)| cell.has_room());
            let best = with_room.min_by_key(|(_, cell)| cell.containers.len()).map(|(cell, _)| cell);
            if let Some(cell) = best {
                self.instances += 1;
                let key = InstanceKey::new(InstanceIx(self.instances), CellIx::from_index(cell));
                let state = ContainerState::Reserved;
                self.cells[cell].containers.push(Container { lrp, key, state, reserved: self.now });
                self.ask(cell, key);
            } else if !is_lost(&mut self.losses.calls) {
                // A record that is no longer unclaimed needs no reason.
                let _ = self.bbs.fail(lrp, NO_ROOM, self.now);
            }
        }
    }

    fn converge(&mut self) {
        let pass = self.bbs.converge(self.now, &self.present());
        if !is_lost(&mut self.losses.requests) {
            self.waiting.extend(pass.starts.iter().map(|start| start.lrp));
        }
        pass.stops.into_iter().for_each(|call| self.stop(call));
    }

    /// What holds at any time.
    pub(super) fn check_always(&self) {
        assert_eq!(self.bbs.validate(), Ok(()));
        for (number, cell) in self.cells.iter().enumerate() {
            assert!(cell.containers.len() <= cell.room, "cell {number} holds more than it can");
            let keys: BTreeSet<InstanceKey> = cell.containers.iter().map(|container| container.key).collect();
            assert_eq!(keys.len(), cell.containers.len(), "a start has one container");
        }
    }

    /// What holds when all is quiet.
    pub(super) fn check_at_rest(&self) {
        self.check_always();
        let present = self.present();
        for process in self.bbs.processes() {
            let desired = self.bbs.desired(process).map_or(0, |desired| desired.instances);
            let records = self.bbs.groups(process).filter(|(_, group)| group.ordinary.is_some());
            // The BBS counts records: of the right number, wrong indices go unnoticed (C.6).
            let is_counted_right = u32::try_from(records.count()) == Ok(desired);
            for lrp in (0..desired).map(|index| LrpKey::new(process, index)) {
                if !is_counted_right || self.bbs.group(lrp).ordinary.is_some() {
                    self.check_instance(lrp);
                }
            }
            for (lrp, group) in self.bbs.groups(process).filter(|(lrp, _)| lrp.index >= desired) {
                assert!(group.ordinary.is_none() || is_counted_right, "nobody desires {lrp:?}: {group:?}");
                assert_eq!(group.evacuating, None, "nothing of {lrp:?} evacuates any more");
                // Only a cell that is back can be asked to stop its suspect.
                let is_back = |record: Record| record.cell().is_some_and(|cell| present.contains(&cell));
                assert!(!group.suspect.is_some_and(is_back), "nobody desires {lrp:?}: {group:?}");
            }
        }
        for (number, cell) in self.cells.iter().enumerate() {
            for Container { lrp, key, state, .. } in &cell.containers {
                let record = self.bbs.group(*lrp).ordinary;
                let holds = record.is_some_and(|record| record.key == Some(*key));
                assert!(holds, "the {state:?} container of {lrp:?} on cell {number} is nobody's: {record:?}");
            }
        }
    }

    /// It runs, or there is no room for it and its record says so.
    fn check_instance(&self, lrp: LrpKey) {
        let group = self.bbs.group(lrp);
        let Some(record) = group.ordinary else { panic!("{lrp:?} is lost: {group:?}") };
        assert_eq!(group.evacuating, None, "nothing of {lrp:?} evacuates any more");
        match (record.state, record.key) {
            (InstanceState::Running, Some(key)) => {
                let containers = &self.cells[key.cell.index()].containers;
                let runs = |container: &Container| {
                    container.key == key && container.state == ContainerState::Running
                };
                assert!(containers.iter().any(runs), "{lrp:?} runs nowhere: {record:?}");
                assert_eq!(group.suspect, None, "{lrp:?} is replaced");
            }
            (InstanceState::Unclaimed, None) => {
                assert_eq!(record.placement_error, NO_ROOM, "{lrp:?} waits, and it is not said why");
                assert!(!self.cells.iter().any(Cell::has_room), "there is room for {lrp:?}");
            }
            _ => panic!("{lrp:?} neither runs nor waits for room: {record:?}"),
        }
    }
}
