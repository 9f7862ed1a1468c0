//! The rules of C.2 to C.5 and C.7 as plain as they can be said: a list of rows, searched from end to end.
//!
//! It shares the types of the crate, and none of its logic.

use std::collections::{BTreeMap, BTreeSet};

use rivera_model::InstanceState::{self, Claimed, Crashed as CrashedState, Running, Unclaimed};
use rivera_model::Presence::{self, Evacuating, Ordinary, Suspect};
use rivera_model::{CellIx, ProcessIx, Time, UpdateStrategy};

use crate::call::{RetireAnswer, StartRequest, StopCall, UpdateCall};
use crate::database::Faults;
use crate::desired::{Desired, DesiredUpdate, Scaled};
use crate::error::LrpError;
use crate::evacuation::Evacuated;
use crate::record::{DomainIx, InstanceKey, LrpKey, NetIx, ReasonIx, Record, RunInfo, Tag};

/// Five minutes.
const LONG_US: u64 = 300_000_000;

#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) lrp: LrpKey,
    pub(super) presence: Presence,
    pub(super) record: Record,
}

#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) rows: Vec<Row>,
    pub(super) desired: BTreeMap<ProcessIx, Desired>,
    /// By process.
    pub(super) domain_of: Vec<DomainIx>,
    /// Until when; `None` is for ever.
    pub(super) domains: BTreeMap<DomainIx, Option<Time>>,
    pub(super) faults: Faults,
    pub(super) epochs: u64,
}

/// What an evacuation came to, or the database error that ended it.
type Attempt = Result<Evacuated, LrpError>;

const fn fail_if(fails: bool) -> Result<(), LrpError> {
    if fails { Err(LrpError::Database) } else { Ok(()) }
}

const fn evacuated(keep_container: bool, request_auction: bool) -> Evacuated {
    Evacuated { keep_container, request_auction, error: None }
}

/// The table of C.2.
fn may_become(record: Record, to: InstanceState, caller: Option<InstanceKey>) -> bool {
    let is_own = record.key == caller;
    match (record.state, to) {
        (Unclaimed, CrashedState) | (CrashedState, _) => false,
        (Unclaimed, _) | (Claimed, Running) => true,
        (Claimed | Running, Unclaimed) => caller.is_none(),
        (Claimed | Running, Claimed | CrashedState) | (Running, Running) => is_own,
    }
}

const fn changed(record: Record, now: Time) -> Record {
    let Tag { epoch, index } = record.tag;
    Record { since: now, tag: Tag { epoch, index: index + 1 }, ..record }
}

fn given_up(record: Record, state: InstanceState, now: Time) -> Record {
    Record { state, key: None, net: NetIx::EMPTY, ..changed(record, now) }
}

fn says_the_same(record: Record, domain: DomainIx, caller: InstanceKey, run: RunInfo) -> bool {
    record.state == Running
        && record.domain == domain
        && record.key == Some(caller)
        && (record.net, record.routable, record.routes, record.tags)
            == (run.net, run.routable, run.routes, run.tags)
}

impl Model {
    pub(super) fn find(&self, lrp: LrpKey, presence: Presence) -> Option<Record> {
        self.rows.iter().find(|row| (row.lrp, row.presence) == (lrp, presence)).map(|row| row.record)
    }

    pub(super) fn put(&mut self, lrp: LrpKey, presence: Presence, record: Record) {
        self.delete(lrp, presence);
        self.rows.push(Row { lrp, presence, record });
    }

    pub(super) fn delete(&mut self, lrp: LrpKey, presence: Presence) -> Option<Record> {
        let record = self.find(lrp, presence);
        self.rows.retain(|row| (row.lrp, row.presence) != (lrp, presence));
        record
    }

    fn try_delete(&mut self, lrp: LrpKey, presence: Presence) -> Result<Option<Record>, LrpError> {
        fail_if(presence == Evacuating && self.faults.remove_evacuating)?;
        fail_if(presence == Suspect && self.faults.remove_suspect)?;
        Ok(self.delete(lrp, presence))
    }

    fn belongs(&self, lrp: LrpKey, presence: Presence, caller: InstanceKey) -> bool {
        self.find(lrp, presence).is_some_and(|record| record.key == Some(caller))
    }

