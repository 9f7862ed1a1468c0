//! The course over time, and the result of a run.

use std::collections::BTreeMap;

use rivera_lifecycle::ReasonIx;

use super::World;
use crate::event::Event;
use crate::outcome::quantiles::Quantiles;
use crate::outcome::run::{End, Outcome, Pushes, Restarts, RollingPushes, Sample};
use crate::outcome::timeline::CellState;
use crate::random::distribution::secs;
use crate::reasons::Reasons;
use crate::routes::RouteErrors;
use crate::scenario::Restart;
use crate::simulate::Finished;
use crate::tally::Stagings;

/// Apps that are listed by name.
const WORST_APPS: usize = 10;

/// What stands for the empty reason of a cell that refuses a task.
const REFUSED_BY_CELL: &str = "refused by the cell";

impl World<'_> {
    /// Writes down the state of the foundation, if the course was asked for.
    pub(super) fn sample(&mut self) {
        let mut cells = [0_u32; 5];
        for cell in self.cells.iter().filter(|cell| cell.exists) {
            cells[cell.state() as usize] += 1;
        }
        let cpu: Vec<f64> = self.in_service().map(|cell| self.cpu_share_of(cell.ix)).collect();
        let storage_operations_per_s = self.storage_operations_per_s();
        let sample = Sample {
            t_s: self.now.since(self.director.began).as_secs_f64(),
            cells_in_service: cells[CellState::InService as usize],
            cells_evacuating: cells[CellState::Evacuating as usize],
            cells_updating: cells[CellState::Updating as usize] + cells[CellState::Lost as usize],
            cells_starting: cells[CellState::Starting as usize],
            starting: self.auctioneer.starting(),
            waiting: self.books.waiting,
            evacuating: self.books.evacuating,
            down: self.books.down,
            crashes: self.tally.crashes.values().sum(),
            // The sum of no numbers is -0.0, so it is begun at 0.0.
            cpu_mean: cpu.iter().fold(0.0, |sum, share| sum + share) / mean_of(cpu.len()),
            cpu_max: cpu.iter().copied().fold(0.0, f64::max),
            storage_mb_per_s: self.storage_mb_per_s(),
            storage_operations_per_s,
            // Known in the end; see `reckon_routes`.
            routes_missing: 0,
            routes_dead: 0,
        };
        if let Some(course) = &mut self.course {
            course.push(sample);
            self.after(secs(self.scenario.run.sample_s), Event::Sample);
        }
    }

    /// The operators' own estimate: cells in flight, instances on a cell, size of a droplet (G.2).
    pub(super) fn estimate_at_once_mb(&self) -> f64 {
        let cells = self.director.greatest_in_flight();
        let droplets: Vec<f64> = (self.apps.iter().zip(&self.fleet.processes))
            .flat_map(|(app, process)| (0..process.instances).map(|_| app.droplet_mb))
            .collect();
        let droplet_mb = droplets.iter().fold(0.0, |sum, size_mb| sum + size_mb) / mean_of(droplets.len());
        f64::from(cells) * f64::from(self.running_at_start) / mean_of(self.cells.len()) * droplet_mb
    }

    /// What became of the apps that pushes restarted, where they do.
    fn restarts(&self) -> Option<Restarts> {
        let tally = &self.tally.staging;
        if self.scenario.staging.restart != Restart::AllAtOnce || tally.pushes == 0 {
            return None;
        }
        let sums = self.books.restarts.sums();
        Some(Restarts {
            restarted: tally.restarted,
            unavailable: tally.not_restarted,
            overtaken: sums.overtaken,
            downtime_s: sums.downtime.as_secs_f64(),
            down: sums.down,
            all_running: sums.all_ran,
            crashes: tally.crashes,
            not_running_at_end: sums.not_run,
            errors: RouteErrors::default(),
        })
    }

    /// What became of the apps that pushes rolled out, where they do.
    fn rolling(&self) -> Option<RollingPushes> {
        let tally = &self.tally.staging;
        if self.scenario.staging.restart != Restart::Rolling || tally.pushes == 0 {
            return None;
        }
        Some(RollingPushes {
            rolled: tally.rolled,
            unavailable: tally.not_restarted,
            superseded: tally.superseded,
            took: Quantiles::of(tally.rolling.iter().copied().chain(self.unfinished_rollings()).collect()),
            crashes: tally.crashes,
            not_finished_at_end: u32::try_from(self.rollings.healthy()).expect("fewer apps than u32::MAX"),
        })
    }

    pub(super) fn assemble(mut self) -> Finished {
        let (ended, end) = self.end.take().unwrap_or((self.now, End::GivenUp));
        let (apps_down, worst_apps) = self.books.apps_down(self.fleet, WORST_APPS);
        let storage = self.storage_use();
        let never_happened = self.never_happened();
        let (routes, restart_errors) = self.reckon_routes();
        let (upgrade, jobs) = (self.upgrade_outcome(), self.job_outcome());
        let restarts = self.restarts().map(|restarts| Restarts { errors: restart_errors, ..restarts });
        let rolling = self.rolling();
        let all_run = self.books.down == 0 && self.books.evacuating == 0;
        let tally = self.tally;
        let outcome = Outcome {
            seed: self.seed,
            end,
            duration_s: ended.since(self.director.began).as_secs_f64(),
            zones: self.director.zone_spans(self.fleet),
            surplus: self.director.surplus_times(),
            cells_updated: u32::try_from(tally.slots.len()).expect("fewer cells than u32::MAX"),
            drain: Quantiles::of(tally.drains),
            slot: Quantiles::of(tally.slots),
            evacuation_timeouts: tally.evacuation_timeouts,
            instances_killed: tally.instances_killed,
            tasks_killed: tally.tasks_killed,
            staging: Pushes {
                restarts,
                rolling,
                ..pushes(tally.staging, tally.task_rejections, &self.reasons)
            },
            records_repaired: tally.records_repaired,
            start_requests: tally.start_requests.sorted(),
            instance_downtime_s: self.books.downtime().rolling.as_secs_f64(),
            recreate_downtime_s: self.books.downtime().recreate.as_secs_f64(),
            apps_down,
            longest_app_down_s: worst_apps.first().map_or(0.0, |app| app.longest_s),
            worst_apps,
            crashes: tally.crashes.values().sum(),
            crashes_by_cause: tally.crashes,
            cascades: tally.cascades.between(self.director.began, self.now, all_run),
            evacuees_lost: tally.evacuees_lost,
            peak_cell_load: tally.peak_cell_load,
            peak_network_load: tally.peak_network_load,
            storage,
            routes,
            crashes_of_crashing_apps: tally.crashes_of_crashing_apps,
            moves: self.books.moves,
            moves_per_instance: ratio(self.books.moves, u64::from(self.running_at_start)),
            peak_starting: tally.peak_starting,
            wait: self.books.waits(),
            placement_failures: by_text(tally.placement_failures, &self.reasons),
            auctions: tally.auctions,
            limited_auctions_share: ratio(tally.limited_auctions, tally.auctions),
            longest_limited_s: tally.longest_limited.as_secs_f64(),
            not_running_at_end: u32::try_from(self.books.lost()).expect("fewer instances than u32::MAX"),
            faults: self.faults.log.report(self.fleet, never_happened, self.director.began, self.now),
            upgrade,
            jobs,
            events: tally.events,
            course: self.course.unwrap_or_default(),
        };
        let (timeline, apps) = (self.timeline.unwrap_or_default(), self.books.versions.apps().to_vec());
        Finished { outcome, timeline, apps, reasons: self.reasons }
    }
}

