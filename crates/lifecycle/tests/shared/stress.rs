//! Cells on threads of their own evacuate, claim and start while convergence runs.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;

use rivera_lifecycle::{
    Change, Desired, InstanceKey, LrpKey, PassInput, ProcessInfo, SharedTable, State, Writer,
};
use rivera_model::{CellIx, InstanceIx, ProcessIx, Span, Time, UpdateStrategy};

use crate::request::{domains, rolling};

const PROCESSES: u32 = 4;
const INDICES: u32 = 4;
const CELLS: u32 = 6;
const ROUNDS: u32 = 2_000;

fn lrps() -> impl Iterator<Item = LrpKey> {
    (0..PROCESSES).flat_map(|process| (0..INDICES).map(move |index| LrpKey::new(ProcessIx(process), index)))
}

fn processes() -> Vec<ProcessInfo> {
    vec![ProcessInfo { desired: Some(rolling(INDICES)), ..ProcessInfo::default() }; PROCESSES as usize]
}

/// Counts that all threads add to.
#[derive(Default)]
struct Shared {
    starts_made: AtomicU64,
    claims_lost: AtomicU32,
    instances: AtomicU32,
    clock_s: AtomicU64,
}

impl Shared {
    fn now(&self) -> Time {
        Time::ZERO + Span::from_secs(self.clock_s.load(Ordering::Relaxed))
    }
}

