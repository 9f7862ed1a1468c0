//! The two throttles as each version of the commercial product sets them (D.6).

use crate::{MaxInFlight, StartLimit};

/// What a version of the product sets, and what of it an operator can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionDefaults {
    /// How many containers may be starting.
    pub max_starts: StartLimit,
    /// Whether an operator can change that.
    pub max_starts_can_be_set: bool,
    /// How many cells are updated at a time.
    pub max_in_flight: MaxInFlight,
    /// Whether an operator can change that.
    pub max_in_flight_can_be_set: bool,
}

impl VersionDefaults {
    /// The defaults of PCF, PAS or TAS `major.minor.patch`.
    #[must_use]
    pub fn of(major: u32, minor: u32, patch: u32) -> Self {
        let version = (major, minor, patch);
        // The limit came late to each line of versions, as a patch; before it there was none.
        let limited = match (major, minor) {
            (1, 7) => patch >= 44,
            (1, 8) => patch >= 30,
            (1, 9) => patch >= 8,
            _ => version >= (1, 10, 0),
        };
        Self {
            max_starts: if limited { StartLimit::from_config(200) } else { StartLimit::Unlimited },
            max_starts_can_be_set: limited && version >= (1, 8, 0),
            max_in_flight: match (major, minor) {
                (0, _) | (1, ..=7) => MaxInFlight::instances(1),
                (1, 8) => MaxInFlight::percent(10),
                _ => MaxInFlight::percent(4),
            },
            max_in_flight_can_be_set: version >= (1, 9, 0),
        }
    }

    /// The defaults of the open source: no limit of starts, one cell at a time, both to be set.
    #[must_use]
    pub fn open_source() -> Self {
        Self {
            max_starts: StartLimit::Unlimited,
            max_starts_can_be_set: true,
            max_in_flight: MaxInFlight::default(),
            max_in_flight_can_be_set: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_at_both_its_ends() {
        let rows = [
            ((1, 6, 99), "none", false, "1", false),
            ((1, 7, 43), "none", false, "1", false),
            ((1, 7, 44), "200", false, "1", false),
            ((1, 7, 99), "200", false, "1", false),
            ((1, 8, 0), "none", false, "10%", false),
            ((1, 8, 29), "none", false, "10%", false),
            ((1, 8, 30), "200", true, "10%", false),
            ((1, 9, 0), "none", false, "4%", true),
            ((1, 9, 7), "none", false, "4%", true),
            ((1, 9, 8), "200", true, "4%", true),
            ((1, 10, 0), "200", true, "4%", true),
            ((6, 0, 5), "200", true, "4%", true),
        ];
        for ((major, minor, patch), max_starts, starts_can, max_in_flight, cells_can) in rows {
            let expected = VersionDefaults {
                max_starts: max_starts.parse().unwrap(),
                max_starts_can_be_set: starts_can,
                max_in_flight: max_in_flight.parse().unwrap(),
                max_in_flight_can_be_set: cells_can,
            };
            assert_eq!(VersionDefaults::of(major, minor, patch), expected, "{major}.{minor}.{patch}");
        }
    }

    #[test]
    fn the_open_source_updates_one_cell_at_a_time_without_a_limit() {
        let defaults = VersionDefaults::open_source();
        assert_eq!((defaults.max_starts, defaults.max_in_flight.in_flight(200)), (StartLimit::Unlimited, 1));
    }
}