    fn target(&self, lrp: LrpKey, caller: InstanceKey) -> Result<Option<Presence>, LrpError> {
        fail_if(self.faults.fetch)?;
        let presences = [Ordinary, Evacuating, Suspect];
        Ok(presences.into_iter().find(|presence| self.belongs(lrp, *presence, caller)))
    }

    fn domain(&self, lrp: LrpKey, run: RunInfo) -> DomainIx {
        run.foreign_domain.unwrap_or(self.domain_of[lrp.process.index()])
    }

    pub(super) fn new_record(&mut self, domain: DomainIx, now: Time) -> Record {
        self.epochs += 1;
        Record {
            state: Unclaimed,
            key: None,
            since: now,
            crash_count: 0,
            crash_reason: ReasonIx(0),
            placement_error: ReasonIx(0),
            net: NetIx(0),
            routable: false,
            routes: Default::default(),
            tags: Default::default(),
            domain,
            tag: Tag { epoch: self.epochs, index: 0 },
        }
    }

    fn running(record: Record, caller: InstanceKey, run: RunInfo) -> Record {
        let RunInfo { net, routable, routes, tags, .. } = run;
        Record { state: Running, key: Some(caller), net, routable, routes, tags, ..record }
    }

    /// Answers whether there was no record.
    pub(super) fn create_unclaimed(&mut self, lrp: LrpKey, now: Time) -> bool {
        let is_missing = self.find(lrp, Ordinary).is_none();
        if is_missing {
            let record = self.new_record(self.domain_of[lrp.process.index()], now);
            self.put(lrp, Ordinary, record);
        }
        is_missing
    }

    pub(super) fn claim(&mut self, lrp: LrpKey, caller: InstanceKey, now: Time) -> Result<(), LrpError> {
        if self.belongs(lrp, Suspect, caller) {
            return Ok(());
        }
        let record = self.find(lrp, Ordinary).ok_or(LrpError::ResourceNotFound)?;
        if !may_become(record, Claimed, Some(caller)) {
            return Err(LrpError::CannotBeClaimed);
        }
        if record.state != Claimed {
            let claimed = Record {
                state: Claimed,
                key: Some(caller),
                net: NetIx(0),
                placement_error: ReasonIx(0),
                ..changed(record, now)
            };
            self.put(lrp, Ordinary, claimed);
        }
        Ok(())
    }

    /// Answers whose evacuating and suspect records went.
    pub(super) fn start(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        run: RunInfo,
        now: Time,
    ) -> Result<[Option<InstanceKey>; 2], LrpError> {
        if self.belongs(lrp, Suspect, caller) {
            return Ok([None; 2]);
        }
        let domain = self.domain(lrp, run);
        let before = match self.find(lrp, Ordinary) {
            None => Some(self.new_record(domain, now)),
            Some(record) if says_the_same(record, domain, caller, run) => None,
            Some(record) if record.domain != domain || !may_become(record, Running, Some(caller)) => {
                return Err(LrpError::CannotBeStarted);
            }
            Some(record) => Some(Record { placement_error: ReasonIx(0), ..changed(record, now) }),
        };
        if let Some(record) = before {
            self.put(lrp, Ordinary, Self::running(record, caller, run));
        }
        Ok([Evacuating, Suspect].map(|presence| self.try_delete(lrp, presence).ok()??.key))
    }

    /// Answers the count and whether an auction is due; `None` if it was the suspect's crash.
    pub(super) fn crash(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        reason: ReasonIx,
        now: Time,
    ) -> Result<Option<(u32, bool)>, LrpError> {
        fail_if(self.faults.fetch)?;
        if self.belongs(lrp, Suspect, caller) {
            self.try_delete(lrp, Suspect)?;
            return Ok(None);
        }
        let (count, is_restarted) = self.crash_ordinary(lrp, caller, reason, now)?;
        if is_restarted && !self.desired.contains_key(&lrp.process) {
            return Err(LrpError::ResourceNotFound);
        }
        Ok(Some((count, is_restarted)))
    }

