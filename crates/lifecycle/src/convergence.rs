//! Convergence of LRPs: what is due is found first, then done, in a fixed order (C.6, C.11.23).

use std::collections::BTreeSet;

use rivera_model::{CellIx, InstanceState, Presence, ProcessIx, Time};

use crate::bbs::Bbs;
use crate::call::{RetireAnswer, StartReason, StopCall, UpdateCall, Why};
use crate::error::LrpError;
use crate::metrics::LrpMetrics;
use crate::record::{DomainIx, LrpKey, TagsIx};

/// What a pass did, and what is to be done for it outside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct Pass {
    /// Starts, all of which go to the auctioneer in one POST; by key.
    pub starts: Vec<StartReason>,
    /// Stop calls, each tried up to [`RETIRE_ATTEMPTS`](crate::RETIRE_ATTEMPTS) times.
    pub stops: Vec<StopCall>,
    /// New routes and tags for instances.
    pub updates: Vec<UpdateCall>,
    /// What happened to records.
    pub counts: Counts,
    /// Cells that records are on, but that are not present.
    pub missing_cells: Vec<CellIx>,
    /// Domains that are fresh.
    pub fresh_domains: Vec<DomainIx>,
    /// What is reported.
    pub metrics: LrpMetrics,
}

/// What a pass did to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Counts {
    /// Evacuating records removed because their cell is not present.
    pub evacuating_pruned: u32,
    /// Ordinary records removed because they are surplus or nobody desires them.
    pub retired: u32,
    /// Missing records created.
    pub created: u32,
    /// Ordinary records that became suspects, each with a new record in its place.
    pub suspected: u32,
    /// Suspects whose cell is back.
    pub promoted: u32,
    /// Suspects removed.
    pub suspects_removed: u32,
}

/// What the analysis finds: everything is decided before anything is done.
#[derive(Debug, Default)]
struct Work {
    retire: Vec<LrpKey>,
    create: Vec<LrpKey>,
    unstarted: Vec<StartReason>,
    on_missing_cell: Vec<LrpKey>,
    promote: Vec<LrpKey>,
    remove_suspect: Vec<LrpKey>,
    update: Vec<UpdateCall>,
    /// The gauges that are taken before the work.
    before: LrpMetrics,
}

/// A record on a cell that is not present.
#[derive(Debug, Clone, Copy)]
struct Stranded {
    cell: CellIx,
    lrp: LrpKey,
    presence: Presence,
}

fn of(stranded: &[Stranded], presence: Presence) -> impl Iterator<Item = &Stranded> + Clone {
    stranded.iter().filter(move |found| found.presence == presence)
}

impl Bbs {
    /// One pass. `cells` are the present ones; if they cannot be listed the pass is skipped by not calling this.
    pub fn converge(&mut self, now: Time, cells: &BTreeSet<CellIx>) -> Pass {
        let mut pass = Pass::default();
        self.domains.expire(now);
        pass.fresh_domains = self.domains.fresh(now).collect();
        let stranded = self.records_on_missing_cells(cells);
        self.prune_evacuating(&stranded, &mut pass);
        self.store.indexes.due.find_stale(now);
        let work = self.analyse(now, cells, &stranded, &mut pass);
        self.execute(&work, now, cells, &mut pass);
        // Most of them are one sorted run, of what waits already: a sort that finds runs takes one walk over those.
        pass.starts.sort();
        pass.metrics = self.lrp_metrics(work.before);
        debug_assert!(
            work.create.iter().all(|lrp| self.group(*lrp).ordinary.is_some()),
            "no instance is lost"
        );
        pass
    }

    /// The desired indices without an ordinary record, for which the next pass creates one.
    ///
    /// Processes with the right number of records but wrong indices go unnoticed, as in the original. A suspect that such
    /// a pass promotes makes the number wrong, and so the next pass notices.
    pub fn missing_instances(&self) -> impl Iterator<Item = LrpKey> {
        self.store.indexes.miscounted.iter().flat_map(|&process| {
            let instances = self.desired(process).map_or(0, |desired| desired.instances);
            let present = self.ordinary_indices(process);
            let missing = (0..instances).filter(move |index| !present.contains(index));
            missing.map(move |index| LrpKey::new(process, index))
        })
    }

