//! The fleet with cells that are there for the upgrade only (D.8, I-10).

use std::collections::BTreeMap;

use rivera_model::{CellGroup, Fleet, FleetCell, GroupIx, Resources, ZoneIx};

/// A fleet, and behind its own cells those that an upgrade adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithSurplus {
    /// The fleet with all cells.
    pub fleet: Fleet,
    /// Position of the first added cell.
    pub first: usize,
}

impl WithSurplus {
    /// Adds cells to the usual group: of the kind that most of it are, each in the zone where the group has the fewest, the
    /// first by name of equals. A group without cells has no kind, and gets none.
    #[must_use]
    pub fn new(fleet: &Fleet, cells: u32) -> Self {
        let first = fleet.cells.len();
        let mut fleet = fleet.clone();
        let group = GroupIx::from_index(CellGroup::usual(&fleet.groups));
        let of_group: Vec<FleetCell> =
            fleet.cells.iter().filter(|cell| cell.group == group).cloned().collect();
        let Some(kind) = usual_kind(&of_group) else { return Self { fleet, first } };
        let mut in_zone: BTreeMap<ZoneIx, usize> = BTreeMap::new();
        for cell in &of_group {
            *in_zone.entry(cell.zone).or_default() += 1;
        }
        let next_index = of_group.iter().map(|cell| cell.bosh_index).max().unwrap_or(0).saturating_add(1);
        for number in 0..cells {
            let (zone, count) =
                in_zone.iter_mut().min_by_key(|(_, count)| **count).expect("a zone of the group");
            *count += 1;
            fleet.cells.push(FleetCell {
                id: format!("surplus-{:04}", number + 1),
                bosh_index: next_index.saturating_add(number),
                zone: *zone,
                unlisted: Resources::default(),
                bootstrap: false,
                ..kind.clone()
            });
        }
        Self { fleet, first }
    }
}

/// A cell of the kind that there are most of; of equals the first cell's.
fn usual_kind(cells: &[FleetCell]) -> Option<&FleetCell> {
    let kind = |cell: &FleetCell| {
        let Resources { memory_mb, disk_mb, containers } = cell.total;
        (memory_mb, disk_mb, containers, cell.offer, cell.proxy_memory_mb)
    };
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for cell in cells {
        *counts.entry(kind(cell)).or_default() += 1;
    }
    cells.iter().rev().max_by_key(|cell| counts[&kind(cell)])
}
