//! The arithmetic of the operators' documents (I-6, I-10, Q15), by whole runs on empty cells.

use rivera_model::Fleet;
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
fn canaries_hold_the_rest_back_in_the_first_zone_only() {
    let fleet = FleetBuilder::zones(&[10, 10]).build();
    let mut scenario = plain_scenario(CELL_MIN * 60.0, 1.0);
    assert_minutes(run(&fleet, &scenario, setting("5", "none"), 1).outcome.duration_s / 60.0, 40.0);
    scenario.update.canaries = "1".to_owned();
    // One canary alone, then 9 cells by 5, then the second zone without a canary.
    assert_minutes(run(&fleet, &scenario, setting("5", "none"), 1).outcome.duration_s / 60.0, 50.0);
}

#[test]
fn cells_are_a_pool_and_not_batches() {
    // With unequal durations a pool is faster than the sum of the longest of each batch (D.3).
    let fleet = FleetBuilder::zones(&[40]).build();
    let mut scenario = plain_scenario(0.0, 1.0);
    scenario.update.vm_create_s = rivera_sim::Distribution::Uniform(60.0, 1_200.0);
    let run = run(&fleet, &scenario, setting("4", "none"), 1);
    let mean_s = run.outcome.slot.p50_s;
    assert!(run.outcome.duration_s < 10.0 * 1_100.0, "ten batches would each wait for their slowest");
    assert!(run.outcome.duration_s > 10.0 * mean_s * 0.8);
}
