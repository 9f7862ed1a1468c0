//! The rows of the model, and how they are found and changed.

use std::collections::BTreeMap;

use rivera_model::InstanceState::{Running, Unclaimed};
use rivera_model::Presence::{self, Evacuating, Ordinary, Suspect};
use rivera_model::{ProcessIx, Time};

use crate::database::Faults;
use crate::desired::Desired;
use crate::error::LrpError;
use crate::record::{DomainIx, InstanceKey, LrpKey, NetIx, ReasonIx, Record, RoutesIx, RunInfo, Tag, TagsIx};

#[derive(Debug, Clone, Copy)]
pub(in crate::laws) struct Row {
    pub(in crate::laws) lrp: LrpKey,
    pub(in crate::laws) presence: Presence,
    pub(in crate::laws) record: Record,
}

#[derive(Debug, Default)]
pub(in crate::laws) struct Model {
    pub(in crate::laws) rows: Vec<Row>,
    pub(in crate::laws) desired: BTreeMap<ProcessIx, Desired>,
    /// By process.
    pub(in crate::laws) domain_of: Vec<DomainIx>,
    /// Until when; `None` is for ever.
    pub(in crate::laws) domains: BTreeMap<DomainIx, Option<Time>>,
    pub(in crate::laws) faults: Faults,
    pub(in crate::laws) epochs: u64,
}

pub(super) const fn fail_if(fails: bool) -> Result<(), LrpError> {
    if fails { Err(LrpError::Database) } else { Ok(()) }
}

pub(super) const fn changed(record: Record, now: Time) -> Record {
    let Tag { epoch, index } = record.tag;
    Record { since: now, tag: Tag { epoch, index: index + 1 }, ..record }
}

impl Model {
    pub(in crate::laws) fn find(&self, lrp: LrpKey, presence: Presence) -> Option<Record> {
        self.rows.iter().find(|row| (row.lrp, row.presence) == (lrp, presence)).map(|row| row.record)
    }

    pub(in crate::laws) fn put(&mut self, lrp: LrpKey, presence: Presence, record: Record) {
        self.delete(lrp, presence);
        self.rows.push(Row { lrp, presence, record });
    }

    pub(in crate::laws) fn delete(&mut self, lrp: LrpKey, presence: Presence) -> Option<Record> {
        let record = self.find(lrp, presence);
        self.rows.retain(|row| (row.lrp, row.presence) != (lrp, presence));
        record
    }

    pub(super) fn try_delete(&mut self, lrp: LrpKey, presence: Presence) -> Result<Option<Record>, LrpError> {
        fail_if(presence == Evacuating && self.faults.remove_evacuating)?;
        fail_if(presence == Suspect && self.faults.remove_suspect)?;
        Ok(self.delete(lrp, presence))
    }

    pub(super) fn belongs(&self, lrp: LrpKey, presence: Presence, caller: InstanceKey) -> bool {
        self.find(lrp, presence).is_some_and(|record| record.key == Some(caller))
    }

    pub(super) fn target(&self, lrp: LrpKey, caller: InstanceKey) -> Result<Option<Presence>, LrpError> {
        fail_if(self.faults.fetch)?;
        let presences = [Ordinary, Evacuating, Suspect];
        Ok(presences.into_iter().find(|presence| self.belongs(lrp, *presence, caller)))
    }

    pub(super) fn domain(&self, lrp: LrpKey, run: RunInfo) -> DomainIx {
        run.foreign_domain.unwrap_or(self.domain_of[lrp.process.index()])
    }

    pub(in crate::laws) fn new_record(&mut self, domain: DomainIx, now: Time) -> Record {
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
            routes: RoutesIx(0),
            tags: TagsIx(0),
            domain,
            tag: Tag { epoch: self.epochs, index: 0 },
        }
    }

    pub(super) fn running(record: Record, caller: InstanceKey, run: RunInfo) -> Record {
        let RunInfo { net, routable, routes, tags, .. } = run;
        Record { state: Running, key: Some(caller), net, routable, routes, tags, ..record }
    }

    /// Answers whether there was no record.
    pub(in crate::laws) fn create_unclaimed(&mut self, lrp: LrpKey, now: Time) -> bool {
        let is_missing = self.find(lrp, Ordinary).is_none();
        if is_missing {
            let record = self.new_record(self.domain_of[lrp.process.index()], now);
            self.put(lrp, Ordinary, record);
        }
        is_missing
    }
}
