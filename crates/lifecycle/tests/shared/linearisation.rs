//! What threads are answered is what some sequential order of their calls would have answered.
//!
//! Here the threads are real. In `tests/shuttle.rs` a scheduler switches between them inside of the calls.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rivera_lifecycle::SharedTable;

use crate::history::{Call, record};
use crate::model::Model;
use crate::script::{Script, THREADS, any_script, assert_explained};

const SCRIPTS: usize = 400;

/// Plays all scripts on the same threads: what starts with a thread for each would mostly not meet. Answers the calls of each
/// thread for each script.
fn play(scripts: &[Script], tables: &[(SharedTable, Model)]) -> Vec<Vec<Vec<Call>>> {
    let (clock, arrived) = (AtomicU64::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        let spawn = |thread: usize| {
            let (clock, arrived) = (&clock, &arrived);
            scope.spawn(move || {
                let mut calls = Vec::with_capacity(scripts.len());
                for (round, (script, (table, _))) in scripts.iter().zip(tables).enumerate() {
                    let mut writer = table.writer().expect("there are four");
                    arrived.fetch_add(1, Ordering::AcqRel);
                    while arrived.load(Ordering::Acquire) < (round + 1) * THREADS {
                        thread::yield_now();
                    }
                    calls.push(record(&mut writer, clock, &script.threads[thread], script.instances));
                }
                calls
            })
        };
        let threads: Vec<_> = (0..THREADS).map(spawn).collect();
        threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
    })
}

/// Whether calls of different threads overlap.
fn meet(threads: &[Vec<Call>]) -> bool {
    let calls = || threads.iter().flatten();
    calls().any(|one| calls().any(|other| one.begun < other.begun && other.begun < one.ended))
}

#[test]
fn some_sequential_order_explains_real_threads() {
    let mut runner = TestRunner::deterministic();
    // A run proves something only if calls met: it goes on until some have.
    let mut met = 0;
    while met == 0 {
        let script = || any_script().new_tree(&mut runner).expect("nothing is filtered").current();
        let scripts: Vec<Script> = std::iter::repeat_with(script).take(SCRIPTS).collect();
        let tables: Vec<_> = scripts.iter().map(Script::prepare).collect();
        let by_thread = play(&scripts, &tables);
        for (round, (table, model)) in tables.iter().enumerate() {
            let calls: Vec<Vec<Call>> = by_thread.iter().map(|calls| calls[round].clone()).collect();
            assert_explained(model, &calls, table);
            met += u32::from(meet(&calls));
        }
    }
}
