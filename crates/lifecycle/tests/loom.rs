//! Every interleaving of two or three threads on the shared records, also those that only a weak memory allows, up to
//! three preemptions. `make loom` runs this.
#![cfg(loom)]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use loom::sync::Arc;
use loom::thread;
use rivera_lifecycle::{
    Change, Desired, Domains, Evacuated, InstanceGroup, InstanceKey, LrpError, LrpKey, Pass, PassInput,
    ProcessInfo, SharedTable, State, TableError, Writer,
};
use rivera_model::{CellIx, InstanceIx, ProcessIx, Time, UpdateStrategy};

const PROCESS: ProcessIx = ProcessIx(0);
const FIRST: LrpKey = LrpKey::new(PROCESS, 0);
const SECOND: LrpKey = LrpKey::new(PROCESS, 1);
const SOON: Time = Time::from_ms(1_000);
const LATER: Time = Time::from_ms(60_000);

fn model(test: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    let tried = std::sync::Arc::new(AtomicU32::new(0));
    let count = tried.clone();
    builder.check(move || {
        count.fetch_add(1, Ordering::Relaxed);
        test();
    });
    assert!(tried.load(Ordering::Relaxed) > 10, "the threads of this test do not meet");
}

fn table(indices: u32, writers: u32) -> Arc<SharedTable> {
    Arc::new(SharedTable::new([indices], writers).expect("a small table fits"))
}

/// An instance of which everything is this number.
fn on(cell: u32) -> InstanceKey {
    InstanceKey::new(InstanceIx(cell), CellIx(cell))
}

fn desired(strategy: UpdateStrategy, instances: u32) -> Desired {
    Desired { instances, strategy, ..Desired::default() }
}

fn spawn<R: 'static>(
    table: &Arc<SharedTable>,
    work: impl FnOnce(&mut Writer<'_>) -> R + 'static,
) -> thread::JoinHandle<R> {
    let table = table.clone();
    thread::spawn(move || work(&mut table.writer().expect("there are enough")))
}

fn converge(writer: &mut Writer<'_>, cells: &[u32], now: Time) -> Pass {
    converge_of(writer, 1, cells, now)
}

/// A pass over one process, of which so many instances are desired.
fn converge_of(writer: &mut Writer<'_>, instances: u32, cells: &[u32], now: Time) -> Pass {
    let cells: BTreeSet<CellIx> = cells.iter().copied().map(CellIx).collect();
    let desired = Some(desired(UpdateStrategy::Rolling, instances));
    let processes = [ProcessInfo { desired, ..ProcessInfo::default() }];
    let domains = Domains::default();
    let input = PassInput { now, cells: &cells, domains: &domains, processes: &processes };
    writer.converge(input).expect("all of it fits")
}

fn group(table: &SharedTable, lrp: LrpKey) -> InstanceGroup {
    let group = table.get(lrp).expect("the index is there").group;
    assert_eq!(group.validate(), Ok(()));
    group
}

#[test]
fn of_two_cells_that_start_an_instance_exactly_one_wins() {
    model(|| {
        let table = table(1, 2);
        assert!(table.writer().unwrap().create_unclaimed(FIRST, Time::ZERO).unwrap());
        let start = |cell| {
            spawn(&table, move |writer| {
                writer.start(FIRST, on(cell), true, SOON).map(|started| started.change)
            })
        };
        let answers = [start(1), start(2)].map(|thread| thread.join().unwrap());
        let winner = group(&table, FIRST).ordinary.unwrap().key;
        let refused = Err(TableError::Refused(LrpError::CannotBeStarted));
        assert!(
            (answers == [Ok(Change::Made), refused] && winner == Some(on(1)))
                || (answers == [refused, Ok(Change::Made)] && winner == Some(on(2))),
            "{answers:?} {winner:?}"
        );
    });
}

