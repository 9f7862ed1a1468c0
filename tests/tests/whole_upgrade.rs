//! The whole upgrade: groups in their order, what is away meanwhile, and what follows (D.3, D.7, E.6, I-2, I-11, I-14).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use rivera_model::{Fleet, GroupFacts, UpdateStrategy};
use rivera_sim::{Distribution, End, Finished, GroupSpan, Scenario, UpgradeOrder, UpgradeOutcome, What};
use rivera_tests::fleets::{FleetBuilder, group, run, setting, whole_scenario};

/// Machines and errands take a minute each.
fn minute_scenario() -> Scenario {
    let mut scenario = whole_scenario(60.0);
    scenario.upgrade.errands = true;
    scenario.upgrade.errand_s = Distribution::Fixed(60.0);
    scenario
}

/// One cell without apps, and these groups around it.
fn fleet(groups: &[GroupFacts]) -> Fleet {
    let mut fleet = FleetBuilder::zones(&[1]).build();
    fleet.facts.groups = groups.to_vec();
    fleet
}

fn upgrade(fleet: &Fleet, scenario: &Scenario) -> (Finished, UpgradeOutcome) {
    let run = run(fleet, scenario, setting("1", "none"), 1);
    let upgrade = run.outcome.upgrade.clone().unwrap();
    (run, upgrade)
}

