//! The simulated foundation: its state, and the systems that act on it, one file each.
//!
//! A system is a set of methods that handle its events: they ask the kernel what follows, change the state, and
//! schedule what comes next. Nothing of what emerges (waves of starts, long drains, uneven cells) is written down
//! anywhere; see the tests named after section J.

mod auctioneer;
mod away;
mod cell_loss;
mod convergence;
mod dependencies;
mod director;
mod evacuation;
mod faults;
mod health;
mod invariants;
mod jobs;
mod load;
mod machines;
mod network;
mod outages;
mod platform;
mod records;
mod restart;
mod rolling;
mod routes;
mod sampling;
mod seed;
mod staging;
mod start;
mod stop;
mod storage;
mod storage_outage;
mod tasks;
mod update_failure;
mod upgrade;

use rivera_auction::Catalog;
use rivera_lifecycle::{Bbs, CellTimes, LrpKey, Pass, TaskPass, Tasks};
use rivera_model::{CellIx, Fleet, InstanceIx, Resources, Span, Time};
use slab::Slab;

use crate::books::Books;
use crate::cells::cell::{Cell, Container, Work};
use crate::deployment::outage::Outage;
use crate::event::{ContainerRef, Event, Step, Term, VmRef};
use crate::outcome::run::{End, Sample};
use crate::outcome::timeline::{Entry, What};
use crate::queue::EventQueue;
use crate::random::samplers::Samplers;
use crate::random::stream::Streams;
use crate::random::traits::AppTraits;
use crate::reasons::Reasons;
use crate::routes::History;
use crate::scenario::Scenario;
use crate::setting::Setting;
use crate::sharing::delay_lines::DelayLines;
use crate::sharing::platform_service::PlatformService;
use crate::simulate::Finished;
use crate::tally::Tally;

use auctioneer::Auctioneer;
use dependencies::Dependencies;
use director::Director;
use faults::Faults;
use jobs::Jobs;
use platform::Platform;
use rolling::Rollings;
use staging::Staging;
use storage::Storage;
use update_failure::UpdateFailures;
use upgrade::Upgrade;

/// One run under way.
pub(crate) struct World<'a> {
    fleet: &'a Fleet,
    scenario: &'a Scenario,
    setting: Setting,
    seed: u64,
    streams: Streams,
    samplers: Samplers,
    now: Time,
    queue: EventQueue<Event>,
    apps: Vec<AppTraits>,
    catalog: Catalog,
    bbs: Bbs,
    tasks: Tasks,
    /// The convergence pass under way.
    pass: Option<(Pass, TaskPass)>,
    bbs_outage: Outage,
    /// The how-many-th BBS is active.
    bbs_term: Term,
    cells: Vec<Cell>,
    containers: Slab<Container>,
    /// Starts so far: gives every start its own instance guid.
    instances: u32,
    /// The settings of a cell's agent.
    times: CellTimes,
    auctioneer: Auctioneer,
    director: Director,
    upgrade: Upgrade,
    platform: Platform,
    dependencies: Dependencies,
    jobs: Jobs,
    storage: Storage,
    staging: Staging,
    rollings: Rollings,
    /// Containers that have to be healthy in time.
    start_timeouts: DelayLines<ContainerRef>,
    faults: Faults,
    update_failures: UpdateFailures,
    platform_service: PlatformService,
    reasons: Reasons,
    routes: History,
    books: Books,
    tally: Tally,
    /// Instances that ran when the roll-out began.
    running_at_start: u32,
    course: Option<Vec<Sample>>,
    timeline: Option<Vec<Entry>>,
    end: Option<(Time, End)>,
}

