//! Desired LRPs, C.7.

use std::collections::BTreeSet;

use rivera_model::Presence::{Evacuating, Ordinary};
use rivera_model::{CellIx, ProcessIx, Time};

use super::rows::Model;
use crate::call::{StartRequest, StopCall, UpdateCall};
use crate::desired::{Desired, DesiredUpdate, Scaled};
use crate::error::LrpError;
use crate::record::LrpKey;

impl Model {
    pub(in crate::laws) fn desire(
        &mut self,
        process: ProcessIx,
        desired: Desired,
        now: Time,
    ) -> Result<Option<StartRequest>, LrpError> {
        if self.desired.contains_key(&process) {
            return Err(LrpError::ResourceExists);
        }
        self.desired.insert(process, desired);
        Ok(self.create_all(process, 0, desired.instances, now))
    }

    pub(in crate::laws) fn update_desired(
        &mut self,
        process: ProcessIx,
        update: DesiredUpdate,
        cells: Option<&BTreeSet<CellIx>>,
        now: Time,
    ) -> Result<Scaled, LrpError> {
        let before = *self.desired.get(&process).ok_or(LrpError::ResourceNotFound)?;
        let after = Desired {
            instances: update.instances.unwrap_or(before.instances),
            strategy: before.strategy,
            routes: update.routes.unwrap_or(before.routes),
            tags: update.tags.unwrap_or(before.tags),
        };
        self.desired.insert(process, after);
        let routes = (after.routes != before.routes).then_some(after.routes);
        let tags = (after.tags != before.tags).then_some(after.tags);
        let mut updates = Vec::new();
        if routes.is_some() || tags.is_some() {
            let called = self.on_present_cells(process, 0, cells).into_iter();
            updates.extend(called.map(|StopCall { lrp, key }| UpdateCall { lrp, key, routes, tags }));
        }
        let start = self.create_all(process, before.instances, after.instances, now);
        let stops = if after.instances < before.instances {
            self.stop_from(process, after.instances, cells)
        } else {
            Vec::new()
        };
        Ok(Scaled { start, stops, updates })
    }

    pub(in crate::laws) fn remove_desired(
        &mut self,
        process: ProcessIx,
        cells: Option<&BTreeSet<CellIx>>,
    ) -> Result<Vec<StopCall>, LrpError> {
        self.desired.remove(&process).ok_or(LrpError::ResourceNotFound)?;
        Ok(self.stop_from(process, 0, cells))
    }

    fn create_all(&mut self, process: ProcessIx, from: u32, to: u32, now: Time) -> Option<StartRequest> {
        let created = (from..to).filter(|index| self.create_unclaimed(LrpKey::new(process, *index), now));
        let indices: Vec<u32> = created.collect();
        (from < to).then_some(StartRequest { process, indices })
    }

    fn stop_from(
        &mut self,
        process: ProcessIx,
        first: u32,
        cells: Option<&BTreeSet<CellIx>>,
    ) -> Vec<StopCall> {
        let stops = self.on_present_cells(process, first, cells);
        self.rows.retain(|row| {
            let is_surplus = row.lrp.process == process && row.lrp.index >= first;
            !(is_surplus && row.presence == Ordinary && row.record.key.is_none())
        });
        stops
    }

    fn on_present_cells(
        &self,
        process: ProcessIx,
        first: u32,
        cells: Option<&BTreeSet<CellIx>>,
    ) -> Vec<StopCall> {
        let Some(cells) = cells else { return Vec::new() };
        let of_process = self.rows.iter().filter(|row| row.lrp.process == process && row.lrp.index >= first);
        of_process
            .filter(|row| row.presence != Evacuating)
            .filter_map(|row| row.record.key.map(|key| StopCall { lrp: row.lrp, key }))
            .filter(|call| cells.contains(&call.key.cell))
            .collect()
    }
}