fn span(upgrade: &UpgradeOutcome, name: &str) -> [f64; 2] {
    let found: &GroupSpan = upgrade.groups.iter().find(|group| group.name == name).unwrap();
    [found.start_s.unwrap(), found.end_s.unwrap()]
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

#[test]
fn i14_ops_manager_updates_eighteen_components_one_after_the_other_then_runs_eleven_errands() {
    let (run, upgrade) = upgrade(&FleetBuilder::zones(&[1]).build(), &minute_scenario());
    let names: Vec<&str> = upgrade.groups.iter().map(|group| group.components[0].as_str()).collect();
    assert_eq!(
        names,
        [
            "NATS",
            "File Storage",
            "MySQL Proxy",
            "MySQL Server",
            "Backup Restore Node",
            "UAA",
            "Cloud Controller",
            "HAProxy",
            "Router",
            "MySQL Monitor",
            "Clock Global",
            "Cloud Controller Worker",
            "Diego BBS",
            "Diego Brain",
            "Diego Cell",
            "Doppler Server",
            "Loggregator Trafficcontroller",
            "TCP Router",
        ]
    );
    let starts: Vec<f64> = upgrade.groups.iter().map(|group| group.start_s.unwrap()).collect();
    let ends: Vec<f64> = upgrade.groups.iter().map(|group| group.end_s.unwrap()).collect();
    assert!(starts[1..].iter().zip(&ends).all(|(start, end)| close(*start, *end)), "{starts:?} {ends:?}");
    let errands: Vec<&str> = upgrade.errands.iter().map(|errand| errand.name.as_str()).collect();
    assert_eq!(errands.len(), 11);
    assert_eq!(errands[..3], ["Push Apps Manager", "Smoke Tests", "Push Usage Service"]);
    assert_eq!(errands[9..], ["Bootstrap", "MySQL Rejoin Unsafe"]);
    assert_eq!(run.outcome.end, End::Finished);
    // Eighteen minutes and eleven, and the seconds in which the cell ends its drain.
    assert!(
        (29.0 * 60.0..29.0 * 60.0 + 11.0).contains(&run.outcome.duration_s),
        "{}",
        run.outcome.duration_s
    );
}

#[test]
fn i14_the_documents_foundation_takes_close_to_two_hours_and_each_single_instance_up_to_five_minutes() {
    // One instance of each component, as it is preconfigured, with the constants as they ship.
    let fleet = FleetBuilder::zones(&[1]).singles(10, 100, 0).build();
    let mut scenario = Scenario::default();
    scenario.upgrade.enabled = true;
    for seed in 1..=10 {
        let run = run(&fleet, &scenario, setting("1", "none"), seed);
        let upgrade = run.outcome.upgrade.unwrap();
        let hours = run.outcome.duration_s / 3_600.0;
        assert!((1.65..2.05).contains(&hours), "{hours} h");
        let away = upgrade.components.iter().filter(|component| component.name != "Diego Cell");
        for component in away {
            let longest_s = component.away.longest_s;
            assert!(component.away.times == 1 && longest_s <= 300.0, "{}: {longest_s} s", component.name);
            assert!(longest_s > 120.0, "{}: {longest_s} s", component.name);
        }
        // Of an app that a push had just stopped this is the push's downtime.
        let restarts = run.outcome.staging.restarts;
        let of_a_push = u32::from(restarts.is_some_and(|restarts| restarts.down.max_s > 120.0));
        assert_eq!(run.outcome.apps_down + of_a_push, 10, "a single cell takes its apps with it");
    }
}

#[test]
fn i14_two_instances_are_never_away_together_and_a_single_one_takes_its_planes_down() {
    let mut scenario = minute_scenario();
    let (_, single) = upgrade(&fleet(&[]), &scenario);
    // HAProxy, router and cell are of the apps' plane; File Storage, proxy, MySQL, UAA, CC, BBS, brain and cell of the
    // platform's.
    assert_eq!((single.apps_plane.times, single.platform_plane.times), (3, 8));
    assert!(close(single.apps_plane.total_s, 180.0) && close(single.platform_plane.total_s, 480.0));
    let components = single.components.iter().map(|component| component.name.to_owned());
    scenario.upgrade.instances = components.map(|name| (name, 2)).collect();
    let (_, double) = upgrade(&fleet(&[]), &scenario);
    let away: Vec<&str> =
        double.components.iter().filter(|it| it.away.times > 0).map(|it| it.name.as_str()).collect();
    assert_eq!(away, ["Diego Cell"], "the fleet has a single one");
    assert_eq!(double.push.times, 0);
}

#[test]
fn d7_a_push_needs_storage_database_uaa_cloud_controller_and_routers_and_waits_for_the_migration() {
    let mut scenario = minute_scenario();
    let (_, single) = upgrade(&fleet(&[]), &scenario);
    assert!(close(single.push.total_s, 6.0 * 60.0), "{:?}", single.push);
    let names = ["File Storage", "MySQL Server", "UAA", "Cloud Controller", "HAProxy", "Router"];
    scenario.upgrade.instances = names.iter().map(|&name| (name.to_owned(), 2)).collect();
    scenario.upgrade.migration_s = Distribution::Fixed(45.0);
    let (_, double) = upgrade(&fleet(&[]), &scenario);
    assert!(double.push.times == 1 && close(double.push.total_s, 45.0), "{:?}", double.push);
}

#[test]
fn d3_neighbours_that_are_not_serial_go_together_and_cells_in_their_place() {
    let groups = [
        group("nats", 3, 1, true),
        group("uaa", 2, 1, false),
        group("api", 5, 1, false),
        group("diego-cell", 0, 1, true),
        group("credhub", 1, 1, false),
    ];
    let (run, upgrade) = upgrade(&fleet(&groups), &minute_scenario());
    assert_eq!(span(&upgrade, "nats"), [0.0, 180.0]);
    assert_eq!(span(&upgrade, "uaa"), [180.0, 300.0]);
    assert_eq!(span(&upgrade, "api"), [180.0, 480.0]);
    let [start, end] = span(&upgrade, "diego-cell");
    assert!(close(start, 480.0) && (540.0..551.0).contains(&end), "{start} {end}");
    assert!(close(span(&upgrade, "credhub")[0], end));
    assert!(upgrade.errands.is_empty(), "cf-deployment's names of groups");
    assert!(close(run.outcome.duration_s, end + 60.0));
}

#[test]
fn d3_groups_have_their_own_pools_zones_and_canaries() {
    let mut wide = group("router", 6, 3, true);
    wide.max_in_flight = Some("2".to_owned());
    let mut canary = group("api", 5, 1, true);
    (canary.max_in_flight, canary.canaries) = (Some("4".to_owned()), Some("1".to_owned()));
    let (_, upgrade) = upgrade(&fleet(&[wide, canary]), &minute_scenario());
    let took = |name| span(&upgrade, name)[1] - span(&upgrade, name)[0];
    assert!(close(took("router"), 180.0), "two at once in each of three zones");
    assert!(close(took("api"), 120.0), "the canary, then four at once");
}

#[test]
fn e6_each_router_costs_twenty_seconds_more() {
    let mut scenario = minute_scenario();
    scenario.upgrade.router_drain_s = 20.0;
    let (_, upgrade) = upgrade(&fleet(&[group("router", 3, 1, true), group("uaa", 3, 1, true)]), &scenario);
    assert_eq!(span(&upgrade, "router"), [0.0, 240.0]);
    assert_eq!(span(&upgrade, "uaa"), [240.0, 420.0]);
}

#[test]
fn i11_two_of_three_at_once_lose_the_majority_and_one_at_a_time_never_does() {
    let losses = |max_in_flight: &str, zones| {
        let mut mysql = group("mysql", 3, zones, true);
        mysql.max_in_flight = Some(max_in_flight.to_owned());
        upgrade(&fleet(&[mysql]), &minute_scenario()).1.quorum_losses
    };
    assert_eq!(losses("1", 1), 0);
    assert_eq!(losses("2", 1), 1);
    assert_eq!(losses("2", 3), 0, "zones go one after the other, and each has one");
}

#[test]
fn i2_the_windows_begin_with_the_first_cloud_controller_and_end_with_the_last_worker_and_brain() {
    let mut scenario = minute_scenario();
    scenario.upgrade.instances =
        [("Cloud Controller", 2), ("Cloud Controller Worker", 3), ("Diego Brain", 2)]
            .map(|(name, instances)| (name.to_owned(), instances))
            .into();
    let (_, whole) = upgrade(&fleet(&[]), &scenario);
    let first = span(&whole, "cloud_controller")[0] + 60.0;
    let (jobs, files) = (whole.job_window.unwrap(), whole.file_server_window.unwrap());
    assert!(close(jobs.start_s, first) && close(files.start_s, first));
    assert!(close(jobs.end_s, span(&whole, "cloud_controller_worker")[1]));
    assert!(close(files.end_s, span(&whole, "diego_brain")[1]));
}

#[test]
fn i2_in_the_open_source_order_bbs_goes_before_the_api_and_files_are_served_by_the_api_itself() {
    let mut scenario = minute_scenario();
    scenario.upgrade.order = UpgradeOrder::CfDeployment;
    scenario.upgrade.instances = [("Cloud Controller".to_owned(), 2)].into();
    let (_, whole) = upgrade(&fleet(&[]), &scenario);
    let ends = |name| span(&whole, name)[1];
    assert!(ends("diego-api") <= span(&whole, "api")[0] && ends("api") <= span(&whole, "scheduler")[0]);
    let files = whole.file_server_window.unwrap();
    assert!(close(files.end_s - files.start_s, 60.0), "from the first of two to the second: {files:?}");
    assert_eq!(
        whole.job_window, None,
        "api and workers go together; the only worker is done with the first api"
    );
    assert!(whole.errands.is_empty());
}

#[test]
fn d4_a_machine_that_does_not_run_in_its_watch_time_ends_the_upgrade_before_the_next_group() {
    let mut scenario = minute_scenario();
    scenario.upgrade.start_s = Distribution::Fixed(100.0);
    scenario.update.update_watch_s = [10.0, 50.0];
    let (run, upgrade) = upgrade(&fleet(&[group("nats", 2, 1, true), group("uaa", 1, 1, true)]), &scenario);
    assert_eq!(run.outcome.end, End::UpdateFailed);
    assert!(upgrade.groups[1].start_s.is_none() && run.outcome.cells_updated == 0);
}

#[test]
fn the_cells_are_rolled_out_as_they_are_without_the_rest() {
    // The same steps of the same cells: what is drawn for a cell depends on the cell alone.
    let mut builder = FleetBuilder::zones(&[4, 4]);
    for cell in 0..8 {
        builder = builder.app(100, UpdateStrategy::Rolling, &[cell, (cell + 4) % 8]);
    }
    let mut fleet = builder.build();
    fleet.facts.groups = vec![group("diego-cell", 8, 2, true)];
    let mut scenario = Scenario::default();
    scenario.upgrade.post_deploy_s = Distribution::Fixed(0.0);
    let alone = run(&fleet, &scenario, setting("2", "none"), 3);
    scenario.upgrade.enabled = true;
    let mut whole = run(&fleet, &scenario, setting("2", "none"), 3);
    assert_eq!(whole.outcome.upgrade.take().unwrap().groups.len(), 1);
    whole.outcome.events -= 1;
    assert_eq!(whole.outcome, alone.outcome);
    let cells = |run: &Finished| run.timeline.iter().filter(|it| matches!(it.what, What::Cell(..))).count();
    assert_eq!(cells(&whole), cells(&alone));
}

#[test]
fn f3_stagings_fail_from_the_first_new_cloud_controller_to_the_last_new_brain_if_the_port_changes() {
    // The cells come first: stagings have room at any time.
    let groups = [
        group("diego-cell", 1, 1, true),
        group("cloud_controller", 2, 1, true),
        group("uaa", 40, 1, true),
        group("diego_brain", 2, 1, true),
        group("doppler", 20, 1, true),
    ];
    let mut fleet = FleetBuilder::zones(&[4]).singles(10, 100, 1).build();
    fleet.facts.groups = groups.to_vec();
    let mut scenario = minute_scenario();
    scenario.upgrade.errands = false;
    let staging = &mut scenario.staging;
    staging.enabled = true;
    staging.pushes_per_hour_per_1000_apps = 12_000.0;
    let failed = |scenario: &Scenario| {
        let pushes = run(&fleet, scenario, setting("4", "none"), 1).outcome.staging;
        (pushes.in_window, pushes.failed_in_window, pushes.failed - pushes.failed_in_window)
    };
    assert_eq!(failed(&scenario).1, 0, "the port is the same");
    scenario.staging.file_server_port_change = true;
    let (in_window, failed_in_window, others) = failed(&scenario);
    assert!(in_window > 50 && failed_in_window > in_window / 2, "{failed_in_window} of {in_window}");
    assert_eq!(others, 0);
}

/// Four apps of an instance each on two cells, and these groups before the cells.
fn fleet_with_apps(groups: &[GroupFacts]) -> Fleet {
    let mut fleet = FleetBuilder::zones(&[2]).singles(4, 100, 0).build();
    fleet.facts.groups = groups.to_vec();
    fleet
}

/// How many routers are updated at a time.
fn routers(instances: u32, max_in_flight: &str) -> GroupFacts {
    GroupFacts { max_in_flight: Some(max_in_flight.to_owned()), ..group("router", instances, 1, true) }
}

#[test]
fn e4_requests_fail_while_no_router_takes_traffic_and_the_deployment_says_how_many_routers_there_are() {
    let mut scenario = whole_scenario(60.0);
    scenario.routes.start_response_delay_s = 20.0;
    scenario.routes.requests_per_s_per_instance = 10.0;
    let lost = |group: GroupFacts| {
        let outcome = run(&fleet_with_apps(&[group]), &scenario, setting("1", "none"), 1).outcome;
        outcome.routes.without_router
    };
    // Away for 60 s, and silent for 20 s more: 80 s of four instances' requests.
    assert!(close(lost(routers(1, "1")), 3_200.0), "the only one");
    assert!(close(lost(routers(2, "2")), 3_200.0), "both at once");
    assert!(close(lost(routers(6, "6")), 3_200.0), "all six, more than the scenario's four");
    assert!(
        close(lost(routers(2, "1")), 1_600.0 / 2.0),
        "the first fills its table while the second goes: 20 s"
    );
    assert!(close(lost(routers(6, "3")), 800.0), "and so with halves");
    assert!(close(lost(group("uaa", 1, 1, true)), 0.0), "without routers in it those of the scenario");
}

#[test]
fn e4_nats_is_away_when_all_of_its_machines_are() {
    let mut scenario = whole_scenario(300.0);
    scenario.update.vm_create_s = Distribution::Fixed(900.0);
    // Beside the cells, so that instances move meanwhile, and stay where they are until NATS is back.
    let slowest = |max_in_flight: &str| {
        let nats = GroupFacts { max_in_flight: Some(max_in_flight.to_owned()), ..group("nats", 2, 1, false) };
        let cells = group("diego-cell", 2, 1, false);
        let fleet = fleet_with_apps(&[nats, cells]);
        run(&fleet, &scenario, setting("1", "none"), 1).outcome.routes.registered.max_s
    };
    let (one, both) = (slowest("1"), slowest("2"));
    assert!(one < 5.0, "the other one carries the messages: {one}");
    assert!(both > 60.0, "nobody does: {both}");
}
