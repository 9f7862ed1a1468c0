//! One task: pending, running, completed, resolving, gone (C.8).

use std::fmt;

use rivera_model::{CellIx, Time};

use crate::record::ReasonIx;

/// State of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TaskState {
    /// Waits for a cell.
    #[default]
    Pending,
    /// Runs on its cell.
    Running,
    /// Ended; its owner is to be told.
    Completed,
    /// Its owner is being told.
    Resolving,
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::Resolving => "Resolving",
        })
    }
}

rivera_model::dense_id! {
    /// The result of a task, an opaque text; 0 is the empty one.
    ResultIx,
}

/// Why a task failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskFailure {
    /// What a cell or the auctioneer said.
    Said(ReasonIx),
    /// Its owner changed its mind.
    Cancelled,
    /// No cell started it in time.
    NotStarted,
    /// Its cell is not present.
    CellDisappeared,
}

impl TaskFailure {
    /// The text of a failure that the BBS itself finds; `None` if others said why.
    #[must_use]
    pub const fn text(self) -> Option<&'static str> {
        match self {
            Self::Said(_) => None,
            Self::Cancelled => Some("task was cancelled"),
            Self::NotStarted => Some("not started within time limit"),
            Self::CellDisappeared => Some("cell disappeared before completion"),
        }
    }
}

impl Default for TaskFailure {
    /// The empty text.
    fn default() -> Self {
        Self::Said(ReasonIx::EMPTY)
    }
}

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TaskEnd {
    /// Whether it failed.
    pub failed: bool,
    /// Why.
    pub failure: TaskFailure,
    /// Its result.
    pub result: ResultIx,
}

impl TaskEnd {
    /// An end by this failure.
    #[must_use]
    pub const fn failed(failure: TaskFailure) -> Self {
        Self { failed: true, failure, result: ResultIx(0) }
    }
}

/// Why a request about a task is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TaskError {
    /// There is no such task.
    #[error("the requested resource could not be found")]
    ResourceNotFound,
    /// There is such a task already.
    #[error("the requested resource already exists")]
    ResourceExists,
    /// A rejection of a task that no cell was sought for.
    #[error("the request received is invalid")]
    InvalidRequest,
    /// The task cannot go from one state to the other.
    #[error("Cannot transition from {from} to {to}")]
    InvalidStateTransition {
        /// Where it is.
        from: TaskState,
        /// Where it was to go.
        to: TaskState,
    },
    /// Another cell than the caller's runs it.
    #[error("Running on cell {} not {}", .running.0, .caller.0)]
    RunningOnDifferentCell {
        /// The cell that runs it.
        running: CellIx,
        /// The caller's cell.
        caller: CellIx,
    },
}

/// A task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Task {
    /// State.
    pub state: TaskState,
    /// The cell that runs it, or ran it before it was rejected.
    pub cell: Option<CellIx>,
    /// How often it was rejected.
    pub rejection_count: u32,
    /// Why it was last rejected.
    pub rejection_reason: ReasonIx,
    /// How it ended.
    pub end: TaskEnd,
    /// When it was desired.
    pub created: Time,
    /// When it last changed.
    pub updated: Time,
    /// When it first ended.
    pub first_completed: Option<Time>,
    /// Whether its owner wants to be told of its end.
    pub has_callback: bool,
}

/// What a rejection came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Rejected {
    /// It waits for the next convergence pass.
    Pending,
    /// That was once too often: it is completed.
    Failed,
}

impl Task {
    /// A task desired at `now`.
    #[must_use]
    pub fn pending(now: Time, has_callback: bool) -> Self {
        Self {
            state: TaskState::Pending,
            cell: None,
            rejection_count: 0,
            rejection_reason: ReasonIx::EMPTY,
            end: TaskEnd::default(),
            created: now,
            updated: now,
            first_completed: None,
            has_callback,
        }
    }