    fn ordinary_indices(&self, process: ProcessIx) -> BTreeSet<u32> {
        let groups = self.groups(process).filter(|(_, group)| group.ordinary.is_some());
        groups.map(|(lrp, _)| lrp.index).collect()
    }

    fn prune_evacuating(&mut self, stranded: &[Stranded], pass: &mut Pass) {
        for &Stranded { lrp, .. } in of(stranded, Presence::Evacuating) {
            self.store.update(lrp, |group| group.evacuating = None);
            pass.counts.evacuating_pruned += 1;
        }
    }

    fn analyse(&self, now: Time, cells: &BTreeSet<CellIx>, stranded: &[Stranded], pass: &mut Pass) -> Work {
        let mut work = Work::default();
        work.create.extend(self.missing_instances());
        self.find_surplus(&pass.fresh_domains, &mut work);
        self.find_orphans(&mut work);
        self.find_unstarted(now, &mut work);
        self.find_missing_cells(stranded, &mut work, pass);
        self.find_suspects(cells, &mut work);
        self.find_outdated(cells, &mut work);
        work.before.missing = count(work.create.len());
        work.before.extra = count(work.retire.len());
        work.before.suspect_running = self.store.indexes.due.count(Presence::Suspect, InstanceState::Running);
        work.before.suspect_claimed = self.store.indexes.due.count(Presence::Suspect, InstanceState::Claimed);
        work.before.present_cells = count(cells.len());
        work.before.suspect_cells = count(pass.missing_cells.len());
        work
    }

    fn find_surplus(&self, fresh: &[DomainIx], work: &mut Work) {
        for &process in &self.store.indexes.miscounted {
            let Some(desired) = self.desired(process) else { continue };
            if fresh.contains(&self.domain(process)) {
                let present = self.ordinary_indices(process);
                let surplus = present.range(desired.instances..);
                work.retire.extend(surplus.map(|&index| LrpKey::new(process, index)));
            }
        }
    }

    fn find_orphans(&self, work: &mut Work) {
        for &process in &self.store.indexes.orphaned {
            for (lrp, group) in self.groups(process) {
                if group.ordinary.is_some_and(|record| self.domains.is_known(record.domain)) {
                    work.retire.push(lrp);
                }
                if group.suspect.is_some_and(|record| self.domains.is_known(record.domain)) {
                    work.remove_suspect.push(lrp);
                }
            }
        }
    }

    fn find_unstarted(&self, now: Time, work: &mut Work) {
        let due = &self.store.indexes.due;
        let crashed = due.crashed.iter().take_while(|(due, _)| *due <= now).map(|(_, lrp)| *lrp);
        let is_desired = |lrp: &LrpKey| self.desired(lrp.process).is_some();
        let starts = |why| move |lrp| StartReason { lrp, why };
        work.unstarted.extend(due.stale(now).filter(is_desired).map(starts(Why::StaleUnclaimed)));
        work.unstarted.extend(crashed.filter(is_desired).map(starts(Why::CrashedInstance)));
    }

    fn find_missing_cells(&self, stranded: &[Stranded], work: &mut Work, pass: &mut Pass) {
        let is_desired = |found: &&Stranded| self.desired(found.lrp.process).is_some();
        let ordinary = of(stranded, Presence::Ordinary).filter(is_desired);
        let suspect = of(stranded, Presence::Suspect).filter(is_desired);
        work.on_missing_cell.extend(ordinary.clone().map(|found| found.lrp));
        let missing: BTreeSet<CellIx> = ordinary.chain(suspect).map(|found| found.cell).collect();
        pass.missing_cells = missing.into_iter().collect();
    }

    fn find_suspects(&self, cells: &BTreeSet<CellIx>, work: &mut Work) {
        for &lrp in &self.store.indexes.due.suspects {
            let group = self.group(lrp);
            let Some(suspect) = group.suspect else { continue };
            if suspect.cell().is_some_and(|cell| cells.contains(&cell)) {
                work.promote.push(lrp);
            }
            let runs = |record: crate::Record| record.state == InstanceState::Running;
            if runs(suspect) && group.ordinary.is_some_and(runs) {
                work.remove_suspect.push(lrp);
            }
        }
    }

