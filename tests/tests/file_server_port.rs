//! The file server's port changes between two versions: pushes fail from the update of the first Cloud Controller until the
//! last Diego Brain is updated (F.3, I-4, I-5).

use std::collections::BTreeMap;

use rivera_lifecycle::LrpKey;
use rivera_model::{Fleet, TaskIx, UpdateStrategy};
use rivera_sim::{Distribution, Finished, Scenario, What};
use rivera_tests::fleets::{FleetBuilder, group, run, setting, whole_scenario};

const NO_DEPENDENCIES: &str = "failed to download cached artifacts";
/// How long the update of a machine takes.
const MACHINE_S: f64 = 3_600.0;
/// Within this time a push has an end, in one state of the platform if none begins meanwhile.
const SETTLED_S: f64 = 150.0;

/// Cloud Controllers, then Diego Brains, then a few cells, in the order of Ops Manager (D.7).
fn fleet(controllers: u32, brains: u32) -> Fleet {
    let builder = FleetBuilder::zones(&[3]).app(10, UpdateStrategy::Rolling, &[0]);
    let mut fleet = builder.build();
    fleet.facts.groups = [("cloud_controller", controllers), ("diego_brain", brains), ("diego_cell", 3)]
        .map(|(name, instances)| group(name, instances, 1, true))
        .into();
    fleet
}

/// The machines are updated one after the other, an hour each; a push every ten seconds.
fn scenario() -> Scenario {
    let mut scenario = whole_scenario(MACHINE_S);
    let staging = &mut scenario.staging;
    staging.enabled = true;
    staging.file_server_port_change = true;
    staging.pushes_per_hour_per_1000_apps = 360_000.0;
    staging.package_mb = Distribution::Fixed(0.001);
    staging.stage_s = Distribution::Fixed(20.0);
    (staging.memory_mb, staging.disk_mb) = (10, 10);
    scenario
}

/// Pushes and successes by the number of updated Cloud Controllers and Diego Brains, of pushes that met no other state.
fn by_state(run: &Finished) -> BTreeMap<(u32, u32), [u32; 2]> {
    let (mut controllers, mut brains) = (0, 0);
    let mut changes: Vec<f64> = Vec::new();
    let mut pushed: BTreeMap<TaskIx, (f64, (u32, u32))> = BTreeMap::new();
    let mut succeeded: Vec<TaskIx> = Vec::new();
    for entry in &run.timeline {
        let at = entry.at.as_secs_f64();
        match entry.what {
            What::MachineUpdated(machine) if machine.group == 0 => controllers += 1,
            What::MachineUpdated(machine) if machine.group == 1 => brains += 1,
            What::Pushed(task) => {
                pushed.insert(task, (at, (controllers, brains)));
            }
            What::TaskSucceeded(task) => succeeded.push(task),
            _ => {}
        }
        if matches!(entry.what, What::MachineUpdated(_) | What::MachineStopped(_)) {
            changes.push(at);
        }
    }
    let mut counts: BTreeMap<(u32, u32), [u32; 2]> = BTreeMap::new();
    for (task, (at, state)) in pushed {
        if changes.iter().all(|&change| change <= at || change > at + SETTLED_S) {
            let [pushes, successes] = counts.entry(state).or_default();
            *pushes += 1;
            *successes += u32::from(succeeded.contains(&task));
        }
    }
    counts
}

/// Of so many pushes as many succeed as the probability says, within four standard deviations.
fn assert_share(counts: [u32; 2], probability: f64) {
    let [pushes, successes] = counts.map(f64::from);
    assert!(pushes > 200.0, "{counts:?}");
    let deviation = (probability * (1.0 - probability) / pushes).sqrt();
    let share = successes / pushes;
    assert!((share - probability).abs() <= 4.0 * deviation, "{share} of {pushes}, not {probability}");
}

/// The sum over some seeds.
fn over_seeds(fleet: &Fleet, scenario: &Scenario) -> BTreeMap<(u32, u32), [u32; 2]> {
    let mut sum: BTreeMap<(u32, u32), [u32; 2]> = BTreeMap::new();
    for seed in 1..=3 {
        for (state, [pushes, successes]) in by_state(&run(fleet, scenario, setting("1", "none"), seed)) {
            let entry = sum.entry(state).or_default();
            *entry = [entry[0] + pushes, entry[1] + successes];
        }
    }
    sum
}

#[test]
fn i4_in_a_mixed_state_a_push_succeeds_as_four_tries_at_the_share_of_updated_brains_do() {
    // With one of five brains away, k updated ones are k of the four that answer.
    let counts = over_seeds(&fleet(1, 5), &scenario());
    for updated in 0..=4_u32 {
        let share = f64::from(updated) / 4.0;
        assert_share(counts[&(1, updated)], 1.0 - (1.0 - share).powi(4));
    }
    let mut scenario = scenario();
    scenario.staging.resolve_each_try = true;
    let counts = over_seeds(&fleet(1, 5), &scenario);
    assert_share(counts[&(1, 1)], 1.0 - 0.75_f64.powi(16));
}

