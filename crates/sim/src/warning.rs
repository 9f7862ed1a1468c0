//! What of a scenario an operator is to be warned of, whatever the runs show.

use rivera_model::Fleet;

use crate::deployment::component::ComponentId;
use crate::deployment::deployment_plan::{DeploymentPlan, PlannedGroup};
use crate::deployment::manifest_values;
use crate::scenario::{Scenario, StorageLocation};
use crate::switched_off;
use crate::words::many;

/// A single VM is too little for the downloads of more cells (G.2, I-13).
const MOST_CELLS_OF_INTERNAL_STORAGE: usize = 20;

/// Sentences on what the scenario or the fleet says and is most likely not meant on this fleet. They stop nothing.
#[must_use]
pub fn warnings(scenario: &Scenario, fleet: &Fleet) -> Vec<String> {
    let own = [
        switched_off::warning(scenario),
        dropped_faults(scenario),
        internal_storage(scenario, fleet),
        only_cells(scenario, fleet),
        port_change_alone(scenario, fleet),
    ];
    own.into_iter().flatten().chain(manifest_values::warnings(scenario, fleet)).collect()
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

/// Faults are planned to see what they do: a run without them must not be taken for one that bore them.
fn dropped_faults(scenario: &Scenario) -> Option<String> {
    let planned = scenario.faults.events.len();
    (planned > 0 && !scenario.faults.enabled).then(|| {
        let verb = if planned == 1 { "does" } else { "do" };
        format!(
            "`faults.enabled` is false, so {} in `faults.events` {verb} not happen.",
            many(planned, "fault")
        )
    })
}

fn internal_storage(scenario: &Scenario, fleet: &Fleet) -> Option<String> {
    let cells = fleet.cells.len();
    let is_internal = scenario.storage.location == StorageLocation::Internal;
    let unseen = match scenario.storage.enabled {
        true => "",
        false => " The runs do not show it, since `storage.enabled` is false.",
    };
    (is_internal && cells > MOST_CELLS_OF_INTERNAL_STORAGE).then(|| {
        format!(
            "the file storage is internal, and {cells} cells download from it. Above {MOST_CELLS_OF_INTERNAL_STORAGE} cells an \
             external one is advised: if transfers take longer than the evacuation timeout, a cascade begins.{unseen}"
        )
    })
}

/// A manifest may be that of a deployment of its own for the cells, or a part of one.
fn only_cells(scenario: &Scenario, fleet: &Fleet) -> Option<String> {
    let plan = DeploymentPlan::of(fleet, fleet.cells.len(), scenario);
    let has_others = plan.groups.iter().any(|group| group.machines() > 0);
    (scenario.upgrade.enabled && !has_others).then(|| {
        "the manifest has no other components than cells, so the whole upgrade is that of the cells: whether one can push, and \
         what else is away, is not in the runs."
            .to_owned()
    })
}

/// Only a whole upgrade has Cloud Controllers that know of a new port before all Diego Brains listen on it (F.3).
fn port_change_alone(scenario: &Scenario, fleet: &Fleet) -> Option<String> {
    if !scenario.staging.file_server_port_change {
        return None;
    }
    if !scenario.upgrade.enabled {
        return Some(
            "`staging.file_server_port_change` changes nothing while only cells are updated: it takes the whole upgrade \
             (`upgrade.enabled = true`, or --whole-upgrade)."
                .to_owned(),
        );
    }
    let plan = DeploymentPlan::of(fleet, fleet.cells.len(), scenario);
    let has =
        |is: fn(&PlannedGroup) -> bool| plan.groups.iter().any(|group| group.machines() > 0 && is(group));
    // Where no group has the job itself, the Diego Brains do.
    let serves_files = |it: &PlannedGroup| it.serves_files || it.has(ComponentId::DiegoBrain);
    let missing = match (has(|it| it.has(ComponentId::CloudController)), has(serves_files)) {
        (true, true) => return None,
        (true, false) => "no group that serves the lifecycle bundles (Diego Brain)",
        (false, true) => "no Cloud Controller",
        (false, false) => {
            "neither a Cloud Controller nor a group that serves the lifecycle bundles (Diego Brain)"
        }
    };
    Some(format!(
        "`staging.file_server_port_change` changes nothing: the manifest has {missing}, so nobody asks for the new port before \
         it is there."
    ))
}

#[cfg(test)]
mod tests {
    use rivera_model::{CellGroup, FleetCell, GroupFacts, GroupIx, OfferIx, Resources, ZoneIx};

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

    /// A fleet of so many cells with a manifest of these groups beside them, each with its job.
    fn fleet(cells: u32, groups: &[(&str, &str)]) -> Fleet {
        let cell = |ix: u32| FleetCell {
            id: format!("cell-{ix}"),
            bosh_index: ix,
            group: GroupIx(0),
            zone: ZoneIx(0),
            total: Resources::new(1_000, 1_000, 10),
            unlisted: Resources::default(),
            proxy_memory_mb: 0,
            offer: OfferIx(0),
            bootstrap: false,
        };
        let mut fleet = Fleet { cells: (0..cells).map(cell).collect(), ..Fleet::default() };
        fleet.groups = vec![CellGroup::named("diego-cell")];
        let facts = |(name, job): (&str, &str), decides_for_cells| GroupFacts {
            name: name.to_owned(),
            jobs: vec![job.to_owned()],
            instances: 1,
            decides_for_cells,
            ..GroupFacts::default()
        };
        fleet.facts.groups = groups.iter().map(|&group| facts(group, false)).collect();
        fleet.facts.groups.push(facts(("diego-cell", "rep"), true));
        fleet
    }

    fn of(text: &str) -> Scenario {
        Scenario::default().overlaid(text).unwrap()
    }

    const WHOLE: &str = "[upgrade]\nenabled = true\n";

    #[test]
    fn f3_a_change_of_the_port_takes_a_cloud_controller_and_a_brain_that_are_updated() {
        let change = "[staging]\nfile_server_port_change = true\n";
        let told = |text: &str, groups: &[(&str, &str)]| port_change_alone(&of(text), &fleet(1, groups));
        let (api, brain) = (("api", "cloud_controller_ng"), ("scheduler", "auctioneer"));
        assert_eq!(told("", &[api, brain]), None);
        assert!(told(change, &[api, brain]).unwrap().contains("--whole-upgrade"));
        let whole = format!("{change}{WHOLE}");
        assert_eq!(told(&whole, &[api, brain]), None);
        for (groups, missing) in [
            (&[][..], "neither a Cloud Controller nor a group"),
            (&[brain][..], "no Cloud Controller"),
            (&[api][..], "no group that serves"),
        ] {
            assert!(told(&whole, groups).unwrap().contains(missing), "{missing}");
        }
        assert_eq!(port_change_alone(&of(&whole), &Fleet::default()), None, "Ops Manager's groups");
    }

    #[test]
    fn d7_a_whole_upgrade_of_a_manifest_of_cells_is_that_of_the_cells() {
        let alone = fleet(1, &[]);
        assert_eq!(only_cells(&Scenario::default(), &alone), None);
        assert!(only_cells(&of(WHOLE), &alone).unwrap().contains("no other components"));
        assert_eq!(only_cells(&of(WHOLE), &fleet(1, &[("router", "gorouter")])), None);
        assert_eq!(only_cells(&of(WHOLE), &Fleet::default()), None, "Ops Manager's groups");
    }

    #[test]
    fn faults_that_are_left_out_are_told() {
        let planned = "[[faults.events]]\nkind = \"bbs_away\"\nat_s = 9\n";
        assert_eq!(dropped_faults(&of(planned)), None);
        assert_eq!(dropped_faults(&of("[faults]\nenabled = false\n")), None);
        let told = dropped_faults(&of(&format!("[faults]\nenabled = false\n{planned}"))).unwrap();
        assert_eq!(told, "`faults.enabled` is false, so 1 fault in `faults.events` does not happen.");
    }

    #[test]
    fn g2_an_internal_storage_is_too_little_for_many_cells_whether_it_is_simulated_or_not() {
        let told = |text: &str, cells| internal_storage(&of(text), &fleet(cells, &[]));
        let internal = "[storage]\nlocation = \"internal\"\n";
        assert_eq!(told(internal, 20), None);
        assert!(told(internal, 21).unwrap().ends_with("a cascade begins."));
        let off = told(&format!("{internal}enabled = false\n"), 21).unwrap();
        assert!(off.ends_with("since `storage.enabled` is false."), "{off}");
    }
}
