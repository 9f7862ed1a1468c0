//! Routes: what routers know of an instance and what clients see of it, in whole runs and in a blue-green switch
//! (E.1 to E.5, C.10, I-15, I-16, J-8).

use rivera_model::{Fleet, UpdateStrategy};
use rivera_sim::{
    BlueGreen, Distribution, FaultEvent, FaultKind, Finished, MappingError, Outcome, Routes, Scenario, What,
};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, run, setting};

/// Everything takes its fixed time: 20 ms to the emitter, 30 ms to NATS, 50 ms into a table.
fn scenario() -> Scenario {
    let mut scenario = plain_scenario(60.0, 2.0);
    scenario.routes = fixed_routes();
    scenario.run.warm_up_s = 60.0;
    scenario
}

fn fixed_routes() -> Routes {
    Routes {
        bbs_event_ms: Distribution::Fixed(20.0),
        emit_ms: Distribution::Fixed(30.0),
        nats_ms: Distribution::Fixed(50.0),
        cc_answer_ms: Distribution::Fixed(100.0),
        cc_update_ms: Distribution::Fixed(200.0),
        ..Routes::default()
    }
}

fn fleet(strategy: UpdateStrategy) -> Fleet {
    FleetBuilder::zones(&[4]).app(100, strategy, &[0, 1, 2]).build()
}

fn near(value: f64, expected: f64) -> bool {
    (value - expected).abs() < 1e-6
}

/// A long run, so that nothing is left to be told at its end.
fn outcome(fleet: &Fleet, scenario: &Scenario) -> Outcome {
    run(fleet, scenario, setting("1", "none"), 1).outcome
}

#[test]
fn an_ordinary_roll_out_fails_no_request() {
    let routes = outcome(&fleet(UpdateStrategy::Rolling), &scenario()).routes;
    assert!(routes.registered.count >= 3 && routes.unregistered.count >= 3, "{routes:?}");
    assert!(near(routes.registered.max_s, 0.1) && near(routes.unregistered.max_s, 0.1), "{routes:?}");
    // The old container ends at its cell's next sync, long after routers have been told.
    assert!(near(routes.dead.max_s, 0.0), "{routes:?}");
    assert_eq!((routes.errors.total(), routes.stale_endpoints), (0.0, 0));
}

#[test]
fn a_single_instance_is_not_found_for_as_long_as_the_new_endpoint_comes_later_than_the_old_one_goes() {
    // Both messages are of one transaction of the BBS. With latencies by chance either may come first on a router.
    let fleet = FleetBuilder::zones(&[6]).singles(200, 10, 0).build();
    let mut scenario = scenario();
    let fixed = outcome(&fleet, &scenario).routes;
    assert_eq!(fixed.errors.total(), 0.0, "both take the same time");
    scenario.routes.emit_ms = Distribution::Uniform(0.0, 200.0);
    let races = outcome(&fleet, &scenario).routes;
    assert!(races.errors.requests_404 > 0.0 && races.errors.requests_502 == 0.0, "{:?}", races.errors);
    // Of two independent waits, each from 0 to 200 ms, one is later by 33 ms on average: E(max(a - b, 0)) = 200 / 6.
    let moves = races.registered.count;
    #[expect(clippy::cast_precision_loss, reason = "few")]
    let expected = moves as f64 * 0.2 / 6.0;
    let found = races.errors.requests_404;
    assert!((found / expected - 1.0).abs() < 0.2, "{found} at one request a second, {expected} expected");
    assert_eq!(races.worst_apps.len(), 10);
    // Twice the rate, twice the errors, and nothing else changes.
    scenario.routes.requests_per_s_per_instance = 2.0;
    assert!(near(outcome(&fleet, &scenario).routes.errors.requests_404, 2.0 * found));
}

#[test]
fn an_app_that_is_stopped_first_is_missed_and_counted_apart() {
    let fleet = FleetBuilder::zones(&[2]).app(100, UpdateStrategy::Recreate, &[0]).build();
    let found = outcome(&fleet, &scenario());
    let routes = &found.routes;
    assert_eq!(routes.errors.total(), 0.0);
    assert!(routes.worst_apps.is_empty());
    // Every second without an answering instance is a failed request: a dead endpoint first, then none.
    let missed = routes.recreate_errors;
    assert!(missed.requests_502 > 0.0 && missed.requests_404 > 0.0, "{missed:?}");
    assert!(
        missed.total() >= found.recreate_downtime_s,
        "{missed:?}, down for {}",
        found.recreate_downtime_s
    );
}

