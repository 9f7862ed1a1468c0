//! What is known of an upgrade before it: the fleet, its groups, and the values that are meant to be in force.

use std::collections::{BTreeMap, BTreeSet};

use rivera_limiter::{Canaries, Finding as GroupFinding, InstanceGroup, MaxInFlight, StartLimit};
use rivera_model::{
    CellGroup, CellIx, DeploymentFacts, Fleet, GroupFacts, GroupIx, InstanceState, Presence, Resources,
    RootFsProvider, Span, ZoneIx,
};

use super::product_version::ProductVersion;
use crate::deployment::component::{Component, ComponentId};
use crate::deployment::deployment_plan::spread;
use crate::deployment::together::{greatest_together, together};
use crate::random::distribution::secs;
use crate::scenario::{Scenario, StorageLocation};

/// The values that are meant to be in force, and what is known of the storage.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanSettings {
    /// `max_in_flight` of the cells, as written: it may be wrong, which is for a rule to find.
    pub max_in_flight: String,
    /// The same of groups of cells that are to have another, by their names.
    pub max_in_flight_of: BTreeMap<String, String>,
    /// Canaries of the cells, as written, if they are not to be those of the manifest. Where neither says anything none are
    /// reckoned with, which is the worse case.
    pub canaries: Option<String>,
    /// The same of groups of cells that are to have others, by their names.
    pub canaries_of: BTreeMap<String, String>,
    /// Whether a group of cells is updated by itself, where that is to be otherwise than in the manifest (D.3).
    pub serial_of: BTreeMap<String, bool>,
    /// Containers that may be starting at once.
    pub max_starts: StartLimit,
    /// An evacuation ends after this time (B.8).
    pub evacuation_timeout: Span,
    /// Where droplets are kept, if known.
    pub storage: Option<StorageLocation>,
    /// What the storage delivers to all cells together, if known.
    pub storage_mb_per_s: Option<f64>,
    /// Size of a droplet.
    pub droplet_mb: f64,
    /// The version that is installed, if known.
    pub version: Option<ProductVersion>,
}

impl PlanSettings {
    /// What a manifest says; what it does not, a version's defaults (D.6), the newest without a version.
    ///
    /// Droplets are of 100 MB, the one size that is published (G.2).
    #[must_use]
    pub fn of(facts: &DeploymentFacts, version: Option<ProductVersion>) -> Self {
        let scenario = Scenario::default();
        let defaults = version.map(ProductVersion::defaults);
        let max_in_flight = defaults.map(|defaults| defaults.max_in_flight.to_string());
        let max_starts = defaults.map(|defaults| defaults.max_starts);
        let timeout = secs(scenario.rep.evacuation_timeout_s);
        Self {
            max_in_flight: (facts.cells.max_in_flight.clone().or(max_in_flight))
                .unwrap_or(scenario.update.max_in_flight),
            max_in_flight_of: BTreeMap::new(),
            canaries: None,
            canaries_of: BTreeMap::new(),
            serial_of: BTreeMap::new(),
            max_starts: (facts.max_starts.map(StartLimit::from_config).or(max_starts))
                .unwrap_or_else(|| StartLimit::from_config(scenario.auctioneer.max_starts)),
            evacuation_timeout: facts.evacuation_timeout.unwrap_or(timeout),
            storage: StorageLocation::of(&facts.groups),
            storage_mb_per_s: None,
            droplet_mb: 100.0,
            version,
        }
    }
}

impl PlanSettings {
    /// With what a scenario says, of which the manifest and the version are already part: the throttles, the update of groups
    /// of cells, the evacuation timeout, and where droplets are kept. How fast the storage is stays as it was: a scenario
    /// always has a figure, which nobody may have measured.
    #[must_use]
    pub fn with_scenario(self, scenario: &Scenario) -> Self {
        let location = scenario.storage.location;
        let groups = scenario.groups.iter();
        let in_flight =
            groups.clone().filter_map(|(group, keys)| Some((group.clone(), keys.max_in_flight.clone()?)));
        let canaries =
            groups.clone().filter_map(|(group, keys)| Some((group.clone(), keys.canaries.clone()?)));
        let serial = groups.filter_map(|(group, keys)| Some((group.clone(), keys.serial?)));
        // A scenario that says nothing has external storage, which is not known then.
        let is_known = self.storage.is_some() || location == StorageLocation::Internal;
        Self {
            max_in_flight: scenario.update.max_in_flight.clone(),
            max_in_flight_of: in_flight.collect(),
            canaries: Some(scenario.update.canaries.clone()),
            canaries_of: canaries.collect(),
            serial_of: serial.collect(),
            max_starts: StartLimit::from_config(scenario.auctioneer.max_starts),
            evacuation_timeout: secs(scenario.rep.evacuation_timeout_s),
            storage: is_known.then_some(location),
            ..self
        }
    }
}

