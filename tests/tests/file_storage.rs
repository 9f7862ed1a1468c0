//! What the file storage lets through, by its bandwidth and by its operations (G, Q14).

use rivera_model::{Fleet, UpdateStrategy};
use rivera_sim::{Distribution, Outcome, Record, Scenario, simulate};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, setting};

/// Ten apps of one instance on the cell that is updated first, and one on both others.
fn fleet() -> Fleet {
    FleetBuilder::zones(&[3]).singles(10, 100, 0).app(100, UpdateStrategy::Rolling, &[1, 2]).build()
}

/// Droplets of 100 MB and a little more, and a storage that is what limits them.
fn scenario(bandwidth_mb_per_s: f64, iops: f64, mb_per_operation: f64) -> Scenario {
    let mut scenario = plain_scenario(600.0, 5.0);
    scenario.apps.droplet_mb = Distribution::Fixed(100.1);
    scenario.storage.enabled = true;
    (scenario.storage.bandwidth_mb_per_s, scenario.storage.iops) = (bandwidth_mb_per_s, iops);
    scenario.storage.mb_per_operation = mb_per_operation;
    scenario
}

fn outcome(scenario: &Scenario) -> Outcome {
    let record = Record { course: true, timeline: false };
    simulate(&fleet(), scenario, setting("1", "none"), 1, record).expect("a valid fleet").outcome
}

#[test]
fn operations_limit_what_is_sent_as_a_bandwidth_of_what_they_read_does() {
    let (by_operations, by_bandwidth) =
        (outcome(&scenario(1e6, 100.0, 0.25)), outcome(&scenario(25.0, 1e6, 0.25)));
    assert!((by_operations.storage.peak_mb_per_s - 25.0).abs() < 1e-6, "{:?}", by_operations.storage);
    assert_eq!(by_operations, by_bandwidth);
    assert!(by_operations.storage.held_by_storage_share > 0.9, "{:?}", by_operations.storage);
    let twice = outcome(&scenario(1e6, 200.0, 0.25));
    assert!((twice.storage.peak_mb_per_s - 50.0).abs() < 1e-6, "twice the operations send twice as much");
    assert!(twice.wait.max_s < by_operations.wait.max_s);
}

#[test]
fn a_file_takes_whole_operations_and_a_question_takes_one() {
    let storage = outcome(&scenario(1e6, 1e6, 0.25)).storage;
    let droplets = (storage.moved_mb / 100.1).floor();
    // 401 for each droplet; the bundles of a thousandth of a megabyte take one each.
    let bundles = ((storage.moved_mb - droplets * 100.1) / 0.001).round();
    assert!(droplets > 10.0 && bundles > 0.0 && storage.conditional_requests > 0, "{storage:?}");
    #[expect(clippy::cast_precision_loss, reason = "few")]
    let operations = (storage.operations - storage.conditional_requests) as f64;
    assert_eq!(operations, droplets * 401.0 + bundles, "{storage:?}");
}

#[test]
fn operations_over_time_add_up_to_those_of_the_run() {
    let found = outcome(&scenario(25.0, 1e6, 0.25));
    let gaps = found.course.windows(2).map(|pair| pair[1].t_s - pair[0].t_s);
    let sum: f64 = gaps.zip(&found.course[1..]).map(|(s, sample)| s * sample.storage_operations_per_s).sum();
    #[expect(clippy::cast_precision_loss, reason = "few")]
    let all = found.storage.operations as f64;
    assert!((sum - all).abs() < 1e-6 * all, "{sum} of {all}");
    assert!(found.course.iter().any(|sample| sample.storage_operations_per_s == 0.0), "and not all the time");
}
