//! The machines of a group that is not of cells, and the steps of their update (D.3, D.4, E.6).

use rivera_lifecycle::{GroupUpdate, ZonePlan};
use rivera_model::{Span, Time, ZoneIx};

use super::World;
use super::director::Part;
use super::platform::Change;
use crate::deployment::component::ComponentId;
use crate::deployment::deployment_plan::{Members, PlannedGroup};
use crate::deployment::instance_update::{Change as VmChange, How, StepTimes};
use crate::event::{Event, MachineRef, MachineStep};
use crate::outcome::timeline::What;
use crate::random::distribution::secs;
use crate::random::stream::Stream;

/// A group of machines under way. Its machines are numbered zone by zone.
pub(super) struct MachineGroup {
    update: GroupUpdate<usize>,
    /// Those that are updated before the others: the first so many (D.3).
    canaries: usize,
    /// Machines of the deployment before its first.
    before: usize,
}

impl MachineGroup {
    /// None of the cells, which the director has in his own books.
    pub(super) fn new(group: &PlannedGroup, before: usize) -> Option<Self> {
        let Members::Machines { by_zone, max_in_flight, canaries } = &group.members else { return None };
        let mut first = 0;
        let mut plans: Vec<ZonePlan<usize>> = Vec::new();
        for (&machines, zone) in by_zone.iter().zip(0..).filter(|(machines, _)| **machines > 0) {
            plans.push(ZonePlan {
                zone: ZoneIx(zone),
                instances: (first..first + machines).collect(),
                in_flight: count(max_in_flight.in_flight(machines)),
                // Canaries are taken in the first zone only.
                canaries: if first == 0 { count(canaries.canaries(machines)) } else { 0 },
            });
            first += machines;
        }
        let canaries = plans.first().map_or(0, |zone| zone.canaries as usize);
        Some(Self { update: GroupUpdate::new(plans), canaries, before })
    }
}

fn count(machines: usize) -> u32 {
    u32::try_from(machines).expect("a manifest's numbers fit u32")
}

fn routers(groups: &[PlannedGroup]) -> usize {
    groups.iter().filter(|group| group.has(ComponentId::Router)).map(PlannedGroup::machines).sum()
}

impl World<'_> {
    /// Gives free slots to the machines of a group, as the order of the update allows.
    pub(super) fn update_machines(&mut self, group: usize) {
        if self.end.is_some() {
            // A roll-out that was given up starts no further machine.
            return;
        }
        while let Some(machine) = self.machines_of(group).update.start_next() {
            self.begin_machine(MachineRef { group, machine });
        }
    }

    /// All steps of a machine are known when its slot begins: nothing that happens meanwhile changes them.
    fn begin_machine(&mut self, it: MachineRef) {
        let upgrade = &self.scenario.upgrade;
        let MachineGroup { before, canaries, .. } = *self.machines_of(it.group);
        let mut draws = self.streams.at(Stream::MachineUpdate, (before + it.machine) as u64);
        let update = &self.scenario.update;
        let how = How {
            change: VmChange::Update,
            replace_vm: update.replace_vm,
            vm_strategy: update.vm_strategy,
            window_s: if it.machine < canaries { update.canary_watch_s } else { update.update_watch_s },
        };
        let plan = StepTimes::of_machines(upgrade).plan(how, &mut draws);
        let migration = upgrade.migration_s.draw_secs(&mut draws);
        let components = self.upgrade.plan.groups[it.group].components.clone();
        let drain = match components.contains(&ComponentId::Router) {
            true => secs(upgrade.router_drain_s),
            false => Span::ZERO,
        };
        let stops = plan.before_drain + drain;
        let mut jobs_start = stops + plan.replace;
        // The first Cloud Controller migrates the database before its jobs start.
        if it.machine == 0 && components.contains(&ComponentId::CloudController) {
            self.after(jobs_start, Event::Machine(it, MachineStep::MigrationBegins));
            jobs_start += migration;
            self.after(jobs_start, Event::Machine(it, MachineStep::MigrationEnds));
        }
        let back = self.now + jobs_start + plan.start;
        self.tell_routes(it, (self.now + stops, back));
        self.dependencies.will_be_away(it, self.now + stops, back);
        let is_seen = plan.start <= plan.watch;
        self.after(stops, Event::Machine(it, MachineStep::Stopped));
        self.queue.schedule(back, Event::Machine(it, MachineStep::Running));
        self.after(jobs_start + plan.watch, Event::Machine(it, MachineStep::SlotEnds { is_seen }));
    }

    /// A router is away for so long (E.4).
    fn tell_routes(&mut self, it: MachineRef, (from, until): (Time, Time)) {
        let groups = &self.upgrade.plan.groups;
        if groups[it.group].has(ComponentId::Router) {
            let router = count(routers(&groups[..it.group]) + it.machine);
            self.routes.router_away(router, from, until);
        }
    }

    /// The routers of the deployment, where its plan has any; those of the scenario where not.
    pub(super) fn routers(&self) -> u32 {
        match routers(&self.upgrade.plan.groups) {
            0 => self.scenario.routes.routers,
            planned => count(planned),
        }
    }

    pub(super) fn machine_step(&mut self, it: MachineRef, step: MachineStep) {
        match step {
            MachineStep::Stopped => {
                self.note(What::MachineStopped(it));
                self.machine_changed(it.group, Change::Stopped);
                self.dependencies_stop(it);
                self.workers_changed(it, Change::Stopped);
            }
            MachineStep::MigrationBegins => self.migration(true),
            MachineStep::MigrationEnds => self.migration(false),
            MachineStep::Running => {
                self.note(What::MachineUpdated(it));
                self.machine_changed(it.group, Change::Updated);
                self.dependencies_run(it);
                self.workers_changed(it, Change::Updated);
            }
            MachineStep::SlotEnds { is_seen } => self.end_machine(it, is_seen),
        }
    }

    fn end_machine(&mut self, it: MachineRef, is_seen: bool) {
        let update = &mut self.machines_of(it.group).update;
        let ended = if is_seen { update.finished(it.machine) } else { update.failed(it.machine) };
        ended.expect("the director knows which machines have its slots");
        let progress = update.progress();
        self.update_machines(it.group);
        self.group_went_on(Part::Machines(it.group), progress);
    }

    fn machines_of(&mut self, group: usize) -> &mut MachineGroup {
        self.upgrade.machines[group].as_mut().expect("a group that is not of cells has machines")
    }
}
