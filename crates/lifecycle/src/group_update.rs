//! The order in which the BOSH director updates the instances of a group, cells or any other machines (D.3).
//!
//! Zone after zone, strictly. Inside a zone a pool of workers: as soon as one instance is done the next one starts, there
//! are no batches. The one exception is the first zone, where the rest waits until all canaries are done.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rivera_model::{CellIx, ZoneIx};

/// A cell as the director sorts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UpdateCell {
    /// The cell; ids are in the order of names.
    pub cell: CellIx,
    /// Its zone; ids are in the order of names.
    pub zone: ZoneIx,
    /// Whether it is the group's bootstrap instance.
    pub bootstrap: bool,
}

/// The cells by zone in the order of their update: the bootstrap instance and its zone first, then zones and
/// cells by name.
#[must_use]
pub fn zones_in_update_order(cells: impl IntoIterator<Item = UpdateCell>) -> Vec<(ZoneIx, Vec<CellIx>)> {
    let mut zones: BTreeMap<ZoneIx, Vec<UpdateCell>> = BTreeMap::new();
    for cell in cells {
        zones.entry(cell.zone).or_default().push(cell);
    }
    let mut sorted: Vec<(ZoneIx, Vec<UpdateCell>)> = zones.into_iter().collect();
    for (_, cells) in &mut sorted {
        cells.sort_by_key(|cell| (!cell.bootstrap, cell.cell));
    }
    // A stable sort leaves the other zones in the order of their names.
    sorted.sort_by_key(|(_, cells)| !cells.iter().any(|cell| cell.bootstrap));
    sorted
        .into_iter()
        .map(|(zone, cells)| (zone, cells.into_iter().map(|cell| cell.cell).collect()))
        .collect()
}

/// How a zone is updated. Instances are told apart by ids of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZonePlan<Id = CellIx> {
    /// The zone.
    pub zone: ZoneIx,
    /// The group's instances in it, in order.
    pub instances: Vec<Id>,
    /// How many at a time; 0 counts as 1, as with the director.
    pub in_flight: u32,
    /// How many canaries. Only the first zone has any.
    pub canaries: u32,
}

/// How a group update stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupProgress {
    /// Instances are in flight, or may start.
    Going,
    /// All are updated.
    Done,
    /// One failed, and those that were in flight with it have ended.
    Failed,
}

/// An end that was reported for what is not being updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("end the update of what is not in flight")]
pub struct NotInFlight;

/// The update of a group of instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupUpdate<Id = CellIx> {
    /// The zones that are not done; the first of them is being updated. None is empty.
    zones: VecDeque<ZonePlan<Id>>,
    /// How many instances of the current zone have been started.
    started: usize,
    /// How many canaries the current zone has.
    canaries: usize,
    in_flight: BTreeSet<Id>,
    failed: bool,
}

impl<Id: Copy + Ord> GroupUpdate<Id> {
    /// An update of these zones, in this order.
    #[must_use]
    pub fn new(zones: impl IntoIterator<Item = ZonePlan<Id>>) -> Self {
        let zones: VecDeque<ZonePlan<Id>> =
            zones.into_iter().filter(|zone| !zone.instances.is_empty()).collect();
        let canaries = zones
            .front()
            .map_or(0, |zone| usize::try_from(zone.canaries).unwrap_or(usize::MAX).min(zone.instances.len()));
        Self { zones, started: 0, canaries, in_flight: BTreeSet::new(), failed: false }
    }

    /// The next instance that may start now. To be asked again until there is none.
    #[must_use]
    pub fn start_next(&mut self) -> Option<Id> {
        let zone = self.zones.front()?;
        let pool = usize::try_from(zone.in_flight.max(1)).unwrap_or(usize::MAX);
        let are_canaries_out = self.started == self.canaries;
        if are_canaries_out && self.in_flight.is_empty() {
            // They are done: from now on there is no barrier.
            self.canaries = 0;
        }
        let is_behind_canaries = self.canaries > 0 && are_canaries_out;
        if self.failed || self.in_flight.len() >= pool || is_behind_canaries {
            return None;
        }
        let instance = *zone.instances.get(self.started)?;
        self.started += 1;
        self.in_flight.insert(instance);
        Some(instance)
    }

