//! BOSH's director and the group of cells: which cell is updated when (D.3). The steps of one cell's update are in [`slot`].

mod slot;

use rivera_lifecycle::{DeploymentUpdate, GroupUpdate, UpdateCell, ZonePlan, zones_in_update_order};
use rivera_limiter::Canaries;
use rivera_model::{CellIx, Fleet, FleetCell, GroupIx, Time, ZoneIx};

use super::upgrade::Upgrade;
use crate::cells::cell::Cell;
use crate::deployment::deployment_plan::{DeploymentPlan, Members, PlannedGroup};
use crate::deployment::group_settings::GroupSettings;
use crate::deployment::together::greatest_together;
use crate::outcome::run::{SurplusTimes, ZoneSpan};
use crate::scenario::Scenario;
use crate::setting::Setting;

/// The director's state.
pub(super) struct Director {
    /// The deploys of the upgrade, one after the other; the one at `current` is under way.
    deploys: Vec<Deploy>,
    current: usize,
    /// Cells before this position are the foundation's own, the others are there for the upgrade only.
    own: usize,
    /// When the roll-out began.
    pub(super) began: Time,
}

/// What a deploy does with cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Surplus cells are added.
    Add,
    /// Cells are updated.
    Roll,
    /// Surplus cells are removed.
    Remove,
}

/// One deploy.
struct Deploy {
    phase: Phase,
    /// The positions of its cells.
    cells: std::ops::Range<usize>,
    /// Cells from this position on are ahead of the others of their zone.
    ahead: usize,
    /// The groups of cells, in the order of the fleet.
    groups: Vec<CellsUpdate>,
    /// What is updated, in its order: in the roll-out all of the plan, otherwise cells alone.
    parts: Vec<Part>,
    /// Which parts are being updated, and which follow.
    order: DeploymentUpdate,
    /// When it ended.
    ended: Option<Time>,
}

/// A part of a deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A group of cells.
    Cells(GroupIx),
    /// The group of other machines at this position of the plan.
    Machines(usize),
}

/// The update of a group of cells.
struct CellsUpdate {
    settings: GroupSettings,
    update: GroupUpdate,
    zones: Vec<ZoneProgress>,
}

/// What a zone's update has been like.
struct ZoneProgress {
    zone: ZoneIx,
    cells: u32,
    in_flight: u32,
    canaries: Vec<CellIx>,
    span: Option<(Time, Time)>,
}

impl CellsUpdate {
    /// Of these cells, which are all of one group, zone by zone; those from `ahead` on are ahead of the others of their zone.
    fn new(settings: GroupSettings, cells: impl Iterator<Item = UpdateCell>, ahead: usize) -> Self {
        let mut plans = Vec::new();
        let mut zones = Vec::new();
        for (zone, mut cells) in zones_in_update_order(cells) {
            cells.sort_by_key(|cell| cell.index() < ahead);
            // Canaries are taken in the first zone only (D.3).
            let canaries = if plans.is_empty() { settings.canaries.canaries(cells.len()) } else { 0 };
            let in_flight = count(settings.max_in_flight.in_flight(cells.len()));
            zones.push(ZoneProgress {
                zone,
                cells: count(cells.len()),
                in_flight,
                canaries: cells[..canaries].to_vec(),
                span: None,
            });
            plans.push(ZonePlan { zone, in_flight, canaries: count(canaries), instances: cells });
        }
        Self { settings, update: GroupUpdate::new(plans), zones }
    }

    /// The deletion of these cells: one pool for all zones, without canaries (D.3).
    fn deletion(settings: GroupSettings, cells: impl Iterator<Item = UpdateCell>) -> Self {
        let zone = ZoneIx(0);
        let cells = cells.map(|cell| UpdateCell { zone, ..cell });
        Self::new(GroupSettings { canaries: Canaries::instances(0), ..settings }, cells, usize::MAX)
    }

    fn greatest_in_flight(&self) -> u32 {
        self.zones.iter().map(|zone| zone.in_flight.min(zone.cells)).max().unwrap_or(0)
    }

    fn is_canary(&self, cell: CellIx) -> bool {
        self.zones.iter().any(|zone| zone.canaries.contains(&cell))
    }
}

/// The parts of a deploy, each with the answer whether it is `serial`; of machines those that are to be updated.
fn parts_of(
    phase: Phase,
    plan: &DeploymentPlan,
    settings: &[GroupSettings],
    is_left: impl Fn(usize) -> bool,
) -> Vec<(Part, bool)> {
    let of_plan = |(position, group): (usize, &PlannedGroup)| match group.members {
        Members::Cells { group: cells, .. } => Some((Part::Cells(cells), group.serial)),
        Members::Machines { .. } => is_left(position).then_some((Part::Machines(position), group.serial)),
    };
    match phase {
        Phase::Roll => plan.groups.iter().enumerate().filter_map(of_plan).collect(),
        Phase::Add | Phase::Remove => {
            let cells = settings.iter().zip(0..);
            cells.map(|(group, ix)| (Part::Cells(GroupIx(ix)), group.serial)).collect()
        }
    }
}

