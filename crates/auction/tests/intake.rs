//! The intake against the plain batch, and under many threads.

use std::thread;

use proptest::prelude::*;
use rivera_auction::{Batch, Drained, Intake, LrpAuction, TaskAuction, Wake};
use rivera_model::{ConstraintIx, ProcessIx, TaskIx, Time};

const PRODUCERS: u32 = 4;
const SUBMISSIONS: i32 = 5_000;

fn lrp(process: u32, index: i32, memory_mb: i32) -> LrpAuction {
    LrpAuction { process: ProcessIx(process), index, memory_mb, disk_mb: 1, constraint: ConstraintIx(0) }
}

fn task(task: u32, memory_mb: i32) -> TaskAuction {
    TaskAuction { task: TaskIx(task), memory_mb, disk_mb: 1, constraint: ConstraintIx(0) }
}

#[derive(Debug, Clone)]
enum Step {
    Lrps(Vec<LrpAuction>),
    Tasks(Vec<TaskAuction>),
    Drain,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let lrp =
        (0..3_u32, -2..3_i32, 0..4_i32).prop_map(|(process, index, memory)| lrp(process, index, memory));
    let task = (0..4_u32, 0..4_i32).prop_map(|(number, memory)| task(number, memory));
    let step = prop_oneof![
        3 => prop::collection::vec(lrp, 0..5).prop_map(Step::Lrps),
        2 => prop::collection::vec(task, 0..5).prop_map(Step::Tasks),
        1 => Just(Step::Drain),
    ];
    prop::collection::vec(step, 0..40)
}

proptest! {
    /// One thread finds no difference from the plain batch, and the token is there exactly while something was submitted.
    #[test]
    fn it_is_the_plain_batch(steps in steps()) {
        let intake = Intake::<()>::default();
        let (mut batch, mut drained) = (Batch::default(), Drained::default());
        let mut submitted = false;
        for (now, step) in (0..).map(Time).zip(steps.into_iter().chain([Step::Drain])) {
            let first = if submitted { Wake::Pending } else { Wake::Due };
            match step {
                Step::Lrps(lrps) => {
                    lrps.iter().for_each(|lrp| batch.push_lrp(*lrp, now));
                    prop_assert_eq!(intake.submit_lrps(lrps, now), first);
                    submitted = true;
                }
                Step::Tasks(tasks) => {
                    tasks.iter().for_each(|task| batch.push_task(*task, now));
                    prop_assert_eq!(intake.submit_tasks(tasks, now), first);
                    submitted = true;
                }
                Step::Drain => {
                    intake.drain(&mut drained);
                    prop_assert_eq!(&drained.auctions, &batch.drain());
                    submitted = false;
                }
            }
            prop_assert_eq!(intake.has_work(), submitted);
        }
    }
}

/// Each producer has a process of its own and counts up its indices; it announces each as a change before it submits it. The
/// placing thread sleeps whenever there is no token, so a token that went missing would leave it asleep for ever.
#[test]
fn under_many_threads_nothing_is_lost_nothing_comes_twice_and_each_keeps_its_order() {
    let intake = Intake::default();
    let placing = thread::current();
    let mut drained = Drained::default();
    let mut next = [0; PRODUCERS as usize];
    let mut announced = [0; PRODUCERS as usize];
    thread::scope(|scope| {
        for process in 0..PRODUCERS {
            let (intake, placing) = (&intake, &placing);
            scope.spawn(move || {
                for number in 0..SUBMISSIONS {
                    intake.submit_change((process, 2 * number));
                    let pair = vec![lrp(process, 2 * number, 1), lrp(process, 2 * number + 1, 1)];
                    if intake.submit_lrps(pair, Time::ZERO) == Wake::Due {
                        placing.unpark();
                    }
                }
            });
        }
        while next != [2 * SUBMISSIONS; PRODUCERS as usize] {
            while !intake.has_work() {
                thread::park();
            }
            intake.drain(&mut drained);
            for (process, index) in &drained.changes {
                announced[*process as usize] = *index;
            }
            for lrp in &drained.auctions.lrps {
                let process = lrp.auction.process.index();
                assert_eq!(lrp.auction.index, next[process], "of producer {process}");
                assert!(lrp.auction.index <= announced[process] + 1, "its change came before it");
                next[process] += 1;
            }
        }
    });
    intake.drain(&mut drained);
    assert!(drained.auctions.is_empty() && drained.changes.is_empty());
}