    fn find_outdated(&self, cells: &BTreeSet<CellIx>, work: &mut Work) {
        let outdated = || {
            self.store.indexes.outdated.iter().filter_map(|&lrp| {
                let record = self.group(lrp).ordinary?;
                let key = record.key.filter(|key| cells.contains(&key.cell))?;
                Some((lrp, key, record, self.desired(lrp.process)?))
            })
        };
        for (lrp, key, record, desired) in outdated() {
            if record.routes != desired.routes {
                work.update.push(UpdateCall { lrp, key, routes: Some(desired.routes), tags: None });
            }
        }
        for (lrp, key, record, desired) in outdated() {
            // A record without tags never gets any: it is taken for one of a cell too old to know them.
            if record.tags != desired.tags && record.tags != TagsIx::EMPTY {
                work.update.push(UpdateCall { lrp, key, routes: None, tags: Some(desired.tags) });
            }
        }
    }

    fn execute(&mut self, work: &Work, now: Time, cells: &BTreeSet<CellIx>, pass: &mut Pass) {
        for &lrp in &work.retire {
            match self.retire(lrp, |cell| Some(cells.contains(&cell))) {
                Ok(RetireAnswer::Removed) => pass.counts.retired += 1,
                Ok(RetireAnswer::Stop(call)) => pass.stops.push(call),
                Err(_) => {}
            }
        }
        for &lrp in &work.create {
            if self.create_unclaimed(lrp, now) {
                pass.counts.created += 1;
                pass.starts.push(StartReason { lrp, why: Why::MissingInstance });
            }
        }
        // A record that was found to wait still does, if none has been retired since: it is not asked again, as there may be
        // very many of those.
        let still_wait = work.retire.is_empty() && !self.faults.unclaim;
        for &start in &work.unstarted {
            if still_wait && start.why == Why::StaleUnclaimed {
                pass.starts.push(start);
                continue;
            }
            match self.unclaim(start.lrp, true, now) {
                Ok(()) | Err(LrpError::CannotBeUnclaimed) => pass.starts.push(start),
                Err(_) => {}
            }
        }
        for &lrp in &work.on_missing_cell {
            self.replace_on_missing_cell(lrp, now, pass);
        }
        for &lrp in &work.promote {
            pass.counts.promoted += u32::from(self.store.update(lrp, |group| group.promote_suspect()));
        }
        for &lrp in &work.remove_suspect {
            let removed = self.change(lrp, |records| records.remove_record(Presence::Suspect));
            pass.counts.suspects_removed += u32::from(matches!(removed, Ok(Some(_))));
        }
        pass.updates.clone_from(&work.update);
    }

    fn replace_on_missing_cell(&mut self, lrp: LrpKey, now: Time, pass: &mut Pass) {
        let epoch = self.next_epoch();
        if self.store.update(lrp, |group| group.suspect_ordinary(now, epoch)) {
            pass.counts.suspected += 1;
            pass.starts.push(StartReason { lrp, why: Why::MissingCell });
        } else {
            // Q13: the replacement of a suspect was lost too. It is given up, but not auctioned in this pass; that it
            // cannot be given up means that it waits already.
            let _ = self.unclaim(lrp, false, now);
        }
    }

    /// By cell, then by key.
    fn records_on_missing_cells(&self, cells: &BTreeSet<CellIx>) -> Vec<Stranded> {
        let mut stranded = Vec::new();
        for cell in self.store.indexes.on_cell.missing(cells) {
            let records = self.records_on(cell);
            stranded.extend(records.map(|(lrp, presence)| Stranded { cell, lrp, presence }));
        }
        stranded
    }

    fn lrp_metrics(&self, before: LrpMetrics) -> LrpMetrics {
        let ordinary = |state| self.store.indexes.due.count(Presence::Ordinary, state);
        LrpMetrics {
            unclaimed: ordinary(InstanceState::Unclaimed),
            claimed: ordinary(InstanceState::Claimed),
            running: ordinary(InstanceState::Running),
            crashed: ordinary(InstanceState::Crashed),
            desired: self.store.indexes.desired_instances,
            crashing_desired: count(self.store.indexes.crashing.len()),
            ..before
        }
    }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