impl Deploy {
    /// A deploy that changes the cells at these positions, those from `ahead` on ahead of the others of their zone.
    fn new(
        phase: Phase,
        cells: std::ops::Range<usize>,
        fleet: &Fleet,
        ahead: usize,
        settings: &[GroupSettings],
        is_changed: impl Fn(CellIx) -> bool,
        parts: Vec<(Part, bool)>,
    ) -> Self {
        let group = |(settings, ix): (&GroupSettings, u32)| {
            let changed = cells.clone().map(|ix| (&fleet.cells[ix], CellIx::from_index(ix)));
            let of_group = changed.filter(|(known, cell)| known.group == GroupIx(ix) && is_changed(*cell));
            let cells = of_group.map(|(known, cell)| UpdateCell {
                cell,
                zone: known.zone,
                bootstrap: known.bootstrap,
            });
            match phase {
                Phase::Add | Phase::Roll => CellsUpdate::new(*settings, cells, ahead),
                Phase::Remove => CellsUpdate::deletion(*settings, cells),
            }
        };
        let order = DeploymentUpdate::new(parts.iter().map(|&(_, serial)| serial));
        let groups = settings.iter().zip(0..).map(group).collect();
        let parts = parts.into_iter().map(|(part, _)| part).collect();
        Self { phase, cells, ahead, groups, parts, order, ended: None }
    }

    /// The same anew, for the cells that are still changed and the parts that are left (D.3). What it did in a zone before is
    /// kept.
    fn again(
        self,
        fleet: &Fleet,
        settings: &[GroupSettings],
        is_changed: impl Fn(CellIx) -> bool,
        parts: Vec<(Part, bool)>,
    ) -> Self {
        let mut again = Self::new(self.phase, self.cells, fleet, self.ahead, settings, is_changed, parts);
        for (group, before) in again.groups.iter_mut().zip(self.groups) {
            for zone in before.zones {
                match group.zones.iter_mut().find(|it| it.zone == zone.zone) {
                    Some(again) => (again.cells, again.span) = (zone.cells, zone.span),
                    None => group.zones.push(zone),
                }
            }
        }
        again
    }
}

impl Director {
    /// The deploys of an upgrade. Cells from position `own` on are added and removed.
    pub(super) fn new(
        fleet: &Fleet,
        own: usize,
        scenario: &Scenario,
        setting: Setting,
        plan: &DeploymentPlan,
    ) -> Self {
        let settings = settings_of(fleet, scenario, setting);
        let all = fleet.cells.len();
        let deploy = |phase, cells, ahead| {
            let parts = parts_of(phase, plan, &settings, |_| true);
            Deploy::new(phase, cells, fleet, ahead, &settings, |_| true, parts)
        };
        let mut deploys = Vec::new();
        // Cells that are new in the deploy of the roll-out are created ahead of the others.
        let ahead = if scenario.surplus.same_deploy { own } else { all };
        if own < ahead {
            deploys.push(deploy(Phase::Add, own..all, all));
        }
        deploys.push(deploy(Phase::Roll, 0..all, ahead));
        if own < all {
            deploys.push(deploy(Phase::Remove, own..all, all));
        }
        Self { deploys, current: 0, own, began: Time::ZERO }
    }

    /// The deploy under way has failed, and is made anew.
    pub(super) fn redeploy(
        &mut self,
        fleet: &Fleet,
        scenario: &Scenario,
        setting: Setting,
        cells: &[Cell],
        upgrade: &Upgrade,
    ) {
        let settings = settings_of(fleet, scenario, setting);
        let failed = self.deploys.remove(self.current);
        let phase = failed.phase;
        let parts = parts_of(phase, &upgrade.plan, &settings, |group| upgrade.groups[group].0.is_none());
        let is_changed = |cell: CellIx| {
            let cell = &cells[cell.index()];
            match phase {
                Phase::Add => !cell.rollout.accepts_work(),
                Phase::Roll => !cell.is_updated,
                Phase::Remove => cell.exists,
            }
        };
        let again = failed.again(fleet, &settings, is_changed, parts);
        self.deploys.insert(self.current, again);
    }

    pub(super) fn phase(&self) -> Phase {
        self.deploys[self.current].phase
    }

    /// Whether a cell is one of the foundation's own.
    pub(super) fn is_own(&self, cell: CellIx) -> bool {
        cell.index() < self.own
    }

