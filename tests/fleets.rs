//! Small fleets and plain scenarios for whole runs.

use std::collections::{BTreeMap, BTreeSet};

use rivera_model::{
    CellGroup, CellIx, Constraint, ConstraintIx, Fleet, FleetCell, FleetInstance, GroupFacts, GroupIx,
    InstanceState, Offer, OfferIx, Presence, Process, ProcessIx, Resources, RootFsProvider, UpdateStrategy,
    ZoneIx,
};
use rivera_sim::{Distribution, Finished, Record, Scenario, Setting, simulate};

/// A fleet under construction. Cells are numbered zone by zone, processes as they are added.
pub struct FleetBuilder {
    fleet: Fleet,
}

impl FleetBuilder {
    /// Zones with so many equal cells of 10,000 MB each, 250 containers, no proxies.
    #[must_use]
    pub fn zones(cells: &[u32]) -> Self {
        let stack = "cflinuxfs4".to_owned();
        let provider = RootFsProvider::FixedSet(BTreeSet::from([stack.clone()]));
        let offer = Offer {
            rootfs_providers: BTreeMap::from([("preloaded".to_owned(), provider)]),
            ..Offer::default()
        };
        let constraint = Constraint { rootfs: format!("preloaded:{stack}"), ..Constraint::default() };
        let mut fleet = Fleet {
            name: "test".to_owned(),
            offers: vec![offer],
            constraints: vec![constraint],
            groups: vec![CellGroup::named(CellGroup::USUAL)],
            ..Fleet::default()
        };
        for (zone, &count) in (0..).zip(cells) {
            fleet.zones.push(format!("z{}", zone + 1));
            for _ in 0..count {
                let number = u32::try_from(fleet.cells.len()).expect("few cells");
                fleet.cells.push(FleetCell {
                    id: format!("cell-{number:05}"),
                    bosh_index: number,
                    group: GroupIx(0),
                    zone: ZoneIx(zone),
                    total: Resources::new(10_000, 1_000_000, 250),
                    unlisted: Resources::default(),
                    proxy_memory_mb: 0,
                    offer: OfferIx(0),
                    bootstrap: number == 0,
                });
            }
        }
        Self { fleet }
    }

    /// A process with instances that run on these cells, one each, of so much memory.
    #[must_use]
    pub fn app(mut self, memory_mb: i32, strategy: UpdateStrategy, cells: &[u32]) -> Self {
        let process = ProcessIx::from_index(self.fleet.processes.len());
        self.fleet.processes.push(Process {
            guid: format!("app-{:05}", process.0),
            domain: "cf-apps".to_owned(),
            instances: u32::try_from(cells.len()).expect("few instances"),
            memory_mb,
            disk_mb: 100,
            constraint: ConstraintIx(0),
            strategy,
            start_timeout: None,
        });
        for (index, &cell) in (0..).zip(cells) {
            self.fleet.instances.push(FleetInstance {
                process,
                index,
                presence: Presence::Ordinary,
                state: InstanceState::Running,
                cell: Some(CellIx(cell)),
                crash_count: 0,
            });
        }
        self
    }

    /// So many apps with a single instance on this cell.
    #[must_use]
    pub fn singles(mut self, count: u32, memory_mb: i32, cell: u32) -> Self {
        for _ in 0..count {
            self = self.app(memory_mb, UpdateStrategy::Rolling, &[cell]);
        }
        self
    }

    /// The fleet.
    #[must_use]
    pub fn build(self) -> Fleet {
        self.fleet
    }
}

/// A scenario without chance: every duration is fixed, calls take no time, containers start in `start_s`.
///
/// A cell without containers takes `cell_s` from the beginning of its slot to its end.
#[must_use]
pub fn plain_scenario(cell_s: f64, start_s: f64) -> Scenario {
    let nothing = Distribution::Fixed(0.0);
    let mut scenario = Scenario::default();
    let update = &mut scenario.update;
    update.canaries = "0".to_owned();
    update.canary_watch_s = [0.0, 0.0];
    update.update_watch_s = [0.0, 0.0];
    (update.stop_s, update.vm_delete_s, update.prepare_s, update.rep_start_s) =
        (nothing, nothing, nothing, nothing);
    update.vm_create_s = Distribution::Fixed(cell_s);
    let auctioneer = &mut scenario.auctioneer;
    (auctioneer.cell_list_ms, auctioneer.commit_ms) = (nothing, nothing);
    auctioneer.fetch_states_ms = Distribution::Fixed(1_000.0);
    auctioneer.scheduling_cost = rivera_sim::AuctionCost::None;
    let rep = &mut scenario.rep;
    rep.drain_ping_s = 0.0;
    rep.bbs_call_ms = 1.0;
    rep.app_exit_s = Distribution::Fixed(1.0);
    rep.destroy_s = Distribution::Fixed(1.0);
    rep.create_s = nothing;
    rep.conditional_get_ms = 0.0;
    rep.max_concurrent_downloads = 1_000;
    rep.create_pool = 1_000;
    let apps = &mut scenario.apps;
    apps.droplet_mb = Distribution::Fixed(0.001);
    apps.lifecycle_mb = 0.001;
    apps.start_s = Distribution::Fixed(start_s);
    apps.start_jitter = Distribution::Fixed(1.0);
    apps.start_timeout_s = 10_000.0;
    scenario.load.enabled = false;
    scenario.network.enabled = false;
    scenario.storage.enabled = false;
    scenario.platform_service.enabled = false;
    scenario.staging.enabled = false;
    scenario.run.warm_up_s = 0.0;
    scenario.bbs.convergence_pass_ms = 0.0;
    scenario.bbs.convergence_pass_ms_per_1000_records = 0.0;
    scenario
}

