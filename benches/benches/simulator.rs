//! The simulator: whole runs, how their time grows with what is moved, and the event queue beside a binary heap.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rivera_diego::{Recipe, Strictness, load};
use rivera_model::{Fleet, Time};
use rivera_sim::queue::EventQueue;
use rivera_sim::{AuctionCost, Outcome, Record, Scenario, Setting, simulate};

/// A foundation with the scenario and the setting that its recipe states.
struct Foundation {
    fleet: Fleet,
    scenario: Scenario,
    setting: Setting,
}

impl Foundation {
    fn new(fleet: Fleet) -> Self {
        let scenario = Scenario::default().with_facts(&fleet.facts).expect("a recipe's facts are in range");
        let setting = Setting {
            max_in_flight: scenario.update.max_in_flight.parse().expect("a validated scenario"),
            max_starts: rivera_limiter::StartLimit::from_config(scenario.auctioneer.max_starts),
        };
        Self { fleet, scenario, setting }
    }

    fn bundled(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/fleets");
        Self::new(load(&folder.join(name), Strictness::Strict).expect("a bundled recipe").fleet)
    }

    /// So many cells in two zones with 60 instances each, a twenty-fifth of a zone in flight, and an auctioneer as fast as Rivera's:
    /// at the cost of Go's the auctions of 12,000 cells last so long that only one instance in thirty moves in the time of a run.
    fn of_cells(cells: u32) -> Self {
        let half = cells / 2;
        let text = format!(
            "name = \"growth\"\nseed = 1\ninstances = {}\nstacks = [\"cflinuxfs4\"]\n[zones]\nz1 = {half}\nz2 = {half}\n\
             [[cells]]\nmemory_mb = 62464\ndisk_mb = 409600\n[[apps]]\nname = \"usual\"\nshare = 1\ninstances_mean = 2\n\
             memory_mb = 512\n[deployment]\nmax_in_flight = \"4%\"\nmax_starts = 0\n",
            half * 2 * 60,
        );
        let recipe = Recipe::from_toml(&text).expect("a recipe");
        let mut foundation = Self::new(recipe.synthesise().expect("a recipe of a fleet with room"));
        foundation.scenario.auctioneer.scheduling_cost = AuctionCost::Rivera;
        foundation
    }

    fn run(&self) -> Outcome {
        let finished =
            simulate(&self.fleet, &self.scenario, self.setting, 1, Record::default()).expect("a sound fleet");
        finished.outcome
    }
}

fn runs(c: &mut Criterion) {
    let mut group = c.benchmark_group("run");
    group.sample_size(10);
    for (name, file) in [
        ("pws-2017", "pws-2017.toml"),
        ("cf-networking-61", "cf-networking-61.toml"),
        ("five-thousand", "five-thousand.toml"),
    ] {
        let foundation = Foundation::bundled(file);
        group.bench_function(name, |b| b.iter(|| black_box(foundation.run())));
    }
    group.finish();

    let mut group = c.benchmark_group("event");
    let foundation = Foundation::bundled("pws-2017.toml");
    group.throughput(Throughput::Elements(foundation.run().events));
    group.sample_size(10).bench_function("pws-2017", |b| b.iter(|| black_box(foundation.run())));
    group.finish();
}

/// Time of a move, of roll-outs with some 10,000 to 1,000,000 of them.
fn growth(c: &mut Criterion) {
    let mut group = c.benchmark_group("move");
    group.sample_size(10);
    for cells in [120, 1_200, 12_000] {
        let foundation = Foundation::of_cells(cells);
        group.throughput(Throughput::Elements(foundation.run().moves));
        group.bench_function(BenchmarkId::from_parameter(cells), |b| b.iter(|| black_box(foundation.run())));
    }
    group.finish();
}

/// Delays as those of a run's events, in microseconds: calls, conditional requests, transfers, starts, polls, time-outs.
fn delays(count: usize) -> Vec<u64> {
    let mut random = ChaCha8Rng::seed_from_u64(61);
    let usual = [10_000, 50_000, 50_000, 1_000_000, 2_000_000, 2_500_000, 6_000_000, 10_000_000, 60_000_000];
    (0..count)
        .map(|_| {
            let usual = usual[random.next_u32() as usize % usual.len()];
            usual / 2 + random.next_u64() % usual
        })
        .collect()
}

/// One event taken and one scheduled, with so many waiting.
fn queue(c: &mut Criterion) {
    const TURNS: usize = 100_000;
    let mut group = c.benchmark_group("queue");
    group.throughput(Throughput::Elements(TURNS as u64));
    for waiting in [1_000, 100_000] {
        let delays = delays(waiting + TURNS);
        let (first, rest) = delays.split_at(waiting);
        let mut wheels = EventQueue::new();
        for (number, &delay) in (0_u32..).zip(first) {
            wheels.schedule(Time(delay), [number; 5]);
        }
        group.bench_function(BenchmarkId::new("wheels", waiting), |b| {
            b.iter(|| {
                for &delay in rest {
                    let (now, event) = wheels.pop().expect("some wait");
                    wheels.schedule(Time(now.0 + delay), event);
                }
            });
        });
        let mut heap = BinaryHeap::new();
        let mut scheduled = 0_u64;
        for (number, &delay) in (0_u32..).zip(first) {
            heap.push(Reverse((delay, scheduled, [number; 5])));
            scheduled += 1;
        }
        group.bench_function(BenchmarkId::new("binary_heap", waiting), |b| {
            b.iter(|| {
                for &delay in rest {
                    let Reverse((now, _, event)) = heap.pop().expect("some wait");
                    heap.push(Reverse((now + delay, scheduled, event)));
                    scheduled += 1;
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, queue, runs, growth);
criterion_main!(benches);
