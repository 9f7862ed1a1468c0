//! `cf push --strategy rolling`: instances of the new version are started one at a time, and an old one is stopped for each
//! that runs. Read from the deployment updater of cloud_controller_ng, with a `max_in_flight` of 1.
//!
//! The updater looks at every app that is rolled out in an interval of its own. If all instances of the new version run it
//! takes one from the oldest version and gives the new one one more; if there are as many as the app is to have it removes
//! all that is older. Otherwise it waits, however long: it gives nothing up and goes nowhere back.

use std::collections::BTreeMap;

use rivera_lifecycle::{Desired, LrpKey, State};
use rivera_model::{ProcessIx, Span, TaskIx, Time};

use super::World;
use super::seed::phase_of;
use crate::event::Event;
use crate::outcome::timeline::What;
use crate::random::distribution::secs;
use crate::random::stream::Streams;
use crate::scenario::Scenario;

/// The updater's phase is drawn under a key that no cell and not the BBS has.
const PHASE_KEY: u64 = 1 << 32;

/// The apps that are between two versions.
#[derive(Debug)]
pub(super) struct Rollings {
    /// By app.
    under_way: BTreeMap<ProcessIx, Rolling>,
    interval: Span,
    phase: Span,
    /// Whether the updater's next look is scheduled: while it has nothing to do it is not simulated.
    is_looking: bool,
    /// Those of healthy apps: of one that crashes by itself nobody waits for the end.
    healthy: usize,
}

/// An app that is rolled out.
#[derive(Debug, Clone)]
struct Rolling {
    task: TaskIx,
    version: ProcessIx,
    /// The versions before it, oldest first: the first is the app's own process, which is kept without instances until the
    /// end; the others are those of pushes that were overtaken.
    older: Vec<ProcessIx>,
    /// How many pushes have been overtaken since the app was whole. Each has left its first instance to the next.
    superseded: u32,
}

impl Rollings {
    pub(super) fn new(scenario: &Scenario, streams: &Streams) -> Self {
        let interval = secs(scenario.staging.deployment_updater_interval_s);
        Self {
            under_way: BTreeMap::new(),
            interval,
            phase: phase_of(streams, PHASE_KEY, interval),
            is_looking: false,
            healthy: 0,
        }
    }

    /// Whether no healthy app is between two versions.
    pub(super) const fn are_over(&self) -> bool {
        self.healthy == 0
    }

    /// Healthy apps that are between two versions.
    pub(super) const fn healthy(&self) -> usize {
        self.healthy
    }

    /// The updater's first look after `now`.
    fn next_look(&self, now: Time) -> Time {
        let passed = now.0.saturating_sub(self.phase.0) / self.interval.0;
        let looks = if now.0 < self.phase.0 { 0 } else { passed + 1 };
        Time(self.phase.0 + looks * self.interval.0)
    }

    /// How many instances more than usual an app has, of all its versions together.
    pub(super) fn surplus(&self, app: ProcessIx) -> u32 {
        self.under_way.get(&app).map_or(0, |rolling| 1 + rolling.superseded)
    }

    /// All versions of the apps that are between two.
    pub(super) fn versions(&self) -> impl Iterator<Item = ProcessIx> {
        self.under_way.values().flat_map(|it| it.older.iter().copied().chain([it.version]))
    }

    /// The versions that an app still has beside the newest.
    pub(super) fn older(&self, app: ProcessIx) -> &[ProcessIx] {
        self.under_way.get(&app).map_or(&[], |rolling| &rolling.older)
    }
}

