//! Faults: when they happen, and to whom. What follows from them is the business of the systems that they hit.
//!
//! A fault depends on the seed and on the scenario only, so that every setting of a comparison meets the same ones.

use std::collections::BTreeMap;

use rand_distr::{Distribution as _, Exp1};
use rivera_model::{CellIx, Span};

use super::World;
use crate::event::Event;
use crate::outcome::fault_report::{FaultLog, NeverHappened};
use crate::outcome::timeline::What;
use crate::random::distribution::{Distribution, secs};
use crate::random::stream::{Draws, Stream};
use crate::scenario::{FaultEvent, FaultKind, Files};

/// Faults under way, and those that were.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) log: FaultLog,
    /// How many times each fault of the scenario has happened.
    occurrences: Vec<u64>,
    /// What is left of the speed of cells, by the fault that slows them down.
    slow_cells: BTreeMap<CellIx, Vec<(u32, f64)>>,
    slow_storage: Vec<(u32, f64)>,
    /// Cells that are gone, and may still be listed.
    pub(super) lost_cells: Vec<CellIx>,
}

impl Faults {
    /// The speed of a cell by its usual one, before its load.
    pub(super) fn speed_of_cell(&self, cell: CellIx) -> f64 {
        self.slow_cells.get(&cell).map_or(1.0, |slow| product(slow))
    }

    /// The speed of downloads by the usual one, before their load.
    pub(super) fn speed_of_storage(&self) -> f64 {
        product(&self.slow_storage)
    }

    /// The cells that are slow.
    pub(super) fn slow_cells(&self) -> impl Iterator<Item = (CellIx, f64)> {
        self.slow_cells.iter().map(|(cell, slow)| (*cell, product(slow)))
    }
}

/// Faults at the same time add up: half the speed of half the speed.
fn product(slow: &[(u32, f64)]) -> f64 {
    slow.iter().map(|(_, factor)| factor).product()
}