/// One app whose cell is full, and nowhere else to go: the evacuation ends by its timeout.
fn killed(tls: bool) -> Finished {
    let mut fleet = FleetBuilder::zones(&[2]).app(9_000, UpdateStrategy::Rolling, &[0]).build();
    fleet = {
        let other = FleetBuilder::zones(&[2]).app(9_000, UpdateStrategy::Rolling, &[1]).build();
        let mut process = other.processes[0].clone();
        process.guid = "other".to_owned();
        fleet.processes.push(process);
        let mut instance = other.instances[0];
        instance.process = rivera_model::ProcessIx(1);
        fleet.instances.push(instance);
        fleet
    };
    let mut scenario = scenario();
    scenario.routes.tls = tls;
    scenario.rep.evacuation_timeout_s = 30.0;
    run(&fleet, &scenario, setting("1", "none"), 1)
}

#[test]
fn q9_what_an_evacuation_timeout_kills_stays_in_the_tables_because_its_emitter_ended_before_the_records() {
    let tls = killed(true).outcome;
    assert_eq!(tls.evacuation_timeouts, 1, "the other app finds the room that was left");
    assert_eq!(tls.routes.stale_endpoints, 1, "TLS endpoints are never pruned (Q16)");
    assert!(tls.routes.errors.requests_502 > 0.0);
    // Without TLS they are pruned after 120 to 150 s without a registration, and by then it is a 404 if nobody runs.
    let pruned = killed(false).outcome;
    assert_eq!(pruned.routes.stale_endpoints, 0);
    assert!(pruned.routes.dead.max_s > 90.0 && pruned.routes.dead.max_s <= 150.0, "{:?}", pruned.routes.dead);
}

#[test]
fn routes_change_nothing_else() {
    let fleet = fleet(UpdateStrategy::Rolling);
    let mut scenario = scenario();
    let with = outcome(&fleet, &scenario);
    scenario.routes.enabled = false;
    let without = outcome(&fleet, &scenario);
    assert_eq!(without.routes, Outcome::default().routes);
    let mut rest = Outcome { routes: Default::default(), ..with };
    for sample in &mut rest.course {
        (sample.routes_missing, sample.routes_dead) = (0, 0);
    }
    assert_eq!(rest, without);
}

#[test]
fn the_timeline_says_when_every_router_has_an_instance_and_when_none_has() {
    let found = run(&fleet(UpdateStrategy::Rolling), &scenario(), setting("1", "none"), 1);
    assert!(found.timeline.is_sorted_by_key(|entry| entry.at));
    let mut seen = 0;
    for entry in &found.timeline {
        let What::Routed(lrp, cell) = entry.what else { continue };
        let runs =
            found.timeline.iter().rev().find(|it| it.what == What::Running(lrp, cell) && it.at <= entry.at);
        assert_eq!(entry.at.since(runs.expect("it runs").at).as_ms(), 100);
        seen += 1;
    }
    assert!(seen >= 3);
    assert!(found.timeline.iter().any(|entry| matches!(entry.what, What::Unrouted(..))));
}

fn switch(routes: &Routes, instances: u32) -> BlueGreen<'_> {
    BlueGreen {
        instances,
        old_instances: instances,
        requests_per_s: 100.0,
        wait_s: None,
        routes,
        runs: 200,
        first_seed: 1,
    }
}

#[test]
fn i15_the_api_answers_at_once_and_routers_know_later() {
    let routes = fixed_routes();
    let result = switch(&routes, 3).run().expect("a switch");
    let mapping = &result.mapping;
    assert!(near(mapping.answered.max, 0.1), "201, and `cf routes` shows it");
    assert!(near(mapping.in_bbs.max, 0.3));
    // A full sync that falls between the change and its event is sooner than the event.
    assert!(near(mapping.last_register.p50, 0.35) && near(mapping.finished.p50, 0.4), "{mapping:?}");
    assert!(near(result.wait.p50, 0.3));
    // 404s from the answer until the routers have it: 300 ms of 100 requests a second.
    assert!(near(result.new_route.mean.requests_404, 30.0) || result.new_route.mean.requests_404 < 30.0);
    assert!(result.new_route.mean.requests_404 > 29.0 && result.new_route.mean.requests_502 == 0.0);
}

