//! Random interleavings of threads on the shared records, each of them repeatable from the schedule that a failure
//! prints. `make loom` runs this.
#![cfg(shuttle)]

#[path = "shared/history.rs"]
mod history;
#[path = "shared/model.rs"]
mod model;
#[path = "shared/request.rs"]
mod request;
#[path = "shared/script.rs"]
mod script;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use proptest::prelude::*;
use rivera_lifecycle::{Change, Desired, InstanceKey, LrpKey, PassInput, SharedTable, State};
use rivera_model::{CellIx, InstanceIx, ProcessIx, Time, UpdateStrategy};
use shuttle::thread;

use crate::history::{Call, record};
use crate::request::{domains, process, rolling};
use crate::script::{any_script, assert_explained};

const ITERATIONS: usize = 3_000;
const PROCESS: ProcessIx = ProcessIx(0);

fn lrp(index: u32) -> LrpKey {
    LrpKey::new(PROCESS, index)
}

fn on(cell: u32) -> InstanceKey {
    InstanceKey::new(InstanceIx(cell), CellIx(cell))
}

/// Runs each of these on a thread of its own, and ends when all have.
fn on_threads<R: Send + 'static>(work: Vec<Box<dyn FnOnce() -> R + Send>>) -> Vec<R> {
    let threads: Vec<_> = work.into_iter().map(thread::spawn).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn some_sequential_order_explains_any_schedule(script in any_script()) {
        let play = move || {
            let (table, model) = script.prepare();
            let (table, clock) = (Arc::new(table), Arc::new(AtomicU64::new(0)));
            let work = script.threads.iter().map(|requests| {
                let (table, clock) = (table.clone(), clock.clone());
                let (requests, instances) = (requests.clone(), script.instances);
                Box::new(move || record(&mut table.writer().unwrap(), &clock, &requests, instances)) as _
            });
            let calls: Vec<Vec<Call>> = on_threads(work.collect());
            assert_explained(&model, &calls, &table);
        };
        shuttle::check_random(play, 100);
    }
}

const CELLS: u32 = 6;

/// Six cells take what waits, start it and are evacuated; one thread converges and one reads.
fn eight_threads() {
    const INDICES: u32 = 3;
    let table = Arc::new(SharedTable::new([INDICES], 8).unwrap());
    {
        let mut writer = table.writer().unwrap();
        for index in 0..INDICES {
            assert!(writer.create_unclaimed(lrp(index), Time::ZERO).unwrap());
        }
    }
    let starts = Arc::new(AtomicU32::new(0));
    let mut work: Vec<Box<dyn FnOnce() + Send>> = Vec::new();
    for cell in 0..CELLS {
        let (table, starts) = (table.clone(), starts.clone());
        work.push(Box::new(move || {
            let mut writer = table.writer().unwrap();
            let (lrp, me) = (lrp(cell % INDICES), on(cell));
            if writer.claim(lrp, me, Time::from_ms(1)).is_err() {
                return;
            }
            if let Ok(started) = writer.start(lrp, me, true, Time::from_ms(2)) {
                // A pass may have made it a suspect meanwhile, and then it is ignored.
                assert!(started.change == Change::Made || (started.change == Change::Ignored && cell == 0));
                starts.fetch_add(u32::from(started.change == Change::Made), Ordering::Relaxed);
            }
            let desired = Some(rolling(INDICES));
            let answer = writer.evacuate_running(lrp, me, true, desired, Time::from_ms(3)).unwrap();
            assert_eq!(answer.error, None);
        }));
    }
    let converging = table.clone();
    work.push(Box::new(move || {
        let mut writer = converging.writer().unwrap();
        let (domains, processes) = (domains(), [process(Some(INDICES))]);
        for (pass, missing) in [(1, 0), (2, CELLS)] {
            let cells: BTreeSet<CellIx> = (0..CELLS).filter(|cell| *cell != missing).map(CellIx).collect();
            let now = Time::from_ms(pass * 60_000);
            let input = PassInput { now, cells: &cells, domains: &domains, processes: &processes };
            let _ = writer.converge(input).unwrap();
        }
    }));
    let reading = table.clone();
    work.push(Box::new(move || {
        for index in 0..INDICES {
            let snapshots = [reading.get(lrp(index)).unwrap(), reading.get(lrp(index)).unwrap()];
            assert!(snapshots[0].version <= snapshots[1].version);
            for snapshot in snapshots {
                assert_eq!(snapshot.group.validate(), Ok(()));
                for key in snapshot.group.records().filter_map(|(_, record)| record.key) {
                    assert_eq!((key.instance.0, key.cell.0 % INDICES), (key.cell.0, index), "torn");
                }
            }
        }
    }));
    on_threads(work);
    for index in 0..INDICES {
        let group = table.get(lrp(index)).unwrap().group;
        assert!(group.ordinary.is_some(), "index {index} has lost its record");
        let keys: Vec<_> = group.records().filter_map(|(_, record)| record.key).collect();
        assert_eq!(BTreeSet::from_iter(&keys).len(), keys.len(), "an instance is in two records");
    }
    assert!(
        starts.load(Ordering::Relaxed) >= INDICES - 1,
        "the first cell to claim can start, but for cell 0"
    );
}

/// Four instances of a process are recreated, on eight cells that ask at once, each instance twice.
fn recreated() {
    const INDICES: u32 = 4;
    let table = Arc::new(SharedTable::new([INDICES], 8).unwrap());
    for index in 0..INDICES {
        let _ = table.writer().unwrap().start(lrp(index), on(index), true, Time::ZERO).unwrap();
    }
    let desired = Desired { instances: INDICES, strategy: UpdateStrategy::Recreate, ..Desired::default() };
    let work = (0..2 * INDICES).map(|number| {
        let (table, index) = (table.clone(), number % INDICES);
        Box::new(move || {
            let mut writer = table.writer().unwrap();
            writer.evacuate_running(lrp(index), on(index), true, Some(desired), Time::ZERO).unwrap()
        }) as _
    });
    let answers: Vec<rivera_lifecycle::Evacuated> = on_threads(work.collect());
    assert_eq!(answers.iter().filter(|answer| answer.request_auction).count(), 1, "{answers:?}");
    assert_eq!(table.count(PROCESS, State::Running), Ok(INDICES - 1));
}

#[test]
fn eight_threads_lose_no_instance() {
    shuttle::check_random(eight_threads, ITERATIONS);
    shuttle::check_pct(eight_threads, ITERATIONS, 3);
}

#[test]
fn instances_that_are_recreated_go_down_one_at_a_time() {
    shuttle::check_random(recreated, ITERATIONS);
    shuttle::check_pct(recreated, ITERATIONS, 3);
}
