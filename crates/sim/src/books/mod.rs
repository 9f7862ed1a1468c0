//! The books of a run: who is up, who waits, since when.
//!
//! Nothing here decides anything. The systems report what they did, the books add it up.

mod app;
mod instance;
mod pushes;
mod restarts;

use std::collections::BTreeMap;

use rivera_lifecycle::{InstanceGroup, LrpKey, State};
use rivera_model::{CellIx, Fleet, ProcessIx, Span, Time, UpdateStrategy};

use self::app::{App, Downtime};
use self::instance::{Instance, LastCell};
use crate::event::ContainerRef;
use crate::outcome::quantiles::Quantiles;
use crate::outcome::run::AppDown;
use crate::since::Since;
use crate::versions::Versions;

pub(crate) use self::restarts::{Down, Restarts};

/// Accounts of every instance index and every app.
#[derive(Debug, Clone)]
pub(crate) struct Books {
    pub(crate) versions: Versions,
    /// Position of the first instance of each version in `instances`.
    first: Vec<u32>,
    instances: Vec<Instance>,
    /// The containers on evacuating cells that are kept until their replacements run, by the positions of their instances.
    kept: BTreeMap<u32, ContainerRef>,
    apps: Vec<App>,
    pub(crate) restarts: Restarts,
    /// When the roll-out began; before that nothing is counted.
    counting_since: Option<Time>,
    waits: Vec<Span>,
    downtime: Downtime,
    pub(crate) moves: u64,
    /// Instances whose ordinary record is unclaimed.
    pub(crate) waiting: u32,
    /// Instances that have an evacuating record.
    pub(crate) evacuating: u32,
    /// Instances of healthy apps that are down.
    pub(crate) down: u32,
    /// Instances that have a running container.
    pub(crate) up: u32,
    /// Instances that have no ordinary record.
    pub(crate) without_record: u32,
}

impl Books {
    pub(crate) fn new(fleet: &Fleet, crashing: &[bool]) -> Self {
        let mut total = 0;
        let first = fleet
            .processes
            .iter()
            .map(|process| {
                let first = total;
                total += process.instances;
                first
            })
            .collect();
        Self {
            versions: Versions::of_fleet(fleet.processes.len()),
            first,
            instances: vec![Instance { desired: true, ..Instance::default() }; total as usize],
            kept: BTreeMap::new(),
            apps: fleet
                .processes
                .iter()
                .zip(crashing)
                .map(|(process, &crashing)| App {
                    crashing,
                    instances: process.instances,
                    recreate: process.strategy == UpdateStrategy::Recreate,
                    ..App::default()
                })
                .collect(),
            restarts: Restarts::default(),
            counting_since: None,
            waits: Vec::new(),
            downtime: Downtime::default(),
            moves: 0,
            waiting: 0,
            evacuating: 0,
            down: 0,
            up: 0,
            without_record: total,
        }
    }

    /// The state of an instance's ordinary record, as it was observed last.
    pub(crate) fn ordinary(&self, lrp: LrpKey) -> Option<State> {
        self.instances[self.slot(lrp) as usize].ordinary
    }

    /// The position of an instance among all.
    pub(crate) fn slot(&self, lrp: LrpKey) -> u32 {
        self.first[lrp.process.index()] + lrp.index
    }

    /// The roll-out begins: from now on downtime and waits count.
    pub(crate) fn begin(&mut self, now: Time) {
        self.counting_since = Some(now);
        self.moves = 0;
        self.down = 0;
        for instance in &mut self.instances {
            instance.down_since = Since::NOT;
            instance.ran = instance.serving > 0;
        }
        self.apps.iter_mut().for_each(|app| app.down_since = Since::NOT);
    }

