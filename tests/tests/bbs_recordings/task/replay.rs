//! One scenario, step by step: the request goes to our tasks, and what can be seen of it is put in the recorded form.

use std::collections::{BTreeMap, BTreeSet};

use rivera_lifecycle::{
    Ended, ReasonIx, ResultIx, Task, TaskEnd, TaskError, TaskFailure, TaskLimits, TaskPass, Tasks,
    truncate_reason,
};
use rivera_model::{CellIx, Span, TaskIx, Time};

use super::format::{Args, Callback, Config, Contents, Outcome, Row};
use crate::format::{Answer, RepCall, Request};
use crate::names::Names;
use crate::play::Player;

pub(crate) struct Replay {
    tasks: Tasks,
    guids: Names<String>,
    cells: Names<String>,
    reasons: Names<String>,
    results: Names<String>,
    rows: BTreeMap<String, Row>,
    present: BTreeSet<CellIx>,
    listing_fails: bool,
}

impl Player for Replay {
    type Config = Config;
    type Args = Args;
    type Outcome = Outcome;
    type Contents = Contents;

    fn new(config: &Config) -> Self {
        let limits = TaskLimits {
            max_retries: config.max_retries,
            expire_pending: Span::from_ms(config.expire_pending_ms),
            expire_completed: Span::from_ms(config.expire_completed_ms),
            kick: Span::from_ms(config.kick_ms),
        };
        Self {
            tasks: Tasks::new(limits),
            guids: Names::default(),
            cells: Names::default(),
            reasons: Names::default(),
            results: Names::default(),
            rows: BTreeMap::new(),
            present: BTreeSet::new(),
            listing_fails: false,
        }
    }

    fn step(&mut self, request: &Request<Args>, _recorded: &Outcome) -> Outcome {
        let mut seen = Outcome::default();
        if let Err(error) = self.request(&mut seen, &request.op, &request.args, Time::from_ms(request.t_ms)) {
            seen.result = self.answer_of(error);
        }
        let after: BTreeMap<String, Row> = self
            .tasks
            .iter()
            .map(|(id, task)| self.row(id, task))
            .map(|row| (row.task_guid.clone(), row))
            .collect();
        let before = std::mem::replace(&mut self.rows, after);
        let changed = self.rows.iter().filter(|(guid, row)| before.get(*guid) != Some(row));
        seen.tasks = changed.map(|(_, row)| row.clone()).collect();
        seen.tasks_removed = before.into_keys().filter(|guid| !self.rows.contains_key(guid)).collect();
        seen.task_auctions.sort();
        seen.callbacks.sort_by(|a, b| a.task_guid.cmp(&b.task_guid));
        seen
    }

    fn contents(&self) -> Contents {
        Contents { tasks: self.rows.values().cloned().collect() }
    }
}

impl Replay {
    fn request(&mut self, seen: &mut Outcome, op: &str, args: &Args, now: Time) -> Result<(), TaskError> {
        let id = TaskIx(self.guids.number(&args.task_guid));
        let cell = CellIx(self.cells.number(&args.cell_id));
        let reason = ReasonIx(self.reasons.number(&truncate_reason(&args.reason).into_owned()));
        match op {
            "cells" => {
                self.present = args.present.iter().map(|name| CellIx(self.cells.number(name))).collect();
                self.listing_fails = args.listing_fails;
            }
            "desire_task" => {
                self.tasks.desire(id, args.callback, now)?;
                seen.task_auctions.push(args.task_guid.clone());
            }
            "start_task" => seen.result.should_start = self.tasks.start(id, cell, now)?,
            "complete_task" => {
                let result = ResultIx(self.results.number(&args.result));
                let end = TaskEnd { failed: args.failed, failure: TaskFailure::Said(reason), result };
                let ended = self.tasks.complete(id, cell, end, now)?;
                self.show_ended(seen, id, ended);
            }
            "fail_task" => {
                let ended = self.tasks.fail(id, reason, now)?;
                self.show_ended(seen, id, ended);
            }
            "reject_task" => {
                if let Some(ended) = self.tasks.reject(id, reason, now)? {
                    self.show_ended(seen, id, ended);
                }
            }
            "cancel_task" => {
                let ended = self.tasks.cancel(id, now)?;
                self.show_ended(seen, id, ended);
            }
            "resolving_task" => self.tasks.resolve(id, now)?,
            "delete_task" => self.tasks.delete(id)?,
            "converge_tasks" if self.listing_fails => {
                seen.result = Answer::unknown_error("locket unavailable");
            }
            "converge_tasks" => {
                let pass = self.tasks.converge(now, &self.present);
                self.show_pass(seen, &pass);
            }
            other => panic!("unknown operation {other}"),
        }
        Ok(())
    }

    fn show_ended(&self, seen: &mut Outcome, id: TaskIx, ended: Ended) {
        if ended.callback {
            seen.callbacks.push(self.callback(id));
        }
        if let Some(cell) = ended.cancel_on.filter(|cell| !self.listing_fails && self.present.contains(cell))
        {
            seen.rep_calls.push(RepCall {
                call: "cancel_task".to_owned(),
                cell_id: self.cells.name(cell.0),
                task_guid: self.guids.name(id.0),
                ..RepCall::default()
            });
        }
    }

    fn show_pass(&self, seen: &mut Outcome, pass: &TaskPass) {
        seen.task_auctions = pass.auctions.iter().map(|id| self.guids.name(id.0)).collect();
        seen.callbacks = pass.callbacks.iter().map(|id| self.callback(*id)).collect();
        let metrics = pass.metrics;
        seen.task_metrics = Some([
            metrics.pending,
            metrics.running,
            metrics.completed,
            metrics.resolving,
            metrics.pruned,
            metrics.kicked,
        ]);
    }

    fn callback(&self, id: TaskIx) -> Callback {
        let Row { task_guid, failed, failure_reason, result, .. } = self.row(id, self.tasks.get(id).unwrap());
        Callback { task_guid, failed, failure_reason, result }
    }

    fn row(&self, id: TaskIx, task: &Task) -> Row {
        let failure_reason = match task.end.failure {
            TaskFailure::Said(reason) => self.reasons.name(reason.0),
            failure => failure.text().unwrap().to_owned(),
        };
        Row {
            task_guid: self.guids.name(id.0),
            state: task.state.to_string(),
            cell_id: task.cell.map_or_else(String::new, |cell| self.cells.name(cell.0)),
            rejection_count: task.rejection_count,
            rejection_reason: self.reasons.name(task.rejection_reason.0),
            failed: task.end.failed,
            failure_reason,
            result: self.results.name(task.end.result.0),
            created_ms: task.created.as_ms(),
            updated_ms: task.updated.as_ms(),
            first_completed_ms: task.first_completed.map_or(0, Time::as_ms),
            callback: task.has_callback,
        }
    }

    fn answer_of(&self, error: TaskError) -> Answer {
        let name = match error {
            TaskError::ResourceNotFound => "ResourceNotFound",
            TaskError::ResourceExists => "ResourceExists",
            TaskError::InvalidRequest => "InvalidRequest",
            TaskError::InvalidStateTransition { .. } => "InvalidStateTransition",
            TaskError::RunningOnDifferentCell { .. } => "RunningOnDifferentCell",
        };
        let message = match error {
            TaskError::RunningOnDifferentCell { running, caller } => {
                format!("Running on cell {} not {}", self.cells.name(running.0), self.cells.name(caller.0))
            }
            _ => error.to_string(),
        };
        Answer::refused(name, &message)
    }
}