impl World<'_> {
    /// Handles events until the run is over.
    pub(crate) fn run(&mut self) {
        while let Some((at, event)) = self.queue.pop() {
            debug_assert!(at >= self.now, "time goes back");
            self.now = at;
            self.tally.events += 1;
            self.handle(event);
            if self.is_over() {
                break;
            }
        }
        self.check_all();
        self.books.close(self.now);
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::RolloutBegins => self.begin_rollout(),
            Event::DrainBegins(vm) => self.when_current(vm, Self::begin_drain),
            Event::JobsStart(vm) => self.when_current(vm, Self::start_jobs),
            Event::SlotEnds(vm) => self.when_current(vm, Self::end_slot),
            Event::EvacuatorPoll(vm) => self.when_current(vm, Self::evacuator_poll),
            Event::CleanupPoll(vm) => self.when_current(vm, Self::cleanup_poll),
            Event::BulkSync(vm) => self.when_current(vm, Self::periodic_sync),
            Event::EvacuationSync(vm) => self.when_current(vm, Self::evacuation_sync),
            Event::DrainNoticed(vm) => self.when_current(vm, Self::drain_noticed),
            Event::RepUp(vm) => self.when_current(vm, Self::rep_up),
            Event::CellWorks(vm) => self.when_current(vm, Self::cell_works),
            Event::HealthRound(vm) => self.when_current(vm, Self::health_round),
            Event::StorageWorks => self.storage_works(),
            Event::DownloadEnds(vm, container, step) => {
                self.container_step(container, step);
                self.when_current(vm, Self::download_done);
            }
            Event::StartTimeouts(length) => self.start_timeouts(length),
            Event::Container(container, step) => self.container_step(container, step),
            Event::DownloadAgain(retry) => self.download_again(retry),
            Event::ListCells(term) => self.when_active(term, Self::list_cells),
            Event::StatesFetched(term) => self.when_active(term, Self::states_fetched),
            Event::Scheduled(term) => self.when_active(term, Self::commit_work),
            Event::Committed(term) => self.when_active(term, Self::work_committed),
            Event::ReportFailure(term) => self.when_active(term, Self::report_failure),
            Event::Converge(term) => self.when_bbs_active(term, Self::converge),
            Event::ConvergeOver(term) => self.when_bbs_active(term, Self::converge_over),
            Event::FaultBegins(number) => self.begin_fault(number),
            Event::FaultEnds(fault) => self.end_fault(fault),
            Event::BbsBack => self.bbs_is_back(),
            Event::Repaired(vm) => self.when_current(vm, Self::repaired),
            Event::AgentLost(vm) => self.when_current(vm, Self::agent_lost),
            Event::Redeploy => self.redeploy(),
            Event::Machine(machine, step) => self.machine_step(machine, step),
            Event::ErrandDue(errand) => self.errand_due(errand),
            Event::JobArrives(number) => self.job_arrives(number),
            Event::JobDue(job) => self.job_due(job),
            Event::JobTaken(job) => self.job_taken(job),
            Event::JobDone(worker) => self.job_done(worker),
            Event::GiveUp => self.give_up(),
            Event::Push => self.push(),
            Event::Restart(task) => self.restart_app(task),
            Event::UpdateRollings => self.update_rollings(),
            Event::TaskTold(task) => self.task_told(task),
            // Looked at by `is_over`, which needs to be asked at that moment.
            Event::Settled => {}
            Event::Sample => self.sample(),
        }
    }

    fn container_step(&mut self, container: ContainerRef, step: Step) {
        if !self.exists(container) {
            return;
        }
        match step {
            Step::AskBbs => self.ask_bbs(container),
            Step::DependenciesCached => self.dependencies_cached(container),
            Step::Created => self.container_created(container),
            Step::Networked => self.container_networked(container),
            Step::CreationFailed => self.creation_failed(container),
            Step::DropletDownloaded => self.droplet_downloaded(container),
            Step::DownloadFailed => self.download_failed(container),
            Step::Unpacked => self.droplet_unpacked(container),
            Step::Ready => self.ready(container),
            Step::Check => self.check(container),
            Step::Healthy => self.healthy(container),
            Step::FileServerReached => self.initialize(container),
            Step::DependenciesFailed => self.dependencies_failed(container),
            Step::PackageDownloaded => self.package_downloaded(container),
            Step::StagingTimeout => self.staging_timeout(container),
            Step::Exit => self.exited(container),
            Step::Stopped => self.stopped(container),
            Step::Destroyed => self.destroyed(container),
            Step::Expired => self.expired(container),
        }
    }

    /// Events of a VM (or a rep process) that has been replaced are void.
    fn when_current(&mut self, vm: VmRef, handle: fn(&mut Self, CellIx)) {
        if self.cells[vm.cell.index()].generation == vm.generation {
            handle(self, vm.cell);
        }
    }

    /// What an auctioneer that has gone was about to do is void.
    fn when_active(&mut self, term: Term, handle: fn(&mut Self)) {
        if self.auctioneer.term() == term {
            handle(self);
        }
    }

    /// What a BBS that has gone was about to do is void.
    fn when_bbs_active(&mut self, term: Term, handle: fn(&mut Self)) {
        if self.bbs_term == term {
            handle(self);
        }
    }

    fn after(&mut self, delay: Span, event: Event) {
        self.queue.schedule(self.now + delay, event);
    }

    fn exists(&self, container: ContainerRef) -> bool {
        self.containers.get(container.slot as usize).is_some_and(|found| found.instance == container.instance)
    }

    fn container(&self, container: ContainerRef) -> &Container {
        &self.containers[container.slot as usize]
    }

    fn container_mut(&mut self, container: ContainerRef) -> &mut Container {
        &mut self.containers[container.slot as usize]
    }

    fn cell(&self, cell: CellIx) -> &Cell {
        &self.cells[cell.index()]
    }

    fn cell_mut(&mut self, cell: CellIx) -> &mut Cell {
        &mut self.cells[cell.index()]
    }

    fn next_instance(&mut self) -> InstanceIx {
        self.instances += 1;
        InstanceIx(self.instances)
    }

    /// What an instance takes of a cell: with proxy memory, unless its own is unlimited (B.1).
    fn cost(&self, work: Work, cell: CellIx) -> Resources {
        match work {
            Work::Lrp(LrpKey { process, .. }) => {
                let process = self.auctioneer.demand(process);
                let proxy =
                    if process.memory_mb > 0 { self.fleet.cells[cell.index()].proxy_memory_mb } else { 0 };
                Resources::new(process.memory_mb.saturating_add(proxy), process.disk_mb, 1)
            }
            Work::Task(task) => {
                let task = self.task_auction(task);
                Resources::new(task.memory_mb, task.disk_mb, 1)
            }
        }
    }

    fn is_crashing(&self, lrp: LrpKey) -> bool {
        self.apps[lrp.process.index()].crashing
    }

    fn note(&mut self, what: What) {
        if let Some(timeline) = &mut self.timeline {
            timeline.push(Entry { at: self.now, what });
        }
    }

    /// Over when the roll-out has ended, every healthy instance runs again, every push has an end, all instances of what was
    /// pushed run, no healthy app is between two versions, and every job that could not be loaded has an end too, or time is up.
    fn is_over(&self) -> bool {
        let Some((ended, _)) = self.end else { return false };
        let settle = crate::random::distribution::secs(self.scenario.run.settle_s);
        let are_settled =
            self.books.down == 0 && self.books.evacuating == 0 && self.books.restarts.are_over();
        let are_staged = self.staging.under_way == 0 && self.staging.restarting == 0;
        let is_settled = are_settled && are_staged && self.rollings.are_over();
        is_settled && self.jobs.retrying == 0 || self.now.since(ended) >= settle
    }

    /// The result of the run, once it is over.
    pub(crate) fn into_results(self) -> Finished {
        self.assemble()
    }
}
