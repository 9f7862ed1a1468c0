//! Where the two throttles are set in a deployment.

use std::collections::BTreeMap;

use rivera_model::{CellGroup, Fleet};
use rivera_sim::Scenario;
use serde::Serialize;

/// The names under which a deployment has the throttles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Places {
    /// The groups of cells whose `max_in_flight` is meant: those without a value of their own.
    pub cells: Vec<String>,
    /// The groups of cells that have a `max_in_flight` in the scenario, with it: they were run so in every setting.
    pub own: BTreeMap<String, String>,
    /// The group of the auctioneer, whose name in cf-deployment is taken where no manifest tells it (H.5).
    pub auctioneer: String,
}

/// The group of the auctioneer in cf-deployment.
const AUCTIONEER_GROUP: &str = "scheduler";

impl Places {
    /// The places of a fleet in a scenario.
    #[must_use]
    pub fn of(fleet: &Fleet, scenario: &Scenario) -> Self {
        let own = scenario.groups.iter();
        let own = own.filter_map(|(group, keys)| Some((group.clone(), keys.max_in_flight.clone()?)));
        let own: BTreeMap<String, String> = own.collect();
        let has_no_own =
            |group: &&CellGroup| group.update.max_in_flight.is_none() && !own.contains_key(&group.name);
        let cells: Vec<String> =
            fleet.groups.iter().filter(has_no_own).map(|group| group.name.clone()).collect();
        let of_auctioneer =
            fleet.facts.groups.iter().find(|group| group.jobs.iter().any(|job| job == "auctioneer"));
        Self {
            cells: if cells.is_empty() && own.is_empty() { vec![CellGroup::USUAL.to_owned()] } else { cells },
            own,
            auctioneer: of_auctioneer.map_or(AUCTIONEER_GROUP, |group| group.name.as_str()).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_the_scenario_names_is_set_as_it_was_run() {
        let fleet =
            Fleet { groups: ["diego-cell", "iso"].map(CellGroup::named).to_vec(), ..Fleet::default() };
        let plain = Places::of(&fleet, &Scenario::default());
        assert_eq!((plain.cells, plain.own.len()), (vec!["diego-cell".to_owned(), "iso".to_owned()], 0));
        let scenario = Scenario::default().overlaid("[groups.iso]\nmax_in_flight = 2\n").unwrap();
        let places = Places::of(&fleet, &scenario);
        assert_eq!(places.cells, ["diego-cell"]);
        assert_eq!(places.own["iso"], "2");
    }
}
