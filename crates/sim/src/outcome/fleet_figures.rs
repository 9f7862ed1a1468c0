//! A fleet in a few figures.

use rivera_model::{Fleet, FleetError};
use serde::{Deserialize, Serialize};

/// A fleet in a few figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetFigures {
    /// Where it came from.
    pub name: String,
    /// Cells.
    pub cells: u32,
    /// Cells by zone, in the order of zones.
    pub zones: Vec<(String, u32)>,
    /// Processes.
    pub processes: u32,
    /// Desired instances.
    pub instances: u32,
    /// Memory in use by total memory of all cells, percent, to the nearest.
    pub memory_used_percent: u32,
}

impl FleetFigures {
    /// The figures of a fleet.
    ///
    /// # Errors
    /// [`FleetError::Overflow`] if the containers of a cell add up to more than a number can hold.
    pub fn of(fleet: &Fleet) -> Result<Self, FleetError> {
        let count = |n: usize| u32::try_from(n).expect("ids are dense and fit u32");
        let zones = (0..)
            .zip(&fleet.zones)
            .map(|(ix, zone)| {
                (zone.clone(), count(fleet.cells.iter().filter(|cell| cell.zone.0 == ix).count()))
            })
            .collect();
        let total_mb: i64 = fleet.cells.iter().map(|cell| i64::from(cell.total.memory_mb)).sum();
        let used_mb: i64 = fleet.used()?.iter().map(|used| i64::from(used.memory_mb)).sum();
        Ok(Self {
            name: fleet.name.clone(),
            cells: count(fleet.cells.len()),
            zones,
            processes: count(fleet.processes.len()),
            instances: fleet.processes.iter().map(|process| process.instances).sum(),
            memory_used_percent: nearest_percent(used_mb, total_mb),
        })
    }
}

/// To the nearest, a half upwards, as [`rivera_model::Fleet`]s are told of everywhere else.
fn nearest_percent(part: i64, whole: i64) -> u32 {
    let whole = whole.max(1);
    u32::try_from((part * 200 + whole) / (whole * 2)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_the_nearest() {
        assert_eq!([615, 614, 0, 1000].map(|used| nearest_percent(used, 1000)), [62, 61, 0, 100]);
        assert_eq!(nearest_percent(0, 0), 0, "a fleet without memory");
    }
}
