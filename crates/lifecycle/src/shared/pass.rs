//! A convergence pass over the shared records, while others change them.
//!
//! It looks at every index once: the kinds of its records in the head and, where there is one, at the words of its slot. Nobody is
//! stopped for it, and only what is due is written.

use std::collections::BTreeSet;

use rivera_model::{CellIx, InstanceState, ProcessIx, Time};

use super::convergence::{Outcome, View, converge};
use super::error::TableLimit;
use super::operations::{NO_DOMAIN, NO_EPOCH};
use super::packed::{CELLS, Packed};
use super::writer::Writer;
use crate::call::StartReason;
use crate::convergence::Pass;
use crate::desired::Desired;
use crate::domain::Domains;
use crate::group::InstanceGroup;
use crate::metrics::LrpMetrics;
use crate::record::{DomainIx, LrpKey, Record};

/// What a pass must know of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ProcessInfo {
    /// Its domain.
    pub domain: DomainIx,
    /// What is desired of it; routes and tags are not looked at.
    pub desired: Option<Desired>,
}

/// What a pass must know.
#[derive(Debug, Clone, Copy)]
pub struct PassInput<'a> {
    /// The present.
    pub now: Time,
    /// The cells that are present.
    pub cells: &'a BTreeSet<CellIx>,
    /// The domains, without those that have ended ([`Domains::expire`]).
    pub domains: &'a Domains,
    /// The processes of the table, by id. Those that are not here are left alone.
    pub processes: &'a [ProcessInfo],
}

/// The present cells, one bit each.
struct Presence(Vec<u64>);

impl Presence {
    /// Cells that the table has no room for are on no record, so that they need no bit.
    fn of(cells: &BTreeSet<CellIx>) -> Self {
        let mut words = Vec::new();
        for cell in cells.range(..CellIx(CELLS)) {
            words.resize(cell.index() / 64 + 1, 0);
            words[cell.index() / 64] |= 1 << (cell.0 % 64);
        }
        Self(words)
    }

    fn contains(&self, cell: CellIx) -> bool {
        self.0.get(cell.index() / 64).is_some_and(|word| word >> (cell.0 % 64) & 1 != 0)
    }
}

/// What is the same for all indices of a process.
struct ProcessPass {
    process: ProcessIx,
    desired: Option<Desired>,
    /// Whether the number of ordinary records is not the desired one.
    is_miscounted: bool,
    is_fresh: bool,
    is_known: bool,
    now: Time,
}

impl ProcessPass {
    fn view(&self, index: u32) -> View {
        let is_surplus = self.is_fresh && self.desired.is_some_and(|desired| index >= desired.instances);
        let is_orphan = self.desired.is_none() && self.is_known;
        View {
            lrp: LrpKey::new(self.process, index),
            is_desired: self.desired.is_some(),
            create: self.is_miscounted && self.desired.is_some_and(|desired| index < desired.instances),
            retire: is_orphan || (self.is_miscounted && is_surplus),
            remove_suspect: is_orphan,
            now: self.now,
        }
    }
}

