//! `cf push --strategy rolling`: new instances are started one at a time beside the old ones.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rivera_lifecycle::LrpKey;
use rivera_model::{CellIx, Fleet, ProcessIx, TaskIx, UpdateStrategy};
use rivera_sim::{
    ComponentId, Distribution, FaultEvent, FaultKind, Finished, Outcome, Record, Restart, RollingPushes,
    Scenario, What, simulate,
};
use rivera_tests::fleets::{
    FleetBuilder, group, mixed, plain_scenario, pushed, quiet, run, setting, whole_scenario,
};

const ROLLING: UpdateStrategy = UpdateStrategy::Rolling;

/// So many pushes an hour with a rolling strategy.
fn rolled(scenario: Scenario, fleet: &Fleet, per_hour: f64) -> Scenario {
    let mut scenario = pushed(scenario, fleet, per_hour);
    scenario.staging.restart = Restart::Rolling;
    scenario
}

/// Four cells, of which the first is empty; so many apps with one instance on each of the others.
fn apps_of_three(apps: usize, memory_mb: i32) -> Fleet {
    let zone = FleetBuilder::zones(&[4]);
    (0..apps).fold(zone, |fleet, _| fleet.app(memory_mb, ROLLING, &[1, 2, 3])).build()
}

fn rolling(outcome: &Outcome) -> &RollingPushes {
    outcome.staging.rolling.as_ref().expect("apps are pushed")
}

/// What pushes did to apps: the version and when.
#[derive(Debug, Default)]
struct Course {
    begun: Vec<(ProcessIx, f64)>,
    done: Vec<(ProcessIx, f64)>,
}

fn course(run: &Finished, fleet: &Fleet) -> Course {
    let version = |task: TaskIx| ProcessIx::from_index(fleet.processes.len() + task.index());
    let mut course = Course::default();
    for entry in &run.timeline {
        let at = entry.at.as_secs_f64();
        match entry.what {
            What::RollingBegins(task) => course.begun.push((version(task), at)),
            What::Rolled(task) => course.done.push((version(task), at)),
            _ => {}
        }
    }
    course
}

/// Calls `look` after each change of where instances run, with those that do.
fn replay(run: &Finished, fleet: &Fleet, mut look: impl FnMut(ProcessIx, &BTreeSet<(LrpKey, CellIx)>, f64)) {
    let mut running: BTreeMap<ProcessIx, BTreeSet<(LrpKey, CellIx)>> = BTreeMap::new();
    for it in &fleet.instances {
        let lrp = LrpKey::new(it.process, it.index);
        running.entry(it.process).or_default().insert((lrp, it.cell.expect("it runs")));
    }
    for entry in &run.timeline {
        let (lrp, cell, runs) = match entry.what {
            What::Running(lrp, cell) => (lrp, cell, true),
            What::Stopping(lrp, cell) | What::Crashed(lrp, cell) | What::Lost(lrp, cell) => {
                (lrp, cell, false)
            }
            _ => continue,
        };
        let app = run.apps[lrp.process.index()];
        let of_app = running.get_mut(&app).expect("it ran at first");
        if runs {
            of_app.insert((lrp, cell));
        } else {
            of_app.remove(&(lrp, cell));
        }
        look(app, of_app, entry.at.as_secs_f64());
    }
}

/// Every app runs with all of its instances, each once, in the version that was begun last.
fn assert_conserved(run: &Finished, fleet: &Fleet) {
    let mut newest: BTreeMap<ProcessIx, ProcessIx> =
        (0..fleet.processes.len()).map(ProcessIx::from_index).map(|app| (app, app)).collect();
    for (version, _) in course(run, fleet).begun {
        newest.insert(run.apps[version.index()], version);
    }
    let mut at_end: BTreeMap<ProcessIx, Vec<LrpKey>> = BTreeMap::new();
    replay(run, fleet, |app, running, _| {
        at_end.insert(app, running.iter().map(|(lrp, _)| *lrp).collect());
    });
    for (app, running) in at_end {
        let instances = fleet.processes[app.index()].instances;
        let expected: Vec<LrpKey> = (0..instances).map(|index| LrpKey::new(newest[&app], index)).collect();
        assert_eq!(running, expected);
    }
}