#[test]
fn an_instance_is_evacuated_replaced_and_converged_at_once_and_never_lost() {
    model(|| {
        let table = table(1, 3);
        {
            let mut writer = table.writer().unwrap();
            writer.start(FIRST, on(1), true, Time::ZERO).map(|_| ()).unwrap();
        }
        let evacuated = spawn(&table, |writer| {
            let desired = desired(UpdateStrategy::Rolling, 1);
            writer.evacuate_running(FIRST, on(1), true, Some(desired), SOON).unwrap()
        });
        let started = spawn(&table, |writer| writer.start(FIRST, on(2), true, SOON).is_ok());
        // Cell 1 is not present for the pass.
        let _ = converge(&mut table.writer().unwrap(), &[2], LATER);
        let (evacuated, started) = (evacuated.join().unwrap(), started.join().unwrap());
        let group = group(&table, FIRST);
        let ordinary = group.ordinary.expect("an index that is desired has a record");
        if started {
            // Whoever else had it went at the same moment; only a later request of its cell can bring it back, and the
            // answer to that is that it is replaced.
            assert_eq!(ordinary.key, Some(on(2)));
            assert_eq!((group.evacuating, group.suspect), (None, None));
        } else {
            // The start came first, while cell 1 was the only one that may start it.
            assert_eq!(ordinary.state, State::Unclaimed);
            assert_eq!(ordinary.key, None);
        }
        // An auction is asked for by the evacuation only if it was that which made the record wait.
        assert!(evacuated.error.is_none());
        assert!(!evacuated.request_auction || evacuated.keep_container);
    });
}

#[test]
fn an_evacuation_and_a_crash_of_the_same_instance_are_one_after_the_other() {
    model(|| {
        let table = table(1, 2);
        table.writer().unwrap().start(FIRST, on(1), true, Time::ZERO).map(|_| ()).unwrap();
        let desired = desired(UpdateStrategy::Rolling, 1);
        let evacuated = spawn(&table, move |writer| {
            writer.evacuate_running(FIRST, on(1), true, Some(desired), SOON).unwrap()
        });
        let crashed = table.writer().unwrap().crash(FIRST, on(1), SOON);
        let Evacuated { keep_container, request_auction, .. } = evacuated.join().unwrap();
        let group = group(&table, FIRST);
        let ordinary = group.ordinary.unwrap();
        match crashed {
            // The evacuation then finds nothing of its own, and writes it as it is told.
            Ok(_) => assert_eq!((ordinary.crash_count, keep_container, request_auction), (1, true, false)),
            Err(error) => {
                assert_eq!(error, TableError::Refused(LrpError::CannotBeCrashed));
                assert_eq!((ordinary.crash_count, keep_container, request_auction), (0, true, true));
            }
        }
        assert_eq!((ordinary.state, group.evacuating.unwrap().key), (State::Unclaimed, Some(on(1))));
    });
}

/// Everything in a record of this test is one number, so that a mixture of two states is seen.
fn assert_of_one_state(group: &InstanceGroup) {
    if let Some(record) = group.ordinary {
        let key = record.key.unwrap();
        assert_eq!(key, on(key.cell.0));
        assert_eq!(record.since, Time(key.cell.0.into()), "{key:?}");
    }
}

/// A reader of the first index. It has to be the thread that is spawned, while the writer is the one that spawns: the
/// checker remembers only the last access to a word, and by default it lets the spawning thread go first. A writer reads
/// what it is going to write; were it the later one, its own reading would hide the reader's, and nothing would be tried.
fn spawn_reader(table: &Arc<SharedTable>) -> thread::JoinHandle<()> {
    let table = table.clone();
    thread::spawn(move || {
        let group = group(&table, FIRST);
        assert_of_one_state(&group);
        assert!(group.ordinary.is_none_or(|record| record.key != Some(on(SECONDS))), "of another index");
    })
}

/// The cell that only instances of the second index are on.
const SECONDS: u32 = 9;

fn start(writer: &mut Writer<'_>, lrp: LrpKey, cell: u32) {
    let _ = writer.start(lrp, on(cell), true, Time(cell.into())).expect("it is free");
}

#[test]
fn a_reader_sees_one_state_while_the_slot_is_written_again() {
    model(|| {
        let table = table(1, 1);
        let mut writer = table.writer().unwrap();
        start(&mut writer, FIRST, 1);
        let reader = spawn_reader(&table);
        writer.remove(FIRST, None).unwrap();
        start(&mut writer, FIRST, 2);
        reader.join().unwrap();
        assert_eq!(table.get(FIRST).unwrap().version, 3);
    });
}