    /// Takes note of the records of an instance after something changed them.
    pub(crate) fn observe(&mut self, lrp: LrpKey, group: &InstanceGroup, now: Time) {
        let slot = self.slot(lrp) as usize;
        let instance = &mut self.instances[slot];
        let ordinary = group.ordinary.map(|record| record.state);
        let was = std::mem::replace(&mut instance.ordinary, ordinary);
        if instance.desired {
            self.without_record += u32::from(ordinary.is_none());
            self.without_record -= u32::from(was.is_none());
        }
        self.waiting -= u32::from(was == Some(State::Unclaimed));
        self.waiting += u32::from(ordinary == Some(State::Unclaimed));
        match ordinary {
            // How long a new version waits is its restart's.
            Some(State::Unclaimed | State::Claimed) if instance.desired && !instance.is_new => {
                instance.pending_since.begin(now);
            }
            Some(State::Unclaimed | State::Claimed) => {}
            Some(State::Running) => {
                let since = instance.pending_since.take();
                if let Some(since) = since
                    && self.counting_since.is_some_and(|begin| since >= begin)
                    && !self.apps[self.versions.app(lrp.process).index()].crashing
                {
                    self.waits.push(now.since(since));
                }
            }
            Some(State::Crashed) | None => instance.pending_since = Since::NOT,
        }
        let evacuating = group.evacuating.is_some();
        self.evacuating -= u32::from(instance.evacuating);
        self.evacuating += u32::from(evacuating);
        instance.evacuating = evacuating;
    }

    /// A container on an evacuating cell is kept until the instance's records change.
    pub(crate) fn keep(&mut self, lrp: LrpKey, it: ContainerRef) {
        let slot = self.slot(lrp);
        self.instances[slot as usize].is_kept = true;
        self.kept.insert(slot, it);
    }

    /// The records have changed.
    pub(crate) fn keep_no_longer(&mut self, lrp: LrpKey) {
        let slot = self.slot(lrp);
        self.instances[slot as usize].is_kept = false;
        self.kept.remove(&slot);
    }

    /// The container that is kept.
    pub(crate) fn kept(&self, lrp: LrpKey) -> Option<ContainerRef> {
        let slot = self.slot(lrp);
        if self.instances[slot as usize].is_kept { self.kept.get(&slot).copied() } else { None }
    }

    /// Counts a start of an instance; says the how-many-th it is, from 0.
    pub(crate) fn count_start(&mut self, lrp: LrpKey) -> u32 {
        let slot = self.slot(lrp) as usize;
        let starts = &mut self.instances[slot].starts;
        *starts += 1;
        *starts - 1
    }

    /// A container of the instance begins to serve.
    pub(crate) fn serve(&mut self, lrp: LrpKey, cell: CellIx, now: Time) {
        let slot = self.slot(lrp) as usize;
        let app_ix = self.versions.app(lrp.process);
        let app = &mut self.apps[app_ix.index()];
        let instance = &mut self.instances[slot];
        if !instance.desired {
            return;
        }
        // An app that crashes by itself is elsewhere after each restart, roll-out or not.
        self.moves += u64::from(!app.crashing && instance.last_cell.is_other(cell));
        instance.last_cell = LastCell(cell);
        instance.serving += 1;
        if instance.serving > 1 {
            return;
        }
        self.up += 1;
        app.up += 1;
        if std::mem::take(&mut instance.is_new) {
            instance.ran = true;
            self.restarts.ran(app_ix, now);
        }
        if let Some(since) = app.down_since.take() {
            app.longest_down = app.longest_down.max(now.since(since));
        }
        if let Some(since) = instance.down_since.take() {
            self.down -= 1;
            let refused = std::mem::take(&mut instance.refused);
            self.downtime.add(app, refused, now.since(since));
        }
    }

    /// The auctioneer has found no cell for the instance.
    pub(crate) fn refuse(&mut self, lrp: LrpKey) {
        let slot = self.slot(lrp) as usize;
        let instance = &mut self.instances[slot];
        instance.refused |= instance.down_since.is_so();
    }

    /// A container of the instance ends to serve.
    pub(crate) fn unserve(&mut self, lrp: LrpKey, now: Time) {
        let slot = self.slot(lrp) as usize;
        let app = &mut self.apps[self.versions.app(lrp.process).index()];
        let instance = &mut self.instances[slot];
        if !instance.desired {
            return;
        }
        instance.serving -= 1;
        if instance.serving > 0 {
            return;
        }
        self.up -= 1;
        app.up -= 1;
        if app.crashing {
            return;
        }
        if self.counting_since.is_some() {
            instance.down_since = Since::at(now);
            self.down += 1;
            if app.up == 0 {
                app.down_since = Since::at(now);
            }
        }
    }