/// The plain scenario with the whole upgrade: every machine is away for `machine_s` and holds its slot as long; so do cells.
/// Nothing else takes time, and no errands follow.
#[must_use]
pub fn whole_scenario(machine_s: f64) -> Scenario {
    let mut scenario = plain_scenario(60.0, 1.0);
    let nothing = Distribution::Fixed(0.0);
    let upgrade = &mut scenario.upgrade;
    upgrade.enabled = true;
    (upgrade.stop_s, upgrade.vm_delete_s, upgrade.prepare_s, upgrade.start_s) =
        (nothing, nothing, nothing, nothing);
    upgrade.vm_create_s = Distribution::Fixed(machine_s);
    (upgrade.migration_s, upgrade.post_deploy_s) = (nothing, nothing);
    upgrade.router_drain_s = 0.0;
    upgrade.errands = false;
    scenario
}

/// So many pushes an hour, each of which is staged in five seconds.
#[must_use]
pub fn pushed(mut scenario: Scenario, fleet: &Fleet, per_hour: f64) -> Scenario {
    let staging = &mut scenario.staging;
    staging.enabled = true;
    let apps = u32::try_from(fleet.processes.len()).expect("few apps");
    staging.pushes_per_hour_per_1000_apps = per_hour * 1_000.0 / f64::from(apps);
    staging.package_mb = Distribution::Fixed(0.001);
    staging.stage_s = Distribution::Fixed(5.0);
    (staging.memory_mb, staging.disk_mb) = (10, 10);
    scenario
}

/// Two hours in which the first cell, which is empty, is away: all that moves is pushed.
#[must_use]
pub fn quiet(start_s: f64) -> Scenario {
    let mut scenario = plain_scenario(7_200.0, start_s);
    scenario.run.give_up_h = 1.9;
    scenario
}

/// A group of a manifest: name, instances, zones, `serial`.
#[must_use]
pub fn group(name: &str, instances: u32, zones: usize, serial: bool) -> GroupFacts {
    GroupFacts {
        name: name.to_owned(),
        instances,
        zones: (1..=zones).map(|zone| format!("z{zone}")).collect(),
        serial,
        decides_for_cells: matches!(name, "diego-cell" | "diego_cell"),
        ..GroupFacts::default()
    }
}

/// A foundation of eight cells in two zones, with single instances, apps of three, and some that are stopped first; beside the
/// cells there are two machines of each of these groups, one zone each.
#[must_use]
pub fn mixed(groups: [&str; 4]) -> Fleet {
    let mut fleet = FleetBuilder::zones(&[4, 4]);
    for cell in 0..8 {
        let strategy = if cell % 2 == 0 { UpdateStrategy::Rolling } else { UpdateStrategy::Recreate };
        fleet = fleet.singles(4, 100, cell).app(100, strategy, &[cell, (cell + 1) % 8, (cell + 4) % 8]);
    }
    let mut fleet = fleet.build();
    fleet.facts.groups = groups.map(|name| group(name, 2, 2, true)).to_vec();
    fleet
}

/// A setting by its words.
#[must_use]
pub fn setting(max_in_flight: &str, max_starts: &str) -> Setting {
    Setting {
        max_in_flight: max_in_flight.parse().expect("an integer or a percentage"),
        max_starts: max_starts.parse().expect("an integer or `none`"),
    }
}

/// One run with its timeline and its course.
#[must_use]
pub fn run(fleet: &Fleet, scenario: &Scenario, setting: Setting, seed: u64) -> Finished {
    let record = Record { course: true, timeline: true };
    simulate(fleet, scenario, setting, seed, record).expect("a valid fleet")
}
