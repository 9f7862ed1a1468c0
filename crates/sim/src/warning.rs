//! What of a scenario an operator is to be warned of, whatever the runs show.

use rivera_model::Fleet;

use crate::manifest_values;
use crate::scenario::{Scenario, StorageLocation};

/// A single VM is too little for the downloads of more cells (G.2, I-13).
const MOST_CELLS_OF_INTERNAL_STORAGE: usize = 20;

/// Sentences on what the scenario or the fleet says and is most likely not meant on this fleet. They stop nothing.
#[must_use]
pub fn warnings(scenario: &Scenario, fleet: &Fleet) -> Vec<String> {
    let own = [internal_storage(scenario, fleet), port_change_alone(scenario)].into_iter().flatten();
    own.chain(manifest_values::warnings(scenario, fleet)).collect()
}

/// Sentences on groups of cells that have a `max_in_flight` in the scenario, or one in the fleet's manifest that differs from
/// that of the usual cells: it goes before that of every setting, so what a setting is called by is not what is run there.
/// Nothing is said of groups whose value `is_named` in the setting's own call.
#[must_use]
pub fn group_warnings(scenario: &Scenario, fleet: &Fleet, is_named: impl Fn(&str) -> bool) -> Vec<String> {
    let own = fleet.groups.iter().filter(|group| !is_named(&group.name)).filter_map(|group| {
        let keys = scenario.groups.get(&group.name);
        let name = &group.name;
        let of_scenario = keys.and_then(|keys| keys.max_in_flight.as_ref());
        let of_scenario =
            of_scenario.map(|value| (format!("`groups.{name}.max_in_flight` of the scenario"), value));
        let of_fleet = group.update.max_in_flight.as_ref();
        let of_fleet = of_fleet
            .map(|value| (format!("`max_in_flight` of {name} in the fleet's manifest or recipe"), value));
        let (key, value) = of_scenario.or(of_fleet)?;
        Some((name, key, value))
    });
    own.map(|(group, key, value)| {
        format!(
            "{key} is {value} and goes before the max_in_flight of every setting: cells of {group} are updated {value} at a \
             time whatever the setting is called."
        )
    })
    .collect()
}

fn internal_storage(scenario: &Scenario, fleet: &Fleet) -> Option<String> {
    let cells = fleet.cells.len();
    let is_internal = scenario.storage.enabled && scenario.storage.location == StorageLocation::Internal;
    (is_internal && cells > MOST_CELLS_OF_INTERNAL_STORAGE).then(|| {
        format!(
            "the file storage is internal, and {cells} cells download from it. Above {MOST_CELLS_OF_INTERNAL_STORAGE} cells an \
             external one is advised: if transfers take longer than the evacuation timeout, a cascade begins."
        )
    })
}

/// Only a whole upgrade has Cloud Controllers that know of a new port before all Diego Brains listen on it (F.3).
fn port_change_alone(scenario: &Scenario) -> Option<String> {
    let is_alone = scenario.staging.file_server_port_change && !scenario.upgrade.enabled;
    is_alone.then(|| {
        "`staging.file_server_port_change` changes nothing while only cells are updated: it takes the whole upgrade \
         (`upgrade.enabled = true`, or --whole-upgrade)."
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use rivera_model::CellGroup;

    use super::*;

    #[test]
    fn a_group_with_a_value_of_its_own_is_named_with_it() {
        let group = |name: &str, max_in_flight: Option<&str>| {
            let mut group = CellGroup::named(name);
            group.update.max_in_flight = max_in_flight.map(str::to_owned);
            group
        };
        let groups = vec![group("a", None), group("fleet", Some("2")), group("iso", Some("1"))];
        let fleet = Fleet { groups, ..Fleet::default() };
        let scenario = Scenario::default()
            .overlaid("[groups.iso]\nmax_in_flight = 3\n[groups.a]\ncanaries = 1\n")
            .unwrap();
        let told = group_warnings(&scenario, &fleet, |_| false);
        assert_eq!(told.len(), 2, "{told:?}");
        for (told, begins) in told.iter().zip([
            "`max_in_flight` of fleet in the fleet's manifest or recipe is 2 and goes before",
            "`groups.iso.max_in_flight` of the scenario is 3 and goes before",
        ]) {
            assert!(told.starts_with(begins), "{told}");
        }
        assert_eq!(group_warnings(&scenario, &fleet, |group| group == "iso"), told[..1]);
    }

    #[test]
    fn f3_a_change_of_the_port_takes_the_whole_upgrade() {
        let mut scenario = Scenario::default();
        assert_eq!(port_change_alone(&scenario), None);
        scenario.staging.file_server_port_change = true;
        assert!(port_change_alone(&scenario).is_some());
        scenario.upgrade.enabled = true;
        assert_eq!(port_change_alone(&scenario), None);
    }
}
