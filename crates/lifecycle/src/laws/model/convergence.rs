//! A convergence pass as plain as it can be said (C.6): every question is put to every row.

use std::collections::BTreeSet;

use rivera_model::InstanceState::{Claimed, Crashed, Running, Unclaimed};
use rivera_model::Presence::{Evacuating, Ordinary, Suspect};
use rivera_model::{CellIx, InstanceState, Presence, ProcessIx, Time};

use super::rows::{Model, Row};
use crate::call::{RetireAnswer, StartReason, UpdateCall, Why};
use crate::convergence::{Counts, Pass};
use crate::error::LrpError;
use crate::metrics::LrpMetrics;
use crate::record::{DomainIx, LrpKey, Record, TagsIx};

const SECOND_US: u64 = 1_000_000;

impl Model {
    pub(in crate::laws) fn converge(&mut self, now: Time, cells: &BTreeSet<CellIx>) -> Pass {
        let is_missing = |record: &Record| record.key.is_some_and(|key| !cells.contains(&key.cell));
        self.domains.retain(|_, until| until.is_none_or(|until| until > now));
        let before = self.rows.len();
        self.rows.retain(|row| row.presence != Evacuating || !is_missing(&row.record));
        let mut counts = Counts { evacuating_pruned: count(before - self.rows.len()), ..Counts::default() };

        // The analysis.
        let fresh_domains = self.fresh_domains(now);
        let create = self.missing();
        let mut retire = self.surplus(&fresh_domains);
        retire.extend(self.orphans(Ordinary));
        let stale = self.lrps(|row| self.is_stale(row, now));
        let crashed = self.lrps(|row| self.may_restart(row, now));
        let on_missing_cell = self.lrps(|row| self.is_desired(row, Ordinary) && is_missing(&row.record));
        let promote = self.lrps(|row| row.presence == Suspect && !is_missing(&row.record));
        let mut remove_suspect = self.orphans(Suspect);
        remove_suspect.extend(self.lrps(|row| self.is_extra_suspect(row)));
        let updates = self.updates(cells);
        let missing_cells: BTreeSet<CellIx> = self
            .rows
            .iter()
            .filter(|row| row.presence != Evacuating && self.desired.contains_key(&row.lrp.process))
            .filter(|row| is_missing(&row.record))
            .filter_map(|row| row.record.key.map(|key| key.cell))
            .collect();
        let metrics = LrpMetrics {
            missing: count(create.len()),
            extra: count(retire.len()),
            suspect_running: self.count(Suspect, Running),
            suspect_claimed: self.count(Suspect, Claimed),
            present_cells: count(cells.len()),
            suspect_cells: count(missing_cells.len()),
            ..LrpMetrics::default()
        };

        // The work, in the order of C.11.23.
        let mut starts = Vec::new();
        let mut stops = Vec::new();
        for lrp in retire {
            match self.retire(lrp, |cell| Some(cells.contains(&cell))) {
                Ok(RetireAnswer::Removed) => counts.retired += 1,
                Ok(RetireAnswer::Stop(call)) => stops.push(call),
                Err(_) => {}
            }
        }
        for lrp in create {
            if self.create_unclaimed(lrp, now) {
                counts.created += 1;
                starts.push(StartReason { lrp, why: Why::MissingInstance });
            }
        }
        for (lrps, why) in [(stale, Why::StaleUnclaimed), (crashed, Why::CrashedInstance)] {
            for lrp in lrps {
                if matches!(self.unclaim(lrp, true, now), Ok(()) | Err(LrpError::CannotBeUnclaimed)) {
                    starts.push(StartReason { lrp, why });
                }
            }
        }
        for lrp in on_missing_cell {
            let Some(record) = self.find(lrp, Ordinary) else { continue };
            if self.find(lrp, Suspect).is_some() {
                let _ = self.unclaim(lrp, false, now);
                continue;
            }
            self.put(lrp, Suspect, record);
            let replacement = self.new_record(record.domain, now);
            self.put(lrp, Ordinary, replacement);
            counts.suspected += 1;
            starts.push(StartReason { lrp, why: Why::MissingCell });
        }
        for lrp in promote {
            if let Some(suspect) = self.delete(lrp, Suspect) {
                self.put(lrp, Ordinary, suspect);
                counts.promoted += 1;
            }
        }
        if !self.faults.remove_suspect {
            for lrp in remove_suspect {
                counts.suspects_removed += u32::from(self.delete(lrp, Suspect).is_some());
            }
        }

        let crashing = |process: &ProcessIx| {
            let is_crashed = |row: &Row| {
                (row.lrp.process, row.presence, row.record.state) == (*process, Ordinary, Crashed)
            };
            self.rows.iter().any(is_crashed)
        };
        let processes = (0..self.domain_of.len()).map(ProcessIx::from_index);
        let metrics = LrpMetrics {
            unclaimed: self.count(Ordinary, Unclaimed),
            claimed: self.count(Ordinary, Claimed),
            running: self.count(Ordinary, Running),
            crashed: self.count(Ordinary, Crashed),
            desired: self.desired.values().map(|desired| u64::from(desired.instances)).sum(),
            crashing_desired: count(processes.filter(crashing).count()),
            ..metrics
        };
        let missing_cells = missing_cells.into_iter().collect();
        Pass { starts, stops, updates, counts, missing_cells, fresh_domains, metrics }
    }

