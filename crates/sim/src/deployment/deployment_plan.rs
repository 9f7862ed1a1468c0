//! Which groups an upgrade updates, in which order, and how many machines each has (D.3, D.7).

use rivera_limiter::{Canaries, MaxInFlight};
use rivera_model::{CellGroup, DeploymentFacts, Fleet, GroupFacts, GroupIx};

use crate::deployment::component::{COMPONENTS, Component, ComponentId};
use crate::scenario::{Scenario, UpgradeOrder};

/// The groups of a deployment in the order of their update, and the errands after them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeploymentPlan {
    pub(crate) groups: Vec<PlannedGroup>,
    pub(crate) errands: &'static [&'static str],
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedGroup {
    pub(crate) name: String,
    pub(crate) components: Vec<ComponentId>,
    /// Whether its machines serve the lifecycle bundles (F.3).
    pub(crate) serves_files: bool,
    pub(crate) serial: bool,
    pub(crate) members: Members,
}

/// What a group consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Members {
    /// So many of the fleet's cells.
    Cells { group: GroupIx, cells: usize },
    /// Other machines, by zone in the order of the zones' update.
    Machines { by_zone: Vec<usize>, max_in_flight: MaxInFlight, canaries: Canaries },
}

/// Ops Manager's errands in their order (D.7).
pub(crate) const ERRANDS: [&str; 11] = [
    "Push Apps Manager",
    "Smoke Tests",
    "Push Usage Service",
    "Push Notifications",
    "Push Notifications UI",
    "Push App Autoscaler",
    "App Autoscaler Smoke Tests",
    "Register Autoscaling Service Broker",
    "Destroy Autoscaling Service Broker",
    "Bootstrap",
    "MySQL Rejoin Unsafe",
];

/// Components that Ops Manager knows today; behind them the table has those of former versions.
const OPS_MANAGERS: usize = ComponentId::TcpRouter as usize + 1;

/// The groups of cf-deployment: name, jobs that matter, `serial` (D.7, and Diego's own rule for its BBS and scheduler).
const CF_DEPLOYMENT: [(&str, &[&str], bool); 15] = [
    ("nats", &["nats"], false),
    ("database", &["pxc-mysql"], true),
    ("diego-api", &["bbs"], true),
    ("uaa", &["uaa"], false),
    ("singleton-blobstore", &["blobstore"], true),
    ("api", &["cloud_controller_ng", "file_server"], false),
    ("cc-worker", &["cloud_controller_worker"], false),
    ("scheduler", &["auctioneer", "cloud_controller_clock"], true),
    ("router", &["gorouter"], true),
    ("tcp-router", &["tcp_router"], true),
    ("log-cache", &[], false),
    ("doppler", &["doppler"], false),
    ("diego-cell", &["rep"], false),
    ("log-api", &["loggregator_trafficcontroller"], false),
    ("credhub", &[], false),
];

/// The job that serves the lifecycle bundles.
const FILE_SERVER: &str = "file_server";

