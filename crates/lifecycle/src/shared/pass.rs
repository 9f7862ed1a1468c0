//! A convergence pass over the shared records, while others change them.
//!
//! It looks at the indices that have changed since the last pass or are not at rest, and at those of processes with too many or
//! too few records. Nobody is stopped for it, and only what is due is written.

use std::collections::BTreeSet;

use rivera_model::{CellIx, InstanceState, ProcessIx, Time};

use super::changes::positions;
use super::convergence::{Outcome, View, converge};
use super::error::TableLimit;
use super::known::Known;
use super::operations::{NO_DOMAIN, NO_EPOCH};
use super::packed::Packed;
use super::presence::Presence;
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

impl ProcessInfo {
    fn instances(&self) -> u32 {
        self.desired.map_or(0, |desired| desired.instances)
    }
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

/// What is the same for all indices of a process.
struct ProcessPass {
    process: ProcessIx,
    /// The position of its index 0.
    start: usize,
    desired: Option<Desired>,
    /// Whether the number of ordinary records is not the desired one.
    is_miscounted: bool,
    is_fresh: bool,
    is_known: bool,
    now: Time,
}

impl ProcessPass {
    fn view(&self, position: usize) -> View {
        let lrp = LrpKey::new(self.process, index(position - self.start));
        let is_surplus = self.is_fresh && self.desired.is_some_and(|desired| lrp.index >= desired.instances);
        let is_orphan = self.desired.is_none() && self.is_known;
        View {
            lrp,
            is_desired: self.desired.is_some(),
            create: self.is_miscounted && self.desired.is_some_and(|desired| lrp.index < desired.instances),
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
    /// It costs what has changed since the last pass, what is not at rest, and the number of processes; the pass after a cell has
    /// disappeared goes over a word of each index. A pass waits for one that another thread has begun.
    ///
    /// An index whose versions are spent is left as it is.
    ///
    /// # Errors
    /// [`TableLimit::Time`]; [`TableLimit::Process`] and [`TableLimit::Index`] if the table was made for fewer processes or
    /// instances than there are now. Then nothing was done.
    pub fn converge(&mut self, input: PassInput<'_>) -> Result<Pass, TableLimit> {
        let end = self.check(input)?;
        let table = self.table;
        let mut known = table.known.lock().expect("no pass has panicked");
        known.update(table, Presence::of(input.cells), end);
        let instances = || input.processes.iter().map(ProcessInfo::instances);
        let mut tally = Tally::default();
        tally.metrics.running = known.count(table, instances());
        tally.metrics.desired = instances().map(u64::from).sum();
        let fresh = input.domains.fresh(input.now).collect();
        self.visit(input, &fresh, &mut known, end, &mut tally);
        Ok(tally.into_pass(fresh, input.cells.len()))
    }

    /// That all records that the pass may create fit. Answers where the processes end.
    fn check(&self, input: PassInput<'_>) -> Result<usize, TableLimit> {
        Packed::pack(&InstanceGroup {
            ordinary: Some(Record::unclaimed(NO_DOMAIN, input.now, NO_EPOCH)),
            ..InstanceGroup::EMPTY
        })?;
        let processes = input.processes.iter().map(ProcessInfo::instances).zip(self.table.ranges());
        if processes.len() < input.processes.len() {
            return Err(TableLimit::Process(ProcessIx::from_index(processes.len())));
        }
        let mut end = 0;
        for (process, (instances, positions)) in processes.enumerate() {
            if instances as usize > positions.len() {
                return Err(TableLimit::Index(LrpKey::new(ProcessIx::from_index(process), instances - 1)));
            }
            end = positions.end;
        }
        Ok(end)
    }

    /// Does what is due for each index before `end` that is not at rest.
    fn visit(
        &mut self,
        input: PassInput<'_>,
        fresh: &BTreeSet<DomainIx>,
        known: &mut Known,
        end: usize,
        tally: &mut Tally,
    ) {
        let mut of = None;
        for word in 0..end.div_ceil(64) {
            for position in positions(word * 64, known.restless(word, end)) {
                let pass = self.process_pass(of, position, input, fresh, known);
                let view = pass.view(position);
                tally.metrics.running -= u32::from(known.has_ordinary(position));
                let present = &known.present;
                let change = |group: &mut _| converge(group, &view, |cell| present.contains(cell));
                if let Ok(outcome) = self.update_at(position, change) {
                    tally.add(view.lrp, &outcome);
                }
                known.settle(position);
                of = Some(pass);
            }
        }
    }

    /// What is the same for the index at this position as for all of its process, of which `last` may be, too.
    fn process_pass(
        &self,
        last: Option<ProcessPass>,
        position: usize,
        input: PassInput<'_>,
        fresh: &BTreeSet<DomainIx>,
        known: &Known,
    ) -> ProcessPass {
        let before = last.as_ref().map_or(0, |last| last.process.index());
        let process = self.table.process_of(position, before);
        match last {
            Some(last) if before == process => last,
            _ => {
                let ProcessInfo { domain, desired } = input.processes[process];
                ProcessPass {
                    process: ProcessIx::from_index(process),
                    start: self.table.start(process),
                    desired,
                    is_miscounted: desired.is_some_and(|it| it.instances != known.ordinary(process)),
                    is_fresh: fresh.contains(&domain),
                    is_known: input.domains.is_known(domain),
                    now: input.now,
                }
            }
        }
    }
}

/// The sum of what was done. Whoever is at rest and not empty is running.
#[derive(Default)]
struct Tally {
    pass: Pass,
    metrics: LrpMetrics,
    missing_cells: BTreeSet<CellIx>,
    /// The last process with a crashed record.
    crashing: Option<ProcessIx>,
}

impl Tally {
    fn add(&mut self, lrp: LrpKey, outcome: &Outcome) {
        let Self { pass, metrics, missing_cells, crashing } = self;
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
            Some(InstanceState::Crashed) => {
                metrics.crashed += 1;
                metrics.crashing_desired += u32::from(crashing.replace(lrp.process) != Some(lrp.process));
            }
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

#[expect(clippy::cast_possible_truncation, reason = "there are fewer slots than u32::MAX")]
const fn index(distance: usize) -> u32 {
    distance as u32
}
