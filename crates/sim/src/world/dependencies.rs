//! What cells depend on while the platform's machines are updated: the active BBS and auctioneer, their database, and the
//! servers of files (A.16, B.11, C.9, D.7). What follows when one of them is away is told in `outages.rs` and
//! `storage_outage.rs`, as after faults.
//!
//! BBS and auctioneer hold a lock each: one instance is active, the others wait for it. Who is updated stops in good order, and
//! the next one has the lock at its next try.

use std::collections::BTreeMap;

use rivera_model::Time;

use super::World;
use crate::deployment::component::ComponentId;
use crate::deployment::deployment_plan::{DeploymentPlan, PlannedGroup};
use crate::event::MachineRef;
use crate::random::distribution::secs;
use crate::scenario::{Files, StorageLocation};

/// Which machines are away, and whose instances are active.
#[derive(Debug, Default)]
pub(super) struct Dependencies {
    absences: BTreeMap<MachineRef, Stretch>,
    /// At first the first one. No source: assumed.
    active_bbs: Option<MachineRef>,
    active_auctioneer: Option<MachineRef>,
}

/// A machine is away, or will be.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: Time,
    back: Time,
}

impl Dependencies {
    pub(super) fn new(plan: &DeploymentPlan) -> Self {
        let mut all_up = Self::default();
        all_up.active_bbs = all_up.first_up(plan, ComponentId::DiegoBbs, Time::ZERO);
        all_up.active_auctioneer = all_up.first_up(plan, ComponentId::DiegoBrain, Time::ZERO);
        all_up
    }

    /// It is known when its slot begins from when to when the jobs of a machine do not run.
    pub(super) fn will_be_away(&mut self, it: MachineRef, from: Time, back: Time) {
        self.absences.insert(it, Stretch { from, back });
    }

    /// The first machine of a component that is not away.
    fn first_up(&self, plan: &DeploymentPlan, component: ComponentId, now: Time) -> Option<MachineRef> {
        let groups = plan.groups.iter().enumerate().filter(|(_, group)| group.has(component));
        let mut machines = groups.flat_map(|(group, planned)| {
            (0..planned.machines()).map(move |machine| MachineRef { group, machine })
        });
        machines.find(|machine| self.absences.get(machine).is_none_or(|absence| absence.from > now))
    }

    fn active(&mut self, component: ComponentId) -> &mut Option<MachineRef> {
        match component {
            ComponentId::DiegoBbs => &mut self.active_bbs,
            _ => &mut self.active_auctioneer,
        }
    }
}

impl World<'_> {
    /// The jobs of a machine have stopped.
    pub(super) fn dependencies_stop(&mut self, it: MachineRef) {
        if let Some(until) = self.lock_is_free(it, ComponentId::DiegoBbs) {
            self.bbs_goes_away(until);
        }
        if let Some(until) = self.lock_is_free(it, ComponentId::DiegoBrain) {
            self.auctioneer_goes_away(until, true);
        }
        // The BBS reaches its database through the proxy, where there is one.
        for component in [ComponentId::MysqlServer, ComponentId::MysqlProxy] {
            if self.was_the_last(it, component) {
                self.database_goes_away(self.first_back(|group| group.has(component)));
            }
        }
        let storage = ComponentId::FileStorage;
        if self.scenario.storage.location == StorageLocation::Internal && self.was_the_last(it, storage) {
            self.storage_goes_away(Files::Droplets, self.first_back(|group| group.has(storage)));
        }
        if self.was_the_last(it, ComponentId::Nats) {
            self.routes.nats_away(self.now, self.first_back(|group| group.has(ComponentId::Nats)));
        }
        if self.platform.serves_files(self.planned(it)) && self.platform.file_servers.up() == 0 {
            let until = self.first_back(|group| self.platform.serves_files(group));
            self.storage_goes_away(Files::Bundles, until);
        }
    }

    /// The jobs of a machine run: if nobody else has the lock, it has.
    pub(super) fn dependencies_run(&mut self, it: MachineRef) {
        self.dependencies.absences.remove(&it);
        for component in [ComponentId::DiegoBbs, ComponentId::DiegoBrain] {
            if self.planned(it).has(component) {
                self.dependencies.active(component).get_or_insert(it);
            }
        }
    }

    /// Until when nobody has the lock of a process, if it was the active one on this machine that has stopped.
    fn lock_is_free(&mut self, it: MachineRef, component: ComponentId) -> Option<Time> {
        if *self.dependencies.active(component) != Some(it) {
            return None;
        }
        let next = self.dependencies.first_up(&self.upgrade.plan, component, self.now);
        *self.dependencies.active(component) = next;
        Some(match next {
            Some(_) => self.now + secs(self.scenario.faults.retry_s),
            None => self.first_back(|group| group.has(component)),
        })
    }

    fn planned(&self, it: MachineRef) -> &PlannedGroup {
        &self.upgrade.plan.groups[it.group]
    }

    /// Whether the machine has the component, and none of the component's machines is left.
    fn was_the_last(&self, it: MachineRef, component: ComponentId) -> bool {
        self.planned(it).has(component) && self.platform.is_away(component)
    }

    /// When the first of those machines is back that are away.
    fn first_back(&self, is_meant: impl Fn(&PlannedGroup) -> bool) -> Time {
        let absences = self.dependencies.absences.iter();
        let meant = absences.filter(|(it, absence)| absence.from <= self.now && is_meant(self.planned(**it)));
        meant.map(|(_, absence)| absence.back).min().expect("one has just stopped")
    }
}
