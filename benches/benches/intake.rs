//! The intake under eight producers, from submission to a de-duplicated batch, beside a lock around a list.
//!
//! In both, the placing thread works while the producers submit: what is measured ends when everything was drained.

use std::hint::black_box;
use std::thread;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use parking_lot::Mutex;
use rivera_auction::{Batch, Drained, Intake, LrpAuction, Wake};
use rivera_model::{ConstraintIx, ProcessIx, Time};

const PRODUCERS: u32 = 8;
const ITEMS_PER_PRODUCER: u32 = 25_000;
const ITEMS: u32 = PRODUCERS * ITEMS_PER_PRODUCER;

/// The requests of a producer, each for so many instances. One instance in 16 was asked for before.
fn requests(producer: u32, instances: u32) -> Vec<Vec<LrpAuction>> {
    let lrp = |request: u32, instance: u32| {
        let number = if request.is_multiple_of(16) { 0 } else { request };
        LrpAuction {
            process: ProcessIx(producer * ITEMS_PER_PRODUCER + number),
            index: instance.cast_signed(),
            memory_mb: 256,
            disk_mb: 1_024,
            constraint: ConstraintIx(0),
        }
    };
    let request = |request| (0..instances).map(|instance| lrp(request, instance)).collect();
    (0..ITEMS_PER_PRODUCER / instances).map(request).collect()
}

/// Runs the producers, and on this thread `drain`, which gives the number of its items, until none is missing.
fn run(
    requests: Vec<Vec<Vec<LrpAuction>>>,
    submit: impl Fn(Vec<LrpAuction>) + Sync,
    mut drain: impl FnMut(),
) {
    thread::scope(|scope| {
        let producers: Vec<_> = requests
            .into_iter()
            .map(|requests| {
                let submit = &submit;
                scope.spawn(move || requests.into_iter().for_each(submit))
            })
            .collect();
        while !producers.iter().all(thread::ScopedJoinHandle::is_finished) {
            drain();
        }
        drain();
    });
}

fn through_the_intake(requests: Vec<Vec<Vec<LrpAuction>>>) {
    let intake = Intake::<()>::default();
    let placing = thread::current();
    let mut drained = Drained::default();
    let submit = |lrps| {
        if intake.submit_lrps(lrps, Time::ZERO) == Wake::Due {
            placing.unpark();
        }
    };
    run(requests, submit, || {
        if intake.has_work() {
            intake.drain(&mut drained);
            black_box(&drained.auctions);
        } else {
            thread::yield_now();
        }
    });
}

fn through_a_lock(requests: Vec<Vec<Vec<LrpAuction>>>) {
    let waiting = Mutex::new(Batch::default());
    let submit = |lrps: Vec<LrpAuction>| {
        let mut waiting = waiting.lock();
        lrps.into_iter().for_each(|lrp| waiting.push_lrp(lrp, Time::ZERO));
    };
    run(requests, submit, || {
        let mut taken = std::mem::take(&mut *waiting.lock());
        if taken.is_empty() {
            thread::yield_now();
        } else {
            black_box(taken.drain());
        }
    });
}

fn intake(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("intake");
    group.sample_size(20).throughput(Throughput::Elements(ITEMS.into()));
    for instances in [1, 4] {
        let requests: Vec<_> = (0..PRODUCERS).map(|producer| requests(producer, instances)).collect();
        let mut measure = |name, through: fn(Vec<Vec<Vec<LrpAuction>>>)| {
            let id = BenchmarkId::new(name, format!("{PRODUCERS}x{instances}"));
            group.bench_function(id, |bencher| {
                bencher.iter_batched(|| requests.clone(), through, criterion::BatchSize::PerIteration);
            });
        };
        measure("without_locks", through_the_intake);
        measure("with_a_lock", through_a_lock);
    }
    group.finish();
}

criterion_group!(benches, intake);
criterion_main!(benches);
