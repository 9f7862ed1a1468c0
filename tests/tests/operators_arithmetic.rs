//! The arithmetic of the operators' documents (I-6, I-10, Q15), by whole runs on empty cells.

use rivera_model::{Fleet, UpdateStrategy};
use rivera_sim::check::ProductVersion;
use rivera_sim::{Distribution, Outcome, Scenario};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, run, setting};

/// Minutes a cell of the documents' example.
const CELL_MIN: f64 = 10.0;

fn minutes(fleet: &Fleet, max_in_flight: &str) -> f64 {
    let scenario = plain_scenario(CELL_MIN * 60.0, 1.0);
    run(fleet, &scenario, setting(max_in_flight, "none"), 1).outcome.duration_s / 60.0
}

fn assert_minutes(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-6, "{found} minutes instead of {expected}");
}

#[test]
fn i10_of_200_cells_in_one_zone_4_percent_takes_25_rounds_and_20_at_once_10() {
    let fleet = FleetBuilder::zones(&[200]).build();
    let (slow, fast) = (minutes(&fleet, "4%"), minutes(&fleet, "20"));
    assert_minutes(slow, 25.0 * CELL_MIN);
    assert_minutes(fast, 10.0 * CELL_MIN);
    assert_minutes(slow - fast, 150.0);
}

/// The durations of a cell's steps in the documents' example: 10 minutes, of which a new cell needs less than two.
fn with_surplus(cells: u32, same_deploy: bool) -> Outcome {
    let fleet = FleetBuilder::zones(&[200]).build();
    let mut scenario = plain_scenario(100.0, 1.0);
    scenario.update.vm_delete_s = Distribution::Fixed(500.0);
    (scenario.surplus.cells, scenario.surplus.same_deploy) = (cells, same_deploy);
    run(&fleet, &scenario, setting("20", "none"), 1).outcome
}

#[test]
fn i10_what_a_real_pool_gives_for_200_cells_and_20_more() {
    // A deploy of its own adds the 20, and the roll-out has 11 rounds, because the 20 are updated as well (D.4).
    let before = with_surplus(20, false);
    let times = before.surplus.expect("surplus cells");
    assert_eq!((times.cells, before.cells_updated), (20, 220));
    assert_minutes(times.adding_s, 100.0);
    assert_minutes(times.rolling_s / 60.0, 11.0 * CELL_MIN);
    assert_minutes(times.removing_s, 500.0);
    assert_minutes(before.duration_s, times.adding_s + times.rolling_s + times.removing_s);
    // In the deploy of the roll-out they are new already: one short round, and the documents' ten.
    let same = with_surplus(20, true).surplus.expect("surplus cells");
    assert_minutes(same.adding_s, 0.0);
    assert_minutes(same.rolling_s, 100.0 + 10.0 * CELL_MIN * 60.0);
    assert_minutes(same.removing_s, 500.0);
    // Of the 25 rounds at 4 % the roll-out by itself saves the documents' 2.5 hours but for the short round; with the removal
    // it is 2 h 20 min.
    let slow_s = 25.0 * CELL_MIN * 60.0;
    assert_minutes(slow_s - same.rolling_s, 150.0 * 60.0 - 100.0);
    assert_minutes(slow_s - same.rolling_s - same.removing_s, 140.0 * 60.0);
}

#[test]
fn q15_in_three_zones_4_percent_of_200_runs_2_at_a_time() {
    let fleet = FleetBuilder::zones(&[67, 67, 66]).build();
    let scenario = plain_scenario(CELL_MIN * 60.0, 1.0);
    let outcome = run(&fleet, &scenario, setting("4%", "none"), 1).outcome;
    let in_flight: Vec<u32> = outcome.zones.iter().map(|zone| zone.in_flight).collect();
    assert_eq!(in_flight, [2, 2, 2]);
    // 34 and 34 and 33 rounds, one zone after the other.
    assert_minutes(outcome.duration_s / 60.0, (34.0 + 34.0 + 33.0) * CELL_MIN);
}

#[test]
fn i6_the_documents_percentages() {
    let at_once = |cells: u32, max_in_flight: &str| {
        let fleet = FleetBuilder::zones(&[cells]).build();
        run(&fleet, &plain_scenario(60.0, 1.0), setting(max_in_flight, "none"), 1).outcome.zones[0].in_flight
    };
    assert_eq!(at_once(20, "10%"), 2);
    assert_eq!(at_once(10, "20%"), 2);
    assert_eq!(at_once(24, "4%"), 1);
}

#[test]
fn i9_the_defaults_are_200_starts_and_4_percent_and_both_can_be_changed() {
    let defaults = "6.0.5".parse::<ProductVersion>().expect("a version").defaults();
    assert_eq!((defaults.max_starts.maximum(), defaults.max_starts_can_be_set), (Some(200), true));
    assert_eq!(
        (defaults.max_in_flight.to_string().as_str(), defaults.max_in_flight_can_be_set),
        ("4%", true)
    );
    let scenario = Scenario::default();
    assert_eq!((scenario.update.max_in_flight.as_str(), scenario.auctioneer.max_starts), ("4%", 200));
}

#[test]
fn i12_five_starts_are_five_of_one_cell_with_ten_instances_or_of_five_with_two_each() {
    let peak = |fleet: FleetBuilder, in_flight: &str| {
        run(&fleet.build(), &plain_scenario(60.0, 40.0), setting(in_flight, "5"), 1).outcome.peak_starting
    };
    assert_eq!(peak(FleetBuilder::zones(&[4]).singles(10, 100, 0), "1"), 5);
    let five = (0..5).fold(FleetBuilder::zones(&[10]), |fleet, cell| fleet.singles(2, 100, cell));
    assert_eq!(peak(five, "5"), 5);
}

#[test]
fn j7_a_fleet_of_both_strategies_is_reported_by_strategy() {
    let mixed = FleetBuilder::zones(&[6]).app(100, UpdateStrategy::Rolling, &[0, 1, 2]).app(
        100,
        UpdateStrategy::Recreate,
        &[0, 1, 2],
    );
    let outcome = run(&mixed.build(), &plain_scenario(60.0, 5.0), setting("2", "none"), 1).outcome;
    assert_eq!((outcome.instance_downtime_s, outcome.apps_down, outcome.not_running_at_end), (0.0, 0, 0));
    assert!(outcome.recreate_downtime_s >= 3.0 * 5.0, "each of the three is down for at least its start");
}

#[test]
fn canaries_hold_the_rest_back_in_the_first_zone_only() {
    let fleet = FleetBuilder::zones(&[10, 10]).build();
    let mut scenario = plain_scenario(CELL_MIN * 60.0, 1.0);
    assert_minutes(run(&fleet, &scenario, setting("5", "none"), 1).outcome.duration_s / 60.0, 40.0);
    scenario.update.canaries = "1".to_owned();
    // One canary alone, then 9 cells by 5, then the second zone without a canary.
    assert_minutes(run(&fleet, &scenario, setting("5", "none"), 1).outcome.duration_s / 60.0, 50.0);
}
