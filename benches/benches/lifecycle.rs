//! The records of instances: transitions alone and in the store, and convergence passes over 250,000 records.

use std::collections::BTreeSet;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use rivera_lifecycle::{
    Bbs, Desired, DomainIx, InstanceGroup, InstanceKey, LrpKey, NetIx, ProcessView, ReasonIx, RunInfo, TagsIx,
};
use rivera_model::{CellIx, InstanceIx, ProcessIx, Span, Time, UpdateStrategy};

const CELLS: u32 = 1_250;
const PROCESSES: u32 = 62_500;
const INSTANCES_PER_PROCESS: u32 = 4;
const DUE: usize = 1_000;

const DOMAIN: DomainIx = DomainIx(1);
const OLD: InstanceKey = InstanceKey::new(InstanceIx(1), CellIx(1));
const NEW: InstanceKey = InstanceKey::new(InstanceIx(2), CellIx(2));
const VIEW: ProcessView = ProcessView { strategy: UpdateStrategy::Rolling, instances: 1, running: 1 };

fn at(secs: u64) -> Time {
    Time::from_ms(secs * 1_000)
}

fn lrps() -> impl Iterator<Item = LrpKey> + Clone {
    let indices =
        |process| (0..INSTANCES_PER_PROCESS).map(move |index| LrpKey::new(ProcessIx(process), index));
    (0..PROCESSES).flat_map(indices)
}

fn key(lrp: LrpKey) -> InstanceKey {
    let number = lrp.process.0 * INSTANCES_PER_PROCESS + lrp.index;
    InstanceKey::new(InstanceIx(number), CellIx(number * 7 % CELLS))
}

fn run(lrp: LrpKey) -> RunInfo {
    RunInfo { net: NetIx(key(lrp).instance.0 + 1), tags: TagsIx(lrp.process.0 + 1), ..RunInfo::default() }
}

/// 250,000 instances that run since second 1.
fn fleet() -> Bbs {
    let mut bbs = Bbs::new((0..PROCESSES).map(|_| DOMAIN));
    for process in 0..PROCESSES {
        let desired =
            Desired { instances: INSTANCES_PER_PROCESS, tags: TagsIx(process + 1), ..Desired::default() };
        bbs.adopt_desired(ProcessIx(process), desired);
    }
    for lrp in lrps() {
        let _ = bbs.start(lrp, key(lrp), run(lrp), at(1)).expect("nothing is there");
    }
    bbs
}

/// 1,000 instances, spread over the fleet.
fn due() -> impl Iterator<Item = LrpKey> {
    lrps().step_by((PROCESSES * INSTANCES_PER_PROCESS) as usize / DUE)
}

/// An evacuation from one cell to the other and back: eight transitions.
fn evacuate_there_and_back(group: &mut InstanceGroup) {
    for (old, new) in [(OLD, NEW), (NEW, OLD)] {
        let _ = black_box(group.evacuate_running(DOMAIN, old, RunInfo::default(), Some(VIEW), at(2), 1));
        let _ = black_box(group.claim(new, at(3)));
        let _ = black_box(group.start(DOMAIN, new, RunInfo::default(), at(4), 2));
        let _ = black_box(group.evacuate_running(DOMAIN, old, RunInfo::default(), Some(VIEW), at(5), 3));
    }
}

/// An instance that crashes and comes back: three transitions.
fn crash_and_come_back(group: &mut InstanceGroup) {
    let _ = black_box(group.crash(OLD, ReasonIx(1), at(1_000)));
    let _ = black_box(group.claim(OLD, at(2_000)));
    let _ = black_box(group.start(DOMAIN, OLD, RunInfo::default(), at(3_000), 1));
}

fn group(criterion: &mut Criterion) {
    let mut running = InstanceGroup::EMPTY;
    let _ = running.start(DOMAIN, OLD, RunInfo::default(), at(1), 1);
    let mut benches = criterion.benchmark_group("group");
    benches.throughput(Throughput::Elements(8));
    benches.bench_function("evacuation", |bencher| {
        let mut group = running;
        bencher.iter(|| evacuate_there_and_back(black_box(&mut group)));
    });
    benches.throughput(Throughput::Elements(3));
    benches.bench_function("crash", |bencher| {
        let mut group = running;
        bencher.iter(|| crash_and_come_back(black_box(&mut group)));
    });
    benches.finish();
}

fn store(criterion: &mut Criterion) {
    let mut bbs = fleet();
    let mut benches = criterion.benchmark_group("bbs");
    benches.throughput(Throughput::Elements(1));
    benches.bench_function("start/unchanged", |bencher| {
        let mut turn = lrps().cycle();
        bencher.iter(|| turn.next().map(|lrp| bbs.start(lrp, key(lrp), run(lrp), at(2))));
    });
    benches.throughput(Throughput::Elements(3));
    benches.bench_function("crash", |bencher| {
        let mut turn = lrps().cycle();
        let mut now = at(2);
        bencher.iter(|| {
            now += Span::from_ms(400_000);
            let lrp = turn.next()?;
            let _ = black_box(bbs.crash(lrp, key(lrp), ReasonIx(1), now));
            let _ = black_box(bbs.claim(lrp, key(lrp), now));
            Some(black_box(bbs.start(lrp, key(lrp), run(lrp), now)))
        });
    });
    benches.finish();
}

fn converge(criterion: &mut Criterion) {
    let cells: BTreeSet<CellIx> = (0..CELLS).map(CellIx).collect();
    let fleet = fleet();
    let mut benches = criterion.benchmark_group("converge");
    benches.bench_function("none_due", |bencher| {
        let mut bbs = fleet.clone();
        bencher.iter(|| bbs.converge(at(10), &cells));
    });
    benches.bench_function("1000_stale_unclaimed", |bencher| {
        let mut bbs = fleet.clone();
        due().for_each(|lrp| bbs.unclaim(lrp, false, at(2)).expect("it runs"));
        bencher.iter(|| bbs.converge(at(40), &cells));
    });
    benches.sample_size(20);
    benches.bench_function("1000_crashed", |bencher| {
        let mut crashed = fleet.clone();
        for lrp in due() {
            for _ in 0..3 {
                let _ = crashed.claim(lrp, key(lrp), at(2));
                let _ = crashed.crash(lrp, key(lrp), ReasonIx(1), at(2)).expect("it runs");
            }
        }
        let clone = || crashed.clone();
        bencher.iter_batched_ref(clone, |bbs| bbs.converge(at(1_000), &cells), BatchSize::PerIteration);
    });
    benches.bench_function("1000_on_missing_cells", |bencher| {
        let present: BTreeSet<CellIx> = cells.iter().skip(5).copied().collect();
        bencher.iter_batched_ref(
            || fleet.clone(),
            |bbs| bbs.converge(at(10), &present),
            BatchSize::PerIteration,
        );
    });
    benches.finish();
}

criterion_group!(benches, group, store, converge);
criterion_main!(benches);