#[test]
fn a_reader_sees_one_state_while_its_slot_passes_to_another_index() {
    model(|| {
        let table = table(2, 1);
        let mut writer = table.writer().unwrap();
        start(&mut writer, FIRST, 1);
        let reader = spawn_reader(&table);
        writer.remove(FIRST, None).unwrap();
        // The spare is now the slot that the reader may be in.
        start(&mut writer, SECOND, SECONDS);
        reader.join().unwrap();
    });
}

#[test]
fn a_reader_sees_one_state_while_its_slot_passes_to_another_writer() {
    model(|| {
        let table = table(2, 1);
        let mut writer = table.writer().unwrap();
        start(&mut writer, FIRST, 1);
        let other = {
            let table = table.clone();
            thread::spawn(move || {
                // There is one spare: it comes from the first writer or not at all.
                if let Ok(mut writer) = table.writer() {
                    start(&mut writer, SECOND, SECONDS);
                }
            })
        };
        let reader = spawn_reader(&table);
        writer.remove(FIRST, None).unwrap();
        drop(writer);
        other.join().unwrap();
        reader.join().unwrap();
    });
}

#[test]
fn of_two_instances_that_are_recreated_one_is_given_up() {
    model(|| {
        let table = table(2, 2);
        {
            let mut writer = table.writer().unwrap();
            writer.start(FIRST, on(1), true, Time::ZERO).map(|_| ()).unwrap();
            writer.start(SECOND, on(2), true, Time::ZERO).map(|_| ()).unwrap();
        }
        // The second cell asks again at once: to be refused must not free the turn of who has it.
        let evacuate = |lrp, cell, times| {
            let desired = Some(desired(UpdateStrategy::Recreate, 2));
            spawn(&table, move |writer| {
                let ask = |_| writer.evacuate_running(lrp, on(cell), true, desired, SOON).unwrap();
                (0..times).map(ask).any(|answer| answer.request_auction)
            })
        };
        let given_up = [evacuate(FIRST, 1, 1), evacuate(SECOND, 2, 2)].map(|thread| thread.join().unwrap());
        assert_ne!(given_up[0], given_up[1], "who has the turn finds all of them running");
        assert_eq!(table.count(PROCESS, State::Running), Ok(1));
        let kept = given_up.map(|it| !it);
        // The turn is free again: with one down, the other is kept for that reason.
        let desired = desired(UpdateStrategy::Recreate, 1);
        let (lrp, cell) = if kept[0] { (FIRST, 1) } else { (SECOND, 2) };
        let mut writer = table.writer().unwrap();
        let answer = writer.evacuate_running(lrp, on(cell), true, Some(desired), SOON).unwrap();
        assert!(!answer.keep_container && answer.request_auction, "{answer:?}");
    });
}

#[test]
fn of_two_instances_that_are_unclaimed_if_all_run_one_is_given_up() {
    model(|| {
        let table = table(2, 2);
        let mut writer = table.writer().unwrap();
        start(&mut writer, FIRST, 1);
        start(&mut writer, SECOND, 2);
        drop(writer);
        let unclaim = |lrp| spawn(&table, move |writer| writer.unclaim_if_all_running(lrp, 2, false, SOON));
        let answers = [unclaim(FIRST), unclaim(SECOND)].map(|thread| thread.join().unwrap());
        let refused = Err(TableError::Refused(LrpError::CannotBeUnclaimed));
        assert!(answers == [Ok(()), refused] || answers == [refused, Ok(())], "{answers:?}");
        assert_eq!(table.count(PROCESS, State::Running), Ok(1));
    });
}

#[test]
fn a_stale_record_is_started_by_its_cell_or_found_by_convergence_and_never_both_undone() {
    model(|| {
        let table = table(1, 2);
        assert!(table.writer().unwrap().create_unclaimed(FIRST, Time::ZERO).unwrap());
        let claimed = spawn(&table, |writer| {
            writer.claim(FIRST, on(1), SOON).map(|_| ()).unwrap();
            writer.start(FIRST, on(1), true, SOON).map(|started| started.change).unwrap()
        });
        let _ = converge(&mut table.writer().unwrap(), &[1], LATER);
        assert_eq!(claimed.join().unwrap(), Change::Made);
        assert_eq!(group(&table, FIRST).ordinary.unwrap().key, Some(on(1)));
    });
}

