//! `cf push` while cells are evacuated: what becomes of the tasks that stage apps (C.8, F.3, F.4, J-9).

use std::collections::BTreeMap;

use rivera_model::{CellIx, Fleet, FleetTask, TaskIx, UpdateStrategy};
use rivera_sim::{Distribution, Entry, Finished, Scenario, What};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, run, setting};

const START_LIMIT: &str = "waiting to start instance: reached in-flight start limit";

/// A plain scenario with this many pushes an hour on the fleet, each staged in `stage_s`.
fn with_pushes(mut scenario: Scenario, fleet: &Fleet, per_hour: f64, stage_s: f64) -> Scenario {
    let staging = &mut scenario.staging;
    staging.enabled = true;
    let apps = u32::try_from(fleet.processes.len()).expect("few apps");
    staging.pushes_per_hour_per_1000_apps = per_hour * 1_000.0 / f64::from(apps);
    staging.package_mb = Distribution::Fixed(0.001);
    staging.stage_s = Distribution::Fixed(stage_s);
    staging.memory_mb = 10;
    staging.disk_mb = 10;
    scenario
}

/// A cell with so many single instances, and empty ones beside it.
fn one_full_cell(instances: u32, others: u32) -> Fleet {
    FleetBuilder::zones(&[others + 1]).singles(instances, 10, 0).build()
}

/// Moments of the entries about each task, in seconds.
fn by_task(run: &Finished, pick: impl Fn(&Entry) -> Option<TaskIx>) -> BTreeMap<TaskIx, Vec<f64>> {
    let mut moments: BTreeMap<TaskIx, Vec<f64>> = BTreeMap::new();
    for entry in &run.timeline {
        if let Some(task) = pick(entry) {
            moments.entry(task).or_default().push(entry.at.as_secs_f64());
        }
    }
    moments
}

fn pushed(run: &Finished) -> BTreeMap<TaskIx, Vec<f64>> {
    by_task(run, |entry| match entry.what {
        What::Pushed(task) => Some(task),
        _ => None,
    })
}

fn rejected(run: &Finished, reason: &str) -> BTreeMap<TaskIx, Vec<f64>> {
    by_task(run, |entry| match entry.what {
        What::TaskRejected(task, why) if run.reasons.text(why) == reason => Some(task),
        _ => None,
    })
}

fn failed(run: &Finished) -> BTreeMap<TaskIx, Vec<f64>> {
    by_task(run, |entry| match entry.what {
        What::TaskFailed(task, _) => Some(task),
        _ => None,
    })
}

#[test]
fn a_foundation_without_pressure_stages_every_push() {
    let fleet = one_full_cell(20, 4);
    let scenario = with_pushes(plain_scenario(600.0, 2.0), &fleet, 600.0, 20.0);
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let pushes = &run.outcome.staging;
    assert!(pushes.pushes > 300, "ten a minute for fifty minutes: {}", pushes.pushes);
    assert_eq!((pushes.staged, pushes.failed), (pushes.pushes, 0));
    assert!(pushes.rejections.is_empty());
    // A second for the states, a few calls, twenty seconds to stage; more only where Q8 met it.
    assert!((21.0..21.1).contains(&pushes.delay.p50_s), "{}", pushes.delay.p50_s);
}

#[test]
fn pushes_come_at_the_same_times_in_every_setting_at_their_rate() {
    let fleet = one_full_cell(20, 4);
    let scenario = with_pushes(plain_scenario(600.0, 2.0), &fleet, 600.0, 20.0);
    let [first, other] =
        ["none", "5"].map(|max_starts| pushed(&run(&fleet, &scenario, setting("1", max_starts), 7)));
    assert!(first.len() > 300 && other.len() > 300);
    assert!(first.iter().zip(&other).all(|(one, other)| one == other));
    assert_ne!(first, pushed(&run(&fleet, &scenario, setting("1", "none"), 8)), "another seed, other pushes");
    // A Poisson stream: the gaps' standard deviation is their mean, 6 s.
    let times: Vec<f64> = first.values().map(|at| at[0]).collect();
    let gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let count = f64::from(u32::try_from(gaps.len()).expect("few"));
    let mean = gaps.iter().sum::<f64>() / count;
    let deviation = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / count).sqrt();
    assert!((mean - 6.0).abs() < 1.0 && (deviation - mean).abs() < 1.5, "{mean} {deviation}");
}