    /// What is at a position of the deploy under way.
    pub(super) fn part(&self, position: usize) -> Part {
        self.deploys[self.current].parts[position]
    }

    /// Where a part is in it.
    pub(super) fn position(&self, part: Part) -> usize {
        let mut parts = self.deploys[self.current].parts.iter();
        parts.position(|it| *it == part).expect("what is updated is a part of the deploy under way")
    }

    pub(super) fn order(&mut self) -> &mut DeploymentUpdate {
        &mut self.deploys[self.current].order
    }

    fn group(&self, group: GroupIx) -> &CellsUpdate {
        &self.deploys[self.current].groups[group.index()]
    }

    fn update(&mut self, group: GroupIx) -> &mut GroupUpdate {
        &mut self.deploys[self.current].groups[group.index()].update
    }

    fn roll(&self) -> &Deploy {
        self.deploys.iter().find(|deploy| deploy.phase == Phase::Roll).expect("every upgrade rolls cells")
    }

    /// The deploy under way is done; whether another one follows.
    pub(super) fn next_deploy(&mut self, now: Time) -> bool {
        self.deploys[self.current].ended = Some(now);
        let follows = self.current + 1 < self.deploys.len();
        self.current += usize::from(follows);
        follows
    }

    /// How many cells of a cell's group and zone may be in flight in the deploy under way.
    pub(super) fn most_in_flight(&self, cell: &FleetCell) -> usize {
        let of_zone = |zone: &&ZoneProgress| zone.zone == cell.zone || self.phase() == Phase::Remove;
        self.group(cell.group).zones.iter().find(of_zone).map_or(0, |zone| zone.in_flight as usize)
    }

    /// The most cells that may be updated at once: a zone of each group that is updated together with others.
    pub(super) fn greatest_in_flight(&self) -> u32 {
        let groups = &self.roll().groups;
        let serial: Vec<bool> = groups.iter().map(|group| group.settings.serial).collect();
        let each: Vec<usize> = groups.iter().map(|group| group.greatest_in_flight() as usize).collect();
        count(greatest_together(&serial, &each))
    }

    /// Cells that have a slot.
    pub(super) fn in_flight(&self) -> u32 {
        let groups = &self.deploys[self.current].groups;
        count(groups.iter().map(|group| group.update.in_flight().len()).sum())
    }

    /// When each zone of each group began and ended, for those that began.
    pub(super) fn zone_spans(&self, fleet: &Fleet) -> Vec<ZoneSpan> {
        let zones = self.roll().groups.iter().zip(&fleet.groups).flat_map(|(group, known)| {
            group.zones.iter().map(move |progress| (known.name.as_str(), progress))
        });
        let spans = zones.filter_map(|(group, progress)| {
            let (start, end) = progress.span?;
            Some(ZoneSpan {
                group: group.to_owned(),
                zone: fleet.zones[progress.zone.index()].clone(),
                cells: progress.cells,
                in_flight: progress.in_flight,
                start_s: start.since(self.began).as_secs_f64(),
                end_s: end.since(self.began).as_secs_f64(),
            })
        });
        spans.collect()
    }

    /// How long surplus cells were added and removed, if there are any and it has come to that.
    pub(super) fn surplus_times(&self) -> Option<SurplusTimes> {
        let removal = self.deploys.iter().find(|deploy| deploy.phase == Phase::Remove)?;
        let cells = removal.groups.iter().flat_map(|group| &group.zones).map(|zone| zone.cells).sum();
        let mut times = SurplusTimes { cells, ..SurplusTimes::default() };
        let mut began = self.began;
        for deploy in &self.deploys {
            let Some(ended) = deploy.ended else { break };
            let took_s = ended.since(began).as_secs_f64();
            match deploy.phase {
                Phase::Add => times.adding_s = took_s,
                Phase::Roll => times.rolling_s = took_s,
                Phase::Remove => times.removing_s = took_s,
            }
            began = ended;
        }
        Some(times)
    }

    /// Stretches the span of a cell's zone to `now`.
    fn mark(&mut self, FleetCell { group, zone, .. }: &FleetCell, now: Time) {
        let mut zones = self.deploys[self.current].groups[group.index()].zones.iter_mut();
        // A deletion knows no zones.
        if let Some(progress) = zones.find(|progress| progress.zone == *zone) {
            progress.span = Some((progress.span.map_or(now, |(start, _)| start), now));
        }
    }
}

fn settings_of(fleet: &Fleet, scenario: &Scenario, setting: Setting) -> Vec<GroupSettings> {
    fleet.groups.iter().map(|group| GroupSettings::of(group, scenario, setting)).collect()
}

fn count(cells: usize) -> u32 {
    u32::try_from(cells).expect("ids are dense and fit u32")
}