#[test]
fn an_app_that_is_rolled_out_never_has_fewer_instances_than_it_is_to_have_and_one_more_at_most() {
    let fleet = apps_of_three(60, 100);
    let mut runs = 0;
    for seed in 1..=6 {
        let run = run(&fleet, &rolled(quiet(6.0), &fleet, 30.0), setting("1", "none"), seed);
        let (outcome, of) = (&run.outcome, rolling(&run.outcome));
        assert!(of.rolled > 30, "{of:?}");
        if of.superseded > 0 {
            // An app has been pushed again within half a minute; see below.
            continue;
        }
        runs += 1;
        let mut most = 0;
        replay(&run, &fleet, |_, running, at| {
            assert!(running.len() >= 3, "{running:?} at {at}");
            most = most.max(running.len());
        });
        assert_eq!(most, 4);
        assert_conserved(&run, &fleet);
        assert_eq!(of.rolled, outcome.staging.staged);
        assert_eq!((of.not_finished_at_end, of.crashes, of.unavailable), (0, 0, 0));
        assert_eq!(outcome.start_requests["push"], 3 * of.rolled);
        // Nobody notices: no downtime of instances or apps, no failed request, no wait, no move.
        assert!(outcome.staging.restarts.is_none());
        assert_eq!((outcome.instance_downtime_s, outcome.apps_down, outcome.crashes), (0.0, 0, 0));
        assert_eq!((outcome.routes.errors.total(), outcome.wait.count, outcome.moves), (0.0, 0, 0));
    }
    assert!(runs >= 3, "{runs}");
}

#[test]
fn each_instance_takes_a_start_and_the_wait_until_the_updater_looks() {
    let fleet = apps_of_three(60, 100);
    let took = |interval_s: f64| {
        let mut scenario = rolled(quiet(6.0), &fleet, 30.0);
        scenario.staging.deployment_updater_interval_s = interval_s;
        let run = run(&fleet, &scenario, setting("1", "none"), 1);
        let Course { begun, done } = course(&run, &fleet);
        let begun: BTreeMap<ProcessIx, f64> = begun.into_iter().collect();
        let took = done.iter().map(|(version, at)| at - begun[version]);
        let least_s = took.fold(f64::INFINITY, f64::min);
        let of = rolling(&run.outcome);
        assert!(done.len() > 30 && of.superseded == 0, "{of:?}");
        assert_eq!(of.took.count, done.len() as u64);
        (least_s, of.took.max_s)
    };
    // A second for the states, two calls of a millisecond, 6 s to start: one that is asked for at a look is seen at the second
    // look after it. The push meets the updater at any moment, and an auction that fetches states for another.
    let (least_s, most_s) = took(5.0);
    assert!(least_s >= 6.0 + 10.0 + 10.0 && most_s <= 7.01 + 5.0 + 10.0 + 10.0, "{least_s} {most_s}");
    // An updater that looks every second is hardly waited for.
    let (least_s, most_s) = took(1.0);
    assert!(least_s >= 6.0 + 8.0 + 8.0 && most_s <= 7.01 + 1.0 + 8.0 + 8.0, "{least_s} {most_s}");
}

/// Three cells, of which the first is empty. On the others 75 instances with their proxies, of 132 MB, leave 100 MB: room for a
/// staging, which has no proxy, and not for one more instance.
fn full() -> Fleet {
    let mut fleet =
        (0..75).fold(FleetBuilder::zones(&[3]), |fleet, _| fleet.app(100, ROLLING, &[1, 2])).build();
    fleet.cells.iter_mut().for_each(|cell| cell.proxy_memory_mb = 32);
    fleet
}

#[test]
fn an_app_waits_for_as_long_as_there_is_no_room_for_one_more() {
    let fleet = full();
    let mut scenario = rolled(quiet(6.0), &fleet, 60.0);
    // The first cell is back after the end.
    scenario.run.settle_s = 300.0;
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let (outcome, of) = (&run.outcome, rolling(&run.outcome));
    assert!(of.rolled > 30 && course(&run, &fleet).done.is_empty(), "{of:?}");
    assert_eq!(u64::from(of.not_finished_at_end), of.rolled - of.superseded);
    assert_eq!(of.took.count, u64::from(of.not_finished_at_end));
    assert!(of.took.max_s > 5_000.0, "what is not done has taken until the end: {of:?}");
    let reasons: Vec<&String> = outcome.placement_failures.keys().collect();
    assert_eq!(reasons, ["insufficient resources: memory"]);
    replay(&run, &fleet, |_, running, at| panic!("{running:?} at {at}"));
    assert_eq!((outcome.not_running_at_end, outcome.apps_down, outcome.wait.count), (0, 0, 0));
}

