//! BOSH's director and the deployment: which group is updated when, and after the last one the errands (D.3, D.7).

use rivera_lifecycle::GroupProgress;
use rivera_model::{GroupIx, Time};

use super::World;
use super::director::{Part, Phase};
use super::machines::MachineGroup;
use super::platform::{Machines, Platform};
use crate::deployment::absence::Downtime;
use crate::deployment::component::{COMPONENTS, ComponentId};
use crate::deployment::deployment_plan::{DeploymentPlan, Members, PlannedGroup};
use crate::event::Event;
use crate::outcome::run::End;
use crate::outcome::timeline::What;
use crate::outcome::upgrade_outcome::{ComponentDowntime, ErrandSpan, GroupSpan, UpgradeOutcome, Window};
use crate::random::stream::{Draws, Stream};

/// A number that no errand has.
const POST_DEPLOY: u64 = u32::MAX as u64;

/// The upgrade under way.
pub(super) struct Upgrade {
    pub(super) plan: DeploymentPlan,
    /// The machines of the plan's groups, in the same order; the cells are not among them.
    pub(super) machines: Vec<Option<MachineGroup>>,
    /// When each group began, and ended.
    pub(super) groups: Vec<Stretch>,
    /// The same of the errands.
    pub(super) errands: Vec<Stretch>,
}

/// From when to when something was done.
pub(super) type Stretch = (Option<Time>, Option<Time>);

impl Upgrade {
    pub(super) fn new(plan: DeploymentPlan) -> Self {
        let mut machines = Vec::new();
        let mut before = 0;
        for group in &plan.groups {
            machines.push(MachineGroup::new(group, before));
            before += group.machines();
        }
        let groups = vec![(None, None); plan.groups.len()];
        let errands = vec![(None, None); plan.errands.len()];
        Self { plan, machines, groups, errands }
    }

    /// The place of a part in the plan.
    pub(super) fn place(&self, part: Part) -> usize {
        match part {
            Part::Machines(place) => place,
            Part::Cells(group) => {
                let is_it = |it: &PlannedGroup| matches!(it.members, Members::Cells { group: cells, .. } if cells == group);
                self.plan.groups.iter().position(is_it).expect("every plan has all groups of cells")
            }
        }
    }
}

