//! The auctioneer: one auction at a time, nothing carried over (A.1 to A.11).

use std::collections::{BTreeMap, VecDeque};

use rivera_auction::{
    Auctions, Catalog, CellIndex, CellState, ChangeError, Config, Container as Held, FETCH_ROUNDS, Kind,
    LrpAuction, PlacementError, Refused, Reply, Scheduled, TaskAuction, WorkingCell, cell_work, commit,
};
use rivera_lifecycle::{LrpKey, ReasonIx};
use rivera_model::{CellIx, ConstraintIx, Fleet, OfferIx, ProcessIx, Span, TaskIx, Time, ZoneIx};

use super::World;
use crate::batch::Batch;
use crate::cell::{Cell, Container, Work};
use crate::comparison::Setting;
use crate::distribution::secs;
use crate::event::{Event, Term};
use crate::outage::Outage;
use crate::scenario::Scenario;
use crate::stream::Stream;
use crate::timeline::What;

/// How much longer a call to a BBS takes that does not answer: three attempts, half a second apart (A.14).
const FAILING_BBS_CALL: Span = Span::from_ms(1_000);

/// The auctioneer's state.
pub(super) struct Auctioneer {
    /// The cells in service, as they would answer to `/state` now: kept current, so that an auction costs nothing but
    /// its placements.
    index: CellIndex,
    /// What is auctioned of each process, but for the index of the instance.
    demands: Vec<LrpAuction>,
    /// The fleet's constraints and offers in the catalog.
    constraints: Vec<ConstraintIx>,
    offers: Vec<OfferIx>,
    /// Requests since the last drain.
    batch: Batch,
    /// The one-slot signal that there is work (A.1, A.2).
    has_work: bool,
    is_busy: bool,
    /// Rounds of fetching states in this auction so far (A.4).
    rounds: u32,
    /// Started auctions: names the draws of each.
    number: u64,
    /// Starting containers on the fetched cells.
    starting: u32,
    scheduled: Scheduled,
    replies: BTreeMap<CellIx, Reply>,
    /// Failures that the BBS does not know of yet.
    failures: VecDeque<(Failed, ReasonIx)>,
    /// The how-many-th auctioneer is active.
    term: Term,
    away: Outage,
    /// Cells in service whose answer does not come in time in this auction.
    unanswered: Vec<CellIx>,
    /// Containers that start on them.
    starting_unseen: u32,
}

/// What the auctioneer found no cell for.
#[derive(Debug, Clone, Copy)]
enum Failed {
    Task(TaskIx),
    Lrp(LrpKey),
}

impl Auctioneer {
    pub(super) fn new(fleet: &Fleet, catalog: &mut Catalog, scenario: &Scenario, setting: Setting) -> Self {
        let auctioneer = &scenario.auctioneer;
        let config = Config {
            starting_container_weight: auctioneer.starting_container_weight,
            bin_pack_first_fit_weight: auctioneer.bin_pack_first_fit_weight,
            max_starts: setting.max_starts.to_config(),
        };
        let constraints: Vec<ConstraintIx> =
            fleet.constraints.iter().map(|it| catalog.intern_constraint(it)).collect();
        let demands = fleet.processes.iter().zip(0..).map(|(process, ix)| LrpAuction {
            process: ProcessIx(ix),
            index: 0,
            memory_mb: process.memory_mb,
            disk_mb: process.disk_mb,
            constraint: constraints[process.constraint.index()],
        });
        Self {
            index: CellIndex::new(&config),
            demands: demands.collect(),
            constraints,
            offers: fleet.offers.iter().map(|it| catalog.intern_offer(it)).collect(),
            batch: Batch::new(fleet.processes.len()),
            has_work: false,
            is_busy: false,
            rounds: 0,
            number: 0,
            starting: 0,
            scheduled: Scheduled::default(),
            replies: BTreeMap::new(),
            failures: VecDeque::new(),
            term: 0,
            away: Outage::default(),
            unanswered: Vec::new(),
            starting_unseen: 0,
        }
    }
}

impl Auctioneer {
    pub(super) fn term(&self) -> Term {
        self.term
    }

    /// What is auctioned of a process: its memory and disk, too, which take less way from here than from the fleet.
    pub(super) fn demand(&self, process: ProcessIx) -> &LrpAuction {
        &self.demands[process.index()]
    }
}