#[test]
fn an_app_that_waited_for_room_is_done_when_there_is_some() {
    let fleet = full();
    // Each cell is away for ten minutes, and there is room for what was on it only; in the end one is empty.
    let mut scenario = rolled(plain_scenario(600.0, 6.0), &fleet, 60.0);
    scenario.run.settle_s = 3_600.0;
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let of = rolling(&run.outcome);
    assert!(of.rolled > 20 && of.took.max_s > 600.0, "{of:?}");
    assert_eq!((of.not_finished_at_end, run.outcome.not_running_at_end), (0, 0));
    assert_conserved(&run, &fleet);
}

#[test]
fn an_app_whose_new_instances_do_not_start_goes_on_with_the_old_ones() {
    let fleet = apps_of_three(10, 100);
    let mut scenario = rolled(quiet(6.0), &fleet, 10.0);
    (scenario.apps.start_jitter, scenario.apps.start_timeout_s) = (Distribution::Fixed(10.0), 30.0);
    scenario.run.settle_s = 60.0;
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let (outcome, of) = (&run.outcome, rolling(&run.outcome));
    assert!(of.crashes > 10 && of.took.count > 3, "{of:?}");
    assert_eq!(u64::from(of.not_finished_at_end), of.rolled - of.superseded);
    assert_eq!((outcome.crashes, outcome.instance_downtime_s, outcome.not_running_at_end), (0, 0.0, 0));
    replay(&run, &fleet, |_, running, _| assert_eq!(running.len(), 3));
}

#[test]
fn an_app_that_is_pushed_while_it_is_rolled_out_goes_to_the_newest_version() {
    let fleet = apps_of_three(4, 100);
    let scenario = rolled(quiet(20.0), &fleet, 120.0);
    for seed in 1..=5 {
        let run = run(&fleet, &scenario, setting("1", "none"), seed);
        let of = rolling(&run.outcome);
        assert!(of.superseded > 50 && of.took.count > 10, "{of:?}");
        assert_eq!(of.took.count + of.superseded, of.rolled);
        assert_eq!(of.not_finished_at_end, 0);
        assert_conserved(&run, &fleet);
        assert_eq!((run.outcome.instance_downtime_s, run.outcome.apps_down), (0.0, 0));
        // One more for each push that was overtaken since the app was whole.
        let mut pushes: BTreeMap<ProcessIx, Vec<f64>> = BTreeMap::new();
        let Course { begun, done } = course(&run, &fleet);
        // Not that of the pushes: a staging may overtake another.
        let order: BTreeMap<ProcessIx, usize> = begun.iter().map(|(version, _)| *version).zip(0..).collect();
        for (version, at) in begun {
            pushes.entry(run.apps[version.index()]).or_default().push(at);
        }
        let mut before: BTreeMap<ProcessIx, BTreeSet<(LrpKey, CellIx)>> = BTreeMap::new();
        replay(&run, &fleet, |app, running, at| {
            let were = before.insert(app, running.clone()).unwrap_or_default();
            let is_done = done.iter().any(|(version, done)| run.apps[version.index()] == app && *done == at);
            if let Some((stopped, _)) = were.difference(running).next()
                && !is_done
            {
                // The oldest version, and of that the highest index.
                let age = |version: ProcessIx| order.get(&version).copied();
                let is_left = |(it, _): &(LrpKey, CellIx)| {
                    let older = age(it.process) < age(stopped.process);
                    !older && (it.process != stopped.process || it.index < stopped.index)
                };
                assert!(running.iter().all(is_left), "{stopped:?} of {were:?}");
            }
            let whole = done.iter().filter(|(version, done)| run.apps[version.index()] == app && *done < at);
            let whole = whole.map(|(_, at)| *at).fold(0.0, f64::max);
            let since = pushes.get(&app).into_iter().flatten().filter(|push| (whole..=at).contains(push));
            assert!((3..=3 + since.count()).contains(&running.len()), "{running:?} at {at}");
        });
    }
}