fn by_text(counts: BTreeMap<ReasonIx, u64>, reasons: &Reasons) -> BTreeMap<String, u64> {
    counts.into_iter().map(|(reason, n)| (reasons.text(reason).to_owned(), n)).collect()
}

/// The same of tasks. A cell that refuses one gives no reason (A.10, Q5).
fn by_named_text(counts: BTreeMap<ReasonIx, u64>, reasons: &Reasons) -> BTreeMap<String, u64> {
    let mut named = by_text(counts, reasons);
    if let Some(refused) = named.remove("") {
        named.insert(REFUSED_BY_CELL.to_owned(), refused);
    }
    named
}

fn pushes(tally: Stagings, rejections: BTreeMap<ReasonIx, u64>, reasons: &Reasons) -> Pushes {
    Pushes {
        pushes: tally.pushes,
        staged: tally.staged.len() as u64,
        failed: tally.failed.len() as u64,
        unavailable: tally.unavailable,
        failed_by_error: tally.errors.into_iter().map(|(error, n)| (error.to_owned(), n)).collect(),
        failed_by_reason: by_named_text(tally.reasons, reasons),
        rejections: by_named_text(rejections, reasons),
        delay: Quantiles::of(tally.staged),
        failure: Quantiles::of(tally.failed),
        in_window: tally.in_window,
        failed_in_window: tally.failed_in_window,
        restarts: None,
        rolling: None,
    }
}

/// What a sum is divided by, so that the mean of nothing is nothing.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn mean_of(count: usize) -> f64 {
    count.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q5_a_refusal_without_a_reason_has_a_name() {
        let mut reasons = Reasons::default();
        let full = reasons.intern("insufficient resources: memory");
        let named = by_named_text(BTreeMap::from([(ReasonIx::EMPTY, 2), (full, 3)]), &reasons);
        let expected = [("insufficient resources: memory".to_owned(), 3), (REFUSED_BY_CELL.to_owned(), 2)];
        assert_eq!(named, BTreeMap::from(expected));
    }
}
