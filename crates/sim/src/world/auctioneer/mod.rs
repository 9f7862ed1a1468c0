//! The auctioneer: one auction at a time, nothing carried over (A.1 to A.11).

mod cells;
mod commit;
mod decision;
mod requests;

use std::collections::{BTreeMap, VecDeque};

use rivera_auction::{Catalog, CellIndex, Config, LrpAuction, Reply, Scheduled};
use rivera_lifecycle::{LrpKey, ReasonIx};
use rivera_model::{CellIx, ConstraintIx, Fleet, OfferIx, ProcessIx, Span, TaskIx, Time};

use super::World;
use crate::batch::Batch;
use crate::deployment::outage::Outage;
use crate::event::Term;
use crate::random::stream::Stream;
use crate::scenario::Scenario;
use crate::setting::Setting;

/// The auctioneer's state.
pub(super) struct Auctioneer {
    /// The cells in service, as they would answer to `/state` now.
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
    starting_seen: u32,
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
            starting_seen: 0,
            scheduled: Scheduled::default(),
            replies: BTreeMap::new(),
            failures: VecDeque::new(),
            term: 0,
            away: Outage::default(),
            unanswered: Vec::new(),
            starting_unseen: 0,
        }
    }

    /// A version of an app asks for what the app does.
    pub(super) fn add_version(&mut self, app: ProcessIx) {
        let version = ProcessIx::from_index(self.demands.len());
        self.demands.push(LrpAuction { process: version, ..self.demands[app.index()] });
        self.batch.add_process();
    }

    /// Containers that are starting on the cells in service, now; what an auction reserves is not among them.
    pub(super) fn starting(&self) -> u32 {
        u32::try_from(self.index.starting()).expect("fewer containers than u32::MAX")
    }

    pub(super) fn term(&self) -> Term {
        self.term
    }

    /// What is auctioned of a process: its memory and disk, too, which take less way from here than from the fleet.
    pub(super) fn demand(&self, process: ProcessIx) -> &LrpAuction {
        &self.demands[process.index()]
    }
}

impl World<'_> {
    /// A constraint of the fleet, as the auctioneer knows it.
    pub(super) fn catalog_constraint(&self, constraint: ConstraintIx) -> ConstraintIx {
        self.auctioneer.constraints[constraint.index()]
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

    /// The duration of one of the current auction's calls: listing the cells, fetching states, sending work.
    fn auction_draw(&self, call: u64) -> Span {
        let auctioneer = &self.scenario.auctioneer;
        let takes = [auctioneer.cell_list_ms, auctioneer.fetch_states_ms, auctioneer.commit_ms];
        let key = self.auctioneer.number * 4 + call;
        takes[usize::try_from(call).expect("three calls")].draw_ms(&mut self.streams.at(Stream::Auction, key))
    }
}