#[test]
fn j9_a_push_fails_after_sixty_to_ninety_seconds_while_the_start_limit_stays_reached() {
    // Ten instances start for five minutes, which is the limit; what is pushed meanwhile at a random moment is rejected by
    // the first auction and by the next three passes.
    let fleet = one_full_cell(10, 4);
    let scenario = with_pushes(plain_scenario(600.0, 300.0), &fleet, 600.0, 20.0);
    let (mut delays, mut limited_s) = (Vec::new(), Vec::new());
    for seed in 1..=20 {
        let run = run(&fleet, &scenario, setting("1", "10"), seed);
        let (pushed, rejected, failed) = (pushed(&run), rejected(&run, START_LIMIT), failed(&run));
        for (task, at) in &failed {
            assert_eq!(rejected[task].len(), 4, "the fourth rejection fails it");
            delays.push(at[0] - pushed[task][0]);
        }
        let pushes = &run.outcome.staging;
        let count = |counts: &BTreeMap<String, u64>, of: &str| counts.get(of).copied().unwrap_or(0);
        assert_eq!(count(&pushes.failed_by_error, "StagingError"), pushes.failed);
        assert_eq!(count(&pushes.failed_by_reason, START_LIMIT), pushes.failed);
        assert_eq!(pushes.staged + pushes.failed, pushes.pushes);
        limited_s.push(run.outcome.longest_limited_s);
    }
    assert!(delays.len() > 400, "{}", delays.len());
    // Every auction of that time is held back, and the pushes' own ones show it, from the first of them on.
    limited_s.sort_by(f64::total_cmp);
    assert!((290.0..305.0).contains(&limited_s[10]), "{limited_s:?}");
    // An auction takes a second here, and a pass may find the task still in its first one.
    assert!(delays.iter().all(|&delay| delay > 61.0 && delay < 92.1), "{delays:?}");
    let (least, greatest) =
        (delays.iter().copied().fold(999.0, f64::min), delays.iter().copied().fold(0.0, f64::max));
    assert!(least < 62.0 && greatest > 90.0, "they spread over a whole interval: {least} to {greatest}");
}

/// The first auction of a roll-out whose batch has these LRPs and at least one push, with a limit of one start: whether a
/// task was placed, and whether an LRP was.
fn first_auction_takes(fleet: &Fleet) -> (bool, bool) {
    let mut scenario = with_pushes(plain_scenario(600.0, 2.0), fleet, 3_600.0, 20.0);
    scenario.auctioneer.fetch_states_ms = Distribution::Fixed(10_000.0);
    let run = run(fleet, &scenario, setting("1", "1"), 1);
    let first = run.timeline.iter().filter(|entry| entry.at.as_secs_f64() < 10.5);
    let (mut task, mut lrp) = (false, false);
    for entry in first {
        task |= matches!(entry.what, What::TaskPlaced(..));
        lrp |= matches!(entry.what, What::Placed(..));
    }
    (task, lrp)
}

#[test]
fn q2_a_push_goes_before_all_instances_of_a_batch_without_an_index_above_zero() {
    let singles = FleetBuilder::zones(&[3]).singles(5, 10, 0).build();
    assert_eq!(first_auction_takes(&singles), (true, false));
    // With an instance of a higher index in the batch those of index 0 go first, as documented.
    let cells = [0, 0];
    let pair = FleetBuilder::zones(&[3]).singles(5, 10, 0).app(10, UpdateStrategy::Rolling, &cells).build();
    assert_eq!(first_auction_takes(&pair), (false, true));
}

