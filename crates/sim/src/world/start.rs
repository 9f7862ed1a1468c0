//! The start of an instance, from the cell's first look at a reserved container to the route (J-4, B.5, B.11).

use rivera_lifecycle::{ContainerState, LrpKey};
use rivera_model::{CellIx, Span, Time};

use super::World;
use crate::cells::cache::CacheKey;
use crate::cells::cell::{Activity, Container, Leaving, Work};
use crate::event::{ContainerRef, Event, Step};
use crate::outcome::cascade::Cause;
use crate::outcome::timeline::What;
use crate::random::distribution::secs;
use crate::random::stream::{Draws, Stream};
use crate::sharing::platform_service::Answer;

impl World<'_> {
    /// A container is reserved on a cell; the rep looks at it one call later.
    pub(super) fn reserve(&mut self, cell: CellIx, lrp: LrpKey) {
        let start = self.books.count_start(lrp);
        let container = self.add_container(cell, Work::Lrp(lrp), ContainerState::Reserved, start);
        self.starting_changed(cell, 1);
        self.after(self.rep_call(), Event::Container(container, Step::AskBbs));
    }

    /// Puts a container on a cell and takes its resources.
    pub(super) fn add_container(
        &mut self,
        cell: CellIx,
        work: Work,
        state: ContainerState,
        start: u32,
    ) -> ContainerRef {
        let instance = self.next_instance();
        let cost = self.cost(work, cell);
        let was_healthy = state == ContainerState::Running;
        let container = Container {
            instance,
            cell,
            work,
            state,
            activity: Activity::Waiting,
            leaving: Leaving::No,
            cost,
            start,
            process_began: self.now,
            was_healthy,
            crash: None,
            serving: false,
            sync_at: Time::ZERO,
            is_kept: false,
        };
        let slot = u32::try_from(self.containers.insert(container)).expect("fewer containers than u32::MAX");
        let it = ContainerRef { slot, instance };
        let home = self.cell_mut(cell);
        home.containers.push(it);
        home.doing[Activity::Waiting as usize] += 1;
        home.tasks += u32::from(matches!(work, Work::Task(_)));
        home.available = home.available.checked_sub(cost).expect("resources of a cell stay in range");
        self.check_cell(cell);
        self.index_start(&container);
        if !state.is_starting() {
            self.index_started(&container);
        }
        if was_healthy {
            self.act(it, Self::running_activity(work));
        }
        it
    }

    /// The BBS has let the cell have the instance: its start goes on.
    pub(super) fn initialize(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        self.container_mut(it).state = ContainerState::Initializing;
        self.download(it, CacheKey::Lifecycle, self.scenario.apps.lifecycle_mb);
    }

    /// The lifecycle bundle is there: the container can be created.
    pub(super) fn dependencies_cached(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        let cell = self.container(it).cell;
        self.cell_mut(cell).creations.enter(it);
        self.begin_creations(cell);
    }

    /// A creation slot is free again.
    pub(super) fn creation_done(&mut self, cell: CellIx) {
        self.cell_mut(cell).creations.end();
        self.begin_creations(cell);
    }

    fn begin_creations(&mut self, cell: CellIx) {
        while let Some(it) = self.cell_mut(cell).creations.begin() {
            // One that is being deleted gives its turn back at once.
            if !self.exists(it) || self.is_leaving(it) {
                self.cell_mut(cell).creations.end();
                continue;
            }
            let takes = self.samplers.create_s.draw_secs(&mut self.draws(Stream::Creation, it));
            self.act(it, Activity::Creating);
            self.work(it, takes, Step::Created);
        }
    }

    /// Garden has created the container: its network is set up, for which a service of the platform is asked.
    pub(super) fn container_created(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        self.act(it, Activity::Waiting);
        let service = &self.scenario.platform_service;
        if !service.enabled {
            self.container_networked(it);
            return;
        }
        let work = self.samplers.service_ms.draw_ms(&mut self.draws(Stream::PlatformService, it));
        let (after, step) = match self.platform_service.ask(self.now, work, secs(service.timeout_s)) {
            Answer::After(after) => (after, Step::Networked),
            Answer::TimedOut(after) => (after, Step::CreationFailed),
        };
        self.after(after, Event::Container(it, step));
    }

    /// The platform service did not answer in time: there is no container, and that is a crash.
    pub(super) fn creation_failed(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        match self.container(it).work {
            Work::Lrp(_) => self.crash(it, Cause::CreationFailed),
            Work::Task(_) => self.end_task(it, Cause::CreationFailed.task_exit()),
        }
    }

    /// The container is complete: the start timeout runs, and the droplet is fetched.
    pub(super) fn container_networked(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        let process = match self.container(it).work {
            Work::Lrp(LrpKey { process, .. }) => process,
            Work::Task(task) => return self.run_task(it, task),
        };
        let app = self.apps[process.index()];
        self.container_mut(it).state = ContainerState::Created;
        // The monitor looks at the clock when it looks at the app: a timeout takes effect at a check.
        let polling = secs(self.scenario.rep.unhealthy_polling_s);
        let checks = app.start_timeout.0.div_ceil(polling.0).max(1);
        self.begin_start_timeout(it, Span(polling.0.saturating_mul(checks)));
        self.download(it, CacheKey::Droplet(process), app.droplet_mb);
    }

    /// The droplet is on the cell: it is unpacked into the container.
    pub(super) fn droplet_downloaded(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        let Work::Lrp(LrpKey { process, .. }) = self.container(it).work else { return };
        let load = &self.scenario.load;
        if load.enabled {
            let takes = secs(self.apps[process.index()].droplet_mb / load.unpack_mb_per_s);
            self.act(it, Activity::Unpacking);
            self.work(it, takes, Step::Unpacked);
        } else {
            self.droplet_unpacked(it);
        }
    }

    /// The app's process starts.
    pub(super) fn droplet_unpacked(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        let Work::Lrp(LrpKey { process, .. }) = self.container(it).work else { return };
        let jitter = self.samplers.start_jitter.draw(&mut self.draws(Stream::Jitter, it));
        let takes = secs(self.apps[process.index()].usual_start_s * jitter);
        self.container_mut(it).process_began = self.now;
        self.act(it, Activity::Starting);
        self.work(it, takes, Step::Ready);
    }

    /// The first health check that succeeds: the container no longer counts as starting.
    pub(super) fn healthy(&mut self, it: ContainerRef) {
        if self.is_leaving(it) || self.container(it).state != ContainerState::Created {
            return;
        }
        let container = self.container_mut(it);
        container.state = ContainerState::Running;
        container.was_healthy = true;
        let (cell, work) = (container.cell, container.work);
        self.act(it, Self::running_activity(work));
        self.starting_changed(cell, -1);
        let container = *self.container(it);
        self.index_started(&container);
        self.after(self.rep_call(), Event::Container(it, Step::AskBbs));
        if let Work::Lrp(lrp) = work
            && self.is_crashing(lrp)
        {
            let runs = self.samplers.crash_after_s.draw_secs(&mut self.draws(Stream::Crash, it));
            self.after(runs, Event::Container(it, Step::Exit));
        }
    }

    /// The BBS knows that the instance runs, if it does: from now on it counts as up.
    pub(super) fn serve(&mut self, it: ContainerRef) {
        let container = *self.container(it);
        if let (ContainerState::Running, false, Work::Lrp(lrp)) =
            (container.state, container.serving, container.work)
        {
            self.container_mut(it).serving = true;
            self.books.serve(lrp, container.cell, self.now);
            self.faults.log.runs(lrp, self.now);
            self.tally.cascades.is_back(self.books.slot(lrp), self.now);
            self.note(What::Running(lrp, container.cell));
        }
    }

    fn begin_start_timeout(&mut self, it: ContainerRef, length: Span) {
        if self.start_timeouts.enter(self.now, length, it) {
            self.after(length, Event::StartTimeouts(length));
        }
    }

    /// Some starts took too long: those are crashes (B.11).
    pub(super) fn start_timeouts(&mut self, length: Span) {
        while let Some(it) = self.start_timeouts.pop_due(length, self.now) {
            if self.is_unhealthy(it) {
                self.crash(it, Cause::NeverHealthy);
            }
        }
        let mut timeouts = std::mem::take(&mut self.start_timeouts);
        if let Some(next_at) = timeouts.next_due(length, |it| self.is_unhealthy(*it)) {
            self.queue.schedule(next_at, Event::StartTimeouts(length));
        }
        self.start_timeouts = timeouts;
    }

    /// Whether the health checks of a container go on without success.
    fn is_unhealthy(&self, it: ContainerRef) -> bool {
        self.exists(it) && !self.is_leaving(it) && self.container(it).state == ContainerState::Created
    }

    /// The draws of one container, the same in every setting.
    pub(super) fn draws(&self, stream: Stream, it: ContainerRef) -> Draws {
        let container = self.container(it);
        let key = match container.work {
            Work::Lrp(lrp) => u64::from(self.books.slot(lrp)) << 8 | u64::from(container.start & 0xff),
            Work::Task(task) => 1 << 40 | u64::from(container.start) << 32 | u64::from(task.0),
        };
        self.streams.at(stream, key)
    }

    pub(super) fn rep_call(&self) -> Span {
        secs(self.scenario.rep.bbs_call_ms / 1e3)
    }

    pub(super) fn is_leaving(&self, it: ContainerRef) -> bool {
        self.container(it).leaving != Leaving::No
    }

    /// Keeps count of the starting containers of a cell (B.3); those on cells in service the auctioneer counts (A.6).
    pub(super) fn starting_changed(&mut self, cell: CellIx, change: i32) {
        let home = self.cell_mut(cell);
        home.starting = home.starting.checked_add_signed(change).expect("no fewer than none are starting");
        self.tally.peak_starting = self.tally.peak_starting.max(self.auctioneer.starting());
    }
}
