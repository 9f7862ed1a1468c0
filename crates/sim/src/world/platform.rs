//! What is there of the platform: the state of each component while its machines are updated, for the systems that
//! depend on it, and what its absence means for the planes (D.7).
//!
//! A machine is away from the stop of its jobs until they run again; then it has the new version. Without the whole
//! upgrade nothing of this changes: no component is ever away, or has the new version.

use std::collections::BTreeSet;

use rivera_model::{CellIx, Time};

use super::World;
use super::director::Part;
use crate::deployment::absence::Absence;
use crate::deployment::component::{COMPONENTS, Component, ComponentId};
use crate::deployment::deployment_plan::{DeploymentPlan, PlannedGroup};
use crate::outcome::timeline::What;

/// The machines of one component.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Machines {
    /// How many it has.
    pub(crate) instances: u32,
    /// Those that are away.
    pub(crate) down: u32,
    /// Those that have been updated, and are there again.
    pub(crate) updated: u32,
    /// When the first and the last of them were updated.
    pub(super) updates: Option<(Time, Time)>,
    /// All of them were away.
    pub(super) away: Absence,
    /// Fewer than a majority were there, where one is needed (I-11).
    pub(super) minority: Absence,
}

impl Machines {
    /// Those that answer.
    pub(crate) const fn up(&self) -> u32 {
        self.instances - self.down
    }

    /// The share of the new version among those that answer; nothing where none does.
    pub(crate) fn updated_share(&self) -> f64 {
        if self.up() == 0 { 0.0 } else { f64::from(self.updated) / f64::from(self.up()) }
    }

    fn change(&mut self, now: Time, change: Change) {
        match change {
            Change::Stopped => self.down += 1,
            Change::Runs => self.down -= 1,
            Change::Updated => {
                self.down -= 1;
                self.updated += 1;
                self.updates = Some((self.updates.map_or(now, |(first, _)| first), now));
            }
        }
        // A single instance is no cluster.
        self.minority.set(now, self.instances > 1 && self.up() * 2 <= self.instances);
    }

    fn is_gone(&self) -> bool {
        self.instances > 0 && self.up() == 0
    }
}

/// What happened to a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Its jobs are stopped.
    Stopped,
    /// Its jobs run.
    Runs,
    /// Its jobs run, in the new version.
    Updated,
}

/// The state of the platform.
#[derive(Debug, Default)]
pub(crate) struct Platform {
    components: [Machines; ComponentId::COUNT],
    /// The machines that serve lifecycle bundles: those with the job, else the Diego Brains (F.3).
    pub(super) file_servers: Machines,
    /// Whether there are machines with that job.
    serves_by_job: bool,
    /// Cells that are not there.
    cells_down: BTreeSet<CellIx>,
    /// The first Cloud Controller migrates the database.
    migrating: bool,
    /// Some component that apps need was away.
    pub(super) apps: Absence,
    /// Some component that the platform needs was away.
    pub(super) platform: Absence,
    /// Nobody could push.
    pub(super) push: Absence,
}

/// While the only one of these is away nobody can push (D.7, "cf push availability"; without the database there is no
/// Cloud Controller).
const PUSH_NEEDS: [ComponentId; 6] = [
    ComponentId::MysqlServer,
    ComponentId::FileStorage,
    ComponentId::HaProxy,
    ComponentId::Router,
    ComponentId::Uaa,
    ComponentId::CloudController,
];

impl Platform {
    pub(super) fn new(plan: &DeploymentPlan) -> Self {
        let serves_by_job = plan.groups.iter().any(|group| group.serves_files);
        let mut platform = Self { serves_by_job, ..Self::default() };
        for group in &plan.groups {
            let instances = u32::try_from(group.instances()).expect("a manifest's numbers fit u32");
            platform.each(group, |machines| machines.instances += instances);
        }
        platform
    }

    /// A component's machines now.
    pub(crate) const fn of(&self, component: ComponentId) -> &Machines {
        &self.components[component as usize]
    }

    /// Whether the deployment has a component, and no instance of it answers.
    pub(crate) const fn is_away(&self, component: ComponentId) -> bool {
        self.of(component).away.is_away()
    }

    /// The share of the new version among a component's machines that answer.
    pub(crate) fn updated_share(&self, component: ComponentId) -> f64 {
        self.of(component).updated_share()
    }

    /// Whether a push can succeed now.
    pub(crate) const fn takes_pushes(&self) -> bool {
        !self.push.is_away()
    }

    /// Whether the Cloud Controller's deployment updater runs, which is beside its clock, and has its database.
    pub(crate) const fn updates_deployments(&self) -> bool {
        let needs_more = self.is_away(ComponentId::ClockGlobal) || self.is_away(ComponentId::MysqlServer);
        !needs_more && !self.migrating
    }

    /// All that a group's machines count for.
    fn each(&mut self, group: &PlannedGroup, mut change: impl FnMut(&mut Machines)) {
        for &component in &group.components {
            change(&mut self.components[component as usize]);
        }
        if self.serves_files(group) {
            change(&mut self.file_servers);
        }
    }

    /// Whether a group's machines serve the lifecycle bundles.
    pub(super) fn serves_files(&self, group: &PlannedGroup) -> bool {
        group.serves_files || !self.serves_by_job && group.has(ComponentId::DiegoBrain)
    }

    /// What follows for the planes and for pushes.
    fn reckon(&mut self, now: Time) {
        let is_any_away =
            |of: fn(&Component) -> bool| COMPONENTS.iter().any(|it| of(it) && self.is_away(it.id));
        let (apps, platform) = (is_any_away(|it| it.apps), is_any_away(|it| it.platform));
        let push = self.migrating || PUSH_NEEDS.iter().any(|&it| self.is_away(it));
        self.apps.set(now, apps);
        self.platform.set(now, platform);
        self.push.set(now, push);
    }
}

impl World<'_> {
    /// A machine of a group has stopped, or runs again.
    pub(super) fn machine_changed(&mut self, group: usize, change: Change) {
        let (now, group) = (self.now, &self.upgrade.plan.groups[group]);
        self.platform.each(group, |machines| machines.change(now, change));
        for component in group.components.clone() {
            let machines = &mut self.platform.components[component as usize];
            let is_gone = machines.is_gone();
            if machines.away.set(now, is_gone) {
                self.note(if is_gone {
                    What::ComponentAway(component)
                } else {
                    What::ComponentBack(component)
                });
            }
        }
        self.platform.reckon(now);
    }

    /// A cell has stopped or is lost, or runs again. Of cells it is only reckoned whether they are there.
    pub(super) fn cell_changed(&mut self, cell: CellIx, change: Change) {
        if !self.scenario.upgrade.enabled || !self.director.is_own(cell) {
            return;
        }
        let is_news = match change {
            Change::Stopped => self.platform.cells_down.insert(cell),
            Change::Runs | Change::Updated => self.platform.cells_down.remove(&cell),
        };
        if is_news {
            let group = self.upgrade.place(Part::Cells(self.fleet.cells[cell.index()].group));
            self.machine_changed(group, change);
        }
    }

    /// The migration of the Cloud Controller's database begins, or ends.
    pub(super) fn migration(&mut self, begins: bool) {
        self.note(if begins { What::MigrationBegins } else { What::MigrationEnds });
        self.platform.migrating = begins;
        self.platform.reckon(self.now);
    }
}