#[test]
fn i12_tasks_count_against_the_limit_of_starts() {
    // Containers take 200 s to create. When the second cell is drained, two stagings on the empty ones hold all the starts.
    let fleet = FleetBuilder::zones(&[4]).singles(5, 10, 1).build();
    let mut scenario = with_pushes(plain_scenario(60.0, 2.0), &fleet, 3_600.0, 20.0);
    scenario.rep.create_s = Distribution::Fixed(200.0);
    let run = run(&fleet, &scenario, setting("1", "2"), 1);
    let refused = run.timeline.iter().find_map(|entry| match entry.what {
        What::Unplaced(_, why) => Some((entry.at.as_secs_f64(), run.reasons.text(why))),
        _ => None,
    });
    let (at, reason) = refused.expect("the first instance is refused");
    assert!(at < 70.0 && reason == START_LIMIT, "{at} {reason}");
    assert!(
        !run.timeline
            .iter()
            .any(|entry| matches!(entry.what, What::Placed(..)) && entry.at.as_secs_f64() < 200.0)
    );
    assert_eq!(run.outcome.peak_starting, 2);
}

#[test]
fn c8_a_task_that_stays_pending_fails_at_the_first_pass_after_its_time_limit() {
    // The limit stays reached for hours. Passes are so rare that a task is not rejected four times before its limit.
    let fleet = one_full_cell(10, 4);
    let mut scenario = with_pushes(plain_scenario(600.0, 9_000.0), &fleet, 60.0, 20.0);
    scenario.rep.evacuation_timeout_s = 8_000.0;
    scenario.run.settle_s = 5_000.0;
    scenario.bbs.convergence_interval_s = 1_000.0;
    scenario.bbs.expire_completed_task_s = 9_000.0;
    let run = run(&fleet, &scenario, setting("1", "10"), 1);
    let reasons = by_task(&run, |entry| match entry.what {
        What::TaskFailed(task, why) if run.reasons.text(why) == "not started within time limit" => Some(task),
        _ => None,
    });
    let (pushed, rejected) = (pushed(&run), rejected(&run, START_LIMIT));
    assert!(reasons.len() > 50, "{}", reasons.len());
    for (task, at) in &reasons {
        assert!((2..=3).contains(&rejected[task].len()), "{:?}", rejected[task]);
        // Its owner is told by the pass after the one that failed it (C.11.20).
        let age = at[0] - pushed[task][0];
        assert!(age > 2_800.0 && age <= 3_801.0, "{age}");
    }
    // The Cloud Controller has given those up long before.
    assert!(run.outcome.staging.failed_by_error["StagingTimeExpired"] >= 50);
    assert!((run.outcome.staging.failure.p50_s - 1_200.0).abs() < 1e-6);
}

#[test]
fn f4_a_staging_that_takes_longer_than_its_timeout_fails() {
    let fleet = one_full_cell(5, 4);
    let mut scenario = with_pushes(plain_scenario(600.0, 2.0), &fleet, 60.0, 901.0);
    scenario.rep.evacuation_timeout_s = 3_600.0;
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let pushes = &run.outcome.staging;
    assert!(pushes.pushes > 30 && pushes.failed == pushes.pushes, "{pushes:?}");
    assert_eq!(pushes.failed_by_reason["exceeded staging timeout"], pushes.failed);
    // A second for the auction, a few calls.
    assert!((901.0..901.1).contains(&pushes.failure.p50_s), "{}", pushes.failure.p50_s);
}

#[test]
fn b9_a_staging_holds_its_cell_until_it_ends_or_the_evacuation_timeout_kills_it() {
    // All pushes before the second drain are on the other cell.
    let fleet = FleetBuilder::zones(&[2]).singles(1, 10, 0).build();
    let mut scenario = with_pushes(plain_scenario(120.0, 2.0), &fleet, 240.0, 400.0);
    let waits = run(&fleet, &scenario, setting("1", "none"), 3).outcome;
    assert!(waits.staging.pushes > 2);
    assert_eq!((waits.evacuation_timeouts, waits.tasks_killed, waits.staging.failed), (0, 0, 0));
    assert!(waits.drain.max_s > 300.0 && waits.drain.max_s < 420.0, "{}", waits.drain.max_s);
    scenario.rep.evacuation_timeout_s = 100.0;
    let killed = run(&fleet, &scenario, setting("1", "none"), 3).outcome;
    assert_eq!(killed.evacuation_timeouts, 1);
    assert!(killed.tasks_killed > 0);
    // The rep tells nobody: the BBS finds that the cell is gone, and the Cloud Controller hears of it from a later pass.
    let gone = killed.staging.failed_by_reason["cell disappeared before completion"];
    assert_eq!((gone, killed.staging.failed), (killed.tasks_killed.into(), killed.tasks_killed.into()));
}

