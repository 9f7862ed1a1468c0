//! The state at the start of a run: the fleet as exported.

use rivera_auction::Catalog;
use rivera_lifecycle::{
    Bbs, CellTimes, ContainerState, Desired, DomainIx, InstanceKey, LrpKey, Record, RoutesIx, TagsIx,
    TaskLimits, Tasks,
};
use rivera_model::{CellIx, Fleet, FleetInstance, InstanceState, Presence, Span, TaskIx, Time};
use slab::Slab;

use super::dependencies::Dependencies;
use super::{
    Auctioneer, Director, Faults, Jobs, Platform, Rollings, Staging, Storage, UpdateFailures, Upgrade, World,
    tasks,
};
use crate::books::Books;
use crate::cells::cache::CacheKey;
use crate::cells::cell::{Cell, Work};
use crate::deployment::deployment_plan::DeploymentPlan;
use crate::deployment::outage::Outage;
use crate::event::{Event, Step};
use crate::queue::EventQueue;
use crate::random::distribution::secs;
use crate::random::samplers::Samplers;
use crate::random::stream::{Stream, Streams};
use crate::random::traits::draw_traits;
use crate::reasons::Reasons;
use crate::routes::History;
use crate::scenario::Scenario;
use crate::setting::Setting;
use crate::sharing::delay_lines::DelayLines;
use crate::sharing::platform_service::PlatformService;
use crate::simulate::Record as Recording;
use crate::tally::Tally;

/// All of a run's processes count as being of one fresh domain: Cloud Controller keeps its domains fresh (C.7).
pub(super) const DOMAIN: DomainIx = DomainIx(0);

impl<'a> World<'a> {
    /// The foundation at the start of a run. The fleet must be valid ([`Fleet::validate`]); cells from position `own` on are
    /// added by the upgrade.
    pub(crate) fn new(
        fleet: &'a Fleet,
        own: usize,
        scenario: &'a Scenario,
        setting: Setting,
        seed: u64,
        record: Recording,
    ) -> Self {
        let streams = Streams::new(seed);
        let apps = draw_traits(fleet, scenario, &streams);
        let crashing: Vec<bool> = apps.iter().map(|app| app.crashing).collect();
        let mut catalog = Catalog::default();
        let auctioneer = Auctioneer::new(fleet, &mut catalog, scenario, setting);
        let mut bbs = Bbs::new(fleet.processes.iter().map(|_| DOMAIN));
        bbs.upsert_domain(DOMAIN, Span::ZERO, Time::ZERO);
        let plan = DeploymentPlan::of(fleet, own, scenario);
        let mut world = Self {
            fleet,
            scenario,
            setting,
            seed,
            now: Time::ZERO,
            queue: EventQueue::new(),
            catalog,
            bbs,
            tasks: Tasks::new(task_limits(scenario)),
            pass: None,
            cells: seed_cells(fleet, own, scenario, &streams),
            bbs_outage: Outage::default(),
            bbs_term: 0,
            containers: Slab::new(),
            instances: 0,
            times: cell_times(scenario),
            auctioneer,
            director: Director::new(fleet, own, scenario, setting, &plan),
            platform: Platform::new(&plan),
            dependencies: Dependencies::new(&plan),
            upgrade: Upgrade::new(plan),
            jobs: Jobs::default(),
            storage: Storage::new(fleet.cells.len(), scenario),
            staging: Staging::new(fleet, scenario),
            rollings: Rollings::new(scenario, &streams),
            start_timeouts: DelayLines::new(),
            faults: Faults::default(),
            update_failures: UpdateFailures::default(),
            platform_service: PlatformService::new(scenario.platform_service.workers),
            reasons: Reasons::default(),
            routes: History::new(scenario.routes.enabled, fleet.cells.len(), desired(fleet)),
            books: Books::new(fleet, &crashing),
            tally: Tally::default(),
            running_at_start: 0,
            course: record.course.then(Vec::new),
            timeline: record.timeline.then(Vec::new),
            end: None,
            apps,
            streams,
            samplers: Samplers::from(scenario),
        };
        (0..own).for_each(|cell| world.index_cell(CellIx::from_index(cell)));
        world.seed_records();
        world.routes.seeded();
        world.seed_tasks();
        world.seed_caches();
        world.seed_events();
        world
    }

    fn seed_records(&mut self) {
        for (process, ix) in self.fleet.processes.iter().zip(0..) {
            let desired = Desired {
                instances: process.instances,
                strategy: process.strategy,
                routes: RoutesIx::EMPTY,
                tags: TagsIx::EMPTY,
            };
            self.bbs.adopt_desired(rivera_model::ProcessIx(ix), desired);
        }
        for (instance, epoch) in self.fleet.instances.iter().zip(1..) {
            self.seed_instance(*instance, epoch);
        }
    }