impl Writer<'_> {
    /// One pass. It answers what [`Bbs::converge`](crate::Bbs::converge) answers, but for updates of routes and tags. While others
    /// change the records, each index is found and changed at a moment of its own, and the metrics are of those moments.
    ///
    /// An index whose versions are spent is left as it is.
    ///
    /// # Errors
    /// [`TableLimit::Time`]; [`TableLimit::Process`] and [`TableLimit::Index`] if the table was made for fewer processes or
    /// instances than there are now. Then nothing was done.
    pub fn converge(&mut self, input: PassInput<'_>) -> Result<Pass, TableLimit> {
        self.check(input)?;
        let presence = Presence::of(input.cells);
        let fresh: BTreeSet<DomainIx> = input.domains.fresh(input.now).collect();
        let mut tally = Tally::default();
        for (position, info) in input.processes.iter().enumerate() {
            let process = ProcessIx::from_index(position);
            let pass = ProcessPass {
                process,
                desired: info.desired,
                is_miscounted: info
                    .desired
                    .map(|desired| {
                        self.table.count_ordinary(process, |_| true).map(|it| it != desired.instances)
                    })
                    .transpose()?
                    .unwrap_or(false),
                is_fresh: fresh.contains(&info.domain),
                is_known: input.domains.is_known(info.domain),
                now: input.now,
            };
            self.converge_process(&pass, &presence, &mut tally)?;
        }
        Ok(tally.into_pass(fresh, input.cells.len()))
    }

    /// That all records that the pass may create fit.
    fn check(&self, input: PassInput<'_>) -> Result<(), TableLimit> {
        Packed::pack(&InstanceGroup {
            ordinary: Some(Record::unclaimed(NO_DOMAIN, input.now, NO_EPOCH)),
            ..InstanceGroup::EMPTY
        })?;
        for (position, info) in input.processes.iter().enumerate() {
            let process = ProcessIx::from_index(position);
            self.table.positions(process)?;
            if let Some(last) = info.desired.and_then(|desired| desired.instances.checked_sub(1)) {
                self.table.position(LrpKey::new(process, last))?;
            }
        }
        Ok(())
    }

    fn converge_process(
        &mut self,
        pass: &ProcessPass,
        presence: &Presence,
        tally: &mut Tally,
    ) -> Result<(), TableLimit> {
        let mut is_crashing = false;
        for (index, position) in (0..).zip(self.table.positions(pass.process)?) {
            let view = pass.view(index);
            let change = |group: &mut _| converge(group, &view, |cell| presence.contains(cell));
            if let Ok(outcome) = self.update_at(position, change) {
                is_crashing |= outcome.ordinary == Some(InstanceState::Crashed);
                tally.add(view.lrp, &outcome);
            }
        }
        tally.metrics.crashing_desired += u32::from(is_crashing);
        tally.metrics.desired += pass.desired.map_or(0, |desired| u64::from(desired.instances));
        Ok(())
    }
}

/// The sum of what was done.
#[derive(Default)]
struct Tally {
    pass: Pass,
    metrics: LrpMetrics,
    missing_cells: BTreeSet<CellIx>,
}

impl Tally {
    fn add(&mut self, lrp: LrpKey, outcome: &Outcome) {
        let Self { pass, metrics, missing_cells } = self;
        pass.starts.extend(outcome.start.map(|why| StartReason { lrp, why }));
        pass.stops.extend(outcome.stop);
        pass.counts.evacuating_pruned += u32::from(outcome.pruned);
        pass.counts.retired += u32::from(outcome.retired);
        pass.counts.created += u32::from(outcome.created);
        pass.counts.suspected += u32::from(outcome.suspected);
        pass.counts.promoted += u32::from(outcome.promoted);
        pass.counts.suspects_removed += u32::from(outcome.suspect_removed);
        metrics.missing += u32::from(outcome.missing);
        metrics.extra += u32::from(outcome.extra);
        missing_cells.extend(outcome.missing_cells.into_iter().flatten());
        match outcome.ordinary {
            Some(InstanceState::Unclaimed) => metrics.unclaimed += 1,
            Some(InstanceState::Claimed) => metrics.claimed += 1,
            Some(InstanceState::Running) => metrics.running += 1,
            Some(InstanceState::Crashed) => metrics.crashed += 1,
            None => {}
        }
        match outcome.suspect {
            Some(InstanceState::Claimed) => metrics.suspect_claimed += 1,
            Some(InstanceState::Running) => metrics.suspect_running += 1,
            _ => {}
        }
    }

    fn into_pass(self, fresh: BTreeSet<DomainIx>, present_cells: usize) -> Pass {
        let count = |items: usize| u32::try_from(items).unwrap_or(u32::MAX);
        let metrics = LrpMetrics {
            present_cells: count(present_cells),
            suspect_cells: count(self.missing_cells.len()),
            ..self.metrics
        };
        Pass {
            missing_cells: self.missing_cells.into_iter().collect(),
            fresh_domains: fresh.into_iter().collect(),
            metrics,
            ..self.pass
        }
    }
}
