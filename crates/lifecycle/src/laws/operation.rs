//! Requests made of bytes, from so few processes, indices, cells and instances that they meet each other.

use rivera_model::{CellIx, InstanceIx, ProcessIx};

use crate::database::Faults;
use crate::record::{InstanceKey, LrpKey};

/// A request, whom it is about, and who makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The request.
    pub request: Request,
    /// Whom it is about.
    pub lrp: LrpKey,
    /// Who makes it.
    pub caller: InstanceKey,
}

/// A request, or a change of the world around.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after the method of `Bbs` that it calls")]
pub enum Request {
    /// Time passes.
    Wait {
        secs: u32,
    },
    UpsertDomain {
        secs: u32,
    },
    SetFaults(Faults),
    Desire {
        instances: u32,
        recreate: bool,
        routes: u32,
    },
    Update {
        instances: Option<u32>,
        routes: Option<u32>,
        cells: Option<u32>,
    },
    RemoveDesired {
        cells: Option<u32>,
    },
    Claim,
    Start {
        net: u32,
        routes: u32,
        foreign: bool,
    },
    Crash,
    Fail,
    Remove {
        named: bool,
    },
    Retire {
        present: Option<bool>,
    },
    Unclaim {
        stale: bool,
    },
    UnclaimIfAllRunning {
        instances: u32,
        stale: bool,
    },
    EvacuateClaimed,
    EvacuateRunning {
        net: u32,
        routes: u32,
    },
    EvacuateCrashed,
    EvacuateStopped,
    RemoveEvacuating,
    /// One pass. The bits of `cells` say which cells are present.
    Converge {
        cells: u32,
    },
}

/// The operations that these bytes stand for, six bytes each; what is left over is ignored.
#[must_use]
pub fn operations(bytes: &[u8]) -> Vec<Operation> {
    bytes.as_chunks().0.iter().copied().map(operation).collect()
}

fn operation([kind, who, a, b, c, d]: [u8; 6]) -> Operation {
    let [who, a, b, c, d] = [who, a, b, c, d].map(u32::from);
    let is_odd = |number: u32| number % 2 == 1;
    let some_cells = (!is_odd(d)).then_some(c % 8);
    let request = match kind % 64 {
        0..6 => Request::Wait { secs: [1, 5, 29, 30, 31, 60, 299, 300, 301, 1_000][a as usize % 10] },
        6..8 => Request::UpsertDomain { secs: a % 4 * 40 },
        8..10 => Request::SetFaults(faults(a & b & c)),
        10..13 => Request::Desire { instances: a % 4, recreate: is_odd(b), routes: c % 3 },
        13..15 => Request::Update {
            instances: is_odd(a).then_some(b % 4),
            routes: is_odd(a / 2).then_some(b / 4 % 3),
            cells: some_cells,
        },
        15 => Request::RemoveDesired { cells: some_cells },
        16..24 => Request::Claim,
        24..31 => Request::Start { net: a % 4, routes: b % 3, foreign: c % 8 == 0 },
        31..40 => Request::Crash,
        40 => Request::Fail,
        41 => Request::Remove { named: is_odd(a) },
        42 => Request::Retire { present: (a % 3 > 0).then_some(is_odd(a)) },
        43 => Request::Unclaim { stale: is_odd(a) },
        44 => Request::UnclaimIfAllRunning { instances: a % 4, stale: is_odd(b) },
        45..47 => Request::EvacuateClaimed,
        47..54 => Request::EvacuateRunning { net: a % 4, routes: b % 3 },
        54..56 => Request::EvacuateCrashed,
        56 => Request::EvacuateStopped,
        57 => Request::RemoveEvacuating,
        _ => Request::Converge { cells: a % 8 },
    };
    // Mostly the same index, and each instance has its cell: long stories are rare otherwise.
    let lrp = LrpKey::new(
        ProcessIx(u32::from(who.is_multiple_of(4))),
        [0, 0, 0, 0, 0, 1, 1, 2][who as usize / 4 % 8],
    );
    let instance = [0, 0, 0, 1, 1, 1, 2, 3][who as usize / 32 % 8];
    Operation { request, lrp, caller: InstanceKey::new(InstanceIx(instance), CellIx(instance % 3)) }
}

const fn faults(bits: u32) -> Faults {
    Faults {
        fetch: bits & 1 != 0,
        update_strategy: bits & 2 != 0,
        evacuate: bits & 4 != 0,
        remove_evacuating: bits & 8 != 0,
        remove_suspect: bits & 16 != 0,
        unclaim: bits & 32 != 0,
    }
}
