//! The comparison of a [`Bbs`] with the model, and what must hold of it alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use rivera_model::{CellIx, Presence, Span, Time, UpdateStrategy};

use super::model::Model;
use super::operation::{Operation, Request};
use crate::bbs::Bbs;
use crate::convergence::Pass;
use crate::desired::{Desired, DesiredUpdate, Scaled};
use crate::group::{Crashed, InstanceGroup};
use crate::record::{DomainIx, LrpKey, NetIx, ReasonIx, Record, RoutesIx, RunInfo, TagsIx};
use crate::store::Store;

/// Of the processes, in turn.
const DOMAINS: [DomainIx; 2] = [DomainIx(1), DomainIx(2)];
const FOREIGN_DOMAIN: DomainIx = DomainIx(3);
const REASON: ReasonIx = ReasonIx(1);

/// Puts a BBS and the plain statement of the rules through the operations. There are two processes, or as many more as the
/// operations are about.
///
/// # Panics
/// If they differ in an answer or in a record, or if the BBS is out of order.
pub fn check(operations: &[Operation]) {
    let about = operations.iter().map(|operation| operation.lrp.process.index() + 1);
    let processes = about.max().unwrap_or_default().max(DOMAINS.len());
    let domain_of: Vec<DomainIx> = DOMAINS.into_iter().cycle().take(processes).collect();
    let mut bbs = Bbs::new(domain_of.iter().copied());
    let mut model = Model { domain_of, ..Model::default() };
    let mut now = Time::ZERO;
    let mut epochs = [Epochs::default(), Epochs::default()];
    for operation in operations {
        let before = bbs.store.clone();
        let outcome = apply(&mut bbs, &mut model, *operation, &mut now);
        if let Outcome::Refused = outcome {
            assert_eq!(bbs.store, before, "refused, but not without effect: {operation:?}");
        }
        let [of_bbs, of_model] = &mut epochs;
        assert_eq!(of_bbs.number(rows(&bbs)), of_model.number(model_rows(&model)), "{operation:?}");
        assert_in_order(&bbs, &before);
        if let Request::Converge { .. } = operation.request {
            assert_nothing_is_lost(&bbs, &before);
        }
    }
}

enum Outcome {
    /// Without any effect.
    Refused,
    Other,
}

type Rows = BTreeMap<(LrpKey, Presence), Record>;

fn rows(bbs: &Bbs) -> Rows {
    let groups = bbs.processes().flat_map(|process| bbs.groups(process));
    let records = |(lrp, group): (LrpKey, InstanceGroup)| {
        let records = group.records().map(|(presence, record)| ((lrp, presence), *record));
        records.collect::<Vec<_>>()
    };
    groups.flat_map(records).collect()
}

fn model_rows(model: &Model) -> Rows {
    model.rows.iter().map(|row| ((row.lrp, row.presence), row.record)).collect()
}

/// Epochs in the order in which they were first seen: only which are equal means something.
#[derive(Default)]
struct Epochs(BTreeMap<u64, u64>);

impl Epochs {
    fn number(&mut self, mut rows: Rows) -> Rows {
        for record in rows.values_mut() {
            let next = self.0.len() as u64;
            record.tag.epoch = *self.0.entry(record.tag.epoch).or_insert(next);
        }
        rows
    }
}