#[test]
fn c5_an_instance_that_is_scaled_away_while_it_evacuates_is_stopped_at_its_cells_next_sync() {
    // Starts take 300 s: many an instance waits on an evacuating cell for its replacement when its app goes on.
    let fleet = FleetBuilder::zones(&[5]);
    let fleet = (0..10).fold(fleet, |fleet, _| fleet.app(100, ROLLING, &[1, 2, 3])).build();
    let mut scenario = rolled(plain_scenario(60.0, 300.0), &fleet, 20.0);
    scenario.rep.evacuation_timeout_s = 2_000.0;
    let mut met = 0;
    for seed in 1..=10 {
        let run = run(&fleet, &scenario, setting("1", "none"), seed);
        assert_conserved(&run, &fleet);
        assert_eq!(run.outcome.evacuees_lost, 0);
        let mut pushed = BTreeSet::new();
        for (version, _) in course(&run, &fleet).begun {
            let app = run.apps[version.index()];
            if !pushed.insert(app) {
                continue;
            }
            // As the new version is given another, the app's own process loses one, of its three.
            let grows =
                |index| move |what: What| what == What::Requested(LrpKey::new(version, index), "push");
            for index in 1..3 {
                let old = LrpKey::new(app, 3 - index);
                let grows = grows(index);
                let Some(at) = run.timeline.iter().position(|entry| grows(entry.what)) else { continue };
                let scaled = run.timeline[at].at;
                let (before, after) =
                    run.timeline.split_at(run.timeline.partition_point(|entry| entry.at < scaled));
                let scaled_s = scaled.as_secs_f64();
                let runs_again =
                    after.iter().any(|it| matches!(it.what, What::Running(lrp, _) if lrp == old));
                assert!(!runs_again, "no replacement of it goes on to start");
                let last = before.iter().rev().find_map(|entry| match entry.what {
                    What::Evacuating(lrp, cell) if lrp == old => Some(Some(cell)),
                    What::Running(lrp, _) | What::Stopping(lrp, _) if lrp == old => Some(None),
                    _ => None,
                });
                let Some(Some(cell)) = last else { continue };
                let mut stops = after.iter().filter(|it| it.what == What::Stopping(old, cell));
                let stop_s = stops.next().expect("it is stopped").at.as_secs_f64();
                assert!(stop_s - scaled_s <= 10.05, "{scaled_s} {stop_s}");
                met += 1;
            }
        }
    }
    assert!(met > 5, "{met}");
}

#[test]
fn while_the_bbs_is_away_nothing_is_scaled_and_afterwards_it_goes_on() {
    let fleet = apps_of_three(60, 100);
    let mut scenario = rolled(quiet(6.0), &fleet, 400.0);
    let (from_s, until_s) = (600.0, 700.0);
    let away = FaultEvent {
        at_s: Some(from_s),
        for_s: Some(Distribution::Fixed(until_s - from_s)),
        ..FaultEvent::new(FaultKind::BbsAway)
    };
    scenario.faults.events = vec![away];
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let Course { begun, done } = course(&run, &fleet);
    let in_outage = |at: f64| at > from_s && at < until_s;
    assert!(begun.iter().chain(&done).all(|(_, at)| !in_outage(*at)));
    let met = begun.iter().filter(|(version, at)| {
        *at < from_s && done.iter().any(|(other, done)| other == version && *done > until_s)
    });
    let met = met.count();
    assert!(met > 0);
    // Each of them is looked at every five seconds in vain.
    let looks = run.outcome.faults.bbs_calls_failed;
    assert!(looks >= met as u64 * 19, "{looks} {met}");
    assert_eq!(rolling(&run.outcome).not_finished_at_end, 0);
    assert_conserved(&run, &fleet);
}

