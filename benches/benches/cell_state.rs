//! Reading what the cells of a large foundation say: 5,000 states with 50 LRPs each, about 78 MB of JSON. They are the
//! recorded cells of `tests/data`, fifty times.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rivera_diego::cell_state::CellState;
use rivera_diego::read_json;
use rivera_diego::recording::Workload;

const CELLS: usize = 5_000;

fn texts() -> Vec<Vec<u8>> {
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/auction");
    let workload: Workload =
        read_json(&recordings.join("n100_l50_b200_z3.workload.json.gz")).expect("a recording");
    workload.cells.iter().map(|state| serde_json::to_vec(state).expect("a state is JSON")).collect()
}

fn read(criterion: &mut Criterion) {
    let texts = texts();
    let bytes = |texts: &[Vec<u8>]| texts.iter().map(Vec::len).sum::<usize>() as u64;
    let read = |text: &Vec<u8>| serde_json::from_slice::<CellState>(text).expect("a state");
    let mut group = criterion.benchmark_group("cell_state");
    group.throughput(Throughput::Bytes(bytes(&texts[..1])));
    group.bench_function("one", |bencher| bencher.iter(|| read(black_box(&texts[0]))));
    group.sample_size(10).throughput(Throughput::Bytes(bytes(&texts) * (CELLS / texts.len()) as u64));
    group.bench_function(format!("{CELLS}"), |bencher| {
        bencher.iter(|| texts.iter().cycle().take(CELLS).map(read).collect::<Vec<_>>());
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
