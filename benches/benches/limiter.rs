//! The concurrent-start limiter, alone and with another thread at it.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use criterion::{Criterion, criterion_group, criterion_main};
use rivera_limiter::{MaxInFlight, StartLimit, StartLimiter};

fn take_and_give_back(limiter: &StartLimiter, wanted: u32) {
    let granted = limiter.acquire(black_box(wanted));
    limiter.release(granted).expect("what was granted is held");
}

fn start_limiter(criterion: &mut Criterion) {
    let limiter = StartLimiter::new(StartLimit::from_config(200));
    criterion.bench_function("acquire_release/alone", |bencher| {
        bencher.iter(|| take_and_give_back(&limiter, 1));
    });
    criterion.bench_function("acquire_release/batch_of_64", |bencher| {
        bencher.iter(|| take_and_give_back(&limiter, 64));
    });
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                take_and_give_back(&limiter, 1);
            }
        });
        criterion.bench_function("acquire_release/contended", |bencher| {
            bencher.iter(|| take_and_give_back(&limiter, 1));
        });
        done.store(true, Ordering::Relaxed);
    });
}

fn max_in_flight(criterion: &mut Criterion) {
    criterion.bench_function("max_in_flight/parse", |bencher| {
        bencher.iter(|| black_box("4%").parse::<MaxInFlight>());
    });
}

criterion_group!(benches, start_limiter, max_in_flight);
criterion_main!(benches);