impl World<'_> {
    /// The Cloud Controller begins to roll out the version that was staged: with one instance, beside all that there are.
    pub(super) fn begin_rolling(&mut self, task: TaskIx, version: ProcessIx) {
        let app = self.books.versions.app(version);
        let old = self.books.versions.desire(version);
        let is_healthy = !self.apps[app.index()].crashing;
        self.tally.staging.rolled += 1;
        self.note(What::RollingBegins(task));
        let (mut older, superseded) = match self.rollings.under_way.remove(&app) {
            Some(before) => {
                self.tally.staging.superseded += u64::from(is_healthy);
                (before.older, before.superseded + 1)
            }
            None => {
                self.rollings.healthy += usize::from(is_healthy);
                (Vec::new(), 0)
            }
        };
        older.push(old);
        let usual = self.bbs.desired(old).expect("the version before is desired");
        self.rollings.under_way.insert(app, Rolling { task, version, older, superseded });
        if self.fleet.processes[app.index()].instances == 0 {
            let _ = self.bbs.desire(version, Desired { instances: 0, ..usual }, self.now);
            self.end_rolling(app);
            return;
        }
        let first = LrpKey::new(version, 0);
        self.books.grow(first);
        let _ = self.bbs.desire(version, Desired { instances: 1, ..usual }, self.now);
        self.start_grown(first);
        self.check_rolling(app, version);
        if !self.rollings.is_looking {
            self.rollings.is_looking = true;
            self.queue.schedule(self.rollings.next_look(self.now), Event::UpdateRollings);
        }
    }

    /// The updater looks at all apps that are rolled out.
    pub(super) fn update_rollings(&mut self) {
        let apps: Vec<ProcessIx> = self.rollings.under_way.keys().copied().collect();
        if self.platform.updates_deployments() {
            apps.into_iter().for_each(|app| self.update_rolling(app));
        }
        self.rollings.is_looking = !self.rollings.under_way.is_empty();
        if self.rollings.is_looking {
            self.queue.schedule(self.rollings.next_look(self.now), Event::UpdateRollings);
        }
    }

    /// The updater looks at an app.
    fn update_rolling(&mut self, app: ProcessIx) {
        if self.is_bbs_away() {
            // It cannot ask what runs, and tries again when it looks next.
            self.faults.log.bbs_calls_failed += 1;
            return;
        }
        let version = self.rollings.under_way[&app].version;
        let instances = self.desired_instances(version);
        if !(0..instances).all(|index| self.is_running(LrpKey::new(version, index))) {
            return;
        }
        if instances >= self.fleet.processes[app.index()].instances {
            self.end_rolling(app);
            return;
        }
        self.take_from_oldest(app);
        let next = LrpKey::new(version, instances);
        self.books.grow(next);
        let _ = self.bbs.scale(version, instances + 1, None, self.now);
        self.start_grown(next);
        self.check_rolling(app, version);
    }

    /// The BBS asks the auctioneer for the instance by which a version has grown (C.7).
    fn start_grown(&mut self, lrp: LrpKey) {
        self.observe(lrp);
        self.submit(lrp, "push");
    }

    /// The oldest version with instances has one less: the one of the highest index.
    fn take_from_oldest(&mut self, app: ProcessIx) {
        let older = &self.rollings.under_way[&app].older;
        let with_instances = older.iter().position(|&version| self.desired_instances(version) > 0);
        let position = with_instances.expect("there is one more than the app is to have");
        let version = older[position];
        let left = self.desired_instances(version) - 1;
        let last = LrpKey::new(version, left);
        self.books.scale_away(last, self.now);
        if left == 0 && position > 0 {
            // An interim version goes with its last instance.
            self.stop_version(version);
            self.rollings.under_way.get_mut(&app).expect("it is rolled out").older.remove(position);
            return;
        }
        let present = self.present_cells_of(version);
        let scaled = self.bbs.scale(version, left, Some(&present), self.now).expect("it is desired");
        self.undesired(last);
        self.stop_instances(&scaled.stops);
    }

    /// All instances are of the new version, and run: what is older goes.
    fn end_rolling(&mut self, app: ProcessIx) {
        let Some(rolling) = self.rollings.under_way.remove(&app) else { return };
        for &version in &rolling.older {
            for index in 0..self.desired_instances(version) {
                self.books.scale_away(LrpKey::new(version, index), self.now);
            }
            self.stop_version(version);
        }
        self.note(What::Rolled(rolling.task));
        if !self.apps[app.index()].crashing {
            self.rollings.healthy -= 1;
            self.tally.staging.rolling.push(self.now.since(self.staging.staged_at(rolling.task)));
        }
        self.check_rolling(app, rolling.version);
    }

    /// The number of instances that the BBS desires of a version.
    pub(super) fn desired_instances(&self, version: ProcessIx) -> u32 {
        self.bbs.desired(version).map_or(0, |desired| desired.instances)
    }

    /// Whether an instance runs by what the BBS knows, be it on an evacuating cell.
    fn is_running(&self, lrp: LrpKey) -> bool {
        let group = self.bbs.group(lrp);
        let records = [group.ordinary, group.evacuating, group.suspect];
        records.into_iter().flatten().any(|record| record.state == State::Running)
    }

    /// How long the apps have been between two versions that still are, of the healthy ones.
    pub(super) fn unfinished_rollings(&self) -> impl Iterator<Item = Span> {
        let healthy = self.rollings.under_way.iter().filter(|(app, _)| !self.apps[app.index()].crashing);
        healthy.map(|(_, rolling)| self.now.since(self.staging.staged_at(rolling.task)))
    }
}
