//! `cf push` during the roll-out: an app is uploaded, and a task stages it (F.3, F.4).

use rand::RngExt as _;
use rivera_auction::TaskAuction;
use rivera_lifecycle::{ContainerState, ReasonIx};
use rivera_model::{ConstraintIx, Fleet, ProcessIx, Span, TaskIx, Time};

use super::World;
use super::tasks::{NO_DEPENDENCIES, TaskExit};
use crate::cells::cache::CacheKey;
use crate::cells::cell::{Activity, Work};
use crate::deployment::component::ComponentId;
use crate::event::{ContainerRef, Event, Step};
use crate::outcome::cascade::Cause;
use crate::outcome::staging_error::{STAGING_TIME_EXPIRED, staging_error};
use crate::outcome::timeline::What;
use crate::random::distribution::secs;
use crate::random::stream::{Stream, Streams};
use crate::scenario::{Restart, Scenario};
use crate::sharing::file_server;
use crate::versions::Versions;

/// The reason of a staging that took too long in its container (F.4).
const TOO_LONG: &str = "exceeded staging timeout";
/// The reason of a push of whose end the Cloud Controller did not hear in time; Diego has none for it (F.4).
const NOT_TOLD_IN_TIME: &str = "the staging took too long";
/// So much later than the timeout of a staging the Cloud Controller gives it up, if it has not heard of its end (F.4).
const CLEANUP_MARGIN_S: f64 = 300.0;

/// Pushes, and what is known of tasks.
pub(super) struct Staging {
    /// Tasks of the export; pushes are numbered after them.
    exported: u32,
    /// How often each task was given to a cell.
    starts: Vec<u8>,
    pushes: Vec<Push>,
    /// Processes whose apps are staged: those on a stack, as against images.
    pushed: Vec<ProcessIx>,
    pushes_per_s: f64,
    /// Pushes whose staging has no end.
    pub(super) under_way: u32,
    /// Apps that are to be restarted as soon as the BBS answers.
    pub(super) restarting: u32,
}

/// An app that was pushed.
#[derive(Debug, Clone, Copy)]
struct Push {
    at: Time,
    memory_mb: i32,
    disk_mb: i32,
    /// In the fleet.
    constraint: ConstraintIx,
    package_mb: f64,
    stages: Span,
    /// When the Cloud Controller has heard that it is staged, if it has.
    staged: Time,
    /// Whether an updated Cloud Controller took it, which names the file server's new port (F.3).
    new_port: bool,
    in_window: bool,
}

/// What a push draws, the same in every setting.
struct Drawn {
    after: Span,
    process: usize,
    package_mb: f64,
    stages: Span,
    controller: f64,
}

impl Staging {
    pub(super) fn new(fleet: &Fleet, scenario: &Scenario) -> Self {
        let on_stack = |process: &rivera_model::Process| {
            fleet.constraints[process.constraint.index()].rootfs.starts_with("preloaded")
        };
        let pushed = fleet.processes.iter().zip(0..).filter(|(process, _)| on_stack(process));
        let pushed: Vec<ProcessIx> = pushed.map(|(_, ix)| ProcessIx(ix)).collect();
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let apps = pushed.len() as f64;
        let staging = &scenario.staging;
        let per_hour = staging.pushes_per_hour_per_1000_apps * apps / 1e3;
        Self {
            exported: u32::try_from(fleet.tasks.len()).expect("ids of tasks fit"),
            starts: vec![0; fleet.tasks.len()],
            pushes: Vec::new(),
            pushed,
            pushes_per_s: if staging.enabled { per_hour / 3_600.0 } else { 0.0 },
            under_way: 0,
            restarting: 0,
        }
    }

    /// Counts the containers of a task; says the how-many-th this is, from 0.
    pub(super) fn count_start(&mut self, task: TaskIx) -> u32 {
        let starts = &mut self.starts[task.index()];
        let start = *starts;
        *starts = starts.saturating_add(1);
        start.into()
    }

    fn push(&self, task: TaskIx) -> Option<&Push> {
        self.pushes.get(self.number(task)?)
    }

    /// The number of a push, from 0.
    fn number(&self, task: TaskIx) -> Option<usize> {
        Some(task.0.checked_sub(self.exported)? as usize)
    }

    fn is_staged(&mut self, task: TaskIx, now: Time) {
        if let Some(number) = self.number(task) {
            self.pushes[number].staged = now;
        }
    }

    /// When the Cloud Controller heard that an app is staged.
    pub(super) fn staged_at(&self, task: TaskIx) -> Time {
        self.push(task).map_or(Time::ZERO, |push| push.staged)
    }

    /// The version that a task stages, if it does.
    pub(super) fn version(&self, task: TaskIx, versions: &Versions) -> Option<ProcessIx> {
        self.number(task).map(|number| versions.of_push(number))
    }

