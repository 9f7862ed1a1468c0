//! The load of a cell: what its containers ask for, and how fast they go with what it has (I-8, G.3, B.11).
//!
//! All that a cell does goes at one speed: what it has of its scarcest resource, by what is asked of it. So a cell
//! on which many containers start slows all of them, and the health checks of those that run.

use rivera_model::{CellIx, Span};

use super::World;
use crate::cells::cell::{Activity, Cell, Work};
use crate::event::{ContainerRef, Event, Step};
use crate::scenario::{Demand, Load};

impl World<'_> {
    /// A container begins to do something else.
    pub(super) fn act(&mut self, it: ContainerRef, activity: Activity) {
        let container = self.container_mut(it);
        let before = std::mem::replace(&mut container.activity, activity);
        let cell = container.cell;
        let doing = &mut self.cell_mut(cell).doing;
        doing[before as usize] -= 1;
        doing[activity as usize] += 1;
        self.cell_mut(cell).asked = asked(&self.scenario.load, &self.cell(cell).doing);
        self.load_changed(cell);
        let is_checked = |activity| matches!(activity, Activity::Starting | Activity::Running);
        if is_checked(before) || is_checked(activity) {
            self.watch_health(cell);
        }
        if before == Activity::Running || activity == Activity::Running {
            self.apps_traffic_changed(cell);
        }
    }

    /// A container has something to do that takes `work` on an undisturbed cell; `then` follows.
    pub(super) fn work(&mut self, it: ContainerRef, work: Span, then: Step) {
        let (now, cell) = (self.now, self.container(it).cell);
        self.cell_mut(cell).jobs.enter(now, work, (it, then));
        self.look_at_jobs(cell);
    }

    /// Some of a cell's work is done.
    pub(super) fn cell_works(&mut self, cell: CellIx) {
        let now = self.now;
        while let Some((it, step)) = self.cell_mut(cell).jobs.pop_done(now) {
            if step == Step::Created {
                self.creation_done(cell);
            }
            self.container_step(it, step);
        }
        self.look_at_jobs(cell);
    }

    /// A cell goes at the speed that its load allows.
    pub(super) fn load_changed(&mut self, cell: CellIx) {
        let load = self.load_of(cell);
        self.tally.peak_cell_load = self.tally.peak_cell_load.max(load);
        let speed = self.faults.speed_of_cell(cell) / load.max(1.0);
        let now = self.now;
        let jobs = &mut self.cell_mut(cell).jobs;
        if jobs.speed().to_bits() != speed.to_bits() {
            jobs.set_speed(now, speed);
            self.look_at_jobs(cell);
            self.watch_health(cell);
        }
    }

    /// What is asked of a cell's scarcest resource, by what it has of it: above 1 all of it goes slower.
    fn load_of(&self, cell: CellIx) -> f64 {
        let load = &self.scenario.load;
        if !load.enabled {
            return 0.0;
        }
        let Cell { asked, cores, .. } = self.cell(cell);
        (asked.cores / cores).max(asked.disk_mb_per_s / load.disk_mb_per_s)
    }

    /// How much of its cores a cell uses, from 0 to 1.
    pub(super) fn cpu_share_of(&self, cell: CellIx) -> f64 {
        let home = self.cell(cell);
        (home.asked.cores * home.jobs.speed() / home.cores).min(1.0)
    }

    fn look_at_jobs(&mut self, cell: CellIx) {
        let now = self.now;
        let home = self.cell_mut(cell);
        if let Some(at) = home.jobs.next_look(now) {
            let vm = home.vm();
            self.queue.schedule(at, Event::CellWorks(vm));
        }
    }

    /// What a container that runs, or is being stopped, does.
    pub(super) fn running_activity(work: Work) -> Activity {
        match work {
            Work::Lrp(_) => Activity::Running,
            // What a task asks for is not known: it counts as an app's start, which a staging task is much like.
            Work::Task(_) => Activity::Starting,
        }
    }
}

/// What the containers of a cell ask for in all.
fn asked(load: &Load, doing: &[u32; Activity::COUNT]) -> Demand {
    let demands = [load.create, load.unpack, load.start, load.run, load.destroy];
    let activities = [
        Activity::Creating,
        Activity::Unpacking,
        Activity::Starting,
        Activity::Running,
        Activity::Destroying,
    ];
    demands.iter().zip(activities).fold(Demand::NONE, |sum, (demand, activity)| {
        let containers = f64::from(doing[activity as usize]);
        Demand {
            cores: sum.cores + demand.cores * containers,
            disk_mb_per_s: sum.disk_mb_per_s + demand.disk_mb_per_s * containers,
        }
    })
}
