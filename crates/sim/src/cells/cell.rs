//! A cell: what it holds, and how far its update is.

use rivera_lifecycle::{ContainerState, LrpKey, Rollout, Step};
use rivera_model::{CellIx, FleetCell, InstanceIx, Resources, Span, TaskIx, Time};

use crate::cells::cache::{Cache, CacheKey};
use crate::deployment::instance_update::UpdatePlan;
use crate::event::{ContainerRef, Step as ContainerStep, VmRef};
use crate::outcome::cascade::Cause;
use crate::outcome::timeline::CellState;
use crate::scenario::{Demand, Scenario};
use crate::sharing::fair_share::FairShare;
use crate::sharing::pool::Pool;

/// State of one cell.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) ix: CellIx,
    /// Counts the VMs and the rep processes that the cell has had.
    pub(crate) generation: u32,
    /// Whether it is there at all: a surplus cell is not yet, or no longer.
    pub(crate) exists: bool,
    /// Where its agent and its VM are on the way through an update.
    pub(crate) rollout: Rollout,
    pub(crate) available: Resources,
    /// Its cores.
    pub(crate) cores: f64,
    /// Its containers in the order of their reservation, which is that of their instances.
    pub(crate) containers: Vec<ContainerRef>,
    /// Instances whose containers went while it evacuates, by their records: what a sync has to look at. `None` is all that
    /// the BBS knows to be on the cell.
    pub(crate) gone: Option<Vec<(LrpKey, InstanceIx)>>,
    /// Containers reserved, initializing or created (B.3).
    pub(crate) starting: u32,
    /// Tasks among the containers.
    pub(crate) tasks: u32,
    pub(crate) cache: Cache,
    pub(crate) downloads: Pool<Download>,
    pub(crate) creations: Pool<ContainerRef>,
    pub(crate) destructions: Pool<ContainerRef>,
    /// How many containers do what, by [`Activity`].
    pub(crate) doing: [u32; Activity::COUNT],
    /// What they ask for in all.
    pub(crate) asked: Demand,
    /// What they have to do that takes longer the more of it there is, and the step that follows.
    pub(crate) jobs: FairShare<(ContainerRef, ContainerStep)>,
    /// Whether a look at the health of its instances is under way.
    pub(crate) health_is_watched: bool,
    /// Whether its machine is gone and no other has taken its place.
    pub(crate) is_lost: bool,
    /// Its presence is seen until then although it is gone (B.12).
    pub(crate) presence_until: Time,
    /// Whether it is to look at its records again at its next sync, since the BBS did not answer.
    pub(crate) is_behind: bool,
    /// Whether the deployment has updated it.
    pub(crate) is_updated: bool,
    /// When the director looks for the last time whether its jobs, which it has started, run.
    pub(crate) last_look: Option<Time>,
    /// When the director gave it the slot that it has.
    pub(crate) slot_began: Option<Time>,
    /// When the drain began.
    pub(crate) drain_began: Time,
    /// The times of its current update.
    pub(crate) plan: UpdatePlan,
    /// Phase of its bulk sync.
    pub(crate) sync_phase: Span,
}

/// A download that waits for a slot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Download {
    pub(crate) container: ContainerRef,
    pub(crate) key: CacheKey,
    pub(crate) size_mb: f64,
}

impl Cell {
    pub(crate) fn new(ix: CellIx, known: &FleetCell, scenario: &Scenario, sync_phase: Span) -> Self {
        let rep = &scenario.rep;
        let free = known.total.checked_sub(known.unlisted);
        let memory_mb = f64::from(known.total.memory_mb);
        Self {
            ix,
            generation: 0,
            exists: true,
            rollout: Rollout::InService,
            available: free.expect("a valid fleet's totals cover what is used"),
            cores: (memory_mb / scenario.load.memory_mb_per_core).max(1.0),
            containers: Vec::new(),
            gone: None,
            starting: 0,
            tasks: 0,
            cache: Self::empty_cache(scenario),
            downloads: Pool::new(rep.max_concurrent_downloads),
            creations: Pool::new(rep.create_pool),
            destructions: Pool::new(rep.delete_pool),
            doing: [0; Activity::COUNT],
            asked: Demand::NONE,
            jobs: FairShare::new(),
            health_is_watched: false,
            is_lost: false,
            presence_until: Time::ZERO,
            is_behind: false,
            is_updated: false,
            last_look: None,
            slot_began: None,
            drain_began: Time::ZERO,
            plan: UpdatePlan::default(),
            sync_phase,
        }
    }

    /// The same cell before it is created: it has no VM.
    pub(crate) fn not_yet(self) -> Self {
        Self { exists: false, rollout: Rollout::Updating { since: Time::ZERO }, ..self }
    }

