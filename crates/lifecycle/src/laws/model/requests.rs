//! The requests of C.3 and their table of transitions, C.2.

use rivera_model::InstanceState::{self, Claimed, Crashed as CrashedState, Running, Unclaimed};
use rivera_model::Presence::{Evacuating, Ordinary, Suspect};
use rivera_model::{CellIx, Time};

use super::rows::{Model, Row, changed, fail_if};
use crate::call::{RetireAnswer, StopCall};
use crate::error::LrpError;
use crate::record::{DomainIx, InstanceKey, LrpKey, NetIx, ReasonIx, Record, RunInfo};

/// Five minutes.
const LONG_US: u64 = 300_000_000;

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
    pub(in crate::laws) fn claim(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        now: Time,
    ) -> Result<(), LrpError> {
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
    pub(in crate::laws) fn start(
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
    pub(in crate::laws) fn crash(
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

    pub(in crate::laws) fn crash_ordinary(
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

    pub(in crate::laws) fn fail(&mut self, lrp: LrpKey, reason: ReasonIx, now: Time) -> Result<(), LrpError> {
        let Some(record) = self.find(lrp, Ordinary) else { return Ok(()) };
        if record.state != Unclaimed {
            return Err(LrpError::CannotBeFailed);
        }
        self.put(lrp, Ordinary, Record { placement_error: reason, ..changed(record, now) });
        Ok(())
    }

    pub(in crate::laws) fn remove(
        &mut self,
        lrp: LrpKey,
        caller: Option<InstanceKey>,
    ) -> Result<(), LrpError> {
        let record = self.find(lrp, Ordinary).ok_or(LrpError::ResourceNotFound)?;
        if caller.is_some() && record.key != caller {
            return Err(LrpError::ResourceNotFound);
        }
        self.delete(lrp, Ordinary);
        Ok(())
    }

    pub(in crate::laws) fn retire(
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

    pub(in crate::laws) fn unclaim(&mut self, lrp: LrpKey, stale: bool, now: Time) -> Result<(), LrpError> {
        fail_if(self.faults.unclaim)?;
        let record = self.find(lrp, Ordinary).ok_or(LrpError::ResourceNotFound)?;
        if record.state == Unclaimed || (record.state == Claimed && stale) {
            return Err(LrpError::CannotBeUnclaimed);
        }
        self.put(lrp, Ordinary, given_up(record, Unclaimed, now));
        Ok(())
    }

    pub(in crate::laws) fn unclaim_if_all_running(
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
}