    fn crash_ordinary(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        reason: ReasonIx,
        now: Time,
    ) -> Result<(u32, bool), LrpError> {
        let record = self.find(lrp, Ordinary).ok_or(LrpError::ResourceNotFound)?;
        if !may_become(record, CrashedState, Some(caller)) {
            return Err(LrpError::CannotBeCrashed);
        }
        let ran_long = record.state == Running && now.0 - record.since.0 > LONG_US;
        let crash_count = if ran_long { 1 } else { record.crash_count + 1 };
        let state = if crash_count < 3 { Unclaimed } else { CrashedState };
        let crashed = Record { crash_count, crash_reason: reason, ..given_up(record, state, now) };
        self.put(lrp, Ordinary, crashed);
        Ok((crash_count, crash_count < 3))
    }

    pub(super) fn fail(&mut self, lrp: LrpKey, reason: ReasonIx, now: Time) -> Result<(), LrpError> {
        let Some(record) = self.find(lrp, Ordinary) else { return Ok(()) };
        if record.state != Unclaimed {
            return Err(LrpError::CannotBeFailed);
        }
        self.put(lrp, Ordinary, Record { placement_error: reason, ..changed(record, now) });
        Ok(())
    }

    pub(super) fn remove(&mut self, lrp: LrpKey, caller: Option<InstanceKey>) -> Result<(), LrpError> {
        let record = self.find(lrp, Ordinary).ok_or(LrpError::ResourceNotFound)?;
        if caller.is_some() && record.key != caller {
            return Err(LrpError::ResourceNotFound);
        }
        self.delete(lrp, Ordinary);
        Ok(())
    }

    pub(super) fn retire(
        &mut self,
        lrp: LrpKey,
        is_present: impl FnOnce(CellIx) -> Option<bool>,
    ) -> Result<RetireAnswer, LrpError> {
        let record = self.find(lrp, Ordinary).ok_or(LrpError::ResourceNotFound)?;
        if let Some(key) = record.key {
            match is_present(key.cell) {
                None => return Err(LrpError::PresenceUnknown),
                Some(true) => return Ok(RetireAnswer::Stop(StopCall { lrp, key })),
                Some(false) => {}
            }
        }
        self.delete(lrp, Ordinary);
        Ok(RetireAnswer::Removed)
    }

    pub(super) fn unclaim(&mut self, lrp: LrpKey, stale: bool, now: Time) -> Result<(), LrpError> {
        fail_if(self.faults.unclaim)?;
        let record = self.find(lrp, Ordinary).ok_or(LrpError::ResourceNotFound)?;
        if record.state == Unclaimed || (record.state == Claimed && stale) {
            return Err(LrpError::CannotBeUnclaimed);
        }
        self.put(lrp, Ordinary, given_up(record, Unclaimed, now));
        Ok(())
    }

    pub(super) fn unclaim_if_all_running(
        &mut self,
        lrp: LrpKey,
        instances: u32,
        stale: bool,
        now: Time,
    ) -> Result<(), LrpError> {
        if !self.desired.contains_key(&lrp.process) {
            return Err(LrpError::ResourceNotFound);
        }
        fail_if(self.faults.unclaim)?;
        let runs = |row: &&Row| {
            row.lrp.process == lrp.process && row.presence == Ordinary && row.record.state == Running
        };
        if self.rows.iter().filter(runs).count() < instances as usize {
            return Err(LrpError::CannotBeUnclaimed);
        }
        self.unclaim(lrp, stale, now)
    }

    pub(super) fn evacuate_claimed(&mut self, lrp: LrpKey, caller: InstanceKey, now: Time) -> Evacuated {
        let released = |error| Evacuated { error, ..evacuated(false, false) };
        match self.target(lrp, caller) {
            Err(error) => released(Some(error)),
            Ok(None) => released(Some(LrpError::ResourceNotFound)),
            Ok(Some(Ordinary)) => match self.unclaim(lrp, false, now) {
                Ok(()) => evacuated(false, self.desired.contains_key(&lrp.process)),
                Err(error) => Evacuated { error: Some(error), ..evacuated(true, false) },
            },
            Ok(Some(presence)) => released(self.try_delete(lrp, presence).err()),
        }
    }