    const fn refuse(&self, to: TaskState) -> TaskError {
        TaskError::InvalidStateTransition { from: self.state, to }
    }

    const fn is_open(&self) -> bool {
        matches!(self.state, TaskState::Pending | TaskState::Running)
    }

    /// A cell is about to run it. Answers whether it should.
    ///
    /// # Errors
    /// [`TaskError::InvalidStateTransition`].
    pub fn start(&mut self, cell: CellIx, now: Time) -> Result<bool, TaskError> {
        match self.state {
            TaskState::Running if self.cell == Some(cell) => Ok(false),
            TaskState::Pending => {
                self.state = TaskState::Running;
                self.cell = Some(cell);
                self.updated = now;
                Ok(true)
            }
            _ => Err(self.refuse(TaskState::Running)),
        }
    }

    /// Its cell says that it ended.
    ///
    /// # Errors
    /// [`TaskError::RunningOnDifferentCell`], [`TaskError::InvalidStateTransition`].
    pub fn complete(&mut self, caller: CellIx, end: TaskEnd, now: Time) -> Result<(), TaskError> {
        match (self.state, self.cell) {
            (TaskState::Running, Some(running)) if running != caller => {
                Err(TaskError::RunningOnDifferentCell { running, caller })
            }
            (TaskState::Running, _) => {
                self.cell = None;
                self.end_with(end, now);
                Ok(())
            }
            _ => Err(self.refuse(TaskState::Completed)),
        }
    }

    /// It ends without its cell's word. Answers the cell that it was on.
    ///
    /// # Errors
    /// [`TaskError::InvalidStateTransition`].
    pub fn fail(&mut self, failure: TaskFailure, now: Time) -> Result<Option<CellIx>, TaskError> {
        if !self.is_open() {
            return Err(self.refuse(TaskState::Completed));
        }
        self.end_with(TaskEnd::failed(failure), now);
        Ok(self.cell.take())
    }

    /// A cell or the auctioneer will not have it. It keeps its cell. If it had been rejected `max_retries` times
    /// before it fails.
    ///
    /// # Errors
    /// [`TaskError::InvalidRequest`], or [`TaskError::InvalidStateTransition`] after too many rejections (C.11.18).
    pub fn reject(&mut self, reason: ReasonIx, max_retries: u32, now: Time) -> Result<Rejected, TaskError> {
        let is_once_too_often = self.rejection_count >= max_retries;
        if is_once_too_often {
            self.fail(TaskFailure::Said(reason), now)?;
        } else if self.is_open() {
            self.state = TaskState::Pending;
            self.updated = now;
        } else {
            return Err(TaskError::InvalidRequest);
        }
        self.rejection_count = self.rejection_count.saturating_add(1);
        self.rejection_reason = reason;
        Ok(if is_once_too_often { Rejected::Failed } else { Rejected::Pending })
    }

    /// Its owner is being told.
    ///
    /// # Errors
    /// [`TaskError::InvalidStateTransition`].
    pub fn resolve(&mut self, now: Time) -> Result<(), TaskError> {
        if self.state != TaskState::Completed {
            return Err(self.refuse(TaskState::Resolving));
        }
        self.state = TaskState::Resolving;
        self.updated = now;
        Ok(())
    }

    /// Whether it may be deleted: only while it is resolving. The error names that state, not a later one (C.11.19).
    ///
    /// # Errors
    /// [`TaskError::InvalidStateTransition`].
    pub fn check_deletion(&self) -> Result<(), TaskError> {
        if self.state == TaskState::Resolving { Ok(()) } else { Err(self.refuse(TaskState::Resolving)) }
    }

    /// Ends it, whatever its state. Its cell stays.
    pub(crate) fn end_with(&mut self, end: TaskEnd, now: Time) {
        self.state = TaskState::Completed;
        self.end = end;
        self.updated = now;
        self.first_completed.get_or_insert(now);
    }
}