    /// The id of the next push.
    fn next(&self) -> TaskIx {
        TaskIx(self.exported + u32::try_from(self.pushes.len()).expect("ids of tasks fit"))
    }

    /// What the next push draws. Pushes come at random at a constant rate.
    fn draw(&self, scenario: &Scenario, streams: &Streams) -> Drawn {
        let number = self.pushes.len() as u64;
        let mut draws = streams.at(Stream::Push, number);
        let (wait, process, controller): (f64, f64, f64) = (draws.random(), draws.random(), draws.random());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a length is a position"
        )]
        let process = (process * self.pushed.len() as f64) as usize;
        Drawn {
            after: secs(-(1.0 - wait).ln() / self.pushes_per_s),
            process: process.min(self.pushed.len() - 1),
            package_mb: scenario.staging.package_mb.draw(&mut draws),
            stages: scenario.staging.stage_s.draw_secs(&mut draws),
            controller,
        }
    }
}

impl World<'_> {
    /// Schedules the next push, if there is to be one.
    pub(super) fn next_push(&mut self) {
        if self.staging.pushes_per_s > 0.0 && self.end.is_none() {
            let drawn = self.staging.draw(self.scenario, &self.streams);
            self.after(drawn.after, Event::Push);
        }
    }

    /// An app has been pushed: its staging task is desired.
    pub(super) fn push(&mut self) {
        if self.end.is_some() {
            return;
        }
        let drawn = self.staging.draw(self.scenario, &self.streams);
        let app = self.staging.pushed[drawn.process];
        let process = &self.fleet.processes[app.index()];
        let window = self.file_server_window();
        let push = Push {
            at: self.now,
            memory_mb: process.memory_mb.max(self.scenario.staging.memory_mb),
            disk_mb: process.disk_mb.max(self.scenario.staging.disk_mb),
            constraint: process.constraint,
            package_mb: drawn.package_mb,
            stages: drawn.stages,
            staged: Time::ZERO,
            new_port: window.is_some_and(|window| drawn.controller < window.updated_controllers),
            in_window: window.is_some(),
        };
        let task = self.staging.next();
        self.staging.pushes.push(push);
        self.staging.starts.push(0);
        self.tally.staging.pushes += 1;
        if self.restarts_apps() {
            self.add_version(app);
        }
        self.next_push();
        if !self.platform.takes_pushes() {
            self.tally.staging.unavailable += 1;
            return;
        }
        self.staging.under_way += 1;
        self.tally.staging.in_window += u64::from(push.in_window);
        self.note(What::Pushed(task));
        self.desire_task(task);
    }

    /// A task as it is auctioned.
    pub(super) fn task_auction(&self, task: TaskIx) -> TaskAuction {
        let (memory_mb, disk_mb, constraint) = match self.staging.push(task) {
            Some(push) => (push.memory_mb, push.disk_mb, push.constraint),
            None => {
                let known = &self.fleet.tasks[task.index()];
                (known.memory_mb, known.disk_mb, known.constraint)
            }
        };
        TaskAuction { task, memory_mb, disk_mb, constraint: self.catalog_constraint(constraint) }
    }

    /// What a container depends on is fetched: the lifecycle bundle, from the file server (B.11). The Cloud Controller that took a
    /// push names its port to the staging and to what is started after it (F.3).
    pub(super) fn fetch_dependencies(&mut self, it: ContainerRef) {
        // When the window is over every brain listens.
        let Some(window) = self.file_server_window().filter(|_| self.asks_new_port(it)) else {
            self.initialize(it);
            return;
        };
        self.container_mut(it).state = ContainerState::Initializing;
        let mut draws = self.draws(Stream::FileServer, it);
        let each_try = self.scenario.staging.resolve_each_try;
        let tries = file_server::connect(window.listening_brains, each_try, &mut draws);
        let step = if tries.connected { Step::FileServerReached } else { Step::DependenciesFailed };
        self.after(tries.waited, Event::Container(it, step));
    }

    fn asks_new_port(&self, it: ContainerRef) -> bool {
        let push = match self.container(it).work {
            Work::Task(task) => self.staging.push(task),
            Work::Lrp(lrp) => {
                let number = self.books.versions.push_of(lrp.process);
                number.and_then(|number| self.staging.pushes.get(number))
            }
        };
        push.is_some_and(|push| push.new_port)
    }

    /// No brain that was asked listens: the cell rejects the task, and an instance crashes (F.3).
    pub(super) fn dependencies_failed(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        match self.container(it).work {
            Work::Task(_) => self.end_task(it, TaskExit::Retryable(NO_DEPENDENCIES)),
            Work::Lrp(_) => self.crash(it, Cause::NoDependencies),
        }
    }

    /// The process of a task starts. A staging first downloads the package, which no cache keeps.
    pub(super) fn begin_task_process(&mut self, it: ContainerRef, task: TaskIx) {
        if let Some(push) = self.staging.push(task) {
            let size_mb = push.package_mb;
            let timeout = secs(self.scenario.staging.timeout_s);
            self.after(timeout, Event::Container(it, Step::StagingTimeout));
            self.download(it, CacheKey::Package(task), size_mb);
        } else {
            self.act(it, Activity::Starting);
            let takes = self.exported_task_takes(task);
            self.after(takes, Event::Container(it, Step::Exit));
        }
    }

    /// How much longer a task of the export takes once it runs: nothing is known of that.
    pub(super) fn exported_task_takes(&self, task: TaskIx) -> Span {
        let mut draws = self.streams.at(Stream::Task, u64::from(task.0));
        self.scenario.apps.task_remaining_s.draw_secs(&mut draws)
    }

    /// The package is on the cell: it is staged.
    pub(super) fn package_downloaded(&mut self, it: ContainerRef) {
        let Work::Task(task) = self.container(it).work else { return };
        let Some(takes) = self.staging.push(task).map(|push| push.stages) else { return };
        if !self.is_leaving(it) {
            self.act(it, Activity::Starting);
            self.work(it, takes, Step::Exit);
        }
    }

    /// A staging has taken too long in its container.
    pub(super) fn staging_timeout(&mut self, it: ContainerRef) {
        self.end_task(it, TaskExit::Failed(TOO_LONG));
    }

    /// The Cloud Controller has heard how a staging ended, `None` being well.
    pub(super) fn push_over(&mut self, task: TaskIx, failure: Option<ReasonIx>) {
        let Some(push) = self.staging.push(task).copied() else { return };
        let gives_up = secs(self.scenario.staging.timeout_s + CLEANUP_MARGIN_S);
        let took = self.now.since(push.at);
        if took > gives_up {
            self.push_failed(&push, gives_up, failure, STAGING_TIME_EXPIRED);
        } else if let Some(reason) = failure {
            let error = staging_error(self.reasons.text(reason));
            self.push_failed(&push, took, failure, error);
        } else {
            self.tally.staging.staged.push(took);
            self.staging.is_staged(task, self.now);
            self.staged(task);
        }
        self.staging.under_way -= 1;
    }

    /// An app is staged: its developer goes on to restart it.
    fn staged(&mut self, task: TaskIx) {
        if !self.restarts_apps() {
            return;
        }
        if self.platform.takes_pushes() {
            self.staging.restarting += 1;
            self.restart_app(task);
        } else {
            self.tally.staging.not_restarted += 1;
        }
    }

    /// Whether apps that are staged are restarted.
    pub(super) fn restarts_apps(&self) -> bool {
        self.scenario.staging.restart != Restart::None
    }

    /// A task was deleted before its owner had been told: the Cloud Controller gives the staging up by itself.
    pub(super) fn never_told(&mut self, task: TaskIx) {
        let Some(push) = self.staging.push(task).copied() else { return };
        let gives_up = secs(self.scenario.staging.timeout_s + CLEANUP_MARGIN_S);
        self.push_failed(&push, gives_up.max(self.now.since(push.at)), None, STAGING_TIME_EXPIRED);
        self.staging.under_way -= 1;
    }

    fn push_failed(&mut self, push: &Push, took: Span, reason: Option<ReasonIx>, error: &'static str) {
        let tally = &mut self.tally.staging;
        tally.failed.push(took);
        tally.failed_in_window += u64::from(push.in_window);
        *tally.errors.entry(error).or_default() += 1;
        let reason = reason.unwrap_or_else(|| self.reasons.intern(NOT_TOLD_IN_TIME));
        *tally.reasons.entry(reason).or_default() += 1;
    }
}

/// A deployment part of whose Cloud Controllers name a port that part of its Diego Brains do not listen on (F.3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FileServerWindow {
    /// Share of the Cloud Controllers that are updated.
    pub(super) updated_controllers: f64,
    /// Share of the Diego Brains that listen on the new port.
    pub(super) listening_brains: f64,
}

impl World<'_> {
    /// The window in which stagings fail, if it is open.
    fn file_server_window(&self) -> Option<FileServerWindow> {
        if !self.scenario.staging.file_server_port_change {
            return None;
        }
        let controllers = self.platform.of(ComponentId::CloudController);
        let servers = &self.platform.file_servers;
        // Where only the cells are updated the Diego Brains have been before them (D.7): nothing is updated then.
        let is_open = controllers.updated > 0 && servers.updated < servers.instances;
        is_open.then(|| FileServerWindow {
            updated_controllers: controllers.updated_share(),
            listening_brains: servers.updated_share(),
        })
    }
}