/// What the rules look at.
#[derive(Debug)]
pub struct Plan<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) settings: PlanSettings,
    /// Every group that has instances, the cells among them.
    pub(super) groups: Vec<Group>,
    /// Zones with their cells, each group's by themselves.
    pub(super) zones: Vec<Zone<'a>>,
    /// Instances that are or will be on each cell, in the order of the cells.
    pub(super) instances_on: Vec<usize>,
    /// What is in use on each cell.
    pub(super) used: Vec<Resources>,
}

/// An instance group, as far as the rules look at it.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) components: Vec<&'static Component>,
    pub(super) instances_by_zone: Vec<usize>,
    /// `max_in_flight` as written.
    pub(super) value: String,
    /// Those of the manifest; none where it does not say.
    pub(super) canaries: Canaries,
    /// Whether it is updated by itself; neighbours that are not go together (D.3).
    pub(super) serial: bool,
}

/// A group's cells in a zone.
#[derive(Debug)]
pub(super) struct Zone<'a> {
    pub(super) name: &'a str,
    pub(super) group: GroupIx,
    pub(super) zone: ZoneIx,
    /// Its cells; never none.
    pub(super) cells: Vec<CellIx>,
    /// Cells that are gone at once while it is updated.
    pub(super) in_flight: usize,
}

impl Group {
    pub(super) fn instances(&self) -> usize {
        self.instances_by_zone.iter().sum()
    }

    /// The value, if BOSH can read it.
    pub(super) fn max_in_flight(&self) -> Option<MaxInFlight> {
        self.value.parse().ok()
    }

    fn is_of_cells(&self) -> bool {
        self.components.iter().any(|component| component.id == ComponentId::DiegoCell)
    }

    pub(super) fn needs_majority(&self) -> bool {
        self.components.iter().any(|component| component.quorum)
    }

    /// What the limiter has to say about the value, with the value in force.
    pub(super) fn findings(&self) -> Vec<GroupFinding> {
        self.max_in_flight().map_or_else(Vec::new, |max_in_flight| {
            let instances_by_zone = &self.instances_by_zone;
            InstanceGroup {
                instances_by_zone,
                quorum: self.needs_majority(),
                max_in_flight,
                canaries: self.canaries,
            }
            .findings()
        })
    }
}

impl<'a> Plan<'a> {
    /// Of a fleet, under these settings. The groups are those of the fleet's manifest; its cells count as they are.
    ///
    /// # Errors
    /// [`rivera_model::FleetError::Overflow`] if the containers of a cell add up to too much.
    pub fn new(fleet: &'a Fleet, settings: PlanSettings) -> Result<Self, rivera_model::FleetError> {
        let zones = zones(fleet, &settings);
        let mut instances_on = vec![0; fleet.cells.len()];
        for instance in &fleet.instances {
            let moves = instance.presence == Presence::Ordinary && instance.state != InstanceState::Crashed;
            if let Some(cell) = instance.cell.filter(|_| moves) {
                instances_on[cell.index()] += 1;
            }
        }
        let groups = groups(fleet, &zones, &settings);
        Ok(Self { fleet, settings, groups, zones, instances_on, used: fleet.used()? })
    }

    /// The most cells that are gone at the same time: zones go one after the other, and so do serial groups (D.3).
    pub(super) fn cells_in_flight(&self) -> usize {
        self.greatest(|zone| zone.in_flight)
    }

    /// The most instances that are evacuated at once: those of the fullest cells of a zone.
    pub(super) fn evacuated_at_once(&self) -> usize {
        self.greatest(|zone| {
            let mut instances: Vec<usize> =
                zone.cells.iter().map(|cell| self.instances_on[cell.index()]).collect();
            instances.sort_unstable_by(|a, b| b.cmp(a));
            instances.iter().take(zone.in_flight).sum()
        })
    }