impl World<'_> {
    /// Begins the groups whose turn it is.
    pub(super) fn begin_groups(&mut self) {
        if self.end.is_some() {
            // A roll-out that was given up begins no further group.
            return;
        }
        for position in self.director.order().begin_next() {
            let part = self.director.part(position);
            self.group_begins(part);
            match part {
                Part::Machines(group) => self.update_machines(group),
                Part::Cells(group) => {
                    self.fill_slots(group);
                    // A group without cells is done as it begins.
                    self.cells_went_on(group);
                }
            }
        }
    }

    /// How a group of cells stands after the end of one of them.
    pub(super) fn cells_went_on(&mut self, group: GroupIx) {
        let progress = self.cells_progress(group);
        self.group_went_on(Part::Cells(group), progress);
    }

    /// How a group stands after the end of one of its instances.
    pub(super) fn group_went_on(&mut self, part: Part, progress: GroupProgress) {
        let position = self.director.position(part);
        let known = "a group that went on was being updated";
        match progress {
            GroupProgress::Going => return,
            GroupProgress::Done => self.director.order().finished(position).expect(known),
            GroupProgress::Failed => self.director.order().failed(position).expect(known),
        }
        self.group_ends(part);
        let now = self.now;
        match self.director.order().progress() {
            GroupProgress::Going => self.begin_groups(),
            GroupProgress::Failed => {
                if !self.plan_redeployment() {
                    self.end_rollout(End::UpdateFailed);
                }
            }
            GroupProgress::Done if self.director.next_deploy(now) => self.begin_groups(),
            GroupProgress::Done if self.scenario.upgrade.enabled => {
                let mut draws = self.after_groups(POST_DEPLOY);
                let takes = self.scenario.upgrade.post_deploy_s.draw_secs(&mut draws);
                self.after(takes, Event::ErrandDue(0));
            }
            GroupProgress::Done => self.end_rollout(End::Finished),
        }
    }

    /// Only the whole upgrade has groups to speak of, and a deploy that only adds or removes cells is no part of it.
    fn is_in_plan(&self) -> bool {
        self.scenario.upgrade.enabled && self.director.phase() == Phase::Roll
    }

    fn group_begins(&mut self, part: Part) {
        if self.is_in_plan() {
            let group = self.upgrade.place(part);
            // One that is taken up again after a failure began when it first did.
            self.upgrade.groups[group].0.get_or_insert(self.now);
            self.note(What::GroupBegins(group));
        }
    }

    fn group_ends(&mut self, part: Part) {
        if self.is_in_plan() {
            let group = self.upgrade.place(part);
            self.upgrade.groups[group].1 = Some(self.now);
            self.note(What::GroupEnds(group));
        }
    }

    /// Everything before this errand is done.
    pub(super) fn errand_due(&mut self, errand: usize) {
        if self.end.is_some() {
            return;
        }
        if let Some(last) = errand.checked_sub(1) {
            self.upgrade.errands[last].1 = Some(self.now);
        }
        let Some(stretch) = self.upgrade.errands.get_mut(errand) else {
            self.end_rollout(End::Finished);
            return;
        };
        stretch.0 = Some(self.now);
        self.note(What::ErrandBegins(errand));
        let mut draws = self.after_groups(errand as u64);
        let takes = self.scenario.upgrade.errand_s.draw_secs(&mut draws);
        self.after(takes, Event::ErrandDue(errand + 1));
    }

    /// What comes after the groups draws under the errand's number; the post-deploy scripts under one that no errand has.
    fn after_groups(&self, key: u64) -> Draws {
        self.streams.at(Stream::AfterGroups, key)
    }

    /// What the whole upgrade gave, if it was simulated.
    pub(super) fn upgrade_outcome(&self) -> Option<UpgradeOutcome> {
        if !self.scenario.upgrade.enabled {
            return None;
        }
        let Upgrade { plan, groups, errands, .. } = &self.upgrade;
        let since_start = |time: Time| time.since(self.director.began).as_secs_f64();
        let groups = plan.groups.iter().zip(groups).map(|(group, &(start, end))| GroupSpan {
            name: group.name.clone(),
            components: group.components.iter().map(|id| id.component().name.to_owned()).collect(),
            instances: u32::try_from(group.instances()).expect("ids fit u32"),
            serial: group.serial,
            start_s: start.map(since_start),
            end_s: end.map(since_start),
        });
        let errands = plan.errands.iter().zip(errands).map(|(&name, &(start, end))| ErrandSpan {
            name: name.to_owned(),
            start_s: start.map(since_start),
            end_s: end.map(since_start),
        });
        let Platform { file_servers, apps, platform, push, .. } = &self.platform;
        let components = || COMPONENTS.iter().map(|component| (component, self.platform.of(component.id)));
        let downtimes =
            components().filter(|(_, machines)| machines.instances > 0).map(|(component, machines)| {
                ComponentDowntime {
                    name: component.name.to_owned(),
                    instances: machines.instances,
                    apps: component.apps,
                    platform: component.platform,
                    away: machines.away.downtime(self.now),
                    minority: if component.quorum {
                        machines.minority.downtime(self.now)
                    } else {
                        Downtime::default()
                    },
                }
            });
        let components: Vec<ComponentDowntime> = downtimes.collect();
        let window = |until: &Machines| {
            let (start, _) = self.platform.of(ComponentId::CloudController).updates?;
            let (_, end) = until.updates?;
            (end > start).then(|| Window { start_s: since_start(start), end_s: since_start(end) })
        };
        Some(UpgradeOutcome {
            groups: groups.collect(),
            errands: errands.collect(),
            quorum_losses: components.iter().map(|component| component.minority.times).sum(),
            components,
            apps_plane: apps.downtime(self.now),
            platform_plane: platform.downtime(self.now),
            push: push.downtime(self.now),
            job_window: window(self.platform.of(ComponentId::CloudControllerWorker)),
            file_server_window: window(file_servers),
        })
    }
}
