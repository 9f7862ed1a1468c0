//! The decision of an auction, and what it takes (A.5 to A.9).

use rivera_auction::{Auctions, FETCH_ROUNDS, PlacementError};
use rivera_model::CellIx;

use crate::event::Event;
use crate::outcome::timeline::What;
use crate::world::World;

impl World<'_> {
    /// The states are there: only now is the batch drained, so that what arrived meanwhile is in this auction (A.1).
    pub(in crate::world) fn states_fetched(&mut self) {
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
        self.note(What::AuctionDecides {
            items,
            placed: self.placed(),
            starting: self.auctioneer.starting_seen,
        });
        let index = &self.auctioneer.index;
        let cost = self.scenario.auctioneer.scheduling_cost.of(tried, index.len(), index.lrps());
        self.after(cost, Event::Scheduled(self.auctioneer.term));
    }

    /// Decides; says how many items there were and how many of them the limit let through.
    fn schedule(&mut self, auctions: Auctions) -> (u32, usize) {
        let unanswered = self.leave_out_unanswered();
        let auctioneer = &mut self.auctioneer;
        auctioneer.starting_seen = auctioneer.starting();
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

    fn placed(&self) -> u32 {
        let placements = &self.auctioneer.scheduled.placements;
        let placed = placements.iter().filter(|placement| placement.result.is_ok()).count();
        u32::try_from(placed).expect("fewer instances than u32::MAX")
    }
}
