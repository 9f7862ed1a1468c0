//! All tasks, and the requests about them (C.8).

use std::collections::BTreeMap;

use rivera_model::{CellIx, Span, TaskIx, Time};

use crate::record::ReasonIx;
use crate::task::{Rejected, Task, TaskEnd, TaskError, TaskFailure};

/// Limits of tasks, all of them settings of the BBS (C.6, C.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TaskLimits {
    /// Rejections that a task survives.
    pub max_retries: u32,
    /// How long a task may be pending.
    pub expire_pending: Span,
    /// How long a completed task is kept.
    pub expire_completed: Span,
    /// After which time an owner is told again.
    pub kick: Span,
}

impl Default for TaskLimits {
    fn default() -> Self {
        Self {
            max_retries: 3,
            expire_pending: Span::from_secs(1_800),
            expire_completed: Span::from_secs(120),
            kick: Span::from_secs(30),
        }
    }
}

/// Whether the owner of a task that has just ended is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub struct Ended {
    /// It is.
    pub callback: bool,
    /// A cell that is to be asked to cancel it, if that is present; whether the call succeeds does not matter.
    pub cancel_on: Option<CellIx>,
}

/// All tasks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tasks {
    pub(crate) limits: TaskLimits,
    pub(crate) tasks: BTreeMap<TaskIx, Task>,
}

impl Tasks {
    /// No tasks.
    #[must_use]
    pub fn new(limits: TaskLimits) -> Self {
        Self { limits, tasks: BTreeMap::new() }
    }

    /// A task.
    #[must_use]
    pub fn get(&self, task: TaskIx) -> Option<&Task> {
        self.tasks.get(&task)
    }

    /// All tasks, by id.
    pub fn iter(&self) -> impl Iterator<Item = (TaskIx, &Task)> {
        self.tasks.iter().map(|(id, task)| (*id, task))
    }

    /// Takes over a task from elsewhere, for example from an export.
    pub fn adopt(&mut self, id: TaskIx, task: Task) {
        self.tasks.insert(id, task);
    }

    /// Desires a task. An auction is due at once.
    ///
    /// # Errors
    /// [`TaskError::ResourceExists`].
    pub fn desire(&mut self, id: TaskIx, has_callback: bool, now: Time) -> Result<(), TaskError> {
        if self.tasks.contains_key(&id) {
            return Err(TaskError::ResourceExists);
        }
        self.tasks.insert(id, Task::pending(now, has_callback));
        Ok(())
    }

    /// See [`Task::start`].
    ///
    /// # Errors
    /// [`TaskError::ResourceNotFound`], [`TaskError::InvalidStateTransition`].
    pub fn start(&mut self, id: TaskIx, cell: CellIx, now: Time) -> Result<bool, TaskError> {
        self.task_mut(id)?.start(cell, now)
    }

    /// See [`Task::complete`].
    ///
    /// # Errors
    /// [`TaskError::ResourceNotFound`], and those of [`Task::complete`].
    pub fn complete(
        &mut self,
        id: TaskIx,
        cell: CellIx,
        end: TaskEnd,
        now: Time,
    ) -> Result<Ended, TaskError> {
        let task = self.task_mut(id)?;
        task.complete(cell, end, now)?;
        Ok(Ended { callback: task.has_callback, cancel_on: None })
    }

    /// Ends a task that cannot run.
    ///
    /// # Errors
    /// [`TaskError::ResourceNotFound`], [`TaskError::InvalidStateTransition`].
    pub fn fail(&mut self, id: TaskIx, reason: ReasonIx, now: Time) -> Result<Ended, TaskError> {
        let task = self.task_mut(id)?;
        task.fail(TaskFailure::Said(reason), now)?;
        Ok(Ended { callback: task.has_callback, cancel_on: None })
    }

    /// Ends a task because its owner changed its mind. A pending task may have kept a cell from before its rejection,
    /// and that is called too (C.11.22).
    ///
    /// # Errors
    /// [`TaskError::ResourceNotFound`], [`TaskError::InvalidStateTransition`].
    pub fn cancel(&mut self, id: TaskIx, now: Time) -> Result<Ended, TaskError> {
        let task = self.task_mut(id)?;
        let cancel_on = task.fail(TaskFailure::Cancelled, now)?;
        Ok(Ended { callback: task.has_callback, cancel_on })
    }

    /// See [`Task::reject`]. Answers the end, if that was once too often.
    ///
    /// # Errors
    /// [`TaskError::ResourceNotFound`], and those of [`Task::reject`].
    pub fn reject(&mut self, id: TaskIx, reason: ReasonIx, now: Time) -> Result<Option<Ended>, TaskError> {
        let max_retries = self.limits.max_retries;
        let task = self.task_mut(id)?;
        Ok(match task.reject(reason, max_retries, now)? {
            Rejected::Pending => None,
            Rejected::Failed => Some(Ended { callback: task.has_callback, cancel_on: None }),
        })
    }

    /// See [`Task::resolve`].
    ///
    /// # Errors
    /// [`TaskError::ResourceNotFound`], [`TaskError::InvalidStateTransition`].
    pub fn resolve(&mut self, id: TaskIx, now: Time) -> Result<(), TaskError> {
        self.task_mut(id)?.resolve(now)
    }

    /// Deletes a task whose owner has been told.
    ///
    /// # Errors
    /// [`TaskError::ResourceNotFound`], [`TaskError::InvalidStateTransition`].
    pub fn delete(&mut self, id: TaskIx) -> Result<(), TaskError> {
        self.task_mut(id)?.check_deletion()?;
        self.tasks.remove(&id);
        Ok(())
    }

    fn task_mut(&mut self, id: TaskIx) -> Result<&mut Task, TaskError> {
        self.tasks.get_mut(&id).ok_or(TaskError::ResourceNotFound)
    }
}
