//! The cost of one placement and of a whole auction.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rivera_auction::{Batch, Config, Item, Zones, schedule};
use rivera_benches::foundation;

const FOUNDATIONS: [(u32, u32); 4] = [(100, 0), (100, 50), (1_250, 0), (1_250, 50)];

fn one_placement(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("place");
    let (catalog, config) = (foundation::catalog(), Config::default());
    for (cells, lrps) in FOUNDATIONS {
        let zones = Zones::build(foundation::cells(cells, lrps), &config);
        let items: Vec<_> = foundation::batch(64, cells, lrps.max(4)).in_order();
        let items: Vec<Item> = items.into_iter().map(|queued| queued.auction).collect();
        group.throughput(Throughput::Elements(items.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(format!("{cells}x{lrps}")), |bencher| {
            bencher.iter(|| {
                for item in &items {
                    let _ = black_box(zones.place(&catalog, black_box(item), &config));
                }
            });
        });
    }
    group.finish();
}

fn whole_auction(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("auction");
    group.sample_size(10);
    let (catalog, config) = (foundation::catalog(), Config::default());
    for (cells, lrps, items) in [(100, 50, 200), (1_250, 50, 200), (1_250, 50, 2_000)] {
        let zones = Zones::build(foundation::cells(cells, lrps), &config);
        let batch = foundation::batch(items, cells, lrps);
        group.throughput(Throughput::Elements(items.into()));
        group.bench_function(BenchmarkId::from_parameter(format!("{cells}x{lrps}/{items}")), |bencher| {
            bencher.iter_batched(
                || (zones.clone(), batch.clone()),
                |(mut zones, batch)| schedule(&catalog, &mut zones, batch, &config),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

fn preparation(criterion: &mut Criterion) {
    let config = Config::default();
    let cells = foundation::cells(1_250, 50);
    criterion.bench_function("build_zones/1250x50", |bencher| {
        bencher.iter_batched(|| cells.clone(), |cells| Zones::build(cells, &config), BatchSize::LargeInput);
    });
    let mut batch = Batch::default();
    for lrp in foundation::batch(2_000, 1_250, 50).lrps {
        batch.push_lrp(lrp.auction, lrp.queued_at);
    }
    criterion.bench_function("drain_batch/2000", |bencher| {
        bencher.iter_batched(|| batch.clone(), |mut batch| batch.drain(), BatchSize::SmallInput);
    });
}

criterion_group!(benches, one_placement, whole_auction, preparation);
criterion_main!(benches);