impl DeploymentPlan {
    /// What the scenario upgrades of a fleet of which the cells from position `own` on are not its own: the cells alone, or the
    /// manifest's groups where there is a manifest.
    pub(crate) fn of(fleet: &Fleet, own: usize, scenario: &Scenario) -> Self {
        let upgrade = &scenario.upgrade;
        let cells: Vec<PlannedGroup> = (0..)
            .zip(&fleet.groups)
            .map(|(ix, group)| PlannedGroup::of_cells(fleet, own, GroupIx(ix), group))
            .collect();
        let own_serial = |group: PlannedGroup| {
            let serial = scenario.groups.get(&group.name).and_then(|keys| keys.serial);
            PlannedGroup { serial: serial.unwrap_or(group.serial), ..group }
        };
        if !upgrade.enabled {
            return Self { groups: cells.into_iter().map(own_serial).collect(), errands: &[] };
        }
        let facts = &fleet.facts;
        let is_known = !facts.groups.is_empty();
        let groups = match upgrade.order {
            UpgradeOrder::Manifest if is_known => facts.groups.clone(),
            UpgradeOrder::OpsManager if is_known => {
                rearranged(facts, |group| (ops_managers_place(group), true))
            }
            UpgradeOrder::CfDeployment if is_known => rearranged(facts, cf_deployments_place),
            UpgradeOrder::CfDeployment => cf_deployment(scenario),
            UpgradeOrder::Manifest | UpgradeOrder::OpsManager => ops_manager(scenario),
        };
        let by_ops_manager = match upgrade.order {
            UpgradeOrder::OpsManager => true,
            UpgradeOrder::CfDeployment => false,
            UpgradeOrder::Manifest => !is_known || groups.iter().any(is_ops_managers),
        };
        let mut left = cells;
        let mut plan = Vec::new();
        for group in &groups {
            // Without a manifest one place stands for all groups of cells.
            let is_place = |cells: &PlannedGroup| match is_known {
                true => cells.name == group.name,
                false => group.decides_for_cells,
            };
            let (here, others): (Vec<_>, Vec<_>) = left.into_iter().partition(is_place);
            left = others;
            if here.is_empty() {
                plan.extend(PlannedGroup::of_machines(group, fleet, scenario));
            }
            plan.extend(
                here.into_iter().map(|cells| own_serial(PlannedGroup { serial: group.serial, ..cells })),
            );
        }
        // Cells that are deployed by themselves come after the deployment they belong to.
        plan.extend(left.into_iter().map(own_serial));
        Self { groups: plan, errands: if upgrade.errands && by_ops_manager { &ERRANDS } else { &[] } }
    }
}

impl PlannedGroup {
    /// Whether its machines have a component.
    pub(crate) fn has(&self, component: ComponentId) -> bool {
        self.components.contains(&component)
    }

    /// How many instances it has.
    pub(crate) fn instances(&self) -> usize {
        match &self.members {
            Members::Cells { cells, .. } => *cells,
            Members::Machines { by_zone, .. } => by_zone.iter().sum(),
        }
    }

    /// How many machines it has that are no cells.
    pub(crate) fn machines(&self) -> usize {
        match self.members {
            Members::Cells { .. } => 0,
            Members::Machines { .. } => self.instances(),
        }
    }

    fn of_cells(fleet: &Fleet, own: usize, group: GroupIx, known: &CellGroup) -> Self {
        let cells = fleet.cells[..own].iter().filter(|cell| cell.group == group).count();
        Self {
            name: known.name.clone(),
            components: vec![ComponentId::DiegoCell],
            serves_files: false,
            serial: known.serial,
            members: Members::Cells { group, cells },
        }
    }

    /// Whether a group has machines, and they are no cells.
    pub(crate) fn is_of_machines(group: &GroupFacts) -> bool {
        let runs_cells = || Component::of(group).any(|component| component.id == ComponentId::DiegoCell);
        group.instances > 0 && !group.decides_for_cells && !runs_cells()
    }

    /// A group of other machines; none if it has none, or only cells that the fleet does not have.
    fn of_machines(group: &GroupFacts, fleet: &Fleet, scenario: &Scenario) -> Option<Self> {
        if !Self::is_of_machines(group) {
            return None;
        }
        let components: Vec<ComponentId> = Component::of(group).map(|component| component.id).collect();
        let zones = if group.zones.is_empty() { fleet.zones.len() } else { group.zones.len() };
        // A value that BOSH cannot read `Scenario::check_manifest` refuses; unchecked it counts as not given.
        let max_in_flight = group.max_in_flight.as_ref().and_then(|value| value.parse().ok());
        let canaries = group.canaries.as_ref().and_then(|value| value.parse().ok());
        let usual = "a validated scenario";
        let members = Members::Machines {
            by_zone: spread(group.instances as usize, zones),
            max_in_flight: max_in_flight
                .unwrap_or_else(|| scenario.upgrade.max_in_flight.parse().expect(usual)),
            canaries: canaries.unwrap_or_else(|| scenario.update.canaries.parse().expect(usual)),
        };
        let serves_files = group.jobs.iter().any(|job| job == FILE_SERVER);
        Some(Self { name: group.name.clone(), components, serves_files, serial: group.serial, members })
    }
}

