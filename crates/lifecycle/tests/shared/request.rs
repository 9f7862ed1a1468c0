//! Random requests about few indices, instances and cells, so that they meet each other.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rivera_lifecycle::{Desired, Domains, InstanceKey, LrpKey, ProcessInfo};
use rivera_model::{CellIx, InstanceIx, ProcessIx, Span, Time, UpdateStrategy};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Read,
    Create,
    Claim,
    Start {
        routable: bool,
    },
    Crash,
    Fail,
    Unclaim {
        stale: bool,
    },
    Suspect,
    Promote,
    EvacuateClaimed,
    EvacuateRunning {
        rolling: bool,
    },
    EvacuateCrashed,
    RemoveEvacuating,
    /// These take the ordinary record away.
    Remove {
        anybody: bool,
    },
    EvacuateStopped,
    Retire {
        present: bool,
    },
    /// A pass over process 0, with the cells of these bits.
    Converge {
        cells: u32,
    },
}

/// What is asked, about what, by whom and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    pub(crate) action: Action,
    pub(crate) lrp: LrpKey,
    pub(crate) caller: InstanceKey,
    pub(crate) now: Time,
}

fn common() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => Just(Action::Read),
        1 => Just(Action::Create),
        4 => Just(Action::Claim),
        5 => any::<bool>().prop_map(|routable| Action::Start { routable }),
        3 => Just(Action::Crash),
        1 => Just(Action::Fail),
        1 => any::<bool>().prop_map(|stale| Action::Unclaim { stale }),
        2 => Just(Action::Suspect),
        1 => Just(Action::Promote),
        2 => Just(Action::EvacuateClaimed),
        4 => any::<bool>().prop_map(|rolling| Action::EvacuateRunning { rolling }),
        1 => Just(Action::EvacuateCrashed),
        1 => Just(Action::RemoveEvacuating),
        3 => (0_u32..8).prop_map(|cells| Action::Converge { cells }),
    ]
}

fn removing() -> impl Strategy<Value = Action> {
    prop_oneof![
        any::<bool>().prop_map(|anybody| Action::Remove { anybody }),
        Just(Action::EvacuateStopped),
        any::<bool>().prop_map(|present| Action::Retire { present }),
    ]
}

/// A request about one of `processes` processes with `indices` indices each.
pub(crate) fn any_request(
    processes: u32,
    indices: u32,
    with_removals: bool,
) -> impl Strategy<Value = Request> {
    let action = prop_oneof![
        10 => common(),
        u32::from(with_removals) => removing(),
    ];
    (action, 0..processes, 0..indices, 0_u32..3, 0_u32..3, 0_u64..400).prop_map(
        |(action, process, index, instance, cell, secs)| Request {
            action,
            lrp: LrpKey::new(ProcessIx(process), index),
            caller: InstanceKey::new(InstanceIx(instance), CellIx(cell)),
            now: Time::from_ms(secs * 1_000),
        },
    )
}

/// The cells of these bits.
pub(crate) fn cells_of(bits: u32) -> BTreeSet<CellIx> {
    (0..3).filter(|cell| bits >> cell & 1 != 0).map(CellIx).collect()
}

/// The default domain, for ever.
pub(crate) fn domains() -> Domains {
    let mut domains = Domains::default();
    domains.upsert(ProcessInfo::default().domain, Span::ZERO, Time::ZERO);
    domains
}

/// Process 0 as a pass sees it: so many instances, or an orphan.
pub(crate) fn process(instances: Option<u32>) -> ProcessInfo {
    ProcessInfo { desired: instances.map(rolling), ..ProcessInfo::default() }
}

/// So many instances that are moved one for one.
pub(crate) fn rolling(instances: u32) -> Desired {
    Desired { instances, strategy: UpdateStrategy::Rolling, ..Desired::default() }
}
