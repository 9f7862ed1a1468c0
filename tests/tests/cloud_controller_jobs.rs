//! Jobs of the Cloud Controller while versions are mixed (F.1, F.2, I-1, I-2, I-3, Q17).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::BTreeMap;

use rivera_model::{Fleet, GroupFacts};
use rivera_sim::{Distribution, Finished, JobOutcome, LOAD_FAILURE, Scenario, What};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, run, setting};

/// Machines come back at once, and hold their slot for `slot_s`: in that time versions stay as they are.
fn scenario(slot_s: f64) -> Scenario {
    let mut scenario = plain_scenario(0.0, 1.0);
    scenario.update.update_watch_s = [slot_s, slot_s];
    scenario.run.sample_s = 3_600.0;
    let nothing = Distribution::Fixed(0.0);
    let upgrade = &mut scenario.upgrade;
    upgrade.enabled = true;
    (upgrade.stop_s, upgrade.vm_delete_s, upgrade.vm_create_s) = (nothing, nothing, nothing);
    (upgrade.prepare_s, upgrade.start_s, upgrade.migration_s) = (nothing, nothing, nothing);
    upgrade.post_deploy_s = nothing;
    let jobs = &mut scenario.cloud_controller;
    jobs.job_s = nothing;
    jobs.jobs_per_minute = 2.0;
    scenario
}

/// One cell, and these groups before it, one after the other.
fn fleet(groups: &[(&str, u32)]) -> Fleet {
    let mut fleet = FleetBuilder::zones(&[1]).build();
    fleet.facts.groups = groups
        .iter()
        .map(|&(name, instances)| GroupFacts {
            name: name.to_owned(),
            instances,
            serial: true,
            decides_for_cells: name == "diego-cell",
            ..GroupFacts::default()
        })
        .collect();
    fleet
}

fn simulated(groups: &[(&str, u32)], scenario: &Scenario) -> (Finished, JobOutcome) {
    let run = run(&fleet(groups), scenario, setting("1", "none"), 1);
    let jobs = run.outcome.jobs.unwrap();
    (run, jobs)
}

/// When each job could not be loaded, in seconds.
fn failures(run: &Finished) -> BTreeMap<u32, Vec<f64>> {
    let mut failures: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for entry in &run.timeline {
        if let What::JobFailedToLoad(job) = entry.what {
            failures.entry(job).or_default().push(entry.at.as_secs_f64());
        }
    }
    failures
}

fn loaded_at(run: &Finished) -> BTreeMap<u32, f64> {
    let loaded = run.timeline.iter().filter_map(|entry| match entry.what {
        What::JobLoaded(job) => Some((job, entry.at.as_secs_f64())),
        _ => None,
    });
    loaded.collect()
}

#[test]
fn d7_no_job_begins_or_is_loaded_while_the_only_database_is_away() {
    let mut scenario = scenario(0.0);
    scenario.upgrade.vm_create_s = Distribution::Fixed(600.0);
    scenario.cloud_controller.jobs_per_minute = 20.0;
    // Away from 600 s to 1,200 s.
    let groups = [("uaa", 1), ("database", 1), ("doppler", 1), ("diego-cell", 1), ("cc-worker", 1)];
    let (run, _) = simulated(&groups, &scenario);
    let loaded: Vec<f64> = loaded_at(&run).into_values().collect();
    let between = |from: f64, until: f64| loaded.iter().filter(|at| (from..until).contains(*at)).count();
    assert!(between(0.0, 600.0) > 100, "{}", loaded.len());
    assert_eq!(between(600.0, 1_200.0), 0);
    assert!(between(1_200.0, 1_800.0) > 100);
}

#[test]
fn i1_a_job_of_a_new_cloud_controller_is_tried_every_five_minutes_until_a_new_worker_takes_it() {
    // The only Cloud Controller is new at once, the only worker after half an hour.
    let (run, jobs) = simulated(&[("api", 1), ("cc-worker", 1), ("diego-cell", 1)], &scenario(1_800.0));
    let (failures, loaded) = (failures(&run), loaded_at(&run));
    assert!(jobs.delayed > 30 && jobs.delayed as usize == failures.len(), "{jobs:?}");
    for (job, failed) in &failures {
        assert!(failed.iter().all(|at| *at <= 1_800.0), "the worker is new from then on: {failed:?}");
        let tries: Vec<f64> = failed.iter().copied().chain([loaded[job]]).collect();
        // A try is due five minutes after the last, and the worker polls every five seconds.
        assert!(tries.windows(2).all(|pair| (300.0..=305.0).contains(&(pair[1] - pair[0]))), "{tries:?}");
    }
    assert_eq!((jobs.expired, jobs.not_loaded), (0, 0));
    assert_eq!(jobs.load_failures as usize, failures.values().map(Vec::len).sum::<usize>());
}

#[test]
fn f2_the_last_delayed_job_is_loaded_up_to_five_minutes_after_the_last_worker_is_new() {
    let (_, jobs) = simulated(&[("api", 1), ("cc-worker", 1), ("diego-cell", 1)], &scenario(1_800.0));
    // Sixty jobs wait for their next try, each at a moment of its own within the five minutes.
    assert!((240.0..=305.0).contains(&jobs.catch_up_s), "{}", jobs.catch_up_s);
}

