//! Tasks: from the request to the end of their container, and what the BBS makes of it (B.6, C.8).
//!
//! Which state a task is in, and what a call about it comes to, is the BBS's alone: a task may be sent for twice, and have
//! two containers (Q8). A task is never moved (B.9).

use std::collections::BTreeSet;

use rivera_auction::TaskAuction;
use rivera_lifecycle::{ContainerState, Ended, ReasonIx, TaskEnd, TaskFailure, TaskPass};
use rivera_model::{CellIx, TaskIx, Time};

use super::World;
use crate::cells::cell::{Leaving, Work};
use crate::event::{ContainerRef, Event, Step};
use crate::outcome::cascade::Cause;
use crate::outcome::timeline::What;

/// The reason of a container whose dependencies could not be fetched (B.6, F.3).
pub(super) const NO_DEPENDENCIES: &str = "failed to download cached artifacts";
/// The reason of a record without a container (B.6).
const NO_CONTAINER: &str = "task container does not exist";

/// How a task's container ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaskExit {
    /// The task is done.
    Done,
    /// It failed for good.
    Failed(&'static str),
    /// It could not begin, which may go better on another try: the cell rejects it (B.6).
    Retryable(&'static str),
}

impl World<'_> {
    /// A task is desired; whatever becomes of its auction, it is pending (C.8).
    pub(super) fn desire_task(&mut self, task: TaskIx) {
        self.tasks.desire(task, true, self.now).expect("every task has an id of its own");
        self.submit_task(task, "task");
    }

    /// A task's request reaches the auctioneer.
    pub(super) fn submit_task(&mut self, task: TaskIx, why: &'static str) {
        if self.is_auctioneer_away() {
            // It stays pending, and the next pass sends for it (C.8).
            self.faults.log.requests_refused += 1;
            return;
        }
        self.tally.start_requests.count(why);
        let auction = self.task_auction(task);
        self.request_task(auction);
    }

    /// A container for a task is reserved on a cell; the rep looks at it one call later.
    pub(super) fn reserve_task(&mut self, cell: CellIx, auction: &TaskAuction) {
        let task = auction.task;
        self.note(What::TaskPlaced(task, cell));
        let start = self.staging.count_start(task);
        let container = self.add_container(cell, Work::Task(task), ContainerState::Reserved, start);
        self.starting_changed(cell, 1);
        self.after(self.rep_call(), Event::Container(container, Step::AskBbs));
    }

    /// Tasks that a cell has a container of: it takes no second one of the same (Q8).
    pub(super) fn tasks_on(&self, cell: CellIx) -> impl Iterator<Item = TaskIx> {
        self.cell(cell).containers.iter().filter_map(|it| match self.container(*it).work {
            Work::Task(task) => Some(task),
            Work::Lrp(_) => None,
        })
    }

    /// The rep tells the BBS that it is about to run a task, and does it if it should (B.6).
    pub(super) fn start_task(&mut self, it: ContainerRef, task: TaskIx) {
        let container = *self.container(it);
        if container.state != ContainerState::Reserved {
            return;
        }
        match self.tasks.start(task, container.cell, self.now) {
            Ok(true) => self.fetch_dependencies(it),
            Ok(false) => {}
            Err(_) => self.delete(it),
        }
    }

    /// A task's container is complete: its process starts, and there is nothing whose health would be checked.
    pub(super) fn run_task(&mut self, it: ContainerRef, task: TaskIx) {
        let now = self.now;
        let container = self.container_mut(it);
        container.state = ContainerState::Running;
        container.process_began = now;
        let container = *container;
        self.starting_changed(container.cell, -1);
        self.index_started(&container);
        self.begin_task_process(it, task);
    }

    /// A task's container ends: the BBS is told, and the container goes (B.6).
    pub(super) fn end_task(&mut self, it: ContainerRef, exit: TaskExit) {
        let container = *self.container(it);
        let (Work::Task(task), Leaving::No) = (container.work, container.leaving) else { return };
        self.complete(it, false);
        let rollout = self.cell(container.cell).rollout;
        // An agent that is about to end tells nobody (Q9).
        let tells = rollout.accepts_work() || rollout.is_evacuating();
        if tells && self.is_bbs_away() {
            // The next sync finds the record without its container (B.7).
            self.faults.log.bbs_calls_failed += 1;
            self.fall_behind(container.cell);
        } else if tells {
            match exit {
                TaskExit::Done => self.complete_task(task, container.cell, TaskEnd::default()),
                TaskExit::Failed(reason) => self.fail_task(task, container.cell, reason),
                TaskExit::Retryable(reason) => {
                    let reason = self.reasons.intern(reason);
                    self.reject_task(task, reason);
                }
            }
        }
        self.delete(it);
    }

    /// The auctioneer or a cell will not have a task: it waits for the next pass, or that was once too often (C.8).
    pub(super) fn reject_task(&mut self, task: TaskIx, reason: ReasonIx) {
        // A task that has ended meanwhile is not rejected, and nobody minds.
        let Ok(ended) = self.tasks.reject(task, reason, self.now) else { return };
        self.note(What::TaskRejected(task, reason));
        *self.tally.task_rejections.entry(reason).or_default() += 1;
        if let Some(ended) = ended {
            self.task_ended(task, ended);
        }
    }

    fn fail_task(&mut self, task: TaskIx, cell: CellIx, reason: &'static str) {
        let failure = TaskFailure::Said(self.reasons.intern(reason));
        self.complete_task(task, cell, TaskEnd::failed(failure));
    }

    fn complete_task(&mut self, task: TaskIx, cell: CellIx, end: TaskEnd) {
        // What the BBS has given to another cell, or knows no longer, is not this cell's to complete (Q8).
        if let Ok(ended) = self.tasks.complete(task, cell, end, self.now) {
            self.task_ended(task, ended);
        }
    }

    /// A cell looks for records of its own without a container: its tasks have failed (B.7).
    pub(super) fn fail_tasks_without_container(&mut self, cell: CellIx) {
        let held: BTreeSet<TaskIx> = self.tasks_on(cell).collect();
        let is_lost = |(task, record): (TaskIx, &rivera_lifecycle::Task)| {
            let is_here = record.state == rivera_lifecycle::TaskState::Running && record.cell == Some(cell);
            (is_here && !held.contains(&task)).then_some(task)
        };
        let lost: Vec<TaskIx> = self.tasks.iter().filter_map(is_lost).collect();
        lost.into_iter().for_each(|task| self.fail_task(task, cell, NO_CONTAINER));
    }

    /// The tasks' part of a convergence pass (C.8). What follows goes out when the pass is over.
    pub(super) fn converge_tasks(&mut self, present: &BTreeSet<CellIx>) -> TaskPass {
        let pass = self.tasks.converge(self.now, present);
        pass.deleted.iter().for_each(|&task| self.never_told(task));
        pass
    }

    /// A pass is over: all pending tasks are sent for in one request, and owners are told again.
    pub(super) fn task_pass_over(&mut self, pass: &TaskPass) {
        pass.callbacks.iter().for_each(|&task| self.tell_owner(task));
        pass.auctions.iter().for_each(|&task| self.submit_task(task, "pending-task"));
    }

    fn task_ended(&mut self, task: TaskIx, ended: Ended) {
        if ended.callback {
            self.tell_owner(task);
        }
    }

    /// The owner of a task that has ended is told.
    fn tell_owner(&mut self, task: TaskIx) {
        // Who is being told already is not told twice.
        if self.tasks.resolve(task, self.now).is_ok() {
            self.after(self.rep_call(), Event::TaskTold(task));
        }
    }

    /// The owner has been told: the task is gone.
    pub(super) fn task_told(&mut self, task: TaskIx) {
        let Some(record) = self.tasks.get(task) else { return };
        let end = record.end;
        if self.tasks.delete(task).is_err() {
            return;
        }
        if end.failed {
            let text = end.failure.text();
            let reason = match (end.failure, text) {
                (_, Some(text)) => self.reasons.intern(text),
                (TaskFailure::Said(reason), None) => reason,
                (_, None) => ReasonIx::EMPTY,
            };
            self.note(What::TaskFailed(task, reason));
            self.push_over(task, Some(reason));
        } else {
            self.note(What::TaskSucceeded(task));
            self.push_over(task, None);
        }
    }
}

impl Cause {
    /// The exit of a task's container that could not be created: it may go better on another cell (B.6).
    pub(super) const fn task_exit(self) -> TaskExit {
        TaskExit::Retryable(self.text())
    }
}

/// A task as an export has it: pending, or on its cell.
pub(super) fn exported(cell: Option<CellIx>) -> rivera_lifecycle::Task {
    let mut task = rivera_lifecycle::Task::pending(Time::ZERO, true);
    if let Some(cell) = cell {
        // A pending task can be started.
        let _ = task.start(cell, Time::ZERO);
    }
    task
}