#[test]
fn b6_a_container_that_cannot_be_created_is_rejected_by_its_cell_and_tried_again() {
    let fleet = one_full_cell(5, 4);
    let mut scenario = with_pushes(plain_scenario(600.0, 2.0), &fleet, 60.0, 20.0);
    scenario.platform_service.enabled = true;
    scenario.platform_service.service_ms = Distribution::Fixed(500.0);
    scenario.platform_service.timeout_s = 0.1;
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let pushes = &run.outcome.staging;
    assert!(pushes.pushes > 30 && pushes.failed == pushes.pushes, "{pushes:?}");
    assert_eq!(
        pushes.rejections,
        BTreeMap::from([("failed to create container".to_owned(), 4 * pushes.failed)])
    );
    assert_eq!(pushes.failed_by_error["StagingError"], pushes.failed);
}

#[test]
fn q8_a_task_sent_for_again_while_a_cell_has_it_is_refused_there_and_rejected() {
    // One cell only takes work, and a pass takes 5 s: what it found pending has started by its end.
    let fleet = FleetBuilder::zones(&[2]).singles(1, 10, 0).build();
    let mut scenario = with_pushes(plain_scenario(3_600.0, 2.0), &fleet, 600.0, 200.0);
    scenario.bbs.convergence_pass_ms = 5_000.0;
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let rejections = &run.outcome.staging.rejections;
    assert!(rejections["refused by the cell"] > 0, "{rejections:?}");
    // It runs on nevertheless, until it is done.
    let placed = by_task(&run, |entry| match entry.what {
        What::TaskPlaced(task, _) => Some(task),
        _ => None,
    });
    let twice = rejected(&run, "");
    assert!(twice.keys().all(|task| placed.contains_key(task)));
}

fn task(fleet: &Fleet, cell: Option<u32>, memory_mb: i32) -> FleetTask {
    FleetTask {
        guid: format!("task-{}", fleet.tasks.len()),
        cell: cell.map(CellIx),
        memory_mb,
        disk_mb: 100,
        constraint: fleet.processes[0].constraint,
    }
}

#[test]
fn c8_a_pending_task_of_the_export_is_sent_for_by_the_first_pass() {
    let mut fleet = one_full_cell(2, 3);
    fleet.tasks.push(task(&fleet, None, 100));
    fleet.tasks.push(task(&fleet, None, 20_000));
    let mut scenario = plain_scenario(600.0, 2.0);
    scenario.apps.task_remaining_s = Distribution::Fixed(50.0);
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let pass = run.timeline.iter().find(|entry| entry.what == What::ConvergenceBegins).expect("a pass").at;
    let first_at = |what: fn(&What) -> bool| {
        run.timeline.iter().find(|entry| what(&entry.what)).map(|entry| entry.at.since(pass).as_secs_f64())
    };
    let placed = first_at(|what| matches!(what, What::TaskPlaced(TaskIx(0), _))).expect("it fits");
    assert!((placed - 1.0).abs() < 0.01, "one auction after the pass: {placed}");
    let done = first_at(|what| matches!(what, What::TaskSucceeded(TaskIx(0)))).expect("it ends");
    assert!((done - 51.0).abs() < 0.1, "{done}");
    // The other one fits nowhere: four passes, then it has failed.
    let failed = first_at(|what| matches!(what, What::TaskFailed(TaskIx(1), _))).expect("it fails");
    assert!((failed - 91.0).abs() < 0.1, "three passes after the first: {failed}");
    assert_eq!(run.outcome.staging.rejections["insufficient resources: memory"], 4);
    assert_eq!(run.outcome.staging.pushes, 0, "the export's tasks are no pushes");
}