/// Makes the request of both, and compares the answers.
fn apply(bbs: &mut Bbs, model: &mut Model, operation: Operation, now: &mut Time) -> Outcome {
    let Operation { request, lrp, caller } = operation;
    let process = lrp.process;
    let time = *now;
    let is_desired = bbs.desired(process).is_some();
    match request {
        Request::Wait { secs } => *now += Span::from_secs(secs.into()),
        Request::UpsertDomain { secs } => {
            let domain = bbs.domain(process);
            bbs.upsert_domain(domain, Span::from_secs(secs.into()), time);
            let until = (secs > 0).then_some(time + Span::from_secs(secs.into()));
            model.domains.insert(domain, until);
        }
        Request::SetFaults(faults) => {
            bbs.set_faults(faults);
            model.faults = faults;
        }
        Request::Desire { instances, recreate, routes } => {
            let strategy = if recreate { UpdateStrategy::Recreate } else { UpdateStrategy::Rolling };
            let desired = Desired { instances, strategy, routes: RoutesIx(routes), tags: TagsIx(routes) };
            return same(&bbs.desire(process, desired, time), &model.desire(process, desired, time));
        }
        Request::Update { instances, routes, cells } => {
            let update = DesiredUpdate { instances, routes: routes.map(RoutesIx), tags: routes.map(TagsIx) };
            let cells = cells.map(present);
            return same(
                &bbs.update_desired(process, update, cells.as_ref(), time).map(sorted_calls),
                &model.update_desired(process, update, cells.as_ref(), time).map(sorted_calls),
            );
        }
        Request::RemoveDesired { cells } => {
            let cells = cells.map(present);
            return same(
                &bbs.remove_desired(process, cells.as_ref()).map(sorted),
                &model.remove_desired(process, cells.as_ref()).map(sorted),
            );
        }
        Request::Claim => {
            return same(&bbs.claim(lrp, caller, time).map(drop), &model.claim(lrp, caller, time));
        }
        Request::Start { net, routes, foreign } => {
            let run = RunInfo { foreign_domain: foreign.then_some(FOREIGN_DOMAIN), ..run_info(net, routes) };
            let started = bbs.start(lrp, caller, run, time);
            let removed = started.map(|started| [started.removed_evacuating, started.removed_suspect]);
            return same(&removed, &model.start(lrp, caller, run, time));
        }
        Request::Crash => {
            let crashed = bbs.crash(lrp, caller, REASON, time).map(|crashed| match crashed {
                Crashed::SuspectRemoved => None,
                Crashed::Counted { crash_count, restart_now } => Some((crash_count, restart_now)),
            });
            let outcome = same(&crashed, &model.crash(lrp, caller, REASON, time));
            // The one call that fails although it did something (C.11.3).
            return if is_desired { outcome } else { Outcome::Other };
        }
        Request::Fail => {
            return same(&bbs.fail(lrp, REASON, time).map(drop), &model.fail(lrp, REASON, time));
        }
        Request::Remove { named } => {
            let caller = named.then_some(caller);
            return same(&bbs.remove(lrp, caller), &model.remove(lrp, caller));
        }
        Request::Retire { present } => {
            return same(&bbs.retire(lrp, |_| present), &model.retire(lrp, |_| present));
        }
        Request::Unclaim { stale } => {
            return same(&bbs.unclaim(lrp, stale, time), &model.unclaim(lrp, stale, time));
        }
        Request::UnclaimIfAllRunning { instances, stale } => {
            return same(
                &bbs.unclaim_if_all_running(lrp, instances, stale, time),
                &model.unclaim_if_all_running(lrp, instances, stale, time),
            );
        }
        Request::EvacuateClaimed => {
            let answer = bbs.evacuate_claimed(lrp, caller, time);
            assert_eq!(answer, model.evacuate_claimed(lrp, caller, time), "{operation:?}");
        }
        Request::EvacuateRunning { net, routes } => {
            let run = run_info(net, routes);
            let answer = bbs.evacuate_running(lrp, caller, run, time);
            assert_eq!(answer, model.evacuate_running(lrp, caller, run, time), "{operation:?}");
        }
        Request::EvacuateCrashed => {
            let answer = bbs.evacuate_crashed(lrp, caller, REASON, time);
            assert_eq!(answer, model.evacuate_crashed(lrp, caller, REASON, time), "{operation:?}");
        }
        Request::EvacuateStopped => {
            let answer = bbs.evacuate_stopped(lrp, caller);
            assert_eq!(answer, model.evacuate_stopped(lrp, caller), "{operation:?}");
        }
        Request::RemoveEvacuating => {
            return same(&bbs.remove_evacuating(lrp, caller), &model.remove_evacuating(lrp, caller));
        }
        Request::Converge { cells } => {
            let cells = present(cells);
            let pass = in_any_order(bbs.converge(time, &cells));
            assert_eq!(pass, in_any_order(model.converge(time, &cells)), "{operation:?}");
        }
    }
    Outcome::Other
}

fn same<T: Debug + PartialEq, E: Debug + PartialEq>(
    of_bbs: &Result<T, E>,
    of_model: &Result<T, E>,
) -> Outcome {
    assert_eq!(of_bbs, of_model);
    if of_bbs.is_err() { Outcome::Refused } else { Outcome::Other }
}

fn present(bits: u32) -> BTreeSet<CellIx> {
    (0..3).filter(|cell| bits & (1 << cell) != 0).map(CellIx).collect()
}

fn run_info(net: u32, routes: u32) -> RunInfo {
    RunInfo {
        net: NetIx(net / 2),
        routable: net.is_multiple_of(2),
        routes: RoutesIx(routes),
        tags: TagsIx(routes),
        foreign_domain: None,
    }
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list
}

fn sorted_calls(scaled: Scaled) -> Scaled {
    Scaled { start: scaled.start, stops: sorted(scaled.stops), updates: sorted(scaled.updates) }
}

fn in_any_order(pass: Pass) -> Pass {
    Pass {
        starts: sorted(pass.starts),
        stops: sorted(pass.stops),
        updates: sorted(pass.updates),
        missing_cells: sorted(pass.missing_cells),
        ..pass
    }
}

/// Every record may be, none has gone back, and the indexes are those that the records would have if they came anew.
fn assert_in_order(bbs: &Bbs, before: &Store) {
    assert_eq!(bbs.validate(), Ok(()));
    let mut anew = Store::default();
    for process in bbs.processes() {
        assert_eq!(anew.add_process(bbs.domain(process)), process);
        anew.set_desired(process, bbs.desired(process));
        for (lrp, group) in bbs.groups(process) {
            assert_eq!(group.validate_change(&before.group(lrp)), Ok(()), "{lrp:?}");
            anew.update(lrp, |slot| *slot = group);
        }
    }
    assert_eq!(bbs.store, anew);
}

/// After a pass every desired index has a record, but in a process that had the right number of records before it: wrong
/// indices go unnoticed then.
fn assert_nothing_is_lost(bbs: &Bbs, before: &Store) {
    for process in bbs.processes() {
        let instances = bbs.desired(process).map_or(0, |desired| desired.instances);
        let ordinary = bbs.groups(process).filter(|(_, group)| group.ordinary.is_some());
        let indices: BTreeSet<u32> = ordinary.map(|(lrp, _)| lrp.index).collect();
        let has_all = (0..instances).all(|index| indices.contains(&index));
        let was_unnoticed = before.tally(process).ordinary == instances;
        assert!(has_all || was_unnoticed, "{process:?} has {indices:?}");
    }
}