impl World<'_> {
    /// The roll-out begins: from now on something may fail.
    pub(super) fn plan_faults(&mut self) {
        let faults = &self.scenario.faults;
        if !faults.enabled {
            return;
        }
        self.faults.occurrences = vec![0; faults.events.len()];
        for (event, number) in faults.events.iter().zip(0..) {
            if let Some(at_s) = event.at_s {
                self.after(secs(at_s), Event::FaultBegins(number));
            }
            self.plan_next(event, number);
        }
    }

    /// Of faults that come at random the next one is drawn when the one before comes.
    fn plan_next(&mut self, event: &FaultEvent, number: u32) {
        if let Some(per_hour) = event.per_hour {
            let hours: f64 = Exp1.sample(&mut self.fault_draws(Stream::FaultTime, number));
            self.after(secs((hours / per_hour).min(1e6) * 3_600.0), Event::FaultBegins(number));
        }
    }

    /// The faults that the scenario plans, at a time or for one update, and that did not happen: the roll-out was over.
    pub(super) fn never_happened(&self) -> Vec<NeverHappened> {
        let faults = &self.scenario.faults;
        if !faults.enabled {
            return Vec::new();
        }
        let is_missing = |event: &FaultEvent, number: u32| match event.kind {
            FaultKind::UpdateFails => event.share.is_none() && !self.has_failed_by(number),
            _ => event.at_s.is_some() && self.faults.occurrences.get(number as usize).is_none_or(|n| *n == 0),
        };
        let events = faults.events.iter().zip(0..);
        let missing = events.filter(|(event, number)| is_missing(event, *number));
        missing.map(|(event, number)| NeverHappened { event: number, kind: event.kind }).collect()
    }

    /// The draws of the coming occurrence of a fault.
    fn fault_draws(&self, stream: Stream, number: u32) -> Draws {
        self.streams.at(stream, u64::from(number) << 20 | self.faults.occurrences[number as usize] & 0xf_ffff)
    }

    /// Something fails, unless the roll-out is over.
    pub(super) fn begin_fault(&mut self, number: u32) {
        let event = &self.scenario.faults.events[number as usize];
        if self.end.is_some() {
            return;
        }
        let lasts = event
            .for_s
            .map(|for_s| for_s.draw_secs(&mut self.fault_draws(Stream::FaultLength, number)))
            .or_else(|| self.usual_length(event));
        let cells = self.fault_targets(event, number);
        self.faults.occurrences[number as usize] += 1;
        self.plan_next(event, number);
        let fault = self.faults.log.begin(event.kind, self.now, lasts);
        if let Some(lasts) = lasts {
            self.after(lasts, Event::FaultEnds(fault));
        }
        if cells.is_empty() {
            self.note(What::FaultBegins(event.kind, None));
        }
        let until = self.now + lasts.unwrap_or(Span::ZERO);
        let clean = event.clean.unwrap_or(false);
        let factor = event.factor.unwrap_or(1.0);
        match event.kind {
            FaultKind::CellDies => cells.into_iter().for_each(|cell| self.cell_dies(cell, lasts, fault)),
            FaultKind::CellSlow => cells.into_iter().for_each(|cell| self.cell_slows(cell, factor, fault)),
            FaultKind::AuctioneerAway => self.auctioneer_goes_away(until, clean),
            FaultKind::BbsAway => self.bbs_goes_away(until),
            FaultKind::DatabaseAway => self.database_goes_away(until),
            FaultKind::StorageAway => match event.files {
                Some(files) => self.storage_goes_away(files, until),
                None => [Files::Bundles, Files::Droplets]
                    .into_iter()
                    .for_each(|files| self.storage_goes_away(files, until)),
            },
            FaultKind::StorageSlow => {
                self.faults.slow_storage.push((fault, factor));
                self.storage_load_changed();
            }
            FaultKind::NatsAway => self.routes.nats_away(self.now, until),
            FaultKind::UpdateFails => unreachable!("an update fails when its cell has its turn"),
        }
    }

    /// How long a fault lasts of which the scenario does not say: a fail-over takes what the lock takes (A.16, C.9).
    fn usual_length(&self, event: &FaultEvent) -> Option<Span> {
        let faults = &self.scenario.faults;
        match event.kind {
            FaultKind::AuctioneerAway | FaultKind::BbsAway => {
                let ttl_s = if event.clean == Some(true) { 0.0 } else { faults.lock_ttl_s };
                Some(secs(ttl_s + faults.retry_s))
            }
            _ => None,
        }
    }

    fn fault_targets(&self, event: &FaultEvent, number: u32) -> Vec<CellIx> {
        if !matches!(event.kind, FaultKind::CellDies | FaultKind::CellSlow) {
            return Vec::new();
        }
        let cells = self.fleet.cells.iter().zip(0..);
        if let Some(name) = &event.cell {
            return cells.filter(|(cell, _)| cell.id == *name).map(|(_, ix)| CellIx(ix)).collect();
        }
        if let Some(name) = &event.zone {
            let is_hit = |zone: usize| self.fleet.zones[zone] == *name;
            return cells.filter(|(cell, _)| is_hit(cell.zone.index())).map(|(_, ix)| CellIx(ix)).collect();
        }
        vec![self.any_cell(&mut self.fault_draws(Stream::FaultTarget, number))]
    }

    /// One of the cells, all of them equally likely.
    pub(super) fn any_cell(&self, draws: &mut Draws) -> CellIx {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let cells = self.fleet.cells.len() as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
        let drawn = Distribution::Uniform(0.0, cells).draw(draws) as usize;
        CellIx::from_index(drawn.min(self.fleet.cells.len() - 1))
    }

    /// A cell goes at so much of its speed until the fault is over.
    fn cell_slows(&mut self, cell: CellIx, factor: f64, fault: u32) {
        self.note(What::FaultBegins(FaultKind::CellSlow, Some(cell)));
        self.faults.log.hit(fault, cell);
        self.faults.slow_cells.entry(cell).or_default().push((fault, factor));
        self.load_changed(cell);
    }

    /// A fault is over. What was away comes back by itself.
    pub(super) fn end_fault(&mut self, fault: u32) {
        let kind = self.faults.log.kind(fault);
        if kind != FaultKind::CellDies {
            self.note(What::FaultEnds(kind));
        }
        match kind {
            FaultKind::CellSlow => {
                let mut faster = Vec::new();
                self.faults.slow_cells.retain(|&cell, slow| {
                    let before = slow.len();
                    slow.retain(|(slowed_by, _)| *slowed_by != fault);
                    faster.extend((slow.len() < before).then_some(cell));
                    !slow.is_empty()
                });
                faster.into_iter().for_each(|cell| self.load_changed(cell));
            }
            FaultKind::StorageSlow => {
                self.faults.slow_storage.retain(|(slowed_by, _)| *slowed_by != fault);
                self.storage_load_changed();
            }
            _ => {}
        }
    }
}
