//! What follows a push whose staging succeeded: the app is stopped, and started with its new droplet (C.7, E.2, F.5); or it
//! is rolled out, see `rolling.rs`.
//!
//! The new version is a process of its own: its instances are requested at once, in one batch, and no cache has its
//! droplet. The old one is no longer desired: the BBS removes what waits and has the cells stop the rest; evacuating records
//! it leaves to their cells, which find at their next sync that nobody wants them.

use std::collections::BTreeSet;

use rivera_lifecycle::{LrpKey, StopCall};
use rivera_model::{CellIx, InstanceIx, ProcessIx, Span, TaskIx};

use super::World;
use super::seed::DOMAIN;
use crate::cells::cell::{Activity, Work};
use crate::event::{ContainerRef, Event};
use crate::outcome::timeline::What;
use crate::scenario::Restart;

/// Between two attempts of the Cloud Controller to bring the BBS in line with what it desires (F.5).
const SYNC_INTERVAL: Span = Span::from_secs(30);

impl World<'_> {
    /// An app has been pushed, which makes a version of it, whatever becomes of the push: so versions are the same in every setting.
    pub(super) fn add_version(&mut self, app: ProcessIx) {
        let version = self.books.add_version(app);
        let recorded = self.bbs.add_process(DOMAIN);
        debug_assert_eq!(version, recorded, "the BBS numbers versions alike");
        // A developer changes an app a little: it is as large as before, and starts as long.
        self.apps.push(self.apps[app.index()]);
        self.auctioneer.add_version(app);
        self.routes.add_slots(self.books.instances_of(version).count());
    }

    /// The Cloud Controller stops an app and starts the version that was staged.
    pub(super) fn restart_app(&mut self, task: TaskIx) {
        let Some(version) = self.staging.version(task, &self.books.versions) else { return };
        if self.is_bbs_away() {
            // Its call fails, but what it desires is written down.
            self.faults.log.bbs_calls_failed += 1;
            self.after(SYNC_INTERVAL, Event::Restart(task));
            return;
        }
        self.staging.restarting -= 1;
        if self.scenario.staging.restart == Restart::Rolling {
            self.begin_rolling(task, version);
            return;
        }
        self.tally.staging.restarted += 1;
        self.note(What::Restarted(task));
        let old = self.books.restart(version, self.now);
        let desired = self.bbs.desired(old).expect("the version before is desired");
        self.stop_version(old);
        let request = self.bbs.desire(version, desired, self.now).expect("a version is desired once");
        for lrp in self.books.instances_of(version) {
            self.observe(lrp);
        }
        let indices = request.map_or_else(Vec::new, |request| request.indices);
        indices.into_iter().for_each(|index| self.submit(LrpKey::new(version, index), "push"));
    }

    /// A version is no longer desired.
    pub(super) fn stop_version(&mut self, old: ProcessIx) {
        let present = self.present_cells_of(old);
        let stops = self.bbs.remove_desired(old, Some(&present)).expect("it is desired");
        self.books.instances_of(old).for_each(|lrp| self.undesired(lrp));
        self.stop_instances(&stops);
    }

    /// The cells of a version's instances that have a presence: of the others nothing is to be stopped.
    pub(super) fn present_cells_of(&self, version: ProcessIx) -> BTreeSet<CellIx> {
        let records = self.bbs.groups(version).flat_map(|(_, group)| [group.ordinary, group.suspect]);
        let cells = records.filter_map(|record| Some(record?.key?.cell));
        cells.filter(|&cell| self.cell(cell).has_presence(self.now)).collect()
    }

    /// The BBS no longer desires an instance.
    pub(super) fn undesired(&mut self, lrp: LrpKey) {
        self.faults.log.given_up(lrp, self.now);
        self.tally.cascades.is_back(self.books.slot(lrp), self.now);
        // Its routes go with it, whatever its containers still do.
        self.routes.unmap(self.books.slot(lrp), self.now);
        self.observe(lrp);
        // An evacuating cell is told to keep a container while its replacement starts, but not of what nobody desires (C.5).
        self.forget_answer(lrp);
    }

    pub(super) fn stop_instances(&mut self, stops: &[StopCall]) {
        for stop in stops {
            self.stop_instance(stop.key.cell, stop.key.instance);
        }
    }

    /// A cell is told to stop an instance. What it does not have, or stops already, is nothing to it.
    pub(super) fn stop_instance(&mut self, cell: CellIx, instance: InstanceIx) {
        if let Some(it) = self.cell(cell).container_of(instance)
            && matches!(self.container(it).work, Work::Lrp(_))
        {
            self.stop(it);
        }
    }

    /// Whether a container has a process that can be told to end.
    pub(super) fn has_process(&self, it: ContainerRef) -> bool {
        use rivera_lifecycle::ContainerState::{Created, Running};
        let container = self.container(it);
        container.state == Running || container.state == Created && container.activity == Activity::Starting
    }
}