    /// Whether an instance of a healthy app that ran has no running container.
    pub(crate) fn is_down(&self, lrp: LrpKey) -> bool {
        self.instances[self.slot(lrp) as usize].down_since.is_so()
    }

    /// Whether an instance is desired, and not of a version that a push has replaced.
    pub(crate) fn is_desired(&self, lrp: LrpKey) -> bool {
        self.instances[self.slot(lrp) as usize].desired
    }

    /// Whether a push starts an instance that has not run yet.
    pub(crate) fn is_new(&self, lrp: LrpKey) -> bool {
        self.instances[self.slot(lrp) as usize].is_new
    }

    /// Instances of healthy apps that ran when the roll-out began, or since a push, and have no running container.
    pub(crate) fn lost(&self) -> usize {
        let of_process = |(process, &app): (usize, &ProcessIx)| {
            let instances = if self.apps[app.index()].crashing { &[] } else { self.of_process(process) };
            instances.iter().filter(|instance| instance.ran && instance.serving == 0).count()
        };
        self.versions.apps().iter().enumerate().map(of_process).sum()
    }

    /// The instances of a version.
    fn of_process(&self, process: usize) -> &[Instance] {
        let first = self.first[process] as usize;
        &self.instances[first..][..self.apps[self.versions.apps()[process].index()].instances as usize]
    }

    /// The instances that there are of a version, desired or not.
    pub(crate) fn instances_of(&self, version: ProcessIx) -> impl Iterator<Item = LrpKey> + use<> {
        let instances = self.apps[self.versions.app(version).index()].instances;
        (0..instances).map(move |index| LrpKey::new(version, index))
    }

    /// Closes the books: what is still down has been down until now.
    pub(crate) fn close(&mut self, now: Time) {
        for (&app, &first) in self.versions.apps().iter().zip(&self.first) {
            let app = &self.apps[app.index()];
            let instances = &mut self.instances[first as usize..][..app.instances as usize];
            for instance in instances {
                if let Some(since) = instance.down_since.take() {
                    self.downtime.add(app, instance.refused, now.since(since));
                }
                // What still waits has waited at least until now.
                if let (Some(since), Some(begin), false) =
                    (instance.pending_since.get(), self.counting_since, app.crashing)
                    && since >= begin
                {
                    self.waits.push(now.since(since));
                }
            }
        }
        for app in &mut self.apps {
            if let Some(since) = app.down_since.take() {
                app.longest_down = app.longest_down.max(now.since(since));
            }
        }
        self.restarts.close(now);
    }

    /// Sums over instances of the time down.
    pub(crate) fn downtime(&self) -> Downtime {
        self.downtime
    }

    /// How long instances waited from unclaimed to running.
    pub(crate) fn waits(&self) -> Quantiles {
        Quantiles::of(self.waits.clone())
    }

    /// Healthy apps that were down for some time without having chosen it: how many, and the `most` that were so the longest.
    pub(crate) fn apps_down(&self, fleet: &Fleet, most: usize) -> (u32, Vec<AppDown>) {
        let mut down: Vec<(usize, Span)> = self
            .apps
            .iter()
            .enumerate()
            .filter(|(_, app)| !app.recreate && app.longest_down > Span::ZERO)
            .map(|(process, app)| (process, app.longest_down))
            .collect();
        down.sort_by_key(|&(process, longest)| (std::cmp::Reverse(longest), process));
        let count = u32::try_from(down.len()).expect("fewer apps than u32::MAX");
        let worst = down.into_iter().take(most).map(|(process, longest)| AppDown {
            process_guid: fleet.processes[process].guid.clone(),
            instances: fleet.processes[process].instances,
            longest_s: longest.as_secs_f64(),
        });
        (count, worst.collect())
    }
}

#[cfg(test)]
mod tests;
