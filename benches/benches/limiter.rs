//! The concurrent-start limiter beside the usual ways to count permits, alone and with threads at it.
//!
//! A row is the time of the whole by the number of turns of *one* thread; with more threads than cores they take
//! turns. Each contender takes permits and gives them back, with the same maximum.

use std::hint::{black_box, spin_loop};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use crossbeam::utils::CachePadded;
use parking_lot::Mutex;
use rivera_limiter::{MaxInFlight, StartLimit, StartLimiter};
use tokio::sync::Semaphore;

const MAXIMUM: u32 = 1_000;
/// Turns of a thread between two meetings.
const BURST: usize = 1_000;

/// Takes permits and gives back what it got.
trait Contender: Sync {
    fn turn(&self, wanted: u32);
}

impl Contender for StartLimiter {
    #[inline]
    fn turn(&self, wanted: u32) {
        let granted = self.acquire(wanted);
        self.release(granted).expect("what was granted is held");
    }
}

/// The limiter by its guard.
struct Guarded(StartLimiter);

impl Contender for Guarded {
    #[inline]
    fn turn(&self, wanted: u32) {
        black_box(self.0.permits(wanted).count());
    }
}

impl Contender for Semaphore {
    #[inline]
    fn turn(&self, wanted: u32) {
        drop(black_box(self.try_acquire_many(wanted).ok()));
    }
}

impl Contender for CachePadded<Mutex<usize>> {
    #[inline]
    fn turn(&self, wanted: u32) {
        let granted = {
            let mut in_flight = self.lock();
            let granted = (wanted as usize).min(MAXIMUM as usize - *in_flight);
            *in_flight += granted;
            granted
        };
        *self.lock() -= black_box(granted);
    }
}

/// The least that keeps a fixed maximum: no report, no change of the maximum, no check of what is released.
struct BareLoop(CachePadded<AtomicU64>);

impl Contender for BareLoop {
    #[inline]
    fn turn(&self, wanted: u32) {
        let mut granted = 0;
        let take = |in_flight| {
            granted = u64::from(wanted).min(u64::from(MAXIMUM) - in_flight);
            Some(in_flight + granted)
        };
        let _ = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, take);
        self.0.fetch_sub(black_box(granted), Ordering::AcqRel);
    }
}

/// What two read-modify-writes of one word cost: the floor.
struct TwoAdditions(CachePadded<AtomicU64>);

impl Contender for TwoAdditions {
    #[inline]
    fn turn(&self, wanted: u32) {
        self.0.fetch_add(wanted.into(), Ordering::AcqRel);
        self.0.fetch_sub(wanted.into(), Ordering::AcqRel);
    }
}

/// The time that so many threads need for so many turns each, all at once.
///
/// They go in bursts that are much shorter than a time slice, and spin until all are there: threads that only slept
/// until the start would, on a busy machine, have their turns one after the other.
fn time_of_threads(contender: &impl Contender, threads: usize, turns: u64) -> Duration {
    let bursts: Vec<u64> = (0..turns).step_by(BURST).map(|done| (turns - done).min(BURST as u64)).collect();
    let arrived = CachePadded::new(AtomicUsize::new(0));
    let timed = || {
        let spans = bursts.iter().zip(1..).map(|(turns, burst)| {
            meet(&arrived, burst * threads);
            let began = now();
            (0..*turns).for_each(|_| contender.turn(black_box(1)));
            (began, now())
        });
        spans.collect::<Vec<_>>()
    };
    let spans: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(timed)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a turn does not panic")).collect()
    });
    let time_of = |burst: usize| {
        let first = spans.iter().map(|spans| spans[burst].0).min().expect("there are threads");
        let last = spans.iter().map(|spans| spans[burst].1).max().expect("there are threads");
        last - first
    };
    (0..bursts.len()).map(time_of).sum()
}

/// Returns when so many have called it.
fn meet(arrived: &AtomicUsize, all: usize) {
    const SPINS: u32 = 2_000;
    arrived.fetch_add(1, Ordering::SeqCst);
    let mut spins = 0;
    while arrived.load(Ordering::SeqCst) < all {
        spins += 1;
        // With more threads than cores the others need this one's core.
        if spins % SPINS == 0 { thread::yield_now() } else { spin_loop() }
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

fn measure(criterion: &mut Criterion, name: &str, contender: &impl Contender) {
    let mut group = criterion.benchmark_group("acquire_release");
    for wanted in [1, 200] {
        let id = BenchmarkId::new(name, format!("batch_of_{wanted}"));
        group.bench_function(id, |bencher| bencher.iter(|| contender.turn(black_box(wanted))));
    }
    for threads in [1, 2, 4] {
        let id = BenchmarkId::new(name, format!("threads_{threads}"));
        group.bench_function(id, |bencher| {
            bencher.iter_custom(|turns| time_of_threads(contender, threads, turns));
        });
    }
    group.finish();
}

fn limiter() -> StartLimiter {
    StartLimiter::new(StartLimit::from_config(MAXIMUM.into())).expect("a small maximum fits")
}

fn word() -> CachePadded<AtomicU64> {
    CachePadded::new(AtomicU64::new(0))
}

fn contenders(criterion: &mut Criterion) {
    measure(criterion, "limiter", &limiter());
    measure(criterion, "limiter_guard", &Guarded(limiter()));
    measure(criterion, "two_additions", &TwoAdditions(word()));
    measure(criterion, "bare_loop", &BareLoop(word()));
    measure(criterion, "tokio_semaphore", &Semaphore::new(MAXIMUM as usize));
    measure(criterion, "mutex", &CachePadded::new(Mutex::new(0)));
}

fn other_operations(criterion: &mut Criterion) {
    let full = limiter();
    let _taken = full.permits(MAXIMUM);
    criterion.bench_function("limiter/refused", |bencher| bencher.iter(|| full.acquire(black_box(1))));
    criterion.bench_function("limiter/snapshot", |bencher| bencher.iter(|| full.snapshot()));
    criterion.bench_function("limiter/report", |bencher| {
        bencher.iter(|| full.begin_report().and_then(|report| report.finish(black_box(7))));
    });
    criterion.bench_function("max_in_flight/parse", |bencher| {
        bencher.iter(|| black_box("4%").parse::<MaxInFlight>());
    });
}

criterion_group!(benches, contenders, other_operations);
criterion_main!(benches);
