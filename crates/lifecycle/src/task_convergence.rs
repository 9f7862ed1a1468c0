//! Convergence of tasks (C.8, C.11.20, C.11.21).

use std::collections::BTreeSet;

use rivera_model::{CellIx, TaskIx, Time};

use crate::task::{TaskEnd, TaskFailure, TaskState};
use crate::tasks::Tasks;

/// What a pass did, and what is to be done for it outside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct TaskPass {
    /// Tasks that go to the auctioneer in one request: every pending one that has not expired.
    pub auctions: Vec<TaskIx>,
    /// Tasks whose owner is told again, and those without one who wants to be.
    pub callbacks: Vec<TaskIx>,
    /// Tasks that were deleted.
    pub deleted: Vec<TaskIx>,
    /// What is reported.
    pub metrics: TaskMetrics,
}

/// Gauges and counts of a pass; the states are those after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TaskMetrics {
    /// `TasksPending`.
    pub pending: u32,
    /// `TasksRunning`.
    pub running: u32,
    /// `TasksCompleted`.
    pub completed: u32,
    /// `TasksResolving`.
    pub resolving: u32,
    /// `ConvergenceTasksPruned`.
    pub pruned: u32,
    /// `ConvergenceTasksKicked`: auctioned, failed or told again.
    pub kicked: u32,
}

impl Tasks {
    /// One pass. `cells` are the present ones; if they cannot be listed the pass is skipped by not calling this.
    ///
    /// A task that fails here keeps its cell, and its owner is not told before a later pass.
    pub fn converge(&mut self, now: Time, cells: &BTreeSet<CellIx>) -> TaskPass {
        let mut pass = TaskPass::default();
        let limits = self.limits;
        for (id, task) in &mut self.tasks {
            let age = now.since(task.created);
            match task.state {
                TaskState::Pending if age > limits.expire_pending => {
                    task.end_with(TaskEnd::failed(TaskFailure::NotStarted), now);
                    pass.metrics.kicked += 1;
                }
                // At the very limit a task is neither failed nor auctioned.
                TaskState::Pending if age < limits.expire_pending => pass.auctions.push(*id),
                TaskState::Running if task.cell.is_none_or(|cell| !cells.contains(&cell)) => {
                    task.end_with(TaskEnd::failed(TaskFailure::CellDisappeared), now);
                    pass.metrics.kicked += 1;
                }
                // It keeps the time of its last change, and so is kicked in this same pass.
                TaskState::Resolving if now.since(task.updated) > limits.kick => {
                    task.state = TaskState::Completed;
                }
                _ => {}
            }
        }
        self.tasks.retain(|id, task| {
            let is_expired = task.state == TaskState::Completed
                && task.first_completed.is_some_and(|time| now.since(time) > limits.expire_completed);
            if is_expired {
                pass.deleted.push(*id);
                pass.metrics.pruned += 1;
            }
            !is_expired
        });
        for (id, task) in &self.tasks {
            match task.state {
                TaskState::Pending => pass.metrics.pending += 1,
                TaskState::Running => pass.metrics.running += 1,
                TaskState::Resolving => pass.metrics.resolving += 1,
                TaskState::Completed => {
                    pass.metrics.completed += 1;
                    if now.since(task.updated) > limits.kick {
                        pass.callbacks.push(*id);
                    }
                }
            }
        }
        pass.metrics.kicked += u32::try_from(pass.auctions.len() + pass.callbacks.len()).unwrap_or(u32::MAX);
        pass
    }
}
