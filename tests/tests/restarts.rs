//! What follows a push: the app is stopped, and started with a droplet that no cell has (B.11, C.7, E.2, F.5).

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rivera_lifecycle::LrpKey;
use rivera_model::{CellIx, Fleet, ProcessIx, TaskIx, UpdateStrategy};
use rivera_sim::{
    Distribution, FaultEvent, FaultKind, Finished, Outcome, Record, Restart, Restarts, Scenario, What,
    process_guid, simulate,
};
use rivera_tests::fleets::{
    FleetBuilder, mixed, plain_scenario, pushed, quiet, run, setting, whole_scenario,
};

const ROLLING: UpdateStrategy = UpdateStrategy::Rolling;

/// Four cells, of which the first is empty; ten apps with one instance on each of the others.
fn thirty_instances() -> Fleet {
    (0..10).fold(FleetBuilder::zones(&[4]), |fleet, _| fleet.app(100, ROLLING, &[1, 2, 3])).build()
}

fn restarts(outcome: &Outcome) -> &Restarts {
    outcome.staging.restarts.as_ref().expect("apps are pushed")
}

/// The versions that were restarted, and when, in that order.
fn restarted(run: &Finished, fleet: &Fleet) -> Vec<(ProcessIx, f64)> {
    let version = |task: TaskIx| ProcessIx::from_index(fleet.processes.len() + task.index());
    let entries = run.timeline.iter().filter_map(|entry| match entry.what {
        What::Restarted(task) => Some((version(task), entry.at.as_secs_f64())),
        _ => None,
    });
    entries.collect()
}

/// Where each instance runs in the end.
fn running_at_end(run: &Finished, fleet: &Fleet) -> BTreeSet<(LrpKey, CellIx)> {
    let at_start =
        fleet.instances.iter().map(|it| (LrpKey::new(it.process, it.index), it.cell.expect("it runs")));
    let mut running: BTreeSet<(LrpKey, CellIx)> = at_start.collect();
    for entry in &run.timeline {
        match entry.what {
            What::Running(lrp, cell) => drop(running.insert((lrp, cell))),
            What::Stopping(lrp, cell) | What::Crashed(lrp, cell) | What::Lost(lrp, cell) => {
                running.remove(&(lrp, cell));
            }
            _ => {}
        }
    }
    running
}

/// Every app runs with all of its instances, each once, in the version that was restarted last.
fn assert_conserved(run: &Finished, fleet: &Fleet) {
    let mut desired: BTreeMap<ProcessIx, ProcessIx> =
        (0..fleet.processes.len()).map(ProcessIx::from_index).map(|app| (app, app)).collect();
    for (version, _) in restarted(run, fleet) {
        desired.insert(run.apps[version.index()], version);
    }
    let expected = desired.iter().flat_map(|(app, &version)| {
        (0..fleet.processes[app.index()].instances).map(move |index| LrpKey::new(version, index))
    });
    let running: Vec<LrpKey> = running_at_end(run, fleet).into_iter().map(|(lrp, _)| lrp).collect();
    let mut expected: Vec<LrpKey> = expected.collect();
    expected.sort_unstable();
    assert_eq!(running, expected);
}

#[test]
fn an_app_has_as_many_instances_after_a_push_as_before() {
    let fleet = thirty_instances();
    for seed in 1..=5 {
        // While cells evacuate, too.
        let scenario = pushed(plain_scenario(600.0, 20.0), &fleet, 120.0);
        let run = run(&fleet, &scenario, setting("1", "20"), seed);
        let of = restarts(&run.outcome);
        assert!(of.restarted > 50 && of.overtaken > 0, "{of:?}");
        assert_eq!(of.restarted, run.outcome.staging.staged);
        assert_eq!((of.not_running_at_end, run.outcome.not_running_at_end), (0, 0));
        assert_conserved(&run, &fleet);
    }
}