    /// The update of an instance ended well.
    ///
    /// # Errors
    /// [`NotInFlight`].
    pub fn finished(&mut self, instance: Id) -> Result<(), NotInFlight> {
        if !self.in_flight.remove(&instance) {
            return Err(NotInFlight);
        }
        let is_last = self.zones.front().is_some_and(|zone| self.started == zone.instances.len());
        if is_last && self.in_flight.is_empty() && !self.failed {
            self.zones.pop_front();
            self.started = 0;
            self.canaries = 0;
        }
        Ok(())
    }

    /// The update of an instance failed: no further one is started, and those in flight go on to their end.
    ///
    /// # Errors
    /// [`NotInFlight`].
    pub fn failed(&mut self, instance: Id) -> Result<(), NotInFlight> {
        if !self.in_flight.remove(&instance) {
            return Err(NotInFlight);
        }
        self.failed = true;
        Ok(())
    }

    /// How the update stands.
    #[must_use]
    pub fn progress(&self) -> GroupProgress {
        if self.zones.is_empty() {
            GroupProgress::Done
        } else if self.failed && self.in_flight.is_empty() {
            GroupProgress::Failed
        } else {
            GroupProgress::Going
        }
    }

    /// The zone that is being updated; `None` when all are done.
    #[must_use]
    pub fn zone(&self) -> Option<ZoneIx> {
        self.zones.front().map(|zone| zone.zone)
    }

