//! How much memory the records of a large fleet take.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use rivera_lifecycle::{Bbs, Desired, DomainIx, InstanceKey, LrpKey, NetIx, RunInfo, TagsIx};
use rivera_model::{CellIx, InstanceIx, ProcessIx, Time};

const CELLS: u32 = 1_250;
const PROCESSES: u32 = 62_500;
const INSTANCES_PER_PROCESS: u32 = 4;
const INSTANCES: u32 = PROCESSES * INSTANCES_PER_PROCESS;

/// Each process has its own tags, as its metrics bear its name.
fn desired(process: u32) -> Desired {
    Desired { instances: INSTANCES_PER_PROCESS, tags: TagsIx(process + 1), ..Desired::default() }
}

fn lrps() -> impl Iterator<Item = LrpKey> {
    let process = |number| ProcessIx(number / INSTANCES_PER_PROCESS);
    (0..INSTANCES).map(move |number| LrpKey::new(process(number), number % INSTANCES_PER_PROCESS))
}

/// The `generation`th start of an instance, on a cell of its own.
fn key(lrp: LrpKey, generation: u32) -> InstanceKey {
    let number = lrp.process.0 * INSTANCES_PER_PROCESS + lrp.index;
    InstanceKey::new(InstanceIx(number + generation * INSTANCES), CellIx((number * 7 + generation) % CELLS))
}

/// Each instance has its own address.
fn run(lrp: LrpKey, generation: u32) -> RunInfo {
    let net = NetIx(key(lrp, generation).instance.0 + 1);
    RunInfo { net, tags: desired(lrp.process.0).tags, ..RunInfo::default() }
}

/// Every process is desired, and no instance has a record.
fn desired_only() -> Bbs {
    let mut bbs = Bbs::new((0..PROCESSES).map(|_| DomainIx(1)));
    (0..PROCESSES).for_each(|process| bbs.adopt_desired(ProcessIx(process), desired(process)));
    bbs
}

fn start_all(bbs: &mut Bbs) {
    for lrp in lrps() {
        let _ = bbs.start(lrp, key(lrp, 0), run(lrp, 0), Time::from_ms(1)).unwrap();
    }
}

fn bytes_per_instance(work: impl FnOnce()) -> f64 {
    let used = allocation_counter::measure(work);
    used.bytes_current as f64 / f64::from(INSTANCES)
}

#[test]
fn a_running_instance_takes_at_most_64_bytes_and_an_evacuation_hardly_more() {
    let mut bbs = desired_only();
    let running = bytes_per_instance(|| start_all(&mut bbs));
    let evacuating = bytes_per_instance(|| {
        for lrp in lrps().step_by(20) {
            assert!(bbs.evacuate_running(lrp, key(lrp, 0), run(lrp, 0), Time::from_ms(2)).keep_container);
            let _ = bbs.claim(lrp, key(lrp, 1), Time::from_ms(3)).unwrap();
        }
    });
    println!("running {running:.1} bytes an instance, with 5 % evacuating {:.1}", running + evacuating);
    assert!(running > 30.0, "the counter counts");
    assert!(running <= 64.0, "{running}");
    assert!(running + evacuating <= 72.0, "{running} + {evacuating}");
}

#[test]
fn an_instance_with_all_three_records_takes_at_most_64_bytes_a_record() {
    let mut bbs = desired_only();
    let all = bytes_per_instance(|| {
        start_all(&mut bbs);
        // The cells disappear: each record becomes a suspect, and gets a replacement, which runs and evacuates.
        let _ = bbs.converge(Time::from_ms(2), &std::collections::BTreeSet::new());
        for lrp in lrps() {
            let _ = bbs.claim(lrp, key(lrp, 1), Time::from_ms(3)).unwrap();
            let _ = bbs.evacuate_running(lrp, key(lrp, 1), run(lrp, 1), Time::from_ms(4));
            let _ = bbs.claim(lrp, key(lrp, 2), Time::from_ms(5)).unwrap();
        }
    });
    assert!(lrps().all(|lrp| bbs.group(lrp).records().count() == 3));
    println!("all three records everywhere: {all:.1} bytes an instance");
    assert!(all <= 3.0 * 64.0, "{all}");
}

#[test]
fn a_process_takes_less_than_80_bytes() {
    let mut bbs = Bbs::default();
    let used = allocation_counter::measure(|| bbs = desired_only());
    let bytes = used.bytes_current as f64 / f64::from(PROCESSES);
    println!("{bytes:.1} bytes a process, and as much again while the list of processes grows");
    assert!(bytes < 80.0 * 2.0, "{bytes}");
}
