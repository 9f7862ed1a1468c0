//! Whole runs on the fleets that ship: the published roll-out, a fleet without room, determinism.

use std::path::PathBuf;

use rivera_diego::{Strictness, load};
use rivera_experiment::Experiment;
use rivera_model::{
    CellIx, Constraint, ConstraintIx, Fleet, FleetInstance, InstanceState, Presence, UpdateStrategy,
};
use rivera_report::{Extras, html};
use rivera_sim::{End, Outcome, Record, Scenario, simulate};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, run, setting};

fn example(name: &str) -> Fleet {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/fleets").join(name);
    load(&path, Strictness::Strict).expect("a fleet that ships").fleet
}

fn published(seed: u64) -> Outcome {
    let fleet = example("pws-2017.toml");
    let scenario = Scenario::default().with_facts(&fleet.facts).expect("facts of a fleet that ships");
    assert_eq!((scenario.update.max_in_flight.as_str(), scenario.auctioneer.max_starts), ("6", 250));
    run(&fleet, &scenario, setting("6", "250"), seed).outcome
}

#[test]
fn pws_2017_meets_its_limit_of_starts_at_times() {
    let outcome = published(1);
    assert_eq!(outcome.peak_starting, 250);
    let refused = outcome.placement_failures["waiting to start instance: reached in-flight start limit"];
    assert!(refused > 0);
    assert!(
        outcome.limited_auctions_share > 0.0 && outcome.limited_auctions_share < 0.5,
        "at times, not always"
    );
}

#[test]
fn a_fleet_without_room_times_out_and_the_report_says_all_of_it() {
    // Each cell is 60 % full of instances that do not fit anywhere else.
    let mut builder = FleetBuilder::zones(&[3, 3]);
    for cell in 0..6 {
        builder = builder.singles(1, 6_000, cell);
    }
    let fleet = builder.build();
    let experiment = Experiment {
        fleet: &fleet,
        scenario: plain_scenario(300.0, 5.0),
        settings: vec![setting("1", "none"), setting("3", "none")],
        seeds: vec![1, 2],
    };
    let comparison = experiment.run(|| {}).unwrap();
    let outcome = &comparison.settings[1].runs[0];
    assert!(outcome.evacuation_timeouts >= 3 && outcome.instances_killed >= 3);
    assert!(outcome.records_repaired >= 3 && outcome.start_requests["stale-unclaimed-lrp"] > 3);
    let text = comparison.reasons.join("\n");
    for said in
        ["No setting of 2 is without harm", "evacuation timeout", "killed", "insufficient resources: memory"]
    {
        assert!(text.contains(said), "{said} in:\n{text}");
    }
    let table = rivera_report::table(&comparison, rivera_report::Terminal::PLAIN);
    let page = html(&comparison, &Extras::default());
    for report in [table, page] {
        assert!(report.contains("insufficient resources: memory"), "{report}");
        assert!(report.contains("timeouts"));
    }
}

