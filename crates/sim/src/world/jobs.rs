//! The Cloud Controller's jobs: who writes them, who can read them, and when they are tried again (F.1, F.2, I-1).
//!
//! A job is of the version of the Cloud Controller that took the request. A worker reads what is of its own version or of
//! an older one. How long anything waits follows from which machines are updated when.

use std::collections::VecDeque;

use rand::RngExt as _;
use rivera_model::{Span, Time};

use super::World;
use super::platform::Change;
use crate::deployment::component::ComponentId;
use crate::event::{Event, MachineRef};
use crate::outcome::job_outcome::JobOutcome;
use crate::outcome::quantiles::Quantiles;
use crate::outcome::timeline::What;
use crate::random::distribution::secs;
use crate::random::stream::Stream;

/// Jobs and workers.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    jobs: Vec<Job>,
    workers: Vec<Worker>,
    /// Jobs that are due and find no idle worker, in their order.
    due: VecDeque<u32>,
    /// Jobs that could not be loaded and are neither loaded nor expired.
    pub(super) retrying: u32,
    delays: Vec<Span>,
    last_late: Option<Time>,
    outcome: JobOutcome,
}

/// A job.
#[derive(Debug, Clone, Copy)]
struct Job {
    created: Time,
    is_new: bool,
    /// Attempts to load it that failed.
    attempts: u32,
    takes: Span,
}

/// A process that works on jobs.
#[derive(Debug, Clone, Copy)]
struct Worker {
    machine: MachineRef,
    is_up: bool,
    is_new: bool,
    is_busy: bool,
}

impl Worker {
    const fn is_idle(&self) -> bool {
        self.is_up && !self.is_busy
    }
}