/// BOSH spreads instances evenly over zones; the first zones have one more.
pub(crate) fn spread(instances: usize, zones: usize) -> Vec<usize> {
    let zones = zones.max(1);
    (0..zones).map(|zone| instances / zones + usize::from(zone < instances % zones)).collect()
}

/// Ops Manager's names have `_` where the open source has `-`; a Cloud Controller is in every one of its deployments.
fn is_ops_managers(group: &GroupFacts) -> bool {
    matches!(group.name.as_str(), "cloud_controller" | "control")
}

/// The manifest's groups in another order, each with the place and the `serial` that `place` gives it.
fn rearranged(facts: &DeploymentFacts, place: impl Fn(&GroupFacts) -> (usize, bool)) -> Vec<GroupFacts> {
    let mut groups: Vec<(usize, GroupFacts)> = (facts.groups.iter())
        .map(|group| {
            let (place, serial) = place(group);
            (place, GroupFacts { serial, ..group.clone() })
        })
        .collect();
    // A stable sort: groups of one place stay in the manifest's order, those of no known component come last.
    groups.sort_by_key(|(place, _)| *place);
    groups.into_iter().map(|(_, group)| group).collect()
}

fn ops_managers_place(group: &GroupFacts) -> usize {
    Component::of(group).next().map_or(ComponentId::COUNT, |component| component.id as usize)
}

fn cf_deployments_place(group: &GroupFacts) -> (usize, bool) {
    let known = CF_DEPLOYMENT.iter().enumerate().find(|(_, (name, jobs, _))| {
        let stands_for = |component: &Component| component.is(&named(name, jobs));
        name == &group.name || Component::of(group).next().is_some_and(stands_for)
    });
    known.map_or((CF_DEPLOYMENT.len(), false), |(place, &(_, _, serial))| (place, serial))
}

/// What Ops Manager deploys: each component as a group of its own.
fn ops_manager(scenario: &Scenario) -> Vec<GroupFacts> {
    let components = COMPONENTS[..OPS_MANAGERS].iter();
    let group = |component: &Component| GroupFacts {
        serial: true,
        ..counted(named(&component.groups[0].replace('-', "_"), &[]), scenario)
    };
    components.map(group).collect()
}

/// What cf-deployment deploys.
fn cf_deployment(scenario: &Scenario) -> Vec<GroupFacts> {
    let group = |(name, jobs, serial): (&str, &[&str], bool)| GroupFacts {
        serial,
        ..counted(named(name, jobs), scenario)
    };
    CF_DEPLOYMENT.into_iter().map(group).collect()
}

fn named(name: &str, jobs: &[&str]) -> GroupFacts {
    let jobs = jobs.iter().map(|&job| job.to_owned()).collect();
    GroupFacts { name: name.to_owned(), jobs, ..GroupFacts::default() }
}

/// With the instances that the scenario gives to its components: the most of them, where they share machines.
fn counted(group: GroupFacts, scenario: &Scenario) -> GroupFacts {
    let counts = &scenario.upgrade.instances;
    let instances = Component::of(&group).filter_map(|component| counts.get(component.name)).max().copied();
    let decides_for_cells = Component::of(&group).any(|component| component.id == ComponentId::DiegoCell);
    GroupFacts { instances: instances.unwrap_or(1), decides_for_cells, ..group }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_spread_evenly_the_first_zones_first() {
        assert_eq!(spread(5, 3), [2, 2, 1]);
        assert_eq!(spread(5, 0), [5]);
    }
}