#[test]
fn the_downtime_of_a_pushed_app_is_an_auction_and_a_start() {
    let fleet = thirty_instances();
    let run = run(&fleet, &pushed(quiet(6.0), &fleet, 60.0), setting("1", "none"), 1);
    let of = restarts(&run.outcome);
    assert!(of.restarted > 80, "{of:?}");
    // A second for the states, a call to claim, 6 s to start, a call to say so; both files are there in no time.
    assert!(of.down.p50_s >= 7.002 && of.down.p50_s < 7.01, "{:?}", of.down);
    assert!((of.all_running.p50_s - of.down.p50_s).abs() < 0.01, "all of its instances start at once");
    #[expect(clippy::cast_precision_loss, reason = "few")]
    let sum_s = of.down.p50_s * of.down.count as f64;
    assert!(of.downtime_s >= sum_s * 0.99, "{of:?}");
}

#[test]
fn a_push_moves_one_droplet_to_each_cell_on_which_instances_start() {
    // Nine instances on three cells: most cells get several of them.
    let nine = [1, 1, 1, 2, 2, 2, 3, 3, 3];
    let fleet = (0..5).fold(FleetBuilder::zones(&[4]), |fleet, _| fleet.app(100, ROLLING, &nine)).build();
    let mut scenario = pushed(quiet(6.0), &fleet, 30.0);
    scenario.apps.droplet_mb = Distribution::Fixed(100.0);
    // Of a push that another overtakes a droplet may not be fetched at all.
    let runs = (1..=20).map(|seed| run(&fleet, &scenario, setting("1", "none"), seed));
    let run = { runs }.find(|run| restarts(&run.outcome).overtaken == 0).expect("one without such a push");
    let own = u32::try_from(fleet.processes.len()).expect("few");
    let mut cells: BTreeMap<ProcessIx, BTreeSet<CellIx>> = BTreeMap::new();
    for entry in &run.timeline {
        if let What::Placed(lrp, cell) = entry.what {
            assert!(lrp.process.0 >= own, "nothing else starts");
            cells.entry(lrp.process).or_default().insert(cell);
        }
    }
    let droplets = cells.values().map(BTreeSet::len).sum::<usize>();
    assert!(droplets > 100, "{droplets}");
    // The rest are packages of a thousandth.
    let moved = run.outcome.storage.moved_mb / 100.0;
    let droplets = f64::from(u32::try_from(droplets).expect("few"));
    assert!((moved - droplets).abs() < 0.01, "{moved} of {droplets}");
}

#[test]
fn what_developers_asked_for_is_no_harm_of_the_roll_out() {
    let fleet = thirty_instances();
    let run = run(&fleet, &pushed(quiet(6.0), &fleet, 60.0), setting("1", "none"), 1);
    let (outcome, of) = (&run.outcome, restarts(&run.outcome));
    assert!(of.downtime_s > 500.0 && of.errors.requests_404 > 1_000.0, "{of:?}");
    assert_eq!((outcome.instance_downtime_s, outcome.apps_down, outcome.crashes), (0.0, 0, 0));
    assert_eq!((outcome.routes.errors.total(), outcome.wait.count, outcome.moves), (0.0, 0, 0));
    // The requests that fail are those of the time down, and of the way to the routers.
    let per_s = 3.0 * Scenario::default().routes.requests_per_s_per_instance;
    let down_s = of.errors.total() / per_s;
    assert!(down_s > of.downtime_s && down_s < of.downtime_s * 1.05, "{down_s} {}", of.downtime_s);
}

#[test]
fn a_start_that_fails_before_the_app_has_run_is_the_pushs_own() {
    let fleet = thirty_instances();
    let mut scenario = pushed(quiet(6.0), &fleet, 1.0);
    // The droplet takes 25 s, the start may take 12: it never runs.
    scenario.apps.droplet_mb = Distribution::Fixed(1_000.0);
    scenario.apps.start_timeout_s = 12.0;
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let (outcome, of) = (&run.outcome, restarts(&run.outcome));
    assert!(of.restarted > 0 && of.crashes > 5, "{of:?}");
    // From the second try on the file is in the cache.
    assert_eq!((of.not_running_at_end, outcome.crashes, outcome.apps_down), (0, 0, 0));
    assert!(of.down.p50_s > 14.0 && of.down.max_s < 60.0, "{of:?}");
}

