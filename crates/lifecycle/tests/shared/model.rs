//! The same requests to plain records and to the shared table, with answers that can be compared.

use std::collections::BTreeMap;
use std::fmt::Debug;

use rivera_lifecycle::{
    Bbs, DomainIx, InstanceGroup, LrpError, LrpKey, Pass, PassInput, ProcessInfo, ProcessView, ReasonIx,
    RetireAnswer, RunInfo, StopCall, TableError, Tag, Writer,
};
use rivera_model::{Presence, Span, Time};

use crate::request::{Action, Request, cells_of, domains, process, rolling};

/// An answer, written out.
pub(crate) type Answer = String;

fn answer(value: impl Debug) -> Answer {
    format!("{value:?}")
}

/// The records of the indices, and how many instances of process 0 are desired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Model {
    pub(crate) groups: BTreeMap<LrpKey, InstanceGroup>,
    pub(crate) instances: Option<u32>,
    /// The number of the record that is created next: as in a BBS, none is used twice.
    epoch: u64,
}

/// What both can be asked.
const DOMAIN: DomainIx = DomainIx(0);

impl Model {
    /// No records yet.
    pub(crate) fn new(instances: Option<u32>) -> Self {
        Self { groups: BTreeMap::new(), instances, epoch: 1 }
    }

    /// Does it with plain records.
    pub(crate) fn apply(&mut self, request: Request) -> Answer {
        let Request { action, lrp, caller, now } = request;
        if let Action::Converge { cells } = action {
            return pass_answer(self.converge(now, cells, &[process(self.instances)]));
        }
        let epoch = self.epoch;
        self.epoch += 1;
        let group = self.groups.entry(lrp).or_default();
        let none = ReasonIx::EMPTY;
        let run = |routable| RunInfo { routable, ..RunInfo::default() };
        match action {
            Action::Read => answer(without_tags(*group)),
            Action::Create => answer(group.create_unclaimed(DOMAIN, now, epoch)),
            Action::Claim => answer(group.claim(caller, now)),
            Action::Start { routable } => answer(group.start(DOMAIN, caller, run(routable), now, epoch)),
            Action::Crash => answer(group.crash(caller, none, now)),
            Action::Fail => answer(group.fail(none, now)),
            Action::Unclaim { stale } => answer(group.unclaim(stale, now)),
            Action::Suspect => {
                let is_there = group.ordinary.and_then(|it| it.cell()) == Some(caller.cell);
                answer(is_there && group.suspect_ordinary(now, epoch))
            }
            Action::Promote => {
                let is_there = group.suspect.and_then(|it| it.cell()) == Some(caller.cell);
                answer(is_there && group.promote_suspect())
            }
            Action::EvacuateClaimed => answer(group.evacuate_claimed(caller, now)),
            Action::EvacuateRunning { rolling: is_desired } => {
                let view = is_desired.then(|| rolling(1)).map(|it| ProcessView {
                    strategy: it.strategy,
                    instances: it.instances,
                    running: 0,
                });
                answer(group.evacuate_running(DOMAIN, caller, run(true), view, now, epoch))
            }
            Action::EvacuateCrashed => answer(group.evacuate_crashed(caller, none, now)),
            Action::RemoveEvacuating => answer(group.remove_evacuating(caller)),
            Action::Remove { anybody } => answer(group.remove((!anybody).then_some(caller))),
            Action::EvacuateStopped => answer(group.evacuate_stopped(caller)),
            Action::Retire { present } => answer(retire(group, lrp, present)),
            Action::Converge { .. } => unreachable!("answered above"),
        }
    }

