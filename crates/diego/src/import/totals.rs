//! Whether every cell has what its containers add up to.

use std::collections::BTreeMap;

use rivera_model::{Fleet, FleetError, Resources};

use crate::collector::Collector;
use crate::{Fault, Place, Problem};

/// Checks the sums of a fleet whose cells were described at these places. The repair raises a total to what is used.
pub(crate) fn check_totals(fleet: &mut Fleet, places: &BTreeMap<String, Place>, collector: &mut Collector) {
    let place = |cell: &str| places.get(cell).cloned().unwrap_or_else(|| Place::file(fleet.name.as_ref()));
    let used = match fleet.used() {
        Ok(used) => used,
        Err(FleetError::Overflow { cell }) => {
            collector.fatal(Problem::new(place(&cell), Fault::Overflow(cell)));
            return;
        }
        // The number of cells has been checked before, and sums are not compared with totals here.
        Err(_) => return,
    };
    let over: Vec<(usize, Resources)> =
        used.into_iter().enumerate().filter(|&(cell, used)| !fleet.cells[cell].total.covers(used)).collect();
    for &(cell, used) in &over {
        let (id, total) = (&fleet.cells[cell].id, fleet.cells[cell].total);
        collector.fault(place(id), Fault::OverTotal { cell: id.clone(), used, total });
    }
    for (cell, used) in over {
        let total = &mut fleet.cells[cell].total;
        total.memory_mb = total.memory_mb.max(used.memory_mb);
        total.disk_mb = total.disk_mb.max(used.disk_mb);
        total.containers = total.containers.max(used.containers);
    }
}