#[test]
fn the_same_arguments_give_the_same_bytes_whatever_the_number_of_threads() {
    let fleet = example("small");
    let json = |threads| {
        let experiment = Experiment {
            fleet: &fleet,
            scenario: Scenario::default().with_facts(&fleet.facts).unwrap(),
            settings: vec![setting("2", "20"), setting("10%", "none")],
            seeds: vec![1, 2, 3],
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        rivera_report::json(&pool.install(|| experiment.run(|| {})).unwrap())
    };
    let once = json(2);
    assert_eq!(once, json(2));
    assert_eq!(once, json(1));
}

#[test]
fn a_seed_gives_the_same_apps_in_every_setting() {
    // With one cell at a time and no limit nothing but the apps decides how long the first cell drains.
    let fleet = example("small");
    let scenario = Scenario::default().with_facts(&fleet.facts).unwrap();
    let first_drain = |max_starts| {
        let run = run(&fleet, &scenario, setting("1", max_starts), 7);
        let mut states = run.timeline.iter().filter_map(|entry| match entry.what {
            rivera_sim::What::Cell(cell, state) => Some((entry.at, cell, state)),
            _ => None,
        });
        let (began, cell, _) = states.next().unwrap();
        (cell, states.next().unwrap().0.since(began))
    };
    assert_eq!(first_drain("none"), first_drain("100000"));
}

#[test]
fn every_instance_of_a_healthy_fleet_runs_at_the_end() {
    let fleet = example("small");
    let scenario = Scenario::default().with_facts(&fleet.facts).unwrap();
    for max_in_flight in ["1", "4", "30%"] {
        let outcome = run(&fleet, &scenario, setting(max_in_flight, "50"), 1).outcome;
        assert_eq!((outcome.end, outcome.not_running_at_end), (End::Finished, 0));
        assert_eq!(outcome.cells_updated, 39);
        assert!(outcome.moves_per_instance >= 1.0);
    }
}

#[test]
fn an_instance_that_no_cell_can_take_is_not_the_settings_fault() {
    let mut fleet = FleetBuilder::zones(&[4]).singles(10, 100, 0).singles(1, 100, 1).build();
    let elsewhere = Constraint { rootfs: "preloaded:windows".to_owned(), ..Constraint::default() };
    fleet.constraints.push(elsewhere);
    let last = fleet.processes.len() - 1;
    fleet.processes[last].constraint = ConstraintIx(1);
    let waiting = &mut fleet.instances[last];
    (waiting.state, waiting.cell) = (InstanceState::Unclaimed, None);
    let experiment = Experiment {
        fleet: &fleet,
        scenario: plain_scenario(60.0, 2.0),
        settings: vec![setting("1", "none")],
        seeds: vec![1],
    };
    let comparison = experiment.run(|| {}).unwrap();
    assert!(comparison.reasons[0].starts_with("Without harm: 1 of 1 setting "), "{:?}", comparison.reasons);
    let failures = &comparison.settings[0].runs[0].placement_failures;
    assert!(failures.contains_key("found no compatible cell for required rootfs"), "{failures:?}");
}

#[test]
fn a_roll_out_that_takes_too_long_is_given_up_once() {
    let mut scenario = plain_scenario(600.0, 2.0);
    scenario.run.give_up_h = 0.5;
    let run = run(&FleetBuilder::zones(&[20]).build(), &scenario, setting("1", "none"), 1);
    assert_eq!((run.outcome.end, run.outcome.duration_s), (End::GivenUp, 1_800.0));
    let ends = run.timeline.iter().filter(|entry| entry.what == rivera_sim::What::RolloutEnds).count();
    assert_eq!(ends, 1);
}

#[test]
fn one_crashed_instance_does_not_make_a_crashing_app() {
    let mut fleet = FleetBuilder::zones(&[4]).app(100, UpdateStrategy::Rolling, &[0, 1, 2, 3]).build();
    let crashed = &mut fleet.instances[3];
    (crashed.state, crashed.cell, crashed.crash_count) = (InstanceState::Crashed, None, 3);
    let outcome = run(&fleet, &plain_scenario(60.0, 2.0), setting("1", "none"), 1).outcome;
    assert_eq!((outcome.crashes, outcome.crashes_of_crashing_apps, outcome.not_running_at_end), (0, 0, 0));
}

#[test]
fn a_record_that_cannot_be_is_refused_and_not_simulated() {
    let mut fleet = FleetBuilder::zones(&[2]).singles(1, 100, 0).build();
    fleet.instances[0].presence = Presence::Evacuating;
    fleet.instances[0].state = InstanceState::Claimed;
    let error =
        simulate(&fleet, &Scenario::default(), setting("1", "none"), 1, Record::default()).unwrap_err();
    assert_eq!(error.to_string(), "instance 0 of app-00000 has an Evacuating record that is Claimed");
}

#[test]
fn what_an_export_may_hold_does_not_stop_a_run() {
    // A leftover evacuating record beside a running one, an index without a record, more starts than the limit.
    let mut fleet =
        FleetBuilder::zones(&[3]).app(100, UpdateStrategy::Rolling, &[0, 1]).singles(5, 0, 2).build();
    fleet.instances.push(FleetInstance {
        presence: Presence::Evacuating,
        cell: Some(CellIx(1)),
        ..fleet.instances[0]
    });
    fleet.instances.sort_by_key(|instance| (instance.process, instance.index, instance.presence));
    fleet.instances.retain(|instance| instance.process.0 != 2);
    fleet.instances.iter_mut().filter(|it| it.process.0 > 2).for_each(|it| it.state = InstanceState::Claimed);
    let outcome = run(&fleet, &plain_scenario(60.0, 2.0), setting("5", "1"), 1).outcome;
    // All cells are drained at once, so that some time out; but the run ends, and what ran runs again.
    assert_eq!((outcome.end, outcome.not_running_at_end), (End::Finished, 0));
}