    /// Whether cells are updated at the same time as this group of other machines (D.3).
    pub(super) fn goes_with_cells(&self, group: &Group) -> bool {
        let serial: Vec<bool> = self.groups.iter().map(|group| group.serial).collect();
        together(&serial).into_iter().any(|run| {
            let run = &self.groups[run];
            run.iter().any(|it| it.name == group.name) && run.iter().any(Group::is_of_cells)
        })
    }

    /// Whether a cell has a stack of Windows, `windows` or `windows2016`.
    pub(super) fn has_windows_cells(&self) -> bool {
        let offers = self.fleet.cells.iter().map(|cell| &self.fleet.offers[cell.offer.index()]);
        let mut preloaded = offers.filter_map(|offer| offer.rootfs_providers.get("preloaded"));
        preloaded.any(|provider| match provider {
            RootFsProvider::FixedSet(stacks) => stacks.iter().any(|stack| stack.starts_with("windows")),
            RootFsProvider::Arbitrary | RootFsProvider::Unknown => false,
        })
    }

    /// How many groups have cells.
    pub(super) fn groups_of_cells(&self) -> usize {
        self.zones.iter().map(|zone| zone.group).collect::<BTreeSet<_>>().len()
    }

    fn greatest(&self, of_zone: impl Fn(&Zone<'_>) -> usize) -> usize {
        let groups = &self.fleet.groups;
        let serial: Vec<bool> = groups.iter().map(|group| is_serial(group, &self.settings)).collect();
        let mut each = vec![0; groups.len()];
        for zone in &self.zones {
            let greatest = &mut each[zone.group.index()];
            *greatest = of_zone(zone).max(*greatest);
        }
        greatest_together(&serial, &each)
    }

    pub(super) fn timeout_s(&self) -> u64 {
        self.settings.evacuation_timeout.as_ms() / 1_000
    }
}

/// `max_in_flight` of a group of cells, as written: its own, the manifest's where that differs from the usual cells, or
/// that of all.
fn value_of<'a>(group: &'a CellGroup, settings: &'a PlanSettings) -> &'a str {
    let own = settings.max_in_flight_of.get(&group.name).or(group.update.max_in_flight.as_ref());
    own.unwrap_or(&settings.max_in_flight)
}

/// Canaries as written: none where nothing is said or BOSH could not read it, which is the worse case.
fn canaries(written: Option<&String>) -> Canaries {
    written.and_then(|value| value.parse().ok()).unwrap_or(Canaries::instances(0))
}

/// Canaries of a group of cells, in the order of [`value_of`].
fn canaries_of(group: &CellGroup, fleet: &Fleet, settings: &PlanSettings) -> Canaries {
    let own = settings.canaries_of.get(&group.name).or(group.update.canaries.as_ref());
    canaries(own.or(settings.canaries.as_ref()).or(fleet.facts.cells.canaries.as_ref()))
}

/// Whether a group of cells is updated by itself: by its own key, else as in the manifest.
fn is_serial(group: &CellGroup, settings: &PlanSettings) -> bool {
    settings.serial_of.get(&group.name).copied().unwrap_or(group.serial)
}

/// The cells by group and zone, in the order of both.
fn zones<'a>(fleet: &'a Fleet, settings: &PlanSettings) -> Vec<Zone<'a>> {
    let mut cells: BTreeMap<(GroupIx, ZoneIx), Vec<CellIx>> = BTreeMap::new();
    for (cell, ix) in fleet.cells.iter().zip(0..) {
        cells.entry((cell.group, cell.zone)).or_default().push(CellIx(ix));
    }
    let mut begun = BTreeSet::new();
    let zone = |((group, zone), cells): ((GroupIx, ZoneIx), Vec<CellIx>)| {
        let known = &fleet.groups[group.index()];
        let max_in_flight: MaxInFlight = value_of(known, settings).parse().unwrap_or_default();
        // Canaries are taken in the first zone only (D.3).
        let canaries =
            if begun.insert(group) { canaries_of(known, fleet, settings).canaries(cells.len()) } else { 0 };
        let in_flight = max_in_flight.down_at_once(cells.len(), canaries);
        Zone { name: &fleet.zones[zone.index()], group, zone, in_flight, cells }
    };
    cells.into_iter().map(zone).collect()
}