/// A table with one instance, which runs on cell 1 and which a pass has seen at rest.
fn at_rest(writers: u32) -> Arc<SharedTable> {
    let table = table(1, writers);
    {
        let mut writer = table.writer().unwrap();
        start(&mut writer, FIRST, 1);
        assert_eq!(converge(&mut writer, &[1], SOON).starts, []);
    }
    table
}

#[test]
fn a_change_that_was_seen_is_known_to_a_pass_that_begins_then() {
    model(|| {
        let table = at_rest(2);
        // Who writes is the thread that spawns, as for a reader: the other way round a change that is told too late was not found.
        let mut writer = table.writer().unwrap();
        let seen = {
            let table = table.clone();
            spawn(&table.clone(), move |writer| {
                let is_seen = group(&table, FIRST).is_empty();
                (is_seen, converge(writer, &[1], SOON).counts.created)
            })
        };
        writer.remove(FIRST, Some(on(1))).unwrap();
        let (is_seen, created) = seen.join().unwrap();
        assert!(!is_seen || created == 1);
    });
}

#[test]
fn a_change_beside_a_pass_is_known_to_it_or_to_the_next_one() {
    model(|| {
        let table = at_rest(2);
        let changed = spawn(&table, |writer| {
            writer.remove(FIRST, Some(on(1))).unwrap();
            writer.create_unclaimed(FIRST, SOON).unwrap()
        });
        let mut writer = table.writer().unwrap();
        let first = converge(&mut writer, &[1], SOON);
        let is_created = changed.join().unwrap();
        let second = converge(&mut writer, &[1], LATER);
        assert_ne!(is_created, first.counts.created == 1, "by whoever comes first");
        assert_eq!((second.metrics.unclaimed, second.metrics.running), (1, 0));
        assert_eq!(second.starts.len(), 1, "it waits too long");
    });
}

#[test]
fn changes_of_two_threads_beside_a_pass_are_known_to_the_next_one() {
    model(|| {
        let table = at_rest(3);
        let crashed = spawn(&table, |writer| writer.crash(FIRST, on(1), SOON).is_ok());
        let removed = spawn(&table, |writer| writer.remove(FIRST, None).is_ok());
        let mut writer = table.writer().unwrap();
        let first = converge(&mut writer, &[1], SOON);
        assert!(removed.join().unwrap());
        let _ = crashed.join().unwrap();
        let second = converge(&mut writer, &[1], SOON);
        assert_eq!(first.counts.created + second.counts.created, 1);
        assert_eq!((second.metrics.unclaimed, second.metrics.running), (1, 0));
    });
}

/// The bits of both indices are in one word.
#[test]
fn a_change_while_a_pass_takes_that_of_another_index_is_known_to_the_next_one() {
    model(|| {
        let table = table(2, 2);
        let mut writer = table.writer().unwrap();
        start(&mut writer, FIRST, 1);
        start(&mut writer, SECOND, 1);
        assert_eq!(converge_of(&mut writer, 2, &[1], SOON).starts, []);
        // A crash, so that the number of records is right and nobody looks at the other index for that reason.
        assert!(writer.crash(FIRST, on(1), SOON).is_ok());
        let beside = spawn(&table, |writer| converge_of(writer, 2, &[1], SOON).counts.created);
        writer.remove(SECOND, Some(on(1))).unwrap();
        let created = beside.join().unwrap();
        assert_eq!(created + converge_of(&mut writer, 2, &[1], SOON).counts.created, 1);
    });
}

#[test]
fn two_passes_come_one_after_the_other() {
    model(|| {
        let table = table(1, 2);
        let other = spawn(&table, |writer| converge(writer, &[1], SOON).counts.created);
        let created = converge(&mut table.writer().unwrap(), &[1], SOON).counts.created;
        assert_eq!(created + other.join().unwrap(), 1);
    });
}
