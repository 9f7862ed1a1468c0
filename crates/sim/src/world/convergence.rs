//! The BBS's convergence, on its timer (C.6, C.8).

use std::collections::BTreeSet;

use rivera_lifecycle::{LrpKey, Why};
use rivera_model::{CellIx, Span};

use super::World;
use super::invariants::PASSES_BETWEEN_CHECKS;
use crate::event::Event;
use crate::outcome::timeline::What;
use crate::random::distribution::secs;

impl World<'_> {
    /// A pass begins: records change now, and what follows goes out when the pass is over.
    pub(super) fn converge(&mut self) {
        self.note(What::ConvergenceBegins);
        let (present, absent): (Vec<_>, Vec<_>) =
            self.cells.iter().partition(|cell| cell.has_presence(self.now));
        let present: BTreeSet<CellIx> = present.into_iter().map(|cell| cell.ix).collect();
        let mut touched: Vec<LrpKey> =
            absent.iter().flat_map(|cell| self.bbs.records_on(cell.ix)).map(|(lrp, _)| lrp).collect();
        let pass = self.bbs.converge(self.now, &present);
        // Of what waits already the pass changes nothing: there may be many of those.
        let changed = pass.starts.iter().filter(|start| start.why != Why::StaleUnclaimed);
        touched.extend(changed.map(|start| start.lrp));
        let counts = pass.counts;
        if counts.promoted + counts.retired + counts.suspects_removed > 0 {
            self.observe_all();
        } else {
            for lrp in touched {
                self.observe(lrp);
            }
        }
        if counts.promoted > 0 {
            // The cells that are back find out at their next sync whom their records belong to now.
            let in_service: Vec<CellIx> = self.in_service().map(|cell| cell.ix).collect();
            in_service.into_iter().for_each(|cell| self.sync_soon(cell));
        }
        self.tally.passes += 1;
        // After a pass that promotes a suspect an index may be without a record until the next pass (C.6).
        if counts.promoted == 0 {
            self.check_records();
        }
        if cfg!(debug_assertions) && self.tally.passes.is_multiple_of(PASSES_BETWEEN_CHECKS) {
            self.check_all();
        }
        self.tally.records_repaired += u64::from(counts.evacuating_pruned)
            + u64::from(counts.suspected)
            + u64::from(counts.created)
            + u64::from(counts.promoted);
        let takes = self.pass_duration();
        debug_assert!(self.pass.is_none(), "passes do not overlap");
        let tasks = self.converge_tasks(&present);
        self.pass = Some((pass, tasks));
        self.after(takes, Event::ConvergeOver(self.bbs_term));
    }

    /// A pass ends: its stop calls have been made, and all its start requests go out in one request.
    pub(super) fn converge_over(&mut self) {
        let (pass, tasks) = self.pass.take().expect("a pass is under way");
        for stop in &pass.stops {
            self.stop_instance(stop.key.cell, stop.key.instance);
        }
        self.note(What::ConvergenceEnds {
            requests: u32::try_from(pass.starts.len()).expect("fewer instances than u32::MAX"),
            pruned: pass.counts.evacuating_pruned,
        });
        for start in &pass.starts {
            self.submit(start.lrp, start.why.as_str());
        }
        self.task_pass_over(&tasks);
        self.after(secs(self.scenario.bbs.convergence_interval_s), Event::Converge(self.bbs_term));
    }

    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    fn pass_duration(&self) -> Span {
        let bbs = &self.scenario.bbs;
        let thousands = self.fleet.instances.len() as f64 / 1e3;
        secs((bbs.convergence_pass_ms + bbs.convergence_pass_ms_per_1000_records * thousands) / 1e3)
    }

    fn observe_all(&mut self) {
        for version in self.bbs.processes() {
            for lrp in self.books.instances_of(version) {
                self.observe(lrp);
            }
        }
    }
}
