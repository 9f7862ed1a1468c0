//! The requests of evacuating cells, C.5.

use rivera_model::InstanceState::{Crashed as CrashedState, Running};
use rivera_model::Presence::{Evacuating, Ordinary, Suspect};
use rivera_model::{Time, UpdateStrategy};

use super::rows::{Model, changed, fail_if};
use crate::error::LrpError;
use crate::evacuation::Evacuated;
use crate::record::{DomainIx, InstanceKey, LrpKey, ReasonIx, Record, RunInfo};

/// What an evacuation came to, or the database error that ended it.
type Attempt = Result<Evacuated, LrpError>;

const fn evacuated(keep_container: bool, request_auction: bool) -> Evacuated {
    Evacuated { keep_container, request_auction, error: None }
}

impl Model {
    pub(in crate::laws) fn evacuate_claimed(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
        now: Time,
    ) -> Evacuated {
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

    pub(in crate::laws) fn evacuate_running(
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

    pub(in crate::laws) fn evacuate_crashed(
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

    pub(in crate::laws) fn evacuate_stopped(&mut self, lrp: LrpKey, caller: InstanceKey) -> Evacuated {
        let ended = match self.target(lrp, caller) {
            Err(error) => Err(error),
            Ok(None) => Err(LrpError::ResourceNotFound),
            Ok(Some(Ordinary)) => self.remove(lrp, Some(caller)),
            Ok(Some(presence)) => self.try_delete(lrp, presence).map(|_| ()),
        };
        Evacuated { error: ended.err(), ..evacuated(false, false) }
    }

    pub(in crate::laws) fn remove_evacuating(
        &mut self,
        lrp: LrpKey,
        caller: InstanceKey,
    ) -> Result<(), LrpError> {
        fail_if(self.faults.fetch)?;
        if !self.belongs(lrp, Evacuating, caller) {
            return Err(LrpError::ResourceNotFound);
        }
        self.try_delete(lrp, Evacuating).map(|_| ())
    }
}
