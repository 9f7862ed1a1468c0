//! Desired LRPs: desire, update, remove (C.7).

use std::collections::BTreeSet;

use rivera_model::{CellIx, ProcessIx, Time, UpdateStrategy};

use crate::bbs::Bbs;
use crate::call::{StartRequest, StopCall, UpdateCall};
use crate::error::LrpError;
use crate::record::{LrpKey, RoutesIx, TagsIx};

/// What is desired of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Desired {
    /// Number of instances.
    pub instances: u32,
    /// What happens to an old instance in an evacuation.
    pub strategy: UpdateStrategy,
    /// Internal routes.
    pub routes: RoutesIx,
    /// Metric tags.
    pub tags: TagsIx,
}

/// A change of what is desired; `None` leaves a part as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DesiredUpdate {
    /// New number of instances.
    pub instances: Option<u32>,
    /// New internal routes.
    pub routes: Option<RoutesIx>,
    /// New metric tags.
    pub tags: Option<TagsIx>,
}

/// What follows from a change of what is desired.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct Scaled {
    /// Starts to be requested. `None`: no request; an empty request is still one (C.11.17).
    pub start: Option<StartRequest>,
    /// Surplus instances that their cells must stop.
    pub stops: Vec<StopCall>,
    /// Instances that get new routes or tags.
    pub updates: Vec<UpdateCall>,
}

impl Bbs {
    /// Desires a process: one unclaimed record an index, and one start request for those that did not exist.
    /// Without instances there is no request; one without indices is still sent (C.11.17).
    ///
    /// # Errors
    /// [`LrpError::ResourceExists`].
    pub fn desire(
        &mut self,
        process: ProcessIx,
        desired: Desired,
        now: Time,
    ) -> Result<Option<StartRequest>, LrpError> {
        if self.desired(process).is_some() {
            return Err(LrpError::ResourceExists);
        }
        self.store.set_desired(process, Some(desired));
        Ok(self.create_missing(process, 0..desired.instances, now))
    }

    /// Declares a process desired without creating records: for records that are adopted.
    pub fn adopt_desired(&mut self, process: ProcessIx, desired: Desired) {
        self.store.set_desired(process, Some(desired));
    }

    /// Changes what is desired: new indices are created and requested, surplus ones removed or stopped.
    /// `cells` are the present ones; `None`: not known, and then no cell is called.
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`].
    pub fn update_desired(
        &mut self,
        process: ProcessIx,
        update: DesiredUpdate,
        cells: Option<&BTreeSet<CellIx>>,
        now: Time,
    ) -> Result<Scaled, LrpError> {
        let before = self.desired(process).ok_or(LrpError::ResourceNotFound)?;
        let after = Desired {
            instances: update.instances.unwrap_or(before.instances),
            routes: update.routes.unwrap_or(before.routes),
            tags: update.tags.unwrap_or(before.tags),
            ..before
        };
        let updates = self.update_calls(process, before, after, cells);
        self.store.set_desired(process, Some(after));
        let start = self.create_missing(process, before.instances..after.instances, now);
        let stops = if after.instances < before.instances {
            self.stop_from(process, after.instances, cells)
        } else {
            Vec::new()
        };
        Ok(Scaled { start, stops, updates })
    }

    /// Changes the number of instances. See [`Bbs::update_desired`].
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`].
    pub fn scale(
        &mut self,
        process: ProcessIx,
        instances: u32,
        cells: Option<&BTreeSet<CellIx>>,
        now: Time,
    ) -> Result<Scaled, LrpError> {
        let update = DesiredUpdate { instances: Some(instances), ..DesiredUpdate::default() };
        self.update_desired(process, update, cells, now)
    }

    /// No longer desires a process. Answers the instances that their cells must stop.
    ///
    /// # Errors
    /// [`LrpError::ResourceNotFound`].
    pub fn remove_desired(
        &mut self,
        process: ProcessIx,
        cells: Option<&BTreeSet<CellIx>>,
    ) -> Result<Vec<StopCall>, LrpError> {
        self.desired(process).ok_or(LrpError::ResourceNotFound)?;
        self.store.set_desired(process, None);
        Ok(self.stop_from(process, 0, cells))
    }

    fn create_missing(
        &mut self,
        process: ProcessIx,
        indices: std::ops::Range<u32>,
        now: Time,
    ) -> Option<StartRequest> {
        if indices.is_empty() {
            return None;
        }
        let created = indices.filter(|&index| self.create_unclaimed(LrpKey::new(process, index), now));
        Some(StartRequest { process, indices: created.collect() })
    }

    /// Creates an unclaimed record. Answers whether there was none.
    pub(crate) fn create_unclaimed(&mut self, lrp: LrpKey, now: Time) -> bool {
        let domain = self.domain(lrp.process);
        let epoch = self.next_epoch();
        self.store.update(lrp, |group| group.create_unclaimed(domain, now, epoch))
    }

    /// Stops the instances from `first` on. Evacuating records are left to their cells, and so are those on cells that
    /// are not present, although retiring them would remove them (C.11.16).
    fn stop_from(
        &mut self,
        process: ProcessIx,
        first: u32,
        cells: Option<&BTreeSet<CellIx>>,
    ) -> Vec<StopCall> {
        let mut stops = Vec::new();
        let mut waiting = Vec::new();
        for (lrp, group) in self.groups(process).filter(|(lrp, _)| lrp.index >= first) {
            for record in [group.ordinary, group.suspect].into_iter().flatten() {
                match record.key {
                    None => waiting.push(lrp),
                    Some(key) if is_present(cells, key.cell) => stops.push(StopCall { lrp, key }),
                    Some(_) => {}
                }
            }
        }
        for lrp in waiting {
            self.store.update(lrp, |group| group.ordinary = None);
        }
        stops
    }

    /// Only what really changes is sent on: to claimed and running instances on present cells.
    fn update_calls(
        &self,
        process: ProcessIx,
        before: Desired,
        after: Desired,
        cells: Option<&BTreeSet<CellIx>>,
    ) -> Vec<UpdateCall> {
        let routes = (after.routes != before.routes).then_some(after.routes);
        let tags = (after.tags != before.tags).then_some(after.tags);
        if routes.is_none() && tags.is_none() {
            return Vec::new();
        }
        self.groups(process)
            .flat_map(|(lrp, group)| [group.ordinary, group.suspect].map(|record| (lrp, record)))
            .filter_map(|(lrp, record)| Some((lrp, record?.key?)))
            .filter(|(_, key)| is_present(cells, key.cell))
            .map(|(lrp, key)| UpdateCall { lrp, key, routes, tags })
            .collect()
    }
}

fn is_present(cells: Option<&BTreeSet<CellIx>>, cell: CellIx) -> bool {
    cells.is_some_and(|cells| cells.contains(&cell))
}