/// A cell that over and over takes what waits, starts it, and is evacuated of it again.
fn live_on(writer: &mut Writer<'_>, cell: CellIx, shared: &Shared) {
    for round in 0..ROUNDS {
        for lrp in lrps() {
            let group = writer.table().get(lrp).expect("the index is there").group;
            let waits = group.ordinary.is_some_and(|it| it.key.is_none());
            let instance = InstanceIx(shared.instances.fetch_add(1, Ordering::Relaxed));
            let me = InstanceKey::new(instance, cell);
            if !waits {
                continue;
            }
            match writer.claim(lrp, me, shared.now()) {
                Ok(Change::Made) => {}
                Ok(other) => panic!("a claim of a new instance is {other:?}"),
                Err(_) => {
                    shared.claims_lost.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
            }
            if let Ok(started) = writer.start(lrp, me, true, shared.now()) {
                // A pass may have made it a suspect meanwhile, and then it is ignored.
                assert_ne!(started.change, Change::Unchanged);
                shared.starts_made.fetch_add(u64::from(started.change == Change::Made), Ordering::Relaxed);
            }
            match round % 3 {
                0 => {
                    let _ = writer
                        .evacuate_running(lrp, me, true, Some(rolling(INDICES)), shared.now())
                        .expect("all of it fits");
                }
                1 => {
                    let _ = writer.crash(lrp, me, shared.now());
                }
                _ => {}
            }
        }
    }
}

#[test]
fn no_instance_is_lost_while_cells_work_and_convergence_runs() {
    let shared = Shared::default();
    let (domains, processes) = (domains(), processes());
    let all: BTreeSet<CellIx> = (0..CELLS).map(CellIx).collect();
    let table = SharedTable::new([INDICES; PROCESSES as usize], CELLS + 1).unwrap();
    let mut main = table.writer().unwrap();
    // A run proves something only if cells met: it goes on until a claim was lost.
    let mut runs = 0;
    while runs == 0 || shared.claims_lost.load(Ordering::Relaxed) == 0 {
        runs += 1;
        let working = AtomicU32::new(CELLS);
        thread::scope(|scope| {
            for cell in 0..CELLS {
                let (table, shared, working) = (&table, &shared, &working);
                scope.spawn(move || {
                    live_on(&mut table.writer().unwrap(), CellIx(cell), shared);
                    working.fetch_sub(1, Ordering::Release);
                });
            }
            let mut pass = 0;
            while working.load(Ordering::Acquire) > 0 {
                pass += 1;
                let now = Time::ZERO + Span::from_secs(shared.clock_s.fetch_add(31, Ordering::Relaxed));
                // Cells disappear and come back.
                let cells: BTreeSet<CellIx> =
                    all.iter().copied().filter(|cell| cell.0 != pass % (2 * CELLS)).collect();
                let input = PassInput { now, cells: &cells, domains: &domains, processes: &processes };
                let _ = main.converge(input).unwrap();
                for lrp in lrps() {
                    let group = table.get(lrp).unwrap().group;
                    assert_eq!(group.validate(), Ok(()));
                    if pass > 1 {
                        assert!(group.ordinary.is_some(), "{lrp:?} has lost its record");
                    }
                }
            }
        });
        let now = shared.now();
        let input = PassInput { now, cells: &all, domains: &domains, processes: &processes };
        let metrics = main.converge(input).unwrap().metrics;
        let states = metrics.unclaimed + metrics.claimed + metrics.running + metrics.crashed;
        assert_eq!(states, PROCESSES * INDICES, "one ordinary record an index");
    }
    assert!(shared.starts_made.load(Ordering::Relaxed) > 0);
    let mut owners = BTreeSet::new();
    for lrp in lrps() {
        for (presence, record) in table.get(lrp).unwrap().group.records() {
            if let Some(key) = record.key {
                assert!(owners.insert(key.instance), "{key:?} is in two records, one of them {presence:?}");
            }
        }
    }
}

#[test]
fn the_same_instance_on_all_cells_is_claimed_once_and_started_once() {
    let lrp = LrpKey::new(ProcessIx(0), 0);
    let table = SharedTable::new([1], 5).unwrap();
    let mut main = table.writer().unwrap();
    for _ in 0..300 {
        assert!(main.create_unclaimed(lrp, Time::ZERO).unwrap());
        let (claims, starts) = (AtomicU32::new(0), AtomicU32::new(0));
        let barrier = Barrier::new(4);
        thread::scope(|scope| {
            for cell in 0..4 {
                let (table, barrier, claims, starts) = (&table, &barrier, &claims, &starts);
                scope.spawn(move || {
                    let mut writer = table.writer().unwrap();
                    let me = InstanceKey::new(InstanceIx(cell), CellIx(cell));
                    barrier.wait();
                    let claimed = writer.claim(lrp, me, Time::ZERO).is_ok();
                    let started = writer.start(lrp, me, true, Time::ZERO).is_ok();
                    claims.fetch_add(u32::from(claimed), Ordering::Relaxed);
                    starts.fetch_add(u32::from(started), Ordering::Relaxed);
                });
            }
        });
        // A claimed record may be started by anybody (C.2), so the winners may be two cells, but each is one.
        assert_eq!((claims.into_inner(), starts.into_inner()), (1, 1));
        assert_eq!(table.count(ProcessIx(0), State::Running), Ok(1));
        assert_eq!(table.get(lrp).unwrap().version % 4, 3, "created, claimed and started");
        main.remove(lrp, None).unwrap();
    }
}

#[test]
fn instances_that_are_recreated_go_down_one_at_a_time() {
    let process = ProcessIx(0);
    let desired = Desired { instances: INDICES, strategy: UpdateStrategy::Recreate, ..Desired::default() };
    let table = SharedTable::new([INDICES], INDICES + 1).unwrap();
    let mut main = table.writer().unwrap();
    for round in 0..300 {
        let key = |index| InstanceKey::new(InstanceIx(round * INDICES + index), CellIx(index));
        for index in 0..INDICES {
            let _ = main.start(LrpKey::new(process, index), key(index), true, Time::ZERO).unwrap();
        }
        let barrier = Barrier::new(INDICES as usize);
        let released: u32 = thread::scope(|scope| {
            let evacuate = |index| {
                let (table, barrier) = (&table, &barrier);
                scope.spawn(move || {
                    let mut writer = table.writer().unwrap();
                    let lrp = LrpKey::new(process, index);
                    barrier.wait();
                    let answer = writer.evacuate_running(lrp, key(index), true, Some(desired), Time::ZERO);
                    u32::from(!answer.unwrap().keep_container)
                })
            };
            let cells: Vec<_> = (0..INDICES).map(evacuate).collect();
            cells.into_iter().map(|cell| cell.join().unwrap()).sum()
        });
        assert_eq!(released, 1, "one has the turn while all of them run");
        assert_eq!(table.count(process, State::Unclaimed), Ok(1));
        for index in 0..INDICES {
            main.remove(LrpKey::new(process, index), None).unwrap();
        }
    }
}