    pub(super) fn evacuate_running(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        run: RunInfo,
        now: Time,
    ) -> Evacuated {
        self.try_evacuate_running(lrp, caller, run, now)
            .unwrap_or_else(|error| Evacuated { error: Some(error), ..evacuated(true, false) })
    }

    /// The branches are numbered as in C.5.
    fn try_evacuate_running(&mut self, lrp: LrpKey, caller: InstanceKey, run: RunInfo, now: Time) -> Attempt {
        let target = self.target(lrp, caller)?;
        let ordinary = self.find(lrp, Ordinary);
        let Some(ordinary) = ordinary else {
            return self.release(lrp, caller); // 1, 2
        };
        if target != Some(Ordinary) && (ordinary.state == Running || ordinary.state == CrashedState) {
            return self.release(lrp, caller); // 2
        }
        fail_if(self.faults.update_strategy)?;
        let Some(desired) = self.desired.get(&lrp.process).copied() else {
            return self.release(lrp, caller); // 3
        };
        match (desired.strategy, target) {
            (UpdateStrategy::Recreate, None) => Ok(evacuated(false, false)), // 4
            (UpdateStrategy::Recreate, Some(Ordinary)) => {
                match self.unclaim_if_all_running(lrp, desired.instances, false, now) {
                    Err(LrpError::CannotBeUnclaimed) => Ok(evacuated(true, false)),
                    Err(error) => Err(error),
                    Ok(()) => Ok(evacuated(false, true)),
                }
            }
            (UpdateStrategy::Recreate, Some(presence)) => {
                self.try_delete(lrp, presence)?;
                Ok(evacuated(false, false))
            }
            (UpdateStrategy::Rolling, None | Some(Evacuating)) => {
                // 5
                if self.find(lrp, Evacuating).is_some_and(|record| record.key != Some(caller)) {
                    return Ok(evacuated(false, false));
                }
                self.evacuate(lrp, self.domain(lrp, run), caller, run, now)?;
                Ok(evacuated(true, false))
            }
            (UpdateStrategy::Rolling, Some(presence)) => {
                // 6
                let Some(Record { domain, net, routable, routes, tags, .. }) = self.find(lrp, presence)
                else {
                    return Err(LrpError::ResourceNotFound);
                };
                let run = RunInfo { net, routable, routes, tags, foreign_domain: None };
                self.evacuate(lrp, domain, caller, run, now)?;
                if presence == Suspect {
                    self.try_delete(lrp, Suspect)?;
                } else {
                    self.unclaim(lrp, false, now)?;
                }
                Ok(evacuated(true, presence == Ordinary))
            }
        }
    }

    fn release(&mut self, lrp: LrpKey, caller: InstanceKey) -> Attempt {
        if self.belongs(lrp, Evacuating, caller) {
            self.try_delete(lrp, Evacuating)?;
        }
        Ok(evacuated(false, false))
    }

    fn evacuate(
        &mut self,
        lrp: LrpKey,
        domain: DomainIx,
        caller: InstanceKey,
        run: RunInfo,
        now: Time,
    ) -> Result<(), LrpError> {
        fail_if(self.faults.evacuate)?;
        let record = match self.find(lrp, Evacuating) {
            None => Self::running(self.new_record(domain, now), caller, run),
            Some(record) if (record.domain, record.key, record.net) == (domain, Some(caller), run.net) => {
                record
            }
            Some(record) => {
                let routable = record.routable;
                Self::running(changed(record, now), caller, RunInfo { routable, ..run })
            }
        };
        self.put(lrp, Evacuating, record);
        Ok(())
    }

    pub(super) fn evacuate_crashed(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        reason: ReasonIx,
        now: Time,
    ) -> Evacuated {
        let ended = match self.target(lrp, caller) {
            Err(error) => Err(error),
            Ok(None) => Err(LrpError::ResourceNotFound),
            Ok(Some(Ordinary)) => self.crash_ordinary(lrp, caller, reason, now).map(|_| ()),
            Ok(Some(presence)) => self.try_delete(lrp, presence).map(|_| ()),
        };
        Evacuated { error: ended.err(), ..evacuated(false, false) }
    }