    /// The cell after its containers are gone, with a new rep process; a new VM has an empty cache, too.
    pub(crate) fn restart(&mut self, total: Resources, scenario: &Scenario, new_vm: bool) {
        debug_assert!(self.containers.is_empty(), "the containers of the old process must be gone");
        let rep = &scenario.rep;
        self.generation += 1;
        self.available = total;
        self.gone = None;
        self.starting = 0;
        self.tasks = 0;
        self.downloads = Pool::new(rep.max_concurrent_downloads);
        self.creations = Pool::new(rep.create_pool);
        self.destructions = Pool::new(rep.delete_pool);
        self.doing = [0; Activity::COUNT];
        self.asked = Demand::NONE;
        self.jobs = FairShare::new();
        self.health_is_watched = false;
        self.is_behind = false;
        if new_vm {
            self.cache = Self::empty_cache(scenario);
        } else {
            self.cache.drop_under_way();
        }
    }

    /// Whether it has one of the slots of `max_in_flight`.
    pub(crate) fn is_updating(&self) -> bool {
        self.slot_began.is_some()
    }

    /// Its state as an operator sees it.
    pub(crate) fn state(&self) -> CellState {
        if self.is_lost {
            return CellState::Lost;
        }
        match self.rollout {
            Rollout::InService => CellState::InService,
            Rollout::Evacuating { .. } | Rollout::Stopping { .. } => CellState::Evacuating,
            Rollout::Updating { .. } => CellState::Updating,
            Rollout::Starting { .. } | Rollout::Failed => CellState::Starting,
        }
    }

    /// Whether the cells' list has it at `now` (B.12): also for a while after it is gone.
    pub(crate) fn has_presence(&self, now: Time) -> bool {
        self.rollout.has_presence() || now < self.presence_until
    }

    /// Makes a step of its update.
    pub(crate) fn make(&mut self, step: Step, now: Time) {
        self.rollout.make(step, now).expect("the director and the agent keep the order of the steps");
    }

    /// The container of an instance.
    pub(crate) fn container_of(&self, instance: InstanceIx) -> Option<ContainerRef> {
        let position = self.containers.binary_search_by_key(&instance, |it| it.instance).ok()?;
        Some(self.containers[position])
    }

    /// Its present VM.
    pub(crate) fn vm(&self) -> VmRef {
        VmRef { cell: self.ix, generation: self.generation }
    }

    #[expect(clippy::cast_precision_loss, reason = "sizes far below 2^53")]
    fn empty_cache(scenario: &Scenario) -> Cache {
        Cache::new(scenario.rep.cache_mb as f64)
    }
}

/// A container, in one line of the processor's caches: there are hundreds of thousands, and every event looks at one.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Container {
    /// Its start, unique in the run.
    pub(crate) instance: InstanceIx,
    pub(crate) cell: CellIx,
    pub(crate) work: Work,
    pub(crate) state: ContainerState,
    /// What it asks of its cell.
    pub(crate) activity: Activity,
    /// Being stopped or destroyed: nothing else happens to it any more.
    pub(crate) leaving: Leaving,
    /// What it takes of its cell, proxy memory included.
    pub(crate) cost: Resources,
    /// The how-many-th start of its instance it is.
    pub(crate) start: u32,
    /// When its process started.
    pub(crate) process_began: Time,
    /// Whether a health check has succeeded.
    pub(crate) was_healthy: bool,
    /// Why it crashed, if it has.
    pub(crate) crash: Option<Cause>,
    /// Whether it counts as running for its app.
    pub(crate) serving: bool,
    /// When its cell's present sync comes to it, or came.
    pub(crate) sync_at: Time,
    /// Whether the BBS is known to answer that it is to be kept: its replacement does not run yet.
    pub(crate) is_kept: bool,
}

/// What a container is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// An instance of a process.
    Lrp(LrpKey),
    /// A task.
    Task(TaskIx),
}

/// What a container does that its cell feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    /// It waits.
    Waiting,
    /// Garden creates it.
    Creating,
    /// Its droplet is unpacked.
    Unpacking,
    /// Its app starts.
    Starting,
    /// Its app runs.
    Running,
    /// Garden destroys it.
    Destroying,
}

impl Activity {
    /// How many there are.
    pub(crate) const COUNT: usize = 6;
}

/// Whether a container is on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// It stays.
    No,
    /// Its process has been told to stop; then the BBS is told.
    Stopping,
    /// It is to be deleted: it stops, if it runs, and is destroyed. Nobody is told.
    Deleting,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_one_line_of_a_cache() {
        assert_eq!(size_of::<Option<Container>>(), 64);
    }
}