/// The groups of the manifest in their order, those of cells as the fleet has them; behind them those of cells that the
/// manifest does not name.
fn groups(fleet: &Fleet, zones: &[Zone<'_>], settings: &PlanSettings) -> Vec<Group> {
    let facts = &fleet.facts.groups;
    let of_cells = |group: &CellGroup, facts: &GroupFacts| {
        let position = fleet.groups.iter().position(|known| known.name == group.name);
        let of_group = zones.iter().filter(|zone| Some(zone.group.index()) == position);
        Group {
            name: group.name.clone(),
            components: Component::of(facts).collect(),
            instances_by_zone: of_group.map(|zone| zone.cells.len()).collect(),
            value: value_of(group, settings).to_owned(),
            canaries: canaries_of(group, fleet, settings),
            serial: is_serial(group, settings),
        }
    };
    let other = |group: &GroupFacts| Group {
        name: group.name.clone(),
        components: Component::of(group).collect(),
        instances_by_zone: spread(group.instances as usize, group.zones.len()),
        value: group.max_in_flight.clone().unwrap_or_else(|| MaxInFlight::default().to_string()),
        canaries: canaries(group.canaries.as_ref()),
        serial: group.serial,
    };
    let has_cells =
        |group: &&CellGroup| zones.iter().any(|zone| fleet.groups[zone.group.index()].name == group.name);
    let mut groups = Vec::new();
    for named in facts {
        let cells = fleet.groups.iter().filter(has_cells).find(|group| group.name == named.name);
        match cells {
            Some(cells) => groups.push(of_cells(cells, named)),
            None if named.instances > 0 => groups.push(other(named)),
            None => {}
        }
    }
    for cells in fleet.groups.iter().filter(has_cells) {
        if facts.iter().all(|named| named.name != cells.name) {
            let jobs = vec!["rep".to_owned()];
            groups.push(of_cells(
                cells,
                &GroupFacts { name: cells.name.clone(), jobs, ..GroupFacts::default() },
            ));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_goes_before_the_version_and_the_version_before_the_newest_defaults() {
        let mut facts = DeploymentFacts::default();
        let version = "1.8.3".parse().ok();
        let read = |facts: &DeploymentFacts, version| {
            let PlanSettings { max_in_flight, max_starts, .. } = PlanSettings::of(facts, version);
            (max_in_flight, max_starts.to_string())
        };
        assert_eq!(read(&facts, None), ("4%".to_owned(), "200".to_owned()));
        assert_eq!(read(&facts, version), ("10%".to_owned(), "none".to_owned()));
        facts.cells.max_in_flight = Some("7".to_owned());
        facts.max_starts = Some(50);
        assert_eq!(read(&facts, version), ("7".to_owned(), "50".to_owned()));
    }

    #[test]
    fn a_scenario_goes_before_what_is_known_without_it_but_for_a_storage_of_which_nobody_says_anything() {
        let scenario = Scenario::default().overlaid(
            "[update]\ncanaries = 3\nmax_in_flight = 9\n[rep]\nevacuation_timeout_s = 60\n\
             [groups.iso]\ncanaries = 2\nmax_in_flight = 4\nserial = false\n",
        );
        let scenario = scenario.unwrap();
        let own = PlanSettings::of(&DeploymentFacts::default(), None);
        let with = own.clone().with_scenario(&scenario);
        let internal = Scenario::default().overlaid("[storage]\nlocation = \"internal\"\n").unwrap();
        let with_internal = own.clone().with_scenario(&internal);
        let of_iso = |value: &str| BTreeMap::from([("iso".to_owned(), value.to_owned())]);
        let expected = PlanSettings {
            max_in_flight: "9".to_owned(),
            max_in_flight_of: of_iso("4"),
            canaries: Some("3".to_owned()),
            canaries_of: of_iso("2"),
            serial_of: BTreeMap::from([("iso".to_owned(), false)]),
            evacuation_timeout: Span::from_secs(60),
            ..own
        };
        assert_eq!(with, expected);
        assert_eq!(with_internal.storage, Some(StorageLocation::Internal));
    }

    #[test]
    fn storage_is_internal_where_there_are_machines_for_it_and_unknown_without_a_whole_manifest() {
        let group =
            |name: &str, instances| GroupFacts { name: name.to_owned(), instances, ..Default::default() };
        assert_eq!(StorageLocation::of(&[group("nfs_server", 1)]), Some(StorageLocation::Internal));
        assert_eq!(
            StorageLocation::of(&[group("nfs_server", 0), group("cloud_controller", 2)]),
            Some(StorageLocation::External)
        );
        assert_eq!(StorageLocation::of(&[group("diego_cell", 9)]), None);
    }
}