    pub(super) fn evacuate_stopped(&mut self, lrp: LrpKey, caller: InstanceKey) -> Evacuated {
        let ended = match self.target(lrp, caller) {
            Err(error) => Err(error),
            Ok(None) => Err(LrpError::ResourceNotFound),
            Ok(Some(Ordinary)) => self.remove(lrp, Some(caller)),
            Ok(Some(presence)) => self.try_delete(lrp, presence).map(|_| ()),
        };
        Evacuated { error: ended.err(), ..evacuated(false, false) }
    }

    pub(super) fn remove_evacuating(&mut self, lrp: LrpKey, caller: InstanceKey) -> Result<(), LrpError> {
        fail_if(self.faults.fetch)?;
        if !self.belongs(lrp, Evacuating, caller) {
            return Err(LrpError::ResourceNotFound);
        }
        self.try_delete(lrp, Evacuating).map(|_| ())
    }

    pub(super) fn desire(
        &mut self,
        process: ProcessIx,
        desired: Desired,
        now: Time,
    ) -> Result<Option<StartRequest>, LrpError> {
        if self.desired.contains_key(&process) {
            return Err(LrpError::ResourceExists);
        }
        self.desired.insert(process, desired);
        Ok(self.create_all(process, 0, desired.instances, now))
    }

    pub(super) fn update_desired(
        &mut self,
        process: ProcessIx,
        update: DesiredUpdate,
        cells: Option<&BTreeSet<CellIx>>,
        now: Time,
    ) -> Result<Scaled, LrpError> {
        let before = *self.desired.get(&process).ok_or(LrpError::ResourceNotFound)?;
        let after = Desired {
            instances: update.instances.unwrap_or(before.instances),
            strategy: before.strategy,
            routes: update.routes.unwrap_or(before.routes),
            tags: update.tags.unwrap_or(before.tags),
        };
        self.desired.insert(process, after);
        let routes = (after.routes != before.routes).then_some(after.routes);
        let tags = (after.tags != before.tags).then_some(after.tags);
        let mut updates = Vec::new();
        if routes.is_some() || tags.is_some() {
            let called = self.on_present_cells(process, 0, cells).into_iter();
            updates.extend(called.map(|StopCall { lrp, key }| UpdateCall { lrp, key, routes, tags }));
        }
        let start = self.create_all(process, before.instances, after.instances, now);
        let stops = if after.instances < before.instances {
            self.stop_from(process, after.instances, cells)
        } else {
            Vec::new()
        };
        Ok(Scaled { start, stops, updates })
    }

    pub(super) fn remove_desired(
        &mut self,
        process: ProcessIx,
        cells: Option<&BTreeSet<CellIx>>,
    ) -> Result<Vec<StopCall>, LrpError> {
        self.desired.remove(&process).ok_or(LrpError::ResourceNotFound)?;
        Ok(self.stop_from(process, 0, cells))
    }

    fn create_all(&mut self, process: ProcessIx, from: u32, to: u32, now: Time) -> Option<StartRequest> {
        let created = (from..to).filter(|index| self.create_unclaimed(LrpKey::new(process, *index), now));
        let indices: Vec<u32> = created.collect();
        (from < to).then_some(StartRequest { process, indices })
    }

    fn stop_from(
        &mut self,
        process: ProcessIx,
        first: u32,
        cells: Option<&BTreeSet<CellIx>>,
    ) -> Vec<StopCall> {
        let stops = self.on_present_cells(process, first, cells);
        self.rows.retain(|row| {
            let is_surplus = row.lrp.process == process && row.lrp.index >= first;
            !(is_surplus && row.presence == Ordinary && row.record.key.is_none())
        });
        stops
    }

    fn on_present_cells(
        &self,
        process: ProcessIx,
        first: u32,
        cells: Option<&BTreeSet<CellIx>>,
    ) -> Vec<StopCall> {
        let Some(cells) = cells else { return Vec::new() };
        let of_process = self.rows.iter().filter(|row| row.lrp.process == process && row.lrp.index >= first);
        of_process
            .filter(|row| row.presence != Evacuating)
            .filter_map(|row| row.record.key.map(|key| StopCall { lrp: row.lrp, key }))
            .filter(|call| cells.contains(&call.key.cell))
            .collect()
    }
}
