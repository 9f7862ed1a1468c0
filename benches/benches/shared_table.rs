//! The shared records beside a hash map behind a read-write lock, alone and with threads at them; and a pass of convergence.
//!
//! Both hold 250,000 running instances and follow the same rules. A row is the time of the whole by the number of
//! operations of *one* thread; with more threads than cores they take turns.

#![expect(clippy::disallowed_types, reason = "what most would write is what we are measured against")]

use std::collections::{BTreeSet, HashMap};
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use parking_lot::RwLock;
use rivera_lifecycle::{
    Desired, DomainIx, Domains, InstanceGroup, InstanceKey, LrpKey, PassInput, ProcessInfo, RunInfo,
    SharedTable, Writer,
};
use rivera_model::{CellIx, InstanceIx, ProcessIx, Span, Time};

const PROCESSES: u32 = 5_000;
const INDICES: u32 = 50;
const CELLS: u32 = 1_000;

/// An instance of its index number `position`.
fn key(position: u32) -> InstanceKey {
    InstanceKey::new(InstanceIx(position), CellIx(position % CELLS))
}

fn lrp(position: u32) -> LrpKey {
    LrpKey::new(ProcessIx(position / INDICES), position % INDICES)
}

fn running_table() -> SharedTable {
    let table = SharedTable::new([INDICES; PROCESSES as usize], 8).expect("a table of this size fits");
    let mut writer = table.writer().expect("there are eight");
    for position in 0..PROCESSES * INDICES {
        let _ = writer.start(lrp(position), key(position), true, Time::ZERO).expect("it is free");
    }
    drop(writer);
    table
}

type Locked = RwLock<HashMap<LrpKey, InstanceGroup>>;

fn running_map() -> Locked {
    let group = |position| {
        let mut group = InstanceGroup::EMPTY;
        let _ = group
            .start(DomainIx::default(), key(position), RunInfo::default(), Time::ZERO, 0)
            .expect("it is free");
        (lrp(position), group)
    };
    RwLock::new((0..PROCESSES * INDICES).map(group).collect())
}

/// One thread's way to the records.
trait Hand {
    fn read(&mut self, position: u32);
    /// Two transitions: the record is given up, and its instance starts again.
    fn change_twice(&mut self, position: u32);
}

impl Hand for Writer<'_> {
    #[inline]
    fn read(&mut self, position: u32) {
        let _ = black_box(self.table().get(lrp(position)));
    }

    #[inline]
    fn change_twice(&mut self, position: u32) {
        let _ = black_box(self.unclaim(lrp(position), false, Time::ZERO));
        let _ = black_box(self.start(lrp(position), key(position), true, Time::ZERO));
    }
}

impl Hand for &Locked {
    #[inline]
    fn read(&mut self, position: u32) {
        let _ = black_box(RwLock::read(self).get(&lrp(position)).copied());
    }

    #[inline]
    fn change_twice(&mut self, position: u32) {
        if let Some(group) = self.write().get_mut(&lrp(position)) {
            let _ = black_box(group.unclaim(false, Time::ZERO));
        }
        if let Some(group) = self.write().get_mut(&lrp(position)) {
            let started = group.start(DomainIx::default(), key(position), RunInfo::default(), Time::ZERO, 0);
            let _ = black_box(started);
        }
    }
}

/// Ten operations, of which `writes` are transitions, at indices that jump about among `span`.
#[inline]
fn ten_operations(hand: &mut impl Hand, writes: u32, span: u32, at: &mut u32) {
    let mut next = || {
        *at = at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (*at >> 8) % span
    };
    for _ in 0..writes / 2 {
        hand.change_twice(next());
    }
    for _ in writes..10 {
        hand.read(next());
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn on_threads<H: Hand>(threads: u32, turns: u64, writes: u32, hand: impl Fn() -> H + Sync) -> Duration {
    let barrier = Barrier::new(threads as usize + 1);
    thread::scope(|scope| {
        for number in 0..threads {
            let (barrier, hand) = (&barrier, &hand);
            scope.spawn(move || {
                let (mut hand, mut at) = (hand(), number);
                barrier.wait();
                for _ in 0..turns {
                    ten_operations(&mut hand, writes, PROCESSES * INDICES, &mut at);
                }
                barrier.wait();
            });
        }
        barrier.wait();
        let start = std::time::Instant::now();
        barrier.wait();
        start.elapsed()
    })
}

fn threads(criterion: &mut Criterion) {
    let (table, map) = (running_table(), running_map());
    let writer = || table.writer().expect("there are eight");
    for (name, writes) in [("read_mostly", 2), ("write_mostly", 8)] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(10));
        for threads in [1, 2, 4] {
            group.bench_function(BenchmarkId::new("shared_table", threads), |bencher| {
                bencher.iter_custom(|turns| on_threads(threads, turns, writes, writer));
            });
            group.bench_function(BenchmarkId::new("locked_map", threads), |bencher| {
                bencher.iter_custom(|turns| on_threads(threads, turns, writes, || &map));
            });
        }
    }
}

/// From one thread, all in the cache (1,000 indices) and not.
fn transitions(criterion: &mut Criterion) {
    let table = running_table();
    let mut writer = table.writer().expect("there are eight");
    let mut group = criterion.benchmark_group("transitions");
    group.throughput(Throughput::Elements(10));
    for span in [1_000, PROCESSES * INDICES] {
        let mut at = 1;
        group.bench_function(BenchmarkId::from_parameter(span), |bencher| {
            bencher.iter(|| ten_operations(&mut writer, 10, span, &mut at));
        });
    }
}

fn convergence(criterion: &mut Criterion) {
    let table = running_table();
    let mut writer = table.writer().expect("there are eight");
    let cells: BTreeSet<CellIx> = (0..CELLS).map(CellIx).collect();
    let domains = Domains::default();
    let desired = Some(Desired { instances: INDICES, ..Desired::default() });
    let processes = vec![ProcessInfo { desired, ..ProcessInfo::default() }; PROCESSES as usize];
    let now = Time::ZERO + Span::from_secs(60);
    let input = PassInput { now, cells: &cells, domains: &domains, processes: &processes };
    let mut group = criterion.benchmark_group("pass_over_250000");
    group.bench_function("none_due", |bencher| {
        bencher.iter(|| black_box(writer.converge(input)));
    });
    let mut other = table.writer().expect("there are eight");
    for position in (0..PROCESSES * INDICES).step_by(250) {
        other.unclaim(lrp(position), false, Time::ZERO).expect("it runs");
    }
    // A record that waits too long stays as it is, so that it is due in every pass.
    group.bench_function("1000_due", |bencher| {
        bencher.iter(|| black_box(writer.converge(input)));
    });
}

criterion_group!(benches, transitions, threads, convergence);
criterion_main!(benches);
