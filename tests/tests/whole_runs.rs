//! Whole runs on the fleets that ship: the published roll-out, a fleet without room, determinism.

use std::path::PathBuf;

use rivera_diego::{Strictness, load};
use rivera_model::Fleet;
use rivera_sim::{End, Experiment, Outcome, Scenario};
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
fn pws_2017_takes_six_hours_one_zone_after_the_other() {
    for seed in 1..=3 {
        let outcome = published(seed);
        let hours = outcome.duration_s / 3_600.0;
        assert!((4.8..=7.2).contains(&hours), "6 h within 20 %: {hours} h");
        let [first, second] = outcome.zones.as_slice() else { panic!("two zones: {:?}", outcome.zones) };
        assert!(second.start_s >= first.end_s, "one zone after the other");
        for zone in [first, second] {
            let hours = (zone.end_s - zone.start_s) / 3_600.0;
            assert!((2.4..=3.6).contains(&hours), "about 3 h for a zone: {hours} h");
        }
        assert_eq!((outcome.end, outcome.evacuation_timeouts, outcome.apps_down), (End::Finished, 0, 0));
    }
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
    for said in [
        "None of the 2 settings is without harm",
        "evacuation timeout",
        "killed",
        "insufficient resources: memory",
    ] {
        assert!(text.contains(said), "{said} in:\n{text}");
    }
    let table = rivera_report::table(&comparison, rivera_report::Terminal::PLAIN);
    let page = rivera_report::html(&comparison);
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