#[test]
fn i15_a_large_system_takes_a_second_and_longer_and_a_small_one_does_not() {
    let large = Routes { routers: 16, ..Routes::default() };
    let small = Routes { routers: 2, ..Routes::default() };
    let (large, small) = (switch(&large, 100).run(), switch(&small, 2).run());
    let (large, small) = (large.expect("a switch"), small.expect("a switch"));
    assert!(large.wait.p50 > 1.0, "{:?}", large.wait);
    assert!(small.wait.p50 < 0.5, "{:?}", small.wait);
    assert!(large.routers.len() == 16 && large.routers.iter().all(|router| router.p50 <= large.wait.p50));
}

#[test]
fn i15_blue_green_without_waiting_fails_requests_and_with_waiting_none() {
    let routes = Routes::default();
    let one = switch(&routes, 1);
    let result = one.run().expect("a switch");
    assert!(
        result.at_once.runs_with_errors_share > 0.0 && result.at_once.mean.total() > 0.0,
        "{:?}",
        result.at_once
    );
    assert_eq!(result.when_finished.max_requests, 0.0);
    assert_eq!(result.after_wait, None);
    let waits = |wait_s| {
        BlueGreen { wait_s: Some(wait_s), ..one.clone() }.run().expect("a switch").after_wait.unwrap()
    };
    assert_eq!(waits(result.wait.max).runs_with_errors_share, 0.0, "so long is enough");
    assert!((waits(0.0).mean.total() - result.at_once.mean.total()).abs() < 1e-9, "no wait is none");
}

#[test]
fn i15_a_lost_event_is_repaired_by_the_sync_of_60_s() {
    let routes = fixed_routes();
    let result = switch(&routes, 1).run().expect("a switch");
    let lost = result.mapping.finished_with_a_lost_event;
    assert!(lost.p50 > 15.0 && lost.max > 50.0 && lost.max <= 0.3 + 60.0 + 0.05, "{lost:?}");
}

#[test]
fn a_switch_of_nothing_is_refused() {
    let routes = Routes::default();
    let of = |plan: BlueGreen<'_>| plan.run().unwrap_err();
    assert_eq!(of(switch(&routes, 0)), MappingError::Instances(0));
    assert_eq!(of(BlueGreen { old_instances: 0, ..switch(&routes, 1) }), MappingError::Instances(0));
    assert_eq!(of(BlueGreen { runs: 0, ..switch(&routes, 1) }), MappingError::Runs);
    let wrong = of(BlueGreen { requests_per_s: -1.0, ..switch(&routes, 1) });
    assert_eq!(wrong.to_string(), "the rate of requests is a number from 0 to 1e9, not -1");
    assert!(matches!(
        of(BlueGreen { wait_s: Some(f64::NAN), ..switch(&routes, 1) }),
        MappingError::Number(..)
    ));
}

#[test]
fn j8_a_dead_cells_endpoints_stay_and_only_an_app_without_another_instance_fails_requests() {
    // The last cell dies long before its turn, with the only instance of one app and one of three of another.
    let fleet = FleetBuilder::zones(&[4])
        .app(100, UpdateStrategy::Rolling, &[3])
        .app(100, UpdateStrategy::Rolling, &[1, 2, 3])
        .build();
    let mut scenario = scenario();
    let dies = FaultEvent { at_s: Some(5.0), ..FaultEvent::new(FaultKind::CellDies) };
    scenario.faults.events = vec![FaultEvent { cell: Some("cell-00003".to_owned()), ..dies }];
    let found = outcome(&fleet, &scenario);
    assert_eq!(found.routes.stale_endpoints, 2, "their emitter died with them");
    let [worst] = &found.routes.worst_apps[..] else { panic!("{:?}", found.routes.worst_apps) };
    assert_eq!((worst.instances, worst.errors.requests_404), (1, 0.0), "the dead endpoint is tried: 502");
    // One request a second while nothing answers: until the replacement runs and every router has heard of it.
    let down_s = found.longest_app_down_s;
    assert!((worst.errors.requests_502 - down_s - 0.1).abs() < 1e-3, "{worst:?}, down for {down_s} s");
}