#[test]
fn the_same_seed_gives_the_same_run_and_other_settings_meet_the_same_pushes() {
    let fleet = apps_of_three(10, 100);
    let scenario = rolled(plain_scenario(60.0, 10.0), &fleet, 600.0);
    let of = |max_starts| run(&fleet, &scenario, setting("1", max_starts), 7);
    let (one, again, other) = (of("3"), of("3"), of("none"));
    assert_eq!((&one.outcome, &one.timeline), (&again.outcome, &again.timeline));
    assert!(one.apps.iter().zip(&other.apps).all(|(one, other)| one == other));
    assert!(rolling(&one.outcome).rolled > 5);
}

#[test]
fn an_app_without_instances_is_rolled_out_at_once() {
    let fleet = FleetBuilder::zones(&[2]).app(100, ROLLING, &[]).build();
    let run = run(&fleet, &rolled(quiet(6.0), &fleet, 30.0), setting("1", "none"), 1);
    let of = rolling(&run.outcome);
    assert!(of.rolled > 10 && of.took.count == of.rolled, "{of:?}");
    assert_eq!((of.took.max_s, run.outcome.start_requests.get("push")), (0.0, None));
}

#[test]
fn an_updater_that_is_away_holds_up_what_is_rolled_out() {
    let mut fleet = apps_of_three(60, 100);
    fleet.facts.groups = [("diego_database", 2), ("cloud_controller", 2), ("clock_global", 1)]
        .map(|(name, instances)| group(name, instances, 1, true))
        .to_vec();
    let mut scenario = rolled(whole_scenario(1_200.0), &fleet, 60.0);
    scenario.run.settle_s = 6.0 * 3_600.0;
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let mut away = None;
    let mut done_meanwhile = 0;
    let mut was_away_s = 0.0;
    for entry in &run.timeline {
        let at = entry.at.as_secs_f64();
        match entry.what {
            What::ComponentAway(ComponentId::ClockGlobal) => away = Some(at),
            What::ComponentBack(ComponentId::ClockGlobal) => {
                was_away_s = at - away.take().expect("it was away");
            }
            What::Rolled(_) => done_meanwhile += u32::from(away.is_some()),
            _ => {}
        }
    }
    assert_eq!((was_away_s, done_meanwhile), (1_200.0, 0));
    let of = rolling(&run.outcome);
    assert!(of.took.max_s > 600.0 && of.not_finished_at_end == 0, "{of:?}");
    assert_conserved(&run, &fleet);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(200), ..ProptestConfig::default() })]

    /// In the roll-out of the cells or of everything, with surplus cells or without, whatever is pushed while cells evacuate.
    #[test]
    fn whatever_is_rolled_out_every_instance_is_new_and_runs_in_the_end(
        seed in 0_u64..1_000,
        whole in any::<bool>(),
        surplus in 0_u32..3,
        start_s in 1.0..100.0_f64,
        per_hour in 10.0..2_000.0_f64,
        interval_s in prop::sample::select(vec![1.0, 5.0, 60.0]),
        max_in_flight in 1_u32..=3,
        max_starts in prop::sample::select(vec!["none", "3", "20"]),
    ) {
        let fleet = mixed(["diego_database", "cloud_controller", "clock_global", "nats"]);
        let base = if whole { whole_scenario(60.0) } else { plain_scenario(60.0, start_s) };
        let mut scenario = rolled(base, &fleet, per_hour);
        scenario.apps.start_s = Distribution::Fixed(start_s);
        scenario.staging.deployment_updater_interval_s = interval_s;
        scenario.surplus.cells = surplus;
        scenario.rep.evacuation_timeout_s = 120.0;
        scenario.run.settle_s = 6.0 * 3_600.0;
        let record = Record { timeline: true, course: false };
        let setting = setting(&max_in_flight.to_string(), max_starts);
        let run = simulate(&fleet, &scenario, setting, seed, record).unwrap();
        prop_assert_eq!((run.outcome.not_running_at_end, run.outcome.crashes), (0, 0));
        prop_assert!(run.outcome.staging.restarts.is_none());
        if let Some(of) = &run.outcome.staging.rolling {
            prop_assert_eq!(of.not_finished_at_end, 0);
            prop_assert_eq!(of.rolled + of.unavailable, run.outcome.staging.staged);
            prop_assert_eq!(of.took.count + of.superseded, of.rolled);
        }
        assert_conserved(&run, &fleet);
    }
}
