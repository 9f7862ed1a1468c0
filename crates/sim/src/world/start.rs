//! The start of an instance, from the cell's first look at a reserved container to the route (J-4, B.5, B.11).

use rand_chacha::ChaCha8Rng;
use rivera_lifecycle::{ContainerState, LrpKey};
use rivera_model::{CellIx, Span};

use super::World;
use crate::cache::CacheKey;
use crate::cell::{Container, Download, Leaving, Work};
use crate::distribution::secs;
use crate::event::{ContainerRef, Event, Step};
use crate::stream::Stream;
use crate::timeline::What;

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
            leaving: Leaving::No,
            cost,
            start,
            was_healthy,
            serving: false,
        };
        let slot = u32::try_from(self.containers.insert(container)).expect("fewer containers than u32::MAX");
        let home = self.cell_mut(cell);
        home.containers.push(slot);
        home.tasks += u32::from(matches!(work, Work::Task(_)));
        home.available = home.available.checked_sub(cost).expect("resources of a cell stay in range");
        self.check_cell(cell);
        self.index_start(&container);
        if !state.is_starting() {
            self.index_started(&container);
        }
        ContainerRef { slot, instance }
    }

    /// The BBS has let the cell have the instance: its start goes on.
    pub(super) fn initialize(&mut self, it: ContainerRef) {
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
            let takes = if self.exists(it) && !self.is_leaving(it) {
                let takes = self.scenario.rep.create_s.draw_secs(&mut self.draws(Stream::Creation, it));
                self.after(takes, Event::Container(it, Step::Created));
                takes
            } else {
                Span::ZERO
            };
            let vm = self.cell(cell).vm();
            self.after(takes, Event::CreationDone(vm));
        }
    }

    /// Garden has created the container: the start timeout runs, and the droplet is fetched.
    pub(super) fn container_created(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        let Work::Lrp(LrpKey { process, .. }) = self.container(it).work else { return };
        let app = self.apps[process.index()];
        self.container_mut(it).state = ContainerState::Created;
        // The monitor looks at the clock when it looks at the app: a timeout takes effect at a check.
        let polling = secs(self.scenario.rep.unhealthy_polling_s);
        let checks = app.start_timeout.0.div_ceil(polling.0).max(1);
        self.after(Span(polling.0.saturating_mul(checks)), Event::Container(it, Step::StartTimeout));
        self.download(it, CacheKey::Droplet(process), app.droplet_mb);
    }

    /// The app's process starts; it is found healthy at the first check after it is.
    pub(super) fn droplet_downloaded(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        let Work::Lrp(LrpKey { process, .. }) = self.container(it).work else { return };
        let jitter = self.scenario.apps.start_jitter.draw(&mut self.draws(Stream::Jitter, it));
        let ready_s = self.apps[process.index()].usual_start_s * jitter;
        let polling_s = self.scenario.rep.unhealthy_polling_s;
        let checks = (ready_s / polling_s).ceil().max(1.0);
        self.after(secs(checks * polling_s), Event::Container(it, Step::Healthy));
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
        self.starting_changed(cell, -1);
        let container = *self.container(it);
        self.index_started(&container);
        self.after(self.rep_call(), Event::Container(it, Step::AskBbs));
        if let Work::Lrp(lrp) = work
            && self.is_crashing(lrp)
        {
            let runs = self.scenario.apps.crash_after_s.draw_secs(&mut self.draws(Stream::Crash, it));
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
            self.note(What::Running(lrp, container.cell));
        }
    }

    /// The start took too long: that is a crash (B.11).
    pub(super) fn start_timeout(&mut self, it: ContainerRef) {
        if !self.is_leaving(it) && self.container(it).state == ContainerState::Created {
            self.crash(it);
        }
    }

    /// Queues a download of a container's file.
    fn download(&mut self, container: ContainerRef, key: CacheKey, size_mb: f64) {
        let cell = self.container(container).cell;
        self.cell_mut(cell).downloads.enter(Download { container, key, size_mb });
        self.begin_downloads(cell);
    }

    /// A download slot is free again.
    pub(super) fn download_done(&mut self, cell: CellIx) {
        self.cell_mut(cell).downloads.end();
        self.begin_downloads(cell);
    }

    fn begin_downloads(&mut self, cell: CellIx) {
        let rep = &self.scenario.rep;
        let (conditional, rate) = (secs(rep.conditional_get_ms / 1e3), rep.download_mb_per_s);
        while let Some(Download { container, key, size_mb }) = self.cell_mut(cell).downloads.begin() {
            let now = self.now;
            let transfer = secs(size_mb / rate);
            // A download goes on when its container is given up: the file is in the cache then.
            let (there_at, _moved_mb) =
                self.cell_mut(cell).cache.fetch(now, key, size_mb, conditional, transfer);
            let step = match key {
                CacheKey::Lifecycle => Step::DependenciesCached,
                CacheKey::Droplet(_) => Step::DropletDownloaded,
            };
            let vm = self.cell(cell).vm();
            self.queue.schedule(there_at, Event::Container(container, step));
            self.queue.schedule(there_at, Event::DownloadDone(vm));
        }
    }

    /// The draws of one container, the same in every setting.
    pub(super) fn draws(&self, stream: Stream, it: ContainerRef) -> ChaCha8Rng {
        let container = self.container(it);
        let key = match container.work {
            Work::Lrp(lrp) => u64::from(self.books.slot(lrp)) << 8 | u64::from(container.start & 0xff),
            Work::Task(task) => 1 << 40 | u64::from(task.0),
        };
        self.streams.at(stream, key)
    }

    fn rep_call(&self) -> Span {
        secs(self.scenario.rep.bbs_call_ms / 1e3)
    }

    pub(super) fn is_leaving(&self, it: ContainerRef) -> bool {
        self.container(it).leaving != Leaving::No
    }

    /// Keeps count of the starting containers of a cell (B.3), and of those on cells in service (A.6).
    pub(super) fn starting_changed(&mut self, cell: CellIx, change: i32) {
        let home = self.cell_mut(cell);
        home.starting = home.starting.checked_add_signed(change).expect("no fewer than none are starting");
        if home.rollout.accepts_work() {
            self.tally.starting =
                self.tally.starting.checked_add_signed(change).expect("no fewer than none are starting");
            self.tally.peak_starting = self.tally.peak_starting.max(self.tally.starting);
        }
    }
}
