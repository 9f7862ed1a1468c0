//! The end of a container: crash, stop, deletion (B.5, B.9, B.10).

use rivera_lifecycle::{ContainerState, LrpKey};
use rivera_model::{CellIx, Span};

use super::World;
use super::tasks::TaskExit;
use crate::cascades::Crash;
use crate::cells::cell::{Activity, Leaving, Work};
use crate::event::{ContainerRef, Event, Step};
use crate::outcome::cascade::{Cause, FirstCrash};
use crate::outcome::timeline::What;
use crate::random::stream::Stream;

impl World<'_> {
    /// A process ended by itself: a crash, or a task that is done.
    pub(super) fn exited(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        match self.container(it).work {
            Work::Lrp(_) => self.crash(it, Cause::Exited),
            Work::Task(_) => self.end_task(it, TaskExit::Done),
        }
    }

    /// An instance crashed, running or starting.
    pub(super) fn crash(&mut self, it: ContainerRef, cause: Cause) {
        let container = *self.container(it);
        let Work::Lrp(lrp) = container.work else { return };
        self.note(What::Crashed(lrp, container.cell));
        if self.is_crashing(lrp) {
            self.tally.crashes_of_crashing_apps += 1;
        } else if self.books.is_new(lrp) {
            self.tally.staging.crashes += 1;
        } else if self.books.is_desired(lrp) {
            self.count_crash(it, lrp, cause);
        }
        self.container_mut(it).crash = Some(cause);
        self.complete(it, false);
        self.ask_bbs(it);
        self.delete(it);
    }

    fn count_crash(&mut self, it: ContainerRef, lrp: LrpKey, cause: Cause) {
        *self.tally.crashes.entry(cause).or_default() += 1;
        let container = self.container(it);
        let (cell, ran) = (container.cell, container.was_healthy);
        let crash = Crash { slot: self.books.slot(lrp), cell, ran };
        let mut cascades = std::mem::take(&mut self.tally.cascades);
        cascades.count(self.now, crash, || self.first_crash(cell, cause));
        self.tally.cascades = cascades;
    }

    /// What the foundation is doing when a cascade begins.
    fn first_crash(&self, cell: CellIx, cause: Cause) -> FirstCrash {
        let cell = self.cell(cell);
        let (service_waiting, service_wait) = self.platform_service.waiting(self.now);
        FirstCrash {
            cause,
            cell: self.fleet.cells[cell.ix.index()].id.clone(),
            cell_speed: cell.jobs.speed(),
            storage_speed: self.storage.transfers.shared_speed(),
            network_speed: self.storage.transfers.own_speed(cell.ix),
            starting_on_cell: cell.starting,
            starting: self.auctioneer.starting(),
            cells_in_flight: self.director.in_flight(),
            service_waiting,
            service_wait_s: service_wait.as_secs_f64(),
            away: self.away(),
            faults: self.faults.log.under_way(self.now),
        }
    }

    /// The cell stops an instance that the BBS does not want; when it has stopped the BBS is told.
    pub(super) fn stop(&mut self, it: ContainerRef) {
        if !self.is_leaving(it) {
            self.container_mut(it).leaving = Leaving::Stopping;
            if self.has_process(it) {
                self.begin_stop(it);
            } else {
                // What has not begun is over at once (B.6).
                self.stopped(it);
            }
        }
    }

    /// The cell deletes a container: it is stopped first if it runs, then destroyed.
    pub(super) fn delete(&mut self, it: ContainerRef) {
        let container = *self.container(it);
        if container.leaving != Leaving::No {
            return;
        }
        self.container_mut(it).leaving = Leaving::Deleting;
        if container.state == ContainerState::Running {
            self.begin_stop(it);
        } else {
            self.complete(it, true);
            self.destroy(it);
        }
    }

    /// The proxy stops accepting, then the app is signalled and exits within its grace (B.10).
    fn begin_stop(&mut self, it: ContainerRef) {
        let container = *self.container(it);
        self.unserve(it);
        let is_lrp = matches!(container.work, Work::Lrp(_));
        let has_proxy = is_lrp && self.fleet.cells[container.cell.index()].proxy_memory_mb > 0;
        let proxy = if has_proxy { self.times.proxy_reload } else { Span::ZERO };
        let exit = self.samplers.app_exit_s.draw_secs(&mut self.draws(Stream::Shutdown, it));
        if let Work::Lrp(lrp) = container.work {
            self.note(What::Stopping(lrp, container.cell));
        }
        self.after(proxy + exit.min(self.times.graceful_shutdown), Event::Container(it, Step::Stopped));
    }

    /// The process of a stopping container is gone.
    pub(super) fn stopped(&mut self, it: ContainerRef) {
        self.complete(it, true);
        if self.container(it).leaving == Leaving::Stopping {
            self.container_mut(it).leaving = Leaving::No;
            self.ask_bbs(it);
            self.delete(it);
        } else {
            self.destroy(it);
        }
    }

    /// The container no longer starts or serves; its resources are held until it is destroyed (B.1).
    pub(super) fn complete(&mut self, it: ContainerRef, stopped: bool) {
        let container = *self.container(it);
        if container.state.is_starting() {
            self.starting_changed(container.cell, -1);
            self.index_started(&container);
        }
        self.unserve(it);
        self.container_mut(it).state = ContainerState::Completed { stopped };
        self.act(it, Activity::Waiting);
    }

    /// The container no longer counts as running for its app.
    fn unserve(&mut self, it: ContainerRef) {
        let container = self.container_mut(it);
        let was_serving = std::mem::replace(&mut container.serving, false);
        let instance = container.instance;
        if let (true, Work::Lrp(lrp)) = (was_serving, container.work) {
            self.routes.stops_answering(instance, self.now);
            self.books.unserve(lrp, self.now);
        }
    }

    fn destroy(&mut self, it: ContainerRef) {
        let cell = self.container(it).cell;
        self.cell_mut(cell).destructions.enter(it);
        self.begin_destructions(cell);
    }

    fn begin_destructions(&mut self, cell: CellIx) {
        while let Some(it) = self.cell_mut(cell).destructions.begin() {
            let takes = self.samplers.destroy_s.draw_secs(&mut self.draws(Stream::Destruction, it));
            self.act(it, Activity::Destroying);
            self.work(it, takes, Step::Destroyed);
        }
    }

    /// Garden has destroyed the container: its resources are free.
    pub(super) fn destroyed(&mut self, it: ContainerRef) {
        let cell = self.container(it).cell;
        self.forget(it);
        self.cell_mut(cell).destructions.end();
        self.begin_destructions(cell);
    }

    /// Takes a container off its cell.
    fn forget(&mut self, it: ContainerRef) {
        self.act(it, Activity::Waiting);
        let container = self.containers.remove(it.slot as usize);
        self.index_stop(&container);
        let home = self.cell_mut(container.cell);
        if let Ok(position) = home.containers.binary_search_by_key(&it.instance, |it| it.instance) {
            home.containers.remove(position);
        }
        if let (Some(gone), Work::Lrp(lrp)) = (&mut home.gone, container.work) {
            gone.push((lrp, container.instance));
        }
        home.doing[Activity::Waiting as usize] -= 1;
        home.tasks -= u32::from(matches!(container.work, Work::Task(_)));
        home.available =
            home.available.checked_add(container.cost).expect("resources of a cell stay in range");
    }

    /// All containers of a cell end with its VM.
    pub(super) fn drop_containers(&mut self, cell: CellIx) {
        self.drop_downloads(cell);
        for it in self.cell(cell).containers.clone() {
            self.complete(it, true);
            self.forget(it);
        }
    }
}
