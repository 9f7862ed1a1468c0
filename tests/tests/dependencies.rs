//! What cells depend on is updated too: while it is away they cannot move or start anything (A.16, B.11, C.9, D.7).

use rivera_lifecycle::LrpKey;
use rivera_model::{CellIx, Fleet, ProcessIx, UpdateStrategy};
use rivera_sim::{Finished, Scenario, StorageLocation, What};
use rivera_tests::fleets::{FleetBuilder, group, run, setting, whole_scenario};

/// The only instance; it is on the cell that is updated first.
const LRP: LrpKey = LrpKey::new(ProcessIx(0), 0);
/// How long a machine is away.
const MACHINE_S: f64 = 100.0;
/// Auction and start of a replacement.
const MOVED_S: f64 = 5.0;

/// Two cells, updated at the same time as the machines of one other group.
fn beside_cells(name: &str, instances: u32) -> Fleet {
    let mut fleet = FleetBuilder::zones(&[2]).app(10, UpdateStrategy::Rolling, &[0]).build();
    fleet.facts.groups = vec![group(name, instances, 1, false), group("diego-cell", 2, 1, false)];
    fleet
}

fn upgraded(fleet: &Fleet, scenario: &Scenario) -> Finished {
    run(fleet, scenario, setting("1", "none"), 1)
}

fn first_s(run: &Finished, is_it: impl Fn(What) -> bool) -> f64 {
    let found = run.timeline.iter().find(|entry| is_it(entry.what));
    found.expect("it happens").at.as_secs_f64()
}

/// When the upgrade begins.
fn began_s(run: &Finished) -> f64 {
    first_s(run, |what| matches!(what, What::GroupBegins(_)))
}

/// When the replacement on the other cell runs, from the beginning of the upgrade.
fn moved_s(run: &Finished) -> f64 {
    first_s(run, |what| what == What::Running(LRP, CellIx(1))) - began_s(run)
}

#[test]
fn without_the_only_bbs_no_instance_moves_and_with_two_the_other_takes_over_in_a_second() {
    let run = upgraded(&beside_cells("diego-api", 1), &whole_scenario(MACHINE_S));
    let moved = moved_s(&run);
    // The cell tries again each ten seconds; a pass of the new BBS comes later than that.
    assert!((MACHINE_S..MACHINE_S + 10.0 + MOVED_S).contains(&moved), "{moved}");
    assert!(run.outcome.faults.bbs_calls_failed > 5, "{:?}", run.outcome.faults);

    let run = upgraded(&beside_cells("diego-api", 2), &whole_scenario(MACHINE_S));
    let moved = moved_s(&run);
    assert!((1.0..1.0 + 10.0 + MOVED_S).contains(&moved), "{moved}");
}

#[test]
fn the_first_pass_of_a_new_bbs_is_an_interval_away_and_a_standby_is_not_missed() {
    let mut fleet = beside_cells("diego-api", 3);
    fleet.facts.groups[1].serial = true;
    let run = upgraded(&fleet, &whole_scenario(MACHINE_S));
    let began = began_s(&run);
    let passes = run.timeline.iter().filter(|entry| entry.what == What::ConvergenceBegins);
    let passes: Vec<f64> = passes.map(|entry| (entry.at.as_secs_f64() - began).round()).collect();
    // The first is active and stops at 0, then the second, at 100. At 200 the third stops, while the first is active again.
    let expected = [31.0, 61.0, 91.0, 131.0, 161.0, 191.0, 221.0, 251.0, 281.0];
    assert!(passes.windows(expected.len()).any(|seen| seen == expected), "{passes:?}");
}

#[test]
fn without_the_only_auctioneer_the_replacement_waits_for_a_pass_after_it_is_back() {
    for name in ["scheduler", "diego-brain"] {
        let run = upgraded(&beside_cells(name, 1), &whole_scenario(MACHINE_S));
        let moved = moved_s(&run);
        // Passes come each thirty seconds, and an instance is asked for again after as long.
        assert!((MACHINE_S..MACHINE_S + 60.0 + MOVED_S).contains(&moved), "{moved}");
        assert!(run.outcome.faults.requests_refused > 0 && run.outcome.faults.bbs_calls_failed == 0);
    }
}

#[test]
fn without_the_database_or_the_only_way_to_it_neither_bbs_nor_auctioneer_is_active() {
    for name in ["database", "mysql-proxy"] {
        let run = upgraded(&beside_cells(name, 1), &whole_scenario(MACHINE_S));
        let moved = moved_s(&run);
        assert!((MACHINE_S + 1.0..MACHINE_S + 11.0 + MOVED_S).contains(&moved), "{moved}");
    }
    let run = upgraded(&beside_cells("database", 3), &whole_scenario(MACHINE_S));
    assert!(moved_s(&run) < MOVED_S, "a cluster goes on");
}

/// How many downloads failed, and how long the instance was down.
fn failures(fleet: &Fleet, scenario: &Scenario) -> (u64, f64) {
    let outcome = upgraded(fleet, scenario).outcome;
    (outcome.faults.downloads_failed, outcome.instance_downtime_s)
}

#[test]
fn without_the_internal_storage_starts_fail_and_an_external_one_stays() {
    let fleet = beside_cells("singleton-blobstore", 1);
    let mut scenario = whole_scenario(MACHINE_S);
    assert_eq!(failures(&fleet, &scenario), (0, 0.0));
    scenario.storage.location = StorageLocation::Internal;
    let (failed, down_s) = failures(&fleet, &scenario);
    // The third crash of the replacement ends the instance that runs (Q11).
    assert!(failed >= 3 && down_s > 0.0, "{failed} {down_s}");
}

#[test]
fn without_the_only_file_server_starts_fail_and_with_two_machines_none_does() {
    let mut fleet = beside_cells("api", 1);
    fleet.facts.groups[0].jobs = vec!["cloud_controller_ng".to_owned(), "file_server".to_owned()];
    let scenario = whole_scenario(MACHINE_S);
    let (failed, down_s) = failures(&fleet, &scenario);
    assert!(failed >= 3 && down_s > 0.0, "{failed} {down_s}");
    fleet.facts.groups[0].instances = 2;
    assert_eq!(failures(&fleet, &scenario), (0, 0.0));
}

#[test]
fn a_cascade_that_begins_while_the_only_storage_is_updated_names_it() {
    let mut fleet = FleetBuilder::zones(&[4]).singles(20, 10, 0).build();
    fleet.facts.groups = vec![group("nfs_server", 1, 1, false), group("diego-cell", 4, 1, false)];
    let mut scenario = whole_scenario(MACHINE_S);
    scenario.storage.location = StorageLocation::Internal;
    let run = upgraded(&fleet, &scenario);
    let first = &run.outcome.cascades.first().expect("twenty starts fail").first;
    assert_eq!((&*first.away, &*first.faults), (&["File Storage".to_owned()][..], &[][..]), "{first:?}");
    assert_eq!(first.shortages()[0], "File Storage did not answer");
}