    /// The instances in flight.
    pub fn in_flight(&self) -> impl ExactSizeIterator<Item = Id> + '_ {
        self.in_flight.iter().copied()
    }

    /// Whether the canaries of the first zone are still to be waited for.
    #[must_use]
    pub fn waits_for_canaries(&self) -> bool {
        self.canaries > 0 && (self.started < self.canaries || !self.in_flight.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rivera_model::{Span, Time};

    use super::*;

    fn plan(zone: u32, cells: std::ops::Range<u32>, in_flight: u32, canaries: u32) -> ZonePlan {
        ZonePlan { zone: ZoneIx(zone), instances: cells.map(CellIx).collect(), in_flight, canaries }
    }

    fn start_all(update: &mut GroupUpdate) -> Vec<u32> {
        std::iter::from_fn(|| update.start_next()).map(|cell| cell.0).collect()
    }

    /// How long the update takes if a cell takes as long as `time_of` says; and when each cell started.
    fn run(mut update: GroupUpdate, time_of: impl Fn(CellIx) -> Span) -> (Time, Vec<(Time, u32)>) {
        let mut ends: BTreeSet<(Time, CellIx)> = BTreeSet::new();
        let mut starts = Vec::new();
        let mut now = Time::ZERO;
        loop {
            for cell in std::iter::from_fn(|| update.start_next()) {
                starts.push((now, cell.0));
                ends.insert((now + time_of(cell), cell));
            }
            let Some((end, cell)) = ends.pop_first() else { break };
            now = end;
            update.finished(cell).unwrap();
        }
        assert_eq!(update.progress(), GroupProgress::Done);
        (now, starts)
    }

    fn minutes_of_200_cells(in_flight: u32) -> u64 {
        let update = GroupUpdate::new([plan(0, 0..200, in_flight, 0)]);
        let (end, _) = run(update, |_| Span::from_secs(600));
        end.as_ms() / 60_000
    }

    #[test]
    fn two_hundred_cells_of_ten_minutes_take_25_rounds_at_8_and_10_rounds_at_20() {
        assert_eq!(minutes_of_200_cells(8), 25 * 10);
        assert_eq!(minutes_of_200_cells(20), 10 * 10);
        assert_eq!(minutes_of_200_cells(8) - minutes_of_200_cells(20), 150);
    }

    #[test]
    fn a_free_worker_takes_the_next_cell_without_waiting_for_the_others() {
        let update = GroupUpdate::new([plan(0, 0..4, 2, 0)]);
        let slow_first = |cell: CellIx| Span::from_secs(if cell == CellIx(0) { 30 } else { 10 });
        let (end, starts) = run(update, slow_first);
        let secs: Vec<(u64, u32)> = starts.iter().map(|(time, cell)| (time.as_ms() / 1_000, *cell)).collect();
        assert_eq!(secs, [(0, 0), (0, 1), (10, 2), (20, 3)]);
        assert_eq!(end, Time::from_ms(30_000));
    }

    #[test]
    fn the_rest_of_the_first_zone_waits_for_all_canaries() {
        let mut update = GroupUpdate::new([plan(0, 0..6, 3, 2), plan(1, 6..9, 3, 2)]);
        assert_eq!(start_all(&mut update), [0, 1]);
        update.finished(CellIx(1)).unwrap();
        assert!(update.waits_for_canaries());
        assert_eq!(start_all(&mut update), []);
        update.finished(CellIx(0)).unwrap();
        assert!(!update.waits_for_canaries());
        assert_eq!(start_all(&mut update), [2, 3, 4]);
    }

    #[test]
    fn canaries_go_through_the_pool_too() {
        let mut update = GroupUpdate::new([plan(0, 0..6, 1, 3)]);
        assert_eq!(start_all(&mut update), [0]);
    }

    #[test]
    fn a_zone_begins_when_the_one_before_is_done_and_has_no_canaries() {
        let mut update = GroupUpdate::new([plan(4, 0..2, 8, 0), plan(7, 2..5, 8, 1)]);
        assert_eq!(start_all(&mut update), [0, 1]);
        update.finished(CellIx(0)).unwrap();
        assert_eq!((start_all(&mut update), update.zone()), (vec![], Some(ZoneIx(4))));
        update.finished(CellIx(1)).unwrap();
        assert_eq!((start_all(&mut update), update.zone()), (vec![2, 3, 4], Some(ZoneIx(7))));
    }

    #[test]
    fn after_a_failure_nothing_starts_and_the_rest_in_flight_finishes() {
        let mut update = GroupUpdate::new([plan(0, 0..6, 3, 0)]);
        assert_eq!(start_all(&mut update), [0, 1, 2]);
        update.failed(CellIx(1)).unwrap();
        assert_eq!((start_all(&mut update), update.progress()), (vec![], GroupProgress::Going));
        update.finished(CellIx(0)).unwrap();
        update.finished(CellIx(2)).unwrap();
        assert_eq!((start_all(&mut update), update.progress()), (vec![], GroupProgress::Failed));
    }

    #[test]
    fn a_failed_last_cell_does_not_let_the_next_zone_begin() {
        let mut update = GroupUpdate::new([plan(0, 0..2, 2, 0), plan(1, 2..3, 2, 0)]);
        assert_eq!(start_all(&mut update), [0, 1]);
        update.failed(CellIx(0)).unwrap();
        update.finished(CellIx(1)).unwrap();
        assert_eq!((start_all(&mut update), update.progress()), (vec![], GroupProgress::Failed));
    }

    #[test]
    fn an_end_that_nobody_waits_for_is_an_error() {
        let mut update = GroupUpdate::new([plan(0, 0..2, 2, 0)]);
        assert_eq!(update.finished(CellIx(1)), Err(NotInFlight));
    }

    #[test]
    fn the_bootstrap_cell_and_its_zone_go_first_then_names_decide() {
        let cell = |cell, zone, bootstrap| UpdateCell { cell: CellIx(cell), zone: ZoneIx(zone), bootstrap };
        let cells =
            [cell(5, 0, false), cell(4, 1, true), cell(3, 2, false), cell(2, 1, false), cell(1, 0, false)];
        let order = zones_in_update_order(cells);
        let order: Vec<(u32, Vec<u32>)> = order
            .into_iter()
            .map(|(zone, cells)| (zone.0, cells.into_iter().map(|cell| cell.0).collect()))
            .collect();
        assert_eq!(order, [(1, vec![4, 2]), (0, vec![1, 5]), (2, vec![3])]);
    }

    proptest! {
        #[test]
        fn every_cell_is_updated_once_in_order_and_never_too_many_at_once(
            sizes in prop::collection::vec(0_u32..12, 0..4),
            pool in 0_u32..6,
            canaries in 0_u32..6,
            picks in prop::collection::vec(any::<prop::sample::Index>(), 64),
        ) {
            let mut first = 0;
            let plans = sizes.iter().zip(0..).map(|(size, zone)| {
                first += size;
                plan(zone, first - size..first, pool, canaries)
            });
            let mut update = GroupUpdate::new(plans);
            let mut order = Vec::new();
            for pick in picks {
                order.extend(start_all(&mut update));
                prop_assert!(update.in_flight().len() <= pool.max(1) as usize);
                let in_flight: Vec<CellIx> = update.in_flight().collect();
                if in_flight.is_empty() {
                    break;
                }
                update.finished(*pick.get(&in_flight)).unwrap();
            }
            prop_assert_eq!(update.progress(), GroupProgress::Done);
            prop_assert_eq!(order, (0..sizes.iter().sum()).collect::<Vec<u32>>());
        }
    }
}