#[test]
fn c5_a_pushed_app_is_stopped_wherever_it_runs_while_it_evacuates() {
    // Replacements start for 300 s: many an app is pushed while it runs on an evacuating cell.
    let fleet = FleetBuilder::zones(&[5]).singles(12, 10, 0).build();
    let mut scenario = pushed(plain_scenario(60.0, 300.0), &fleet, 200.0);
    scenario.rep.evacuation_timeout_s = 2_000.0;
    let mut met = 0;
    for seed in 1..=10 {
        let run = run(&fleet, &scenario, setting("1", "none"), seed);
        assert_conserved(&run, &fleet);
        assert_eq!(run.outcome.evacuees_lost, 0);
        for (version, at) in restarted(&run, &fleet) {
            let app = run.apps[version.index()];
            let since = |from: f64| run.timeline.iter().filter(move |entry| entry.at.as_secs_f64() > from);
            let runs_again =
                since(at).any(|it| matches!(it.what, What::Running(lrp, _) if lrp.process == app));
            assert!(!runs_again, "no replacement of the old version goes on to start");
            // It waits for its replacement on an evacuating cell, and has not been pushed before.
            let mut waits = None;
            for entry in run.timeline.iter().filter(|entry| entry.at.as_secs_f64() <= at) {
                match entry.what {
                    What::Evacuating(lrp, cell) if lrp.process == app => waits = Some(cell),
                    What::Stopping(lrp, cell) if lrp.process == app && waits == Some(cell) => waits = None,
                    _ => {}
                }
            }
            let Some(cell) = waits else { continue };
            let mut stops = since(at).filter(|it| it.what == What::Stopping(LrpKey::new(app, 0), cell));
            let stop = stops.next().expect("it is stopped").at.as_secs_f64();
            assert!(stop - at <= 10.02, "at the next sync of its cell: {at} {stop}");
            met += 1;
        }
    }
    assert!(met > 20, "{met}");
}

#[test]
fn a_limit_of_one_start_lets_a_pushed_app_start_one_by_one() {
    let fleet = thirty_instances();
    let of = |max_starts| {
        let run = run(&fleet, &pushed(quiet(6.0), &fleet, 6.0), setting("1", max_starts), 1);
        restarts(&run.outcome).clone()
    };
    let (free, limited) = (of("none"), of("1"));
    assert_eq!(free.restarted, limited.restarted);
    // The first of the three starts at once; each of the others waits for a convergence pass that finds it more than 30 s old.
    assert!((limited.down.p50_s - free.down.p50_s).abs() < 0.1, "{limited:?}");
    let waits_s = limited.all_running.p50_s - free.all_running.p50_s;
    assert!((60.0..=120.0).contains(&waits_s), "{limited:?}");
}

#[test]
fn f5_what_the_bbs_does_not_take_is_brought_in_line_within_half_a_minute() {
    let fleet = thirty_instances();
    let mut scenario = pushed(quiet(6.0), &fleet, 600.0);
    // The Cloud Controller hears of a staging ten seconds after the BBS.
    scenario.rep.bbs_call_ms = 10_000.0;
    let away = FaultEvent {
        at_s: Some(300.0),
        for_s: Some(Distribution::Fixed(600.0)),
        ..FaultEvent::new(FaultKind::BbsAway)
    };
    scenario.faults.events = vec![away];
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let mut staged: BTreeMap<TaskIx, f64> = BTreeMap::new();
    let mut late = 0;
    for entry in &run.timeline {
        let at = entry.at.as_secs_f64();
        match entry.what {
            What::TaskSucceeded(task) => drop(staged.insert(task, at)),
            What::Restarted(task) => {
                let waited = at - staged[&task];
                assert!(waited == 0.0 || (staged[&task] > 300.0 && at < 300.0 + 600.0 + 30.0), "{waited}");
                late += u32::from(waited > 0.0);
            }
            _ => {}
        }
    }
    assert!(late > 0, "some were staged when the BBS went away");
    assert_conserved(&run, &fleet);
}

