//! What is counted. All that it needs is made before, and kept until after.

use std::hint::black_box;

use rivera_auction::{CellIndex, Config, Container, Kind};
use rivera_benches::{foundation, recorded, shapes};
use rivera_lifecycle::{DomainIx, InstanceGroup, InstanceKey, RunInfo};
use rivera_limiter::{StartLimit, StartLimiter};
use rivera_model::{CellIx, InstanceIx, ProcessIx, Time};

/// One hot path.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    /// How many elements a run handles; counts are for one of them.
    pub(crate) elements: u64,
    pub(crate) run: fn(),
}

/// All of them.
pub(crate) const SUBJECTS: [Subject; 5] = [
    Subject { name: "place", elements: 2_000, run: place },
    Subject { name: "change", elements: 3_000, run: change },
    Subject { name: "acquire_release", elements: 1_000, run: acquire_release },
    Subject { name: "claim_and_start", elements: 1_000, run: claim_and_start },
    Subject { name: "read_cell_state", elements: 100, run: read_cell_states },
];

/// Valgrind counts while it is in here. Nothing else may have this name.
#[inline(never)]
pub(crate) fn measured(work: impl FnOnce()) {
    work();
}

/// A batch of 2,000 on 5,000 cells with 50 LRPs each.
fn place() {
    let catalog = foundation::catalog();
    let mut index = CellIndex::build(foundation::cells(5_000, 50), &Config::default());
    let items = shapes::items(foundation::batch(2_000, 5_000, 50));
    let mut reservations = index.reservations();
    measured(|| {
        for item in &items {
            let win = reservations.place(&catalog, item).expect("there is room for all");
            reservations.reserve(win.cell, item).expect("the winner has room");
        }
    });
    reservations.keep();
}

/// Containers that start, run and stop on 5,000 cells with 50 LRPs each.
fn change() {
    let mut index = CellIndex::build(foundation::cells(5_000, 50), &Config::default());
    measured(|| {
        for number in 0..1_000 {
            let cell = CellIx(number * 7_919 % 5_000);
            let process = ProcessIx(number * 7_919 % 62_500);
            let container = Container { kind: Kind::Lrp(process), memory_mb: 256, disk_mb: 512 };
            index.start(cell, &container).expect("the cell is there");
            index.started(cell).expect("the container is starting");
            index.stop(cell, &container).expect("the container is there");
            index.refresh();
        }
    });
}

fn acquire_release() {
    let limiter = StartLimiter::new(StartLimit::from_config(200)).expect("a small maximum fits");
    measured(|| {
        for _ in 0..1_000 {
            let granted = limiter.acquire(black_box(1));
            limiter.release(granted).expect("what was granted is held");
        }
    });
}

/// Records of 1,000 instances: made, claimed and started.
fn claim_and_start() {
    let mut groups = vec![InstanceGroup::EMPTY; 1_000];
    let (domain, now) = (DomainIx::default(), Time::ZERO);
    measured(|| {
        for (number, group) in (0..).zip(&mut groups) {
            let caller = InstanceKey::new(InstanceIx(number), CellIx(number % 100));
            assert!(group.create_unclaimed(domain, now, 0));
            let _ = group.claim(caller, now).expect("nobody else wants it");
            let _ = group.start(domain, caller, RunInfo::default(), now, 0).expect("it was claimed");
        }
    });
    black_box(groups);
}

/// The states of the recorded cells.
fn read_cell_states() {
    let texts = recorded::cell_states();
    let mut states = Vec::with_capacity(texts.len());
    measured(|| states.extend(texts.iter().map(|text| recorded::read_cell_state(text))));
    black_box(states);
}
