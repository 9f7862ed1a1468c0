//! Tasks: what an operator meets in a full system (C.8).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::BTreeSet;

use rivera_lifecycle::{ReasonIx, TaskEnd, TaskError, TaskFailure, TaskLimits, TaskState, Tasks};
use rivera_model::{CellIx, TaskIx, Time};

const TASK: TaskIx = TaskIx(1);
const CELL: CellIx = CellIx(1);
const FULL: ReasonIx = ReasonIx(1);

fn at(secs: u64) -> Time {
    Time::from_ms(secs * 1_000)
}

fn desired() -> Tasks {
    let mut tasks = Tasks::new(TaskLimits::default());
    tasks.desire(TASK, true, at(0)).unwrap();
    tasks
}

#[test]
fn the_fourth_rejection_fails_a_task() {
    let mut tasks = desired();
    for secs in [0, 30, 60] {
        assert_eq!(tasks.reject(TASK, FULL, at(secs)), Ok(None));
        assert_eq!(tasks.converge(at(secs + 29), &BTreeSet::new()).auctions, [TASK]);
    }
    assert!(tasks.reject(TASK, FULL, at(90)).unwrap().is_some());
    let task = tasks.get(TASK).unwrap();
    assert_eq!((task.state, task.end.failure), (TaskState::Completed, TaskFailure::Said(FULL)));
}

#[test]
fn a_task_is_started_once_and_ends_only_by_its_own_cell() {
    let mut tasks = desired();
    assert_eq!(tasks.start(TASK, CELL, at(1)), Ok(true));
    assert_eq!(tasks.start(TASK, CELL, at(1)), Ok(false));
    let other = CellIx(2);
    let refused = tasks.complete(TASK, other, TaskEnd::default(), at(2));
    assert_eq!(refused, Err(TaskError::RunningOnDifferentCell { running: CELL, caller: other }));
}

#[test]
fn a_rejected_task_keeps_the_cell_that_a_cancellation_then_calls() {
    let mut tasks = desired();
    assert_eq!(tasks.start(TASK, CELL, at(1)), Ok(true));
    assert_eq!(tasks.reject(TASK, FULL, at(2)), Ok(None));
    assert_eq!(tasks.cancel(TASK, at(3)).unwrap().cancel_on, Some(CELL));
}

#[test]
fn a_task_on_a_lost_cell_fails_and_its_owner_is_told_in_a_later_pass() {
    let mut tasks = desired();
    assert_eq!(tasks.start(TASK, CELL, at(1)), Ok(true));
    assert_eq!(tasks.converge(at(30), &BTreeSet::new()).callbacks, []);
    assert_eq!(tasks.get(TASK).unwrap().end.failure, TaskFailure::CellDisappeared);
    assert_eq!(tasks.converge(at(60), &BTreeSet::new()).callbacks, []);
    assert_eq!(tasks.converge(at(61), &BTreeSet::new()).callbacks, [TASK]);
    assert_eq!(tasks.converge(at(151), &BTreeSet::new()).deleted, [TASK]);
}

#[test]
fn at_exactly_its_limit_a_pending_task_is_neither_failed_nor_auctioned() {
    let mut tasks = desired();
    assert_eq!(tasks.converge(at(1_800), &BTreeSet::new()).auctions, []);
    assert_eq!(tasks.get(TASK).unwrap().state, TaskState::Pending);
    assert_eq!(tasks.converge(at(1_801), &BTreeSet::new()).auctions, []);
    assert_eq!(tasks.get(TASK).unwrap().end.failure, TaskFailure::NotStarted);
}

#[test]
fn a_completed_task_has_no_cell() {
    let mut tasks = desired();
    assert_eq!(tasks.start(TASK, CELL, at(1)), Ok(true));
    assert!(tasks.complete(TASK, CELL, TaskEnd::default(), at(2)).unwrap().callback);
    assert_eq!(tasks.get(TASK).unwrap().cell, None);
}

#[test]
fn at_exactly_its_limit_a_completed_task_is_kept() {
    let mut tasks = desired();
    let _ = tasks.fail(TASK, FULL, at(0)).unwrap();
    assert_eq!(tasks.converge(at(120), &BTreeSet::new()).deleted, []);
    assert_eq!(tasks.converge(at(121), &BTreeSet::new()).deleted, [TASK]);
}

#[test]
fn a_task_that_resolves_too_long_is_told_of_in_the_pass_that_finds_it() {
    let mut tasks = desired();
    let _ = tasks.fail(TASK, FULL, at(0)).unwrap();
    tasks.resolve(TASK, at(1)).unwrap();
    assert_eq!(tasks.converge(at(31), &BTreeSet::new()).callbacks, []);
    assert_eq!(tasks.converge(at(32), &BTreeSet::new()).callbacks, [TASK]);
    assert_eq!(tasks.get(TASK).unwrap().updated, at(1));
}

#[test]
fn a_task_is_deleted_only_while_it_resolves() {
    let mut tasks = desired();
    let _ = tasks.fail(TASK, FULL, at(0)).unwrap();
    let refused = tasks.delete(TASK).unwrap_err();
    assert_eq!(refused.to_string(), "Cannot transition from Completed to Resolving");
    tasks.resolve(TASK, at(1)).unwrap();
    assert_eq!(tasks.delete(TASK), Ok(()));
    assert_eq!(tasks.get(TASK), None);
}
