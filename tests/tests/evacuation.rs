//! What operators' documents state of the upgrade of a cell (I-7, I-13): it waits for replacements, but not for ever.

use rivera_model::{CellIx, Fleet};
use rivera_sim::{CellState, Distribution, Finished, Outcome, What};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, run, setting};

const FULL: CellIx = CellIx(0);

/// A large cell with thirty instances, and another one.
fn one_full_cell() -> Fleet {
    let mut fleet = FleetBuilder::zones(&[2]).singles(30, 100, FULL.0).build();
    fleet.cells[FULL.index()].total.memory_mb = 100_000;
    fleet
}

/// Where the first such entry is in the timeline.
fn position(run: &Finished, what: What) -> usize {
    run.timeline.iter().position(|entry| entry.what == what).expect("it happens")
}

#[test]
fn i7_an_evacuating_cell_takes_no_new_work_and_stops_when_all_replacements_run() {
    let run = run(&one_full_cell(), &plain_scenario(60.0, 45.0), setting("1", "none"), 1);
    let (begins, ends) = (CellState::Evacuating, CellState::Updating);
    let drain = position(&run, What::Cell(FULL, begins))..position(&run, What::Cell(FULL, ends));
    let (mut placed, mut running) = (0, 0);
    for entry in &run.timeline[drain] {
        match entry.what {
            // By the auction's score the large cell would be the best of all.
            What::Placed(lrp, cell) => {
                assert_ne!(cell, FULL, "{lrp:?} is placed on the cell that evacuates");
                placed += 1;
            }
            What::Running(..) => running += 1,
            _ => {}
        }
    }
    assert_eq!((placed, running), (30, 30));
    let outcome = &run.outcome;
    assert_eq!((outcome.evacuation_timeouts, outcome.apps_down, outcome.instance_downtime_s), (0, 0, 0.0));
}

#[test]
fn i7_after_the_timeout_the_instances_are_stopped_and_start_requests_go_on() {
    // Each of two cells is too full for the other's instances.
    let fleet = FleetBuilder::zones(&[2]).singles(3, 3_000, 0).singles(3, 3_000, 1).build();
    for (timeout_s, kills_by_s) in [(600.0, 620.0), (900.0, 920.0)] {
        let mut scenario = plain_scenario(300.0, 2.0);
        scenario.rep.evacuation_timeout_s = timeout_s;
        let run = run(&fleet, &scenario, setting("1", "none"), 1);
        let outcome = &run.outcome;
        assert_eq!((outcome.evacuation_timeouts, outcome.instances_killed), (1, 3));
        assert!((timeout_s..=kills_by_s).contains(&outcome.drain.max_s), "{:?}", outcome.drain);
        let stopped = position(&run, What::Cell(FULL, CellState::Updating));
        let asked = |entry: &&rivera_sim::Entry| matches!(entry.what, What::Requested(..));
        let asked = run.timeline[stopped..].iter().filter(asked).count();
        assert!(asked >= 9, "three instances, and five minutes without room: {asked} requests");
        assert_eq!(outcome.not_running_at_end, 0, "they run again once the cell is back");
    }
}

/// Thirty droplets of 1,000 MB at once, all of which the storage sends equally fast; nothing else takes time.
fn with_storage(mb_per_s: f64) -> Outcome {
    let mut scenario = plain_scenario(60.0, 0.0);
    scenario.apps.droplet_mb = Distribution::Fixed(1_000.0);
    scenario.rep.download_mb_per_s = 1_000.0;
    scenario.storage.enabled = true;
    scenario.storage.bandwidth_mb_per_s = mb_per_s;
    run(&one_full_cell(), &scenario, setting("1", "none"), 1).outcome
}

#[test]
fn i13_transfers_that_outlast_the_evacuation_timeout_take_apps_down_and_shorter_ones_do_not() {
    for mb_per_s in [25.0, 40.0, 48.0, 52.0, 60.0, 120.0] {
        let found = with_storage(mb_per_s);
        // The operators' estimate: one cell in flight, thirty instances, 1,000 MB.
        let takes_s = 30.0 * 1_000.0 / mb_per_s;
        let outlasts = takes_s > 600.0;
        assert_eq!(found.evacuation_timeouts > 0, outlasts, "{takes_s} s for all");
        assert_eq!(found.instances_killed > 0, outlasts, "{takes_s} s for all");
        assert_eq!(found.apps_down, if outlasts { 30 } else { 0 }, "{takes_s} s for all");
    }
}