#[test]
fn f2_with_a_share_of_new_workers_a_job_takes_as_many_tries_as_that_share_goes_into_one() {
    // One worker of four is new in the second ten hours, two in the third, three in the fourth.
    let hours = |hours: f64| hours * 3_600.0;
    let mut scenario = scenario(hours(10.0));
    scenario.cloud_controller.expiry_h = 1_000.0;
    let (run, _) = simulated(&[("api", 1), ("cc-worker", 4), ("diego-cell", 1)], &scenario);
    let (failures, loaded) = (failures(&run), loaded_at(&run));
    for (share, stage) in [(0.25, 1.0), (0.5, 2.0), (0.75, 3.0)] {
        let within = |at: &f64| (hours(stage * 10.0)..hours(stage * 10.0 + 10.0)).contains(at);
        let failed: u32 = failures
            .values()
            .map(|at| u32::try_from(at.iter().filter(|at| within(at)).count()).unwrap())
            .sum();
        let done = u32::try_from(loaded.values().filter(|at| within(at)).count()).unwrap();
        let tries = f64::from(failed + done) / f64::from(done);
        let expected = 1.0 / share;
        assert!(
            (tries - expected).abs() < 0.06 * expected,
            "{tries} tries at a share of {share}: {failed} failed, {done} done"
        );
        assert!(done > 1_000, "{done} jobs are enough to tell");
    }
}

#[test]
fn f2_jobs_of_old_cloud_controllers_are_read_by_all_workers() {
    // The workers come first: no worker ever meets a job that is newer than itself.
    let (_, jobs) = simulated(&[("cc-worker", 2), ("api", 2), ("diego-cell", 1)], &scenario(1_800.0));
    assert!(jobs.of_new_version > 30 && jobs.created > jobs.of_new_version, "{jobs:?}");
    assert_eq!((jobs.load_failures, jobs.delayed, jobs.catch_up_s), (0, 0, 0.0));
    assert!(jobs.delay.max_s <= 5.0, "the polling alone: {:?}", jobs.delay);
}

#[test]
fn i1_a_job_that_cannot_be_loaded_for_a_day_expires() {
    // The workers never become new within a day and a half.
    let mut scenario = scenario(36.0 * 3_600.0);
    scenario.cloud_controller.jobs_per_minute = 0.5;
    let (run, jobs) = simulated(&[("api", 1), ("cc-worker", 1), ("diego-cell", 1)], &scenario);
    let (failures, day_s) = (failures(&run), 24.0 * 3_600.0);
    let expired: Vec<(u32, f64)> = (run.timeline.iter())
        .filter_map(|it| match it.what {
            What::JobExpired(job) => Some((job, it.at.as_secs_f64())),
            _ => None,
        })
        .collect();
    assert!(jobs.expired > 300 && expired.len() == jobs.expired as usize, "{jobs:?}");
    for (job, at) in expired {
        let age_s = at - failures[&job][0];
        assert!((day_s - 5.0..=day_s + 305.0).contains(&age_s), "after {age_s} s");
    }
    assert_eq!(jobs.not_loaded, 0, "the younger ones are loaded by the new worker");
}

#[test]
fn i3_a_job_that_cannot_be_loaded_is_logged_with_the_text_of_the_article() {
    assert!(
        LOAD_FAILURE.starts_with("FAILED permanently with Delayed::DeserializationError: Job failed to load")
    );
    assert!(LOAD_FAILURE.ends_with("undefined class/module VCAP::CloudController"));
}

#[test]
fn q17_a_failure_is_logged_as_permanent_and_the_job_is_loaded_all_the_same() {
    let (run, jobs) = simulated(&[("api", 1), ("cc-worker", 1), ("diego-cell", 1)], &scenario(600.0));
    assert!(LOAD_FAILURE.contains("FAILED permanently"));
    let loaded = loaded_at(&run);
    assert!(jobs.delayed > 10 && failures(&run).keys().all(|job| loaded.contains_key(job)));
}

#[test]
fn i2_jobs_fail_in_the_window_and_at_no_other_time() {
    let groups = [("api", 2), ("uaa", 2), ("cc-worker", 2), ("diego-cell", 1)];
    let mut scenario = scenario(600.0);
    scenario.upgrade.vm_create_s = Distribution::Fixed(120.0);
    let (run, jobs) = simulated(&groups, &scenario);
    let window = run.outcome.upgrade.as_ref().unwrap().job_window.unwrap();
    let times: Vec<f64> = failures(&run).into_values().flatten().collect();
    assert!(jobs.load_failures > 0 && times.iter().all(|at| (window.start_s..=window.end_s).contains(at)));
}

#[test]
fn f1_a_job_waits_for_a_worker_that_is_not_busy() {
    let mut scenario = scenario(600.0);
    scenario.cloud_controller.job_s = Distribution::Fixed(60.0);
    // Two jobs a minute, each of a minute: one worker cannot keep up, three can.
    let delay =
        |workers| simulated(&[("cc-worker", workers), ("diego-cell", 1), ("api", 1)], &scenario).1.delay;
    assert!(delay(1).max_s > 120.0 && delay(4).p50_s <= 5.0, "{:?} {:?}", delay(1), delay(4));
}

#[test]
fn without_the_whole_upgrade_there_are_no_jobs() {
    let mut scenario = scenario(60.0);
    scenario.upgrade.enabled = false;
    let run = run(&fleet(&[("api", 1), ("cc-worker", 1)]), &scenario, setting("1", "none"), 1);
    assert_eq!((run.outcome.jobs, run.outcome.upgrade), (None, None));
}