    fn seed_instance(&mut self, instance: FleetInstance, epoch: u64) {
        let lrp = LrpKey::new(instance.process, instance.index);
        let state = match instance.state {
            InstanceState::Running => Some(ContainerState::Running),
            InstanceState::Claimed => Some(ContainerState::Initializing),
            InstanceState::Unclaimed | InstanceState::Crashed => None,
        };
        let mut record = Record::unclaimed(DOMAIN, Time::ZERO, epoch);
        record.state = instance.state;
        record.crash_count = instance.crash_count;
        if let (Some(cell), Some(state)) = (instance.cell, state) {
            let start = self.books.count_start(lrp);
            let container = self.add_container(cell, Work::Lrp(lrp), state, start);
            record.key = Some(InstanceKey::new(container.instance, cell));
            if state == ContainerState::Running {
                self.container_mut(container).serving = true;
                self.books.serve(lrp, cell, Time::ZERO);
            } else {
                self.starting_changed(cell, 1);
                self.after(Span::ZERO, Event::Container(container, Step::DependenciesCached));
            }
        }
        // A record that the importer let through but the BBS cannot hold would be a bug of ours.
        self.bbs.adopt(lrp, instance.presence, record).expect("an imported record is one the BBS can hold");
        self.observe(lrp);
        if let (Presence::Evacuating, Some(cell)) = (instance.presence, instance.cell) {
            // Its cell is taken to be in service again: what becomes of it is settled at the cell's next sync (B.7).
            self.sync_soon(cell);
        }
        // What waits in the export has waited before the roll-out: convergence takes it up from its first pass.
        debug_assert!(instance.presence == Presence::Ordinary || record.key.is_some());
    }

    fn seed_tasks(&mut self) {
        for (task, ix) in self.fleet.tasks.iter().zip(0..) {
            let ix = TaskIx(ix);
            self.tasks.adopt(ix, tasks::exported(task.cell));
            // A pending one has been sent for: convergence sends for it again.
            let Some(cell) = task.cell else { continue };
            let start = self.staging.count_start(ix);
            let container = self.add_container(cell, Work::Task(ix), ContainerState::Running, start);
            let left = self.exported_task_takes(ix);
            self.after(left, Event::Container(container, Step::Exit));
        }
    }

    /// What runs on a cell has been downloaded there.
    fn seed_caches(&mut self) {
        for (_, container) in &self.containers {
            let Work::Lrp(LrpKey { process, .. }) = container.work else { continue };
            let cache = &mut self.cells[container.cell.index()].cache;
            cache.preload(CacheKey::Lifecycle, self.scenario.apps.lifecycle_mb);
            cache.preload(CacheKey::Droplet(process), self.apps[process.index()].droplet_mb);
        }
    }

    fn seed_events(&mut self) {
        let interval = secs(self.scenario.bbs.convergence_interval_s);
        // The BBS has no cell's number: its phase is drawn under one that no cell has.
        let phase = phase_of(&self.streams, u64::from(u32::MAX), interval);
        self.after(phase, Event::Converge(self.bbs_term));
        let warm_up = secs(self.scenario.run.warm_up_s);
        self.after(warm_up, Event::RolloutBegins);
    }
}

/// Desired instances of all processes.
fn desired(fleet: &Fleet) -> usize {
    fleet.processes.iter().map(|process| process.instances as usize).sum()
}

fn seed_cells(fleet: &Fleet, own: usize, scenario: &Scenario, streams: &Streams) -> Vec<Cell> {
    let polling = secs(scenario.rep.polling_interval_s);
    let cells = fleet.cells.iter().zip(0..);
    cells
        .map(|(known, ix)| {
            let cell = Cell::new(CellIx(ix), known, scenario, phase_of(streams, u64::from(ix), polling));
            if (ix as usize) < own { cell } else { cell.not_yet() }
        })
        .collect()
}

fn cell_times(scenario: &Scenario) -> CellTimes {
    let rep = &scenario.rep;
    CellTimes {
        polling: secs(rep.polling_interval_s),
        evacuation_polling: secs(rep.evacuation_polling_interval_s),
        evacuation_timeout: secs(rep.evacuation_timeout_s),
        graceful_shutdown: secs(rep.graceful_shutdown_s),
        proxy_reload: secs(rep.proxy_reload_s),
        cleanup_margin: secs(rep.cleanup_margin_s),
    }
}

fn task_limits(scenario: &Scenario) -> TaskLimits {
    let bbs = &scenario.bbs;
    TaskLimits {
        max_retries: bbs.max_task_retries,
        expire_pending: secs(bbs.expire_pending_task_s),
        expire_completed: secs(bbs.expire_completed_task_s),
        kick: secs(bbs.kick_task_s),
    }
}

pub(super) fn phase_of(streams: &Streams, key: u64, period: Span) -> Span {
    let mut draws = streams.at(Stream::Phase, key);
    crate::random::distribution::Distribution::Uniform(0.0, period.as_secs_f64()).draw_secs(&mut draws)
}