impl World<'_> {
    fn simulates_jobs(&self) -> bool {
        let table = &self.scenario.cloud_controller;
        table.enabled && self.scenario.upgrade.enabled && !self.jobs.workers.is_empty()
    }

    /// Users begin to cause jobs.
    pub(super) fn begin_jobs(&mut self) {
        let per_machine = self.scenario.cloud_controller.workers_per_machine;
        for (planned, group) in self.upgrade.plan.groups.iter().zip(0..) {
            if !planned.components.contains(&ComponentId::CloudControllerWorker) {
                continue;
            }
            for machine in 0..planned.machines() {
                let machine = MachineRef { group, machine };
                let worker = Worker { machine, is_up: true, is_new: false, is_busy: false };
                self.jobs.workers.extend((0..per_machine).map(|_| worker));
            }
        }
        if self.simulates_jobs() {
            self.next_job(0);
        }
    }

    fn next_job(&mut self, job: u32) {
        let per_minute = self.scenario.cloud_controller.jobs_per_minute;
        if per_minute > 0.0 {
            let mut draws = self.streams.at(Stream::JobArrival, u64::from(job));
            let wait_s = -(1.0 - draws.random::<f64>()).ln() * 60.0 / per_minute;
            self.after(secs(wait_s), Event::JobArrives(job));
        }
    }

    /// A user's request reaches a Cloud Controller, if there is one, and becomes a job.
    pub(super) fn job_arrives(&mut self, number: u32) {
        if self.end.is_some() {
            return;
        }
        self.next_job(number + 1);
        let mut draws = self.streams.at(Stream::Job, u64::from(number));
        let takes = self.scenario.cloud_controller.job_s.draw_secs(&mut draws);
        if self.platform.is_away(ComponentId::CloudController) || self.is_job_table_away() {
            return;
        }
        let is_new = draws.random::<f64>() < self.platform.updated_share(ComponentId::CloudController);
        let job = u32::try_from(self.jobs.jobs.len()).expect("fewer jobs than u32::MAX");
        self.jobs.jobs.push(Job { created: self.now, is_new, attempts: 0, takes });
        self.jobs.outcome.created += 1;
        self.jobs.outcome.of_new_version += u32::from(is_new);
        self.job_due(job);
    }

    /// A job may be taken: by the first idle worker that looks.
    pub(super) fn job_due(&mut self, job: u32) {
        let idle = self.idle_workers().count();
        if idle == 0 {
            self.jobs.due.push_back(job);
            return;
        }
        // The least of as many phases as there are idle workers.
        let idle = f64::from(u32::try_from(idle).expect("few workers"));
        let share = 1.0 - (1.0 - self.attempt_draw(job, 0)).powf(1.0 / idle);
        let polling_s = self.scenario.cloud_controller.polling_s;
        self.after(secs(polling_s * share), Event::JobTaken(job));
    }

    /// A worker takes the job: any of the idle ones.
    pub(super) fn job_taken(&mut self, job: u32) {
        let idle: Vec<usize> = self.idle_workers().collect();
        if idle.is_empty() {
            self.jobs.due.push_back(job);
            return;
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "few workers"
        )]
        let chosen = (self.attempt_draw(job, 1) * idle.len() as f64) as usize;
        let worker = idle[chosen.min(idle.len() - 1)];
        self.load_job(worker, job);
        self.take_due(worker);
    }

    /// A worker loads the job and works on it; or it cannot, and the job is put off (F.2).
    fn load_job(&mut self, worker: usize, job: u32) {
        if self.is_job_table_away() {
            self.look_again(job);
            return;
        }
        let now = self.now;
        let Job { created, is_new, attempts, takes } = self.jobs.jobs[job as usize];
        if is_new && !self.jobs.workers[worker].is_new {
            self.load_failed(job);
            return;
        }
        self.jobs.delays.push(now.since(created));
        if attempts > 0 {
            self.jobs.retrying -= 1;
            self.jobs.last_late = Some(now);
        }
        self.note(What::JobLoaded(job));
        self.jobs.workers[worker].is_busy = true;
        self.after(takes, Event::JobDone(worker));
    }

    fn load_failed(&mut self, job: u32) {
        let table = &self.scenario.cloud_controller;
        let (expiry, retry) = (secs(table.expiry_h * 3_600.0), secs(table.retry_s));
        let found = &mut self.jobs.jobs[job as usize];
        found.attempts += 1;
        let Job { created, attempts, .. } = *found;
        let is_first = attempts == 1;
        self.jobs.outcome.load_failures += 1;
        self.jobs.outcome.delayed += u32::from(is_first);
        self.note(What::JobFailedToLoad(job));
        if self.now.since(created) > expiry {
            self.jobs.outcome.expired += 1;
            self.jobs.retrying -= u32::from(!is_first);
            self.note(What::JobExpired(job));
        } else {
            self.jobs.retrying += u32::from(is_first);
            self.after(retry, Event::JobDue(job));
        }
    }

    /// A worker has done its job, and takes the next without a pause.
    pub(super) fn job_done(&mut self, worker: usize) {
        self.jobs.workers[worker].is_busy = false;
        self.take_due(worker);
    }

    fn take_due(&mut self, worker: usize) {
        while self.jobs.workers[worker].is_idle() {
            let Some(job) = self.jobs.due.pop_front() else { return };
            self.load_job(worker, job);
        }
    }

    /// Whether the database that has the jobs does not answer (D.7, F.1).
    fn is_job_table_away(&self) -> bool {
        self.platform.is_away(ComponentId::MysqlServer)
    }

    /// Nobody can take a job now: the workers look again.
    fn look_again(&mut self, job: u32) {
        // Time has to pass, however often they look.
        self.after(secs(self.scenario.cloud_controller.polling_s.max(1.0)), Event::JobDue(job));
    }

    /// The machine of some workers has stopped, or runs again. A job that is worked on is ended first.
    pub(super) fn workers_changed(&mut self, machine: MachineRef, change: Change) {
        let is_up = change == Change::Updated;
        for worker in 0..self.jobs.workers.len() {
            if self.jobs.workers[worker].machine == machine {
                self.jobs.workers[worker].is_up = is_up;
                self.jobs.workers[worker].is_new |= is_up;
                self.take_due(worker);
            }
        }
    }

    fn idle_workers(&self) -> impl Iterator<Item = usize> {
        self.jobs.workers.iter().enumerate().filter(|(_, worker)| worker.is_idle()).map(|(ix, _)| ix)
    }

    /// A number from 0 to 1 for an attempt at a job: 0 is for when it is, 1 for who makes it.
    fn attempt_draw(&self, job: u32, what: u64) -> f64 {
        let attempts = u64::from(self.jobs.jobs[job as usize].attempts & 0x3ff);
        self.streams.at(Stream::JobAttempt, (u64::from(job) << 10 | attempts) << 1 | what).random()
    }

    /// What became of the jobs, if they were simulated.
    pub(super) fn job_outcome(&self) -> Option<JobOutcome> {
        if !self.simulates_jobs() {
            return None;
        }
        let Jobs { jobs, delays, last_late, outcome, .. } = &self.jobs;
        let count = |number: usize| u32::try_from(number).expect("fewer jobs than u32::MAX");
        let last_worker = self.platform.of(ComponentId::CloudControllerWorker).updates;
        let catch_up = last_worker.zip(*last_late).map(|((_, updated), late)| late.since(updated));
        Some(JobOutcome {
            not_loaded: count(jobs.len()) - count(delays.len()) - outcome.expired,
            delay: Quantiles::of(delays.clone()),
            catch_up_s: catch_up.map_or(0.0, Span::as_secs_f64),
            ..*outcome
        })
    }
}