#[test]
fn i4_a_push_that_an_old_cloud_controller_takes_succeeds_though_no_brain_is_updated() {
    // Two of three controllers are updated while the third is away: all that answer. While the second is away it is half.
    let counts = over_seeds(&fleet(3, 2), &scenario());
    assert_share(counts[&(0, 0)], 1.0);
    assert_share(counts[&(1, 0)], 0.5);
    assert_share(counts[&(2, 0)], 0.0);
    assert_share(counts[&(3, 0)], 0.0);
}

#[test]
fn i5_stagings_are_rejected_with_the_text_of_the_article_in_the_window_and_only_there() {
    let fleet = fleet(2, 2);
    let run = run(&fleet, &scenario(), setting("1", "none"), 1);
    let pushes = &run.outcome.staging;
    // An app developer sees no more than that staging failed.
    assert!(pushes.failed > 300, "{pushes:?}");
    assert_eq!(pushes.failed_by_reason, BTreeMap::from([(NO_DEPENDENCIES.to_owned(), pushes.failed)]));
    assert_eq!(pushes.failed_by_error, BTreeMap::from([("StagingError".to_owned(), pushes.failed)]));
    let updated = |group| {
        let times = run.timeline.iter().filter_map(move |entry| match entry.what {
            What::MachineUpdated(machine) if machine.group == group => Some(entry.at.as_secs_f64()),
            _ => None,
        });
        times.collect::<Vec<f64>>()
    };
    let (opens, closes) = (updated(0)[0], updated(1)[1]);
    let rejected: Vec<f64> = (run.timeline.iter())
        .filter(
            |it| matches!(it.what, What::TaskRejected(_, why) if run.reasons.text(why) == NO_DEPENDENCIES),
        )
        .map(|entry| entry.at.as_secs_f64())
        .collect();
    // The tries of a download take eight seconds.
    assert!(rejected.iter().all(|&at| at > opens && at < closes + 9.0), "{opens} {closes}");
    assert!(pushes.in_window > pushes.failed && pushes.failed_in_window <= pushes.failed);

    let mut unchanged = scenario();
    unchanged.staging.file_server_port_change = false;
    let pushes = rivera_tests::fleets::run(&fleet, &unchanged, setting("1", "none"), 1).outcome.staging;
    assert!(pushes.failed == 0 && pushes.in_window == 0 && pushes.rejections.is_empty(), "{pushes:?}");
}

/// The first starts of versions that were desired while one of two brains was updated, and how many of those crashed.
fn first_starts(run: &Finished) -> [u32; 2] {
    let mut brains = 0;
    let mut first: BTreeMap<LrpKey, Option<bool>> = BTreeMap::new();
    for entry in &run.timeline {
        match entry.what {
            What::MachineUpdated(machine) if machine.group == 1 => brains += 1,
            What::Placed(lrp, _) if lrp.process.0 > 0 && brains == 1 => {
                first.entry(lrp).or_insert(None);
            }
            What::Running(lrp, _) | What::Crashed(lrp, _) => {
                let crashed = matches!(entry.what, What::Crashed(..));
                first.entry(lrp).and_modify(|end| *end = end.or(Some(crashed)));
            }
            _ => {}
        }
    }
    let ended = first.values().flatten();
    ended.fold([0, 0], |[starts, crashes], &crashed| [starts + 1, crashes + u32::from(crashed)])
}

#[test]
fn f3_what_is_started_after_a_push_in_the_window_meets_an_old_brain_as_often_as_its_staging() {
    // The second of three brains is away, and the third old: half of those that answer listen, to which a version's first start goes as
    // often. A push a minute, so that few are overtaken.
    let mut scenario = scenario();
    scenario.staging.pushes_per_hour_per_1000_apps = 60_000.0;
    let (mut sum, mut crashes) = ([0, 0], 0);
    for seed in 1..=20 {
        let run = run(&fleet(1, 3), &scenario, setting("1", "none"), seed);
        let [starts, crashed] = first_starts(&run);
        sum = [sum[0] + starts, sum[1] + crashed];
        let restarts = run.outcome.staging.restarts.as_ref().expect("apps are restarted");
        crashes += restarts.crashes;
        assert_eq!((run.outcome.crashes, run.outcome.not_running_at_end), (0, 0), "{:?}", run.outcome);
    }
    assert_share(sum, 0.5);
    assert!(crashes >= u64::from(sum[1]), "those of a push, again and again until a brain listens");

    scenario.staging.file_server_port_change = false;
    let run = run(&fleet(1, 3), &scenario, setting("1", "none"), 1);
    assert_eq!(run.outcome.staging.restarts.expect("apps are restarted").crashes, 0);
}