impl World<'_> {
    /// A start request is sent to the auctioneer. If none is active it is lost, and only logged (C.5, C.6).
    pub(super) fn submit(&mut self, lrp: LrpKey, why: &'static str) {
        if self.is_auctioneer_away() {
            self.faults.log.requests_refused += 1;
            self.note(What::Refused(lrp, why));
            return;
        }
        self.tally.start_requests.count(why);
        self.note(What::Requested(lrp, why));
        let auctioneer = &mut self.auctioneer;
        auctioneer.batch.push_lrp(lrp, self.now, || {
            let index = i32::try_from(lrp.index).expect("an imported index fits");
            LrpAuction { index, ..auctioneer.demands[lrp.process.index()] }
        });
        self.auctioneer.has_work = true;
        self.wake();
    }

    /// A task's request reaches the auctioneer.
    pub(super) fn request_task(&mut self, auction: TaskAuction) {
        self.auctioneer.batch.push_task(auction, self.now);
        self.auctioneer.has_work = true;
        self.wake();
    }

    /// A constraint of the fleet, as the auctioneer knows it.
    pub(super) fn catalog_constraint(&self, constraint: ConstraintIx) -> ConstraintIx {
        self.auctioneer.constraints[constraint.index()]
    }

    /// Begins an auction, if there is work and none is held.
    fn wake(&mut self) {
        let auctioneer = &mut self.auctioneer;
        if auctioneer.is_busy || !auctioneer.has_work {
            return;
        }
        auctioneer.is_busy = true;
        auctioneer.has_work = false;
        auctioneer.rounds = 0;
        auctioneer.number += 1;
        self.note(What::AuctionBegins);
        self.list_cells();
    }

    /// The auctioneer asks the BBS for the cells, again and again until it answers, and then the cells for their states
    /// (A.1). The batch is not touched meanwhile.
    pub(super) fn list_cells(&mut self) {
        let term = self.auctioneer.term;
        let wait = self.bbs_outage.wait(self.now, secs(self.scenario.faults.retry_s));
        if wait > Span::ZERO {
            self.after(wait, Event::ListCells(term));
            return;
        }
        let listing = self.auction_draw(0);
        let fetching = self.fetching();
        self.after(listing + fetching, Event::StatesFetched(term));
    }

    /// What the slowest answer to `/state` takes. For a cell that is gone, or too slow, the auctioneer waits as long as for
    /// any (A.4).
    fn fetching(&mut self) -> Span {
        self.auctioneer.unanswered.clear();
        let usual = self.auction_draw(1);
        let timeout = secs(self.scenario.faults.call_timeout_s).max(usual);
        if self.is_any_lost_cell_listed() {
            return timeout;
        }
        let mut slowest = usual;
        for (cell, speed) in self.faults.slow_cells() {
            let takes = secs(usual.as_secs_f64() / speed);
            if takes >= timeout {
                self.auctioneer.unanswered.push(cell);
            }
            if self.cell(cell).rollout.has_presence() {
                slowest = slowest.max(takes.min(timeout));
            }
        }
        slowest
    }

    pub(super) fn is_auctioneer_away(&self) -> bool {
        self.auctioneer.away.is_on(self.now)
    }

    /// No auctioneer is active until then. Answers how many requests were lost with its batch.
    pub(super) fn lose_auctions(&mut self, until: Time, clean: bool) -> u64 {
        let auctioneer = &mut self.auctioneer;
        auctioneer.away.extend(until);
        auctioneer.has_work = false;
        let batch = auctioneer.batch.drain();
        let mut lost = batch.lrps.len() + batch.tasks.len();
        if !clean {
            // What it had decided and not sent, and what it had not reported, nobody knows of.
            lost += auctioneer
                .scheduled
                .work
                .iter()
                .map(|work| work.lrps.len() + work.tasks.len())
                .sum::<usize>();
            auctioneer.term += 1;
            auctioneer.is_busy = false;
            auctioneer.scheduled = Scheduled::default();
            auctioneer.replies.clear();
            auctioneer.failures.clear();
        }
        lost as u64
    }

    /// The states are there: only now is the batch drained, so that what arrived meanwhile is in this auction (A.1).
    pub(super) fn states_fetched(&mut self) {
        self.auctioneer.rounds += 1;
        if self.auctioneer.index.is_empty() && self.auctioneer.rounds < FETCH_ROUNDS {
            let again = self.fetching();
            self.after(again, Event::StatesFetched(self.auctioneer.term));
            return;
        }
        let auctions = self.auctioneer.batch.drain();
        self.auctioneer.has_work = false;
        if auctions.is_empty() {
            self.end_auction();
            return;
        }
        let (items, tried) = self.schedule(auctions);
        self.note(What::AuctionDecides { items, placed: self.placed(), starting: self.auctioneer.starting });
        let lrps = self.in_service().map(|cell| cell.containers.len() - cell.tasks as usize).sum();
        let cost = self.scenario.auctioneer.scheduling_cost.of(tried, self.auctioneer.index.len(), lrps);
        self.after(cost, Event::Scheduled(self.auctioneer.term));
    }

    /// Decides; says how many items there were and how many of them the limit let through.
    fn schedule(&mut self, auctions: Auctions) -> (u32, usize) {
        let unanswered = self.leave_out_unanswered();
        let auctioneer = &mut self.auctioneer;
        auctioneer.starting =
            u32::try_from(auctioneer.index.starting()).expect("few containers are starting");
        // What the auction reserves is what it believes; what the cells take is told by themselves.
        let mut reservations = auctioneer.index.reservations();
        auctioneer.scheduled = reservations.schedule(&self.catalog, auctions);
        reservations.roll_back();
        unanswered.into_iter().for_each(|cell| self.index_cell(cell));
        let placements = &self.auctioneer.scheduled.placements;
        let limited =
            placements.iter().filter(|placement| placement.result == Err(PlacementError::StartLimit)).count();
        self.tally.auction_decided(limited > 0, self.now);
        let items = placements.len();
        (u32::try_from(items).expect("fewer instances than u32::MAX"), items - limited)
    }

    /// Cells that have not answered are not part of the auction, nor do their starting containers count (A.4, A.6).
    fn leave_out_unanswered(&mut self) -> Vec<CellIx> {
        let mut cells = std::mem::take(&mut self.auctioneer.unanswered);
        cells.retain(|&cell| self.cell(cell).rollout.accepts_work());
        cells.iter().for_each(|&cell| self.unindex_cell(cell));
        self.auctioneer.starting_unseen = cells.iter().map(|&cell| self.cell(cell).starting).sum();
        cells
    }

    /// A cell begins to take work: from now on it takes part in auctions.
    pub(super) fn index_cell(&mut self, cell: CellIx) {
        let state = self.cell_state(self.cell(cell));
        self.auctioneer.index.insert(state);
    }

    /// A cell evacuates: it takes part in auctions no longer (A.4).
    pub(super) fn unindex_cell(&mut self, cell: CellIx) {
        self.auctioneer.index.remove(cell);
    }

    /// A container has been reserved on a cell.
    pub(super) fn index_start(&mut self, container: &Container) {
        self.change_index(container, |index, cell, held| index.start(cell, held));
    }

    /// A container starts no longer.
    pub(super) fn index_started(&mut self, container: &Container) {
        self.change_index(container, |index, cell, _| index.started(cell));
    }

    /// A container is gone.
    pub(super) fn index_stop(&mut self, container: &Container) {
        self.change_index(container, |index, cell, held| index.stop(cell, held));
    }

    fn change_index(
        &mut self,
        container: &Container,
        change: fn(&mut CellIndex, CellIx, &Held) -> Result<(), ChangeError>,
    ) {
        if !self.cell(container.cell).rollout.accepts_work() {
            return;
        }
        let kind = match container.work {
            Work::Lrp(LrpKey { process, .. }) => Kind::Lrp(process),
            Work::Task(_) => Kind::Task,
        };
        let held = Held { kind, memory_mb: container.cost.memory_mb, disk_mb: container.cost.disk_mb };
        change(&mut self.auctioneer.index, container.cell, &held)
            .expect("the index knows the containers of the cells in service");
    }

    fn placed(&self) -> u32 {
        let placements = &self.auctioneer.scheduled.placements;
        let placed = placements.iter().filter(|placement| placement.result.is_ok()).count();
        u32::try_from(placed).expect("fewer instances than u32::MAX")
    }

    /// A cell's answer to `/state`.
    fn cell_state(&self, cell: &Cell) -> CellState {
        let known = &self.fleet.cells[cell.ix.index()];
        let lrps = cell.containers.iter().filter_map(|it| match self.container(*it).work {
            Work::Lrp(LrpKey { process, .. }) => Some(process),
            Work::Task(_) => None,
        });
        CellState {
            cell: cell.ix,
            zone: ZoneIx(known.zone.0),
            offer: self.auctioneer.offers[known.offer.index()],
            index: i64::from(known.bosh_index),
            available: cell.available,
            total: known.total,
            starting: cell.starting,
            proxy_memory_mb: known.proxy_memory_mb,
            lrps: lrps.collect::<Vec<ProcessIx>>(),
            tasks: cell.tasks,
        }
    }

    /// The work goes to the cells, each of which takes what still fits (A.10, B.4).
    pub(super) fn commit_work(&mut self) {
        let before = self.tally.starting;
        let work = std::mem::take(&mut self.auctioneer.scheduled.work);
        let mut answering = self.auction_draw(2);
        for work in work {
            if self.cell(work.cell).is_lost {
                answering = answering.max(secs(self.scenario.faults.call_timeout_s));
            }
            let (cell, reply) = (work.cell, self.perform(work));
            self.auctioneer.replies.insert(cell, reply);
        }
        self.check_starting(before.max(self.auctioneer.starting), self.auctioneer.starting_unseen);
        self.after(answering, Event::Committed(self.auctioneer.term));
    }

    fn perform(&mut self, work: rivera_auction::CellWork) -> Reply {
        let home = self.cell(work.cell);
        let cell = home.ix;
        if !home.rollout.has_presence() {
            // Q6: nobody will notice but convergence.
            self.faults.log.work_lost += (work.lrps.len() + work.tasks.len()) as u64;
            work.lrps.iter().for_each(|lrp| self.note(What::WorkLost(key_of(lrp), cell)));
            return Reply::CallFailed;
        }
        let held_tasks: Vec<TaskIx> =
            if work.tasks.is_empty() { Vec::new() } else { self.tasks_on(cell).collect() };
        let working = WorkingCell {
            cell,
            evacuating: !home.rollout.accepts_work(),
            available: home.available,
            proxy_memory_mb: self.fleet.cells[cell.index()].proxy_memory_mb,
            held_tasks: &held_tasks,
        };
        let Ok(answer) = cell_work(&working, work) else { return Reply::CallFailed };
        for lrp in &answer.accepted.lrps {
            let lrp = key_of(lrp);
            self.note(What::Placed(lrp, cell));
            self.reserve(cell, lrp);
        }
        answer.accepted.tasks.iter().for_each(|task| self.reserve_task(cell, task));
        if answer.refused.lrps.is_empty() && answer.refused.tasks.is_empty() {
            return Reply::TookAll;
        }
        let lrps = answer.refused.lrps.iter().map(|lrp| (lrp.process, lrp.index)).collect();
        Reply::Refused(Refused { lrps, tasks: answer.refused.tasks.iter().map(|it| it.task).collect() })
    }

    /// All cells have answered: the failures are reported, one call after the other (A.11).
    pub(super) fn work_committed(&mut self) {
        let scheduled = std::mem::take(&mut self.auctioneer.scheduled);
        let replies = std::mem::take(&mut self.auctioneer.replies);
        let results = commit(scheduled, &replies);
        for lost in results.failed_tasks {
            let reason = self.reasons.intern(&lost.error.to_string());
            self.auctioneer.failures.push_back((Failed::Task(lost.auction.task), reason));
        }
        for lost in results.failed_lrps {
            let reason = self.reasons.intern(&lost.error.to_string());
            *self.tally.placement_failures.entry(reason).or_default() += 1;
            self.auctioneer.failures.push_back((Failed::Lrp(key_of(&lost.auction)), reason));
        }
        self.next_failure();
    }

    /// The BBS has learnt of one failure.
    pub(super) fn report_failure(&mut self) {
        let failure = self.auctioneer.failures.pop_front();
        if failure.is_some() && self.is_bbs_away() {
            // The auctioneer only logs it; the record keeps the time since when it waits.
            self.faults.log.bbs_calls_failed += 1;
            self.next_failure();
            return;
        }
        match failure {
            Some((Failed::Lrp(lrp), reason)) => {
                // A record that is no longer unclaimed is not failed, and nobody minds.
                let _ = self.bbs.fail(lrp, reason, self.now);
                self.books.refuse(lrp);
                self.note(What::Unplaced(lrp, reason));
            }
            Some((Failed::Task(task), reason)) => self.reject_task(task, reason),
            None => {}
        }
        self.next_failure();
    }

    fn next_failure(&mut self) {
        if self.auctioneer.failures.is_empty() {
            self.end_auction();
        } else {
            let failing = if self.is_bbs_away() { FAILING_BBS_CALL } else { Span::ZERO };
            let call = secs(self.scenario.auctioneer.bbs_call_ms / 1e3);
            self.after(call + failing, Event::ReportFailure(self.auctioneer.term));
        }
    }

    fn end_auction(&mut self) {
        self.auctioneer.is_busy = false;
        self.wake();
    }

    /// The duration of one of the current auction's calls: listing the cells, fetching states, sending work.
    fn auction_draw(&self, call: u64) -> Span {
        let auctioneer = &self.scenario.auctioneer;
        let takes = [auctioneer.cell_list_ms, auctioneer.fetch_states_ms, auctioneer.commit_ms];
        let key = self.auctioneer.number * 4 + call;
        takes[usize::try_from(call).expect("three calls")].draw_ms(&mut self.streams.at(Stream::Auction, key))
    }
}

fn key_of(lrp: &LrpAuction) -> LrpKey {
    LrpKey::new(lrp.process, u32::try_from(lrp.index).expect("indices of a run are not negative"))
}