    fn lrps(&self, matches: impl Fn(&Row) -> bool) -> Vec<LrpKey> {
        self.rows.iter().filter(|row| matches(row)).map(|row| row.lrp).collect()
    }

    fn count(&self, presence: Presence, state: InstanceState) -> u32 {
        count(self.lrps(|row| (row.presence, row.record.state) == (presence, state)).len())
    }

    fn is_desired(&self, row: &Row, presence: Presence) -> bool {
        row.presence == presence && self.desired.contains_key(&row.lrp.process)
    }

    fn fresh_domains(&self, now: Time) -> Vec<DomainIx> {
        let nearest_second = Time((now.0 + SECOND_US / 2) / SECOND_US * SECOND_US);
        let fresh = self.domains.iter().filter(|(_, until)| until.is_none_or(|until| until > nearest_second));
        fresh.map(|(domain, _)| *domain).collect()
    }

    /// The ordinary records of each process that has not as many as are desired.
    fn miscounted(&self) -> Vec<(ProcessIx, u32, Vec<LrpKey>)> {
        let with_records = self.desired.iter().map(|(process, desired)| {
            let lrps = self.lrps(|row| row.presence == Ordinary && row.lrp.process == *process);
            (*process, desired.instances, lrps)
        });
        with_records.filter(|(_, instances, lrps)| *instances as usize != lrps.len()).collect()
    }

    fn missing(&self) -> Vec<LrpKey> {
        let mut missing = Vec::new();
        for (process, instances, lrps) in self.miscounted() {
            let wanted = (0..instances).map(|index| LrpKey::new(process, index));
            missing.extend(wanted.filter(|lrp| !lrps.contains(lrp)));
        }
        missing
    }

    fn surplus(&self, fresh: &[DomainIx]) -> Vec<LrpKey> {
        let mut surplus = Vec::new();
        for (process, instances, lrps) in self.miscounted() {
            if fresh.contains(&self.domain_of[process.index()]) {
                surplus.extend(lrps.into_iter().filter(|lrp| lrp.index >= instances));
            }
        }
        surplus
    }

    fn orphans(&self, presence: Presence) -> Vec<LrpKey> {
        self.lrps(|row| {
            row.presence == presence
                && !self.desired.contains_key(&row.lrp.process)
                && self.domains.contains_key(&row.record.domain)
        })
    }

    fn is_stale(&self, row: &Row, now: Time) -> bool {
        self.is_desired(row, Ordinary)
            && row.record.state == Unclaimed
            && now.0 - row.record.since.0 > 30 * SECOND_US
    }

    fn may_restart(&self, row: &Row, now: Time) -> bool {
        let wait_secs = match row.record.crash_count {
            0..3 => 0,
            3 => 30,
            4 => 60,
            5 => 120,
            6 => 240,
            7 => 480,
            8..200 => 960,
            _ => return false,
        };
        self.is_desired(row, Ordinary)
            && row.record.state == Crashed
            && now.0 >= row.record.since.0 + wait_secs * SECOND_US
    }

    fn is_extra_suspect(&self, row: &Row) -> bool {
        let runs = |record: Record| record.state == Running;
        row.presence == Suspect && runs(row.record) && self.find(row.lrp, Ordinary).is_some_and(runs)
    }

    fn updates(&self, cells: &BTreeSet<CellIx>) -> Vec<UpdateCall> {
        let mut updates = Vec::new();
        for row in self.rows.iter().filter(|row| row.presence == Ordinary && row.record.state == Running) {
            let (Some(desired), Some(key)) = (self.desired.get(&row.lrp.process), row.record.key) else {
                continue;
            };
            let call = UpdateCall { lrp: row.lrp, key, routes: None, tags: None };
            if !cells.contains(&key.cell) {
                continue;
            }
            if row.record.routes != desired.routes {
                updates.push(UpdateCall { routes: Some(desired.routes), ..call });
            }
            if row.record.tags != desired.tags && row.record.tags != TagsIx::EMPTY {
                updates.push(UpdateCall { tags: Some(desired.tags), ..call });
            }
        }
        updates
    }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
