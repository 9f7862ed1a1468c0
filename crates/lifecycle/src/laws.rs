//! Laws of the BBS under any sequence of requests.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rivera_model::{CellIx, InstanceIx, ProcessIx, Span, Time, UpdateStrategy};

use crate::bbs::Bbs;
use crate::desired::Desired;
use crate::record::{DomainIx, InstanceKey, LrpKey, NetIx, ReasonIx, RoutesIx, RunInfo, TagsIx};
use crate::store::Store;

/// A request. Small numbers, so that requests meet each other.
#[derive(Debug, Clone, Copy)]
enum Request {
    Wait(u64),
    Domain { secs: u64 },
    Desire { instances: u32, recreate: bool, routes: u32 },
    Scale { instances: u32 },
    RemoveDesired,
    Claim,
    Start { net: u32, routes: u32 },
    Crash,
    Fail,
    Remove,
    Retire,
    Unclaim { stale: bool },
    EvacuateClaimed,
    EvacuateRunning { net: u32 },
    EvacuateCrashed,
    EvacuateStopped,
    RemoveEvacuating,
    Converge { cells: u32 },
}

/// The request, whom it is about, and who makes it.
#[derive(Debug, Clone, Copy)]
struct Event {
    request: Request,
    lrp: LrpKey,
    caller: InstanceKey,
}

fn any_request() -> impl Strategy<Value = Request> {
    let instances = 0_u32..4;
    prop_oneof![
        2 => (0_u64..70).prop_map(Request::Wait),
        1 => (0_u64..60).prop_map(|secs| Request::Domain { secs }),
        2 => (instances.clone(), any::<bool>(), 0_u32..3)
            .prop_map(|(instances, recreate, routes)| Request::Desire { instances, recreate, routes }),
        1 => instances.prop_map(|instances| Request::Scale { instances }),
        1 => Just(Request::RemoveDesired),
        4 => Just(Request::Claim),
        4 => (0_u32..3, 0_u32..3).prop_map(|(net, routes)| Request::Start { net, routes }),
        3 => Just(Request::Crash),
        1 => Just(Request::Fail),
        1 => Just(Request::Remove),
        1 => Just(Request::Retire),
        1 => any::<bool>().prop_map(|stale| Request::Unclaim { stale }),
        2 => Just(Request::EvacuateClaimed),
        4 => (0_u32..3).prop_map(|net| Request::EvacuateRunning { net }),
        1 => Just(Request::EvacuateCrashed),
        1 => Just(Request::EvacuateStopped),
        1 => Just(Request::RemoveEvacuating),
        3 => (0_u32..8).prop_map(|cells| Request::Converge { cells }),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    (any_request(), 0_u32..2, 0_u32..3, 0_u32..4, 0_u32..3).prop_map(
        |(request, process, index, instance, cell)| Event {
            request,
            lrp: LrpKey::new(ProcessIx(process), index),
            caller: InstanceKey::new(InstanceIx(instance), CellIx(cell)),
        },
    )
}

/// Applies the event, and answers whether it was refused outright: then nothing may have changed.
fn apply(bbs: &mut Bbs, event: Event, now: &mut Time) -> bool {
    let Event { request, lrp, caller } = event;
    let present: BTreeSet<CellIx> = (0..3).map(CellIx).collect();
    let run = |net, routes| RunInfo {
        net: NetIx(net),
        routes: RoutesIx(routes),
        tags: TagsIx(routes),
        ..RunInfo::default()
    };
    let was_crashed_without_desire = bbs.desired(lrp.process).is_none();
    match request {
        Request::Wait(secs) => *now += Span::from_secs(secs),
        Request::Domain { secs } => bbs.upsert_domain(bbs.domain(lrp.process), Span::from_secs(secs), *now),
        Request::Desire { instances, recreate, routes } => {
            let strategy = if recreate { UpdateStrategy::Recreate } else { UpdateStrategy::Rolling };
            let desired = Desired { instances, strategy, routes: RoutesIx(routes), tags: TagsIx(routes) };
            return bbs.desire(lrp.process, desired, *now).is_err();
        }
        Request::Scale { instances } => {
            return bbs.scale(lrp.process, instances, Some(&present), *now).is_err();
        }
        Request::RemoveDesired => return bbs.remove_desired(lrp.process, Some(&present)).is_err(),
        Request::Claim => return bbs.claim(lrp, caller, *now).is_err(),
        Request::Start { net, routes } => return bbs.start(lrp, caller, run(net, routes), *now).is_err(),
        Request::Crash => {
            // The one call that fails although it did something (C.11.3).
            return bbs.crash(lrp, caller, ReasonIx(1), *now).is_err() && !was_crashed_without_desire;
        }
        Request::Fail => return bbs.fail(lrp, ReasonIx(2), *now).is_err(),
        Request::Remove => return bbs.remove(lrp, Some(caller)).is_err(),
        Request::Retire => return bbs.retire(lrp, |_| Some(false)).is_err(),
        Request::Unclaim { stale } => return bbs.unclaim(lrp, stale, *now).is_err(),
        Request::EvacuateClaimed => return bbs.evacuate_claimed(lrp, caller, *now).error.is_some(),
        Request::EvacuateRunning { net } => {
            return bbs.evacuate_running(lrp, caller, run(net, 0), *now).error.is_some();
        }
        Request::EvacuateCrashed => {
            return bbs.evacuate_crashed(lrp, caller, ReasonIx(1), *now).error.is_some();
        }
        Request::EvacuateStopped => return bbs.evacuate_stopped(lrp, caller).error.is_some(),
        Request::RemoveEvacuating => return bbs.remove_evacuating(lrp, caller).is_err(),
        Request::Converge { cells } => {
            let cells = (0..3).filter(|cell| cells & (1 << cell) != 0).map(CellIx).collect();
            let _ = bbs.converge(*now, &cells);
        }
    }
    false
}

/// The same contents, indexed anew.
fn indexed_anew(bbs: &Bbs) -> Store {
    let mut store = Store::default();
    for process in bbs.processes() {
        assert_eq!(store.add_process(bbs.domain(process)), process);
        store.set_desired(process, bbs.desired(process));
        for (lrp, group) in bbs.groups(process) {
            store.update(lrp, |slot| *slot = *group);
        }
    }
    store
}

proptest! {
    #[test]
    fn the_records_stay_valid_and_the_indexes_stay_in_step(events in prop::collection::vec(any_event(), 1..120)) {
        let mut bbs = Bbs::new([DomainIx(1), DomainIx(2)]);
        let mut now = Time::ZERO;
        for event in events {
            let before = bbs.store.clone();
            if apply(&mut bbs, event, &mut now) {
                prop_assert_eq!(&bbs.store, &before, "refused, but not without effect");
            }
            prop_assert_eq!(bbs.validate(), Ok(()));
            prop_assert_eq!(&bbs.store, &indexed_anew(&bbs));
        }
    }
}
