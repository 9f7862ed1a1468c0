//! Where the two throttles are set in a deployment.

use rivera_model::{CellGroup, Fleet};
use serde::Serialize;

/// The names under which a deployment has the throttles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Places {
    /// The groups of cells whose `max_in_flight` is meant: those without a value of their own.
    pub cells: Vec<String>,
    /// The group of the auctioneer, whose name in cf-deployment is taken where no manifest tells it (H.5).
    pub auctioneer: String,
}

/// The group of the auctioneer in cf-deployment.
const AUCTIONEER_GROUP: &str = "scheduler";

impl Places {
    /// The places of a fleet.
    #[must_use]
    pub fn of(fleet: &Fleet) -> Self {
        let has_no_own = |group: &&CellGroup| group.update.max_in_flight.is_none();
        let cells: Vec<String> =
            fleet.groups.iter().filter(has_no_own).map(|group| group.name.clone()).collect();
        let of_auctioneer =
            fleet.facts.groups.iter().find(|group| group.jobs.iter().any(|job| job == "auctioneer"));
        Self {
            cells: if cells.is_empty() { vec![CellGroup::USUAL.to_owned()] } else { cells },
            auctioneer: of_auctioneer.map_or(AUCTIONEER_GROUP, |group| group.name.as_str()).to_owned(),
        }
    }
}
