//! Reading what the cells of a large foundation say: 5,000 states with 50 LRPs each, about 78 MB of JSON. They are the
//! recorded cells, fifty times.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rivera_benches::recorded::{cell_states, read_cell_state};

const CELLS: usize = 5_000;

fn read(criterion: &mut Criterion) {
    let texts = cell_states();
    let bytes = |texts: &[Vec<u8>]| texts.iter().map(Vec::len).sum::<usize>() as u64;
    let mut group = criterion.benchmark_group("cell_state");
    group.throughput(Throughput::Bytes(bytes(&texts[..1])));
    group.bench_function("one", |bencher| bencher.iter(|| read_cell_state(black_box(&texts[0]))));
    group.sample_size(10).throughput(Throughput::Bytes(bytes(&texts) * (CELLS / texts.len()) as u64));
    group.bench_function(format!("{CELLS}"), |bencher| {
        bencher
            .iter(|| texts.iter().cycle().take(CELLS).map(|text| read_cell_state(text)).collect::<Vec<_>>());
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
