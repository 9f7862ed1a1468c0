//! The cost of a placement by the index, beside that of the plain rule; of an auction, a change and a rebuild.

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::{Measurement, WallTime};
use criterion::{BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use rivera_auction::{Batch, CellIndex, CellState, Config, Container, Item, Kind, Zones, schedule};
use rivera_benches::{foundation, shapes};
use rivera_model::{CellIx, ProcessIx};

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// Places a batch on an index again and again. What is timed is the search and the reservation, not the taking back.
fn place_batch(group: &mut Group<'_>, name: &str, cells: Vec<CellState>, config: &Config, items: &[Item]) {
    let catalog = foundation::catalog();
    let mut index = CellIndex::build(cells, config);
    group.throughput(Throughput::Elements(items.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|rounds| {
            let mut taken = Duration::ZERO;
            for _ in 0..rounds {
                let mut reservations = index.reservations();
                let start = WallTime.start();
                for item in items {
                    if let Ok(win) = reservations.place(&catalog, item) {
                        reservations.reserve(win.cell, item).expect("the winner has room");
                    }
                }
                taken += WallTime.end(start);
                reservations.roll_back();
            }
            taken
        });
    });
}

fn short<'a>(criterion: &'a mut Criterion, name: &str) -> Group<'a> {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
    group
}

/// A batch of 2,000 on foundations of all sizes.
fn growth(criterion: &mut Criterion) {
    let mut group = short(criterion, "place");
    for (cells, lrps) in [(100, 50), (1_250, 50), (5_000, 50), (5_000, 200), (20_000, 50)] {
        let items = shapes::items(foundation::batch(2_000, cells, lrps));
        let states = foundation::cells(cells, lrps);
        place_batch(&mut group, &format!("{cells}x{lrps}"), states, &Config::default(), &items);
    }
    group.finish();
}

/// 5,000 cells with 50 LRPs each, or a batch for them, in shapes that are hard.
fn hard_shapes(criterion: &mut Criterion) {
    let mut group = short(criterion, "hard");
    let cells = || foundation::cells(5_000, 50);
    let (config, items) = (Config::default(), shapes::items(foundation::batch(2_000, 5_000, 50)));
    place_batch(&mut group, "one_app_of_5000", cells(), &config, &shapes::one_app(5_000));
    place_batch(&mut group, "99_percent_full", shapes::full(cells(), Some(100)), &config, &items);
    place_batch(&mut group, "nothing_fits", shapes::full(cells(), None), &config, &items);
    place_batch(&mut group, "64_sizes", shapes::sizes(cells(), 64), &config, &items);
    place_batch(&mut group, "5000_sizes", shapes::sizes(cells(), 5_000), &config, &items);
    let bin_pack = Config { bin_pack_first_fit_weight: 0.5, ..config };
    place_batch(&mut group, "bin_pack_half", cells(), &bin_pack, &items);
    place_batch(&mut group, "tasks", cells(), &config, &shapes::tasks(2_000));
    group.finish();
}

/// The same few placements by the plain rule and by the index.
fn beside_the_plain_rule(criterion: &mut Criterion) {
    let (catalog, config) = (foundation::catalog(), Config::default());
    for (cells, lrps) in [(1_250, 50), (5_000, 50)] {
        let mut group = short(criterion, &format!("plain_rule/{cells}x{lrps}"));
        let items = shapes::items(foundation::batch(20, cells, lrps));
        group.throughput(Throughput::Elements(items.len() as u64));
        let zones = Zones::build(foundation::cells(cells, lrps), &config);
        group.bench_function("plain", |bencher| {
            bencher.iter(|| {
                for item in &items {
                    let _ = black_box(zones.place(&catalog, black_box(item), &config));
                }
            });
        });
        let mut index = CellIndex::build(foundation::cells(cells, lrps), &config);
        group.bench_function("index", |bencher| {
            bencher.iter(|| {
                for item in &items {
                    let _ = black_box(index.place(&catalog, black_box(item)));
                }
            });
        });
        group.finish();
    }
}

/// Whole auctions, with the order of work and the work for each cell.
fn whole_auction(criterion: &mut Criterion) {
    let mut group = short(criterion, "auction");
    let (catalog, config) = (foundation::catalog(), Config::default());
    let batch = foundation::batch(2_000, 5_000, 50);
    let mut index = CellIndex::build(foundation::cells(5_000, 50), &config);
    group.throughput(Throughput::Elements(2_000));
    group.bench_function("index/5000x50/2000", |bencher| {
        bencher.iter_batched(
            || batch.clone(),
            |batch| index.reservations().schedule(&catalog, batch),
            BatchSize::LargeInput,
        );
    });
    let zones = Zones::build(foundation::cells(100, 50), &config);
    let batch = foundation::batch(200, 100, 50);
    group.throughput(Throughput::Elements(200));
    group.bench_function("plain/100x50/200", |bencher| {
        bencher.iter_batched(
            || (zones.clone(), batch.clone()),
            |(mut zones, batch)| schedule(&catalog, &mut zones, batch, &config),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

/// 250,000 instances onto 1,250 empty cells.
fn cold_start(criterion: &mut Criterion) {
    let mut group = short(criterion, "cold_start");
    let (catalog, items) = (foundation::catalog(), shapes::stress_mix(250_000));
    let cells = foundation::cells(1_250, 0);
    group.bench_function("1250/250000", |bencher| {
        bencher.iter_batched(
            || CellIndex::build(cells.clone(), &Config::default()),
            |mut index| {
                let mut reservations = index.reservations();
                for item in &items {
                    let win = reservations.place(&catalog, item).expect("there is room for all");
                    reservations.reserve(win.cell, item).expect("the winner has room");
                }
                reservations.keep();
                index
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn preparation(criterion: &mut Criterion) {
    let config = Config::default();
    let mut group = short(criterion, "prepare");
    let cells = foundation::cells(5_000, 50);
    group.bench_function("build_index/5000x50", |bencher| {
        bencher.iter_batched(
            || cells.clone(),
            |cells| CellIndex::build(cells, &config),
            BatchSize::PerIteration,
        );
    });
    let mut index = CellIndex::build(cells, &config);
    let container =
        |number| Container { kind: Kind::Lrp(ProcessIx(number % 62_500)), memory_mb: 256, disk_mb: 512 };
    group.throughput(Throughput::Elements(3));
    group.bench_function("change/5000x50", |bencher| {
        let mut number = 0_u32;
        bencher.iter(|| {
            number = number.wrapping_add(7_919);
            let (cell, container) = (CellIx(number % 5_000), container(number));
            index.start(cell, &container).expect("the cell is there");
            index.started(cell).expect("the container is starting");
            index.stop(cell, &container).expect("the container is there");
            index.refresh();
        });
    });
    let mut batch = Batch::default();
    for lrp in foundation::batch(2_000, 1_250, 50).lrps {
        batch.push_lrp(lrp.auction, lrp.queued_at);
    }
    group.throughput(Throughput::Elements(2_000));
    group.bench_function("drain_batch/2000", |bencher| {
        bencher.iter_batched(|| batch.clone(), |mut batch| batch.drain(), BatchSize::SmallInput);
    });
    group.finish();
}

criterion_group!(benches, growth, hard_shapes, beside_the_plain_rule, whole_auction, cold_start, preparation);
criterion_main!(benches);