    /// A pass of the plain BBS over the processes that are given.
    pub(crate) fn converge(&mut self, now: Time, cells: u32, processes: &[ProcessInfo]) -> Pass {
        let mut bbs = Bbs::new(processes.iter().map(|process| process.domain));
        bbs.upsert_domain(DOMAIN, Span::ZERO, Time::ZERO);
        for (process, info) in bbs.processes().zip(processes) {
            if let Some(desired) = info.desired {
                bbs.adopt_desired(process, desired);
            }
        }
        let is_known = |lrp: &LrpKey| lrp.process.index() < processes.len();
        for (lrp, group) in self.groups.iter().filter(|(lrp, _)| is_known(lrp)) {
            for (presence, record) in group.records() {
                bbs.adopt(*lrp, presence, *record).expect("the records are valid");
            }
        }
        let pass = bbs.converge(now, &cells_of(cells));
        self.groups.retain(|lrp, _| !is_known(lrp));
        for process in bbs.processes() {
            self.groups.extend(bbs.groups(process));
        }
        let epochs =
            self.groups.values().flat_map(InstanceGroup::records).map(|(_, record)| record.tag.epoch);
        self.epoch = epochs.fold(self.epoch, u64::max) + 1;
        pass
    }
}

/// Does it with the shared table.
pub(crate) fn apply_shared(writer: &mut Writer<'_>, request: Request, instances: Option<u32>) -> Answer {
    let Request { action, lrp, caller, now } = request;
    match action {
        Action::Read => answer(writer.table().get(lrp).expect("the index is there").group),
        Action::Create => fits(writer.create_unclaimed(lrp, now)),
        Action::Claim => refusable(writer.claim(lrp, caller, now)),
        Action::Start { routable } => refusable(writer.start(lrp, caller, routable, now)),
        Action::Crash => refusable(writer.crash(lrp, caller, now)),
        Action::Fail => refusable(writer.fail(lrp, now)),
        Action::Unclaim { stale } => refusable(writer.unclaim(lrp, stale, now)),
        Action::Suspect => fits(writer.suspect_ordinary(lrp, caller.cell, now)),
        Action::Promote => fits(writer.promote_suspect(lrp, caller.cell)),
        Action::EvacuateClaimed => fits(writer.evacuate_claimed(lrp, caller, now)),
        Action::EvacuateRunning { rolling: is_desired } => {
            fits(writer.evacuate_running(lrp, caller, true, is_desired.then(|| rolling(1)), now))
        }
        Action::EvacuateCrashed => fits(writer.evacuate_crashed(lrp, caller, now)),
        Action::RemoveEvacuating => refusable(writer.remove_evacuating(lrp, caller)),
        Action::Remove { anybody } => refusable(writer.remove(lrp, (!anybody).then_some(caller))),
        Action::EvacuateStopped => fits(writer.evacuate_stopped(lrp, caller)),
        Action::Retire { present } => refusable(writer.retire(lrp, |_| Some(present))),
        Action::Converge { cells } => {
            let (cells, domains, processes) = (cells_of(cells), domains(), [process(instances)]);
            let input = PassInput { now, cells: &cells, domains: &domains, processes: &processes };
            pass_answer(writer.converge(input).expect("all of it fits"))
        }
    }
}

fn fits<R: Debug, E: Debug>(result: Result<R, E>) -> Answer {
    answer(result.expect("all of it fits"))
}

fn refusable<R: Debug>(result: Result<R, TableError>) -> Answer {
    answer(result.map_err(|error| match error {
        TableError::Refused(refusal) => refusal,
        error => panic!("all of it fits: {error}"),
    }))
}

fn pass_answer(mut pass: Pass) -> Answer {
    pass.stops.sort_unstable();
    answer(pass)
}

fn retire(group: &mut InstanceGroup, lrp: LrpKey, present: bool) -> Result<RetireAnswer, LrpError> {
    match group.ordinary.ok_or(LrpError::ResourceNotFound)?.key {
        Some(key) if present => Ok(RetireAnswer::Stop(StopCall { lrp, key })),
        _ => group.remove(None).map(|()| RetireAnswer::Removed),
    }
}

/// The records as the shared table knows them.
pub(crate) fn without_tags(mut group: InstanceGroup) -> InstanceGroup {
    for presence in [Presence::Ordinary, Presence::Evacuating, Presence::Suspect] {
        if let Some(record) = group.slot_mut(presence) {
            record.tag = Tag::default();
        }
    }
    group
}