#[test]
fn without_pushes_or_without_restarts_there_are_none() {
    let fleet = thirty_instances();
    let outcome = |enabled, restart| {
        let mut scenario = pushed(plain_scenario(60.0, 6.0), &fleet, 60.0);
        (scenario.staging.enabled, scenario.staging.restart) = (enabled, restart);
        run(&fleet, &scenario, setting("1", "20"), 1).outcome
    };
    assert_eq!(outcome(false, Restart::AllAtOnce), outcome(false, Restart::None));
    let staged_only = outcome(true, Restart::None);
    assert!(staged_only.staging.staged > 0 && staged_only.staging.restarts.is_none());
    assert!(!staged_only.start_requests.contains_key("push"));
    assert!(outcome(true, Restart::AllAtOnce).start_requests["push"] > 0);
}

#[test]
fn the_same_apps_are_pushed_in_every_setting() {
    let fleet = thirty_instances();
    let scenario = pushed(plain_scenario(60.0, 30.0), &fleet, 1_000.0);
    let apps = |max_starts| run(&fleet, &scenario, setting("1", max_starts), 3).apps;
    let (first, other) = (apps("none"), apps("5"));
    assert!(first.len() > fleet.processes.len() + 20);
    assert!(first.iter().zip(&other).all(|(one, other)| one == other));
    let last = ProcessIx::from_index(fleet.processes.len() + 6);
    let app = &fleet.processes[first[last.index()].index()].guid;
    assert_eq!(process_guid(&fleet, &first, last), format!("{app}-push-7"));
    assert_eq!(process_guid(&fleet, &first, ProcessIx(2)), fleet.processes[2].guid);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(200), ..ProptestConfig::default() })]

    /// In the roll-out of the cells or of everything, with surplus cells or without, whatever is pushed while cells evacuate.
    #[test]
    fn whatever_is_pushed_every_instance_runs_in_the_end(
        seed in 0_u64..1_000,
        whole in any::<bool>(),
        surplus in 0_u32..3,
        start_s in 1.0..100.0_f64,
        per_hour in 10.0..2_000.0_f64,
        max_in_flight in 1_u32..=3,
        max_starts in prop::sample::select(vec!["none", "3", "20"]),
    ) {
        let fleet = mixed(["diego_database", "cloud_controller", "diego_brain", "nats"]);
        let base = if whole { whole_scenario(60.0) } else { plain_scenario(60.0, start_s) };
        let mut scenario = pushed(base, &fleet, per_hour);
        scenario.apps.start_s = Distribution::Fixed(start_s);
        scenario.surplus.cells = surplus;
        scenario.rep.evacuation_timeout_s = 120.0;
        scenario.run.settle_s = 6.0 * 3_600.0;
        let record = Record { timeline: true, course: false };
        let setting = setting(&max_in_flight.to_string(), max_starts);
        let run = simulate(&fleet, &scenario, setting, seed, record).unwrap();
        prop_assert_eq!(run.outcome.not_running_at_end, 0);
        if let Some(of) = &run.outcome.staging.restarts {
            prop_assert_eq!(of.not_running_at_end, 0);
            prop_assert_eq!(of.restarted + of.unavailable, run.outcome.staging.staged);
            prop_assert_eq!(of.all_running.count + of.overtaken, of.restarted);
            prop_assert_eq!(of.down.count, of.restarted);
        }
        prop_assert_eq!(run.outcome.crashes, 0);
        assert_conserved(&run, &fleet);
    }
}
