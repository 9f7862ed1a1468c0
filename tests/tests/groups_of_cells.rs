//! Isolation segments and Windows cells: whole runs on fleets with several groups of cells (A.7.1, A.7.3, D.3).

use std::collections::{BTreeMap, BTreeSet};

use rivera_diego::Recipe;
use rivera_model::{CellIx, Fleet, ProcessIx};
use rivera_sim::check::{Evidence, Plan, PlanSettings, check};
use rivera_sim::{End, Finished, GroupKeys, Scenario, What, ZoneSpan};
use rivera_tests::fleets::{plain_scenario, run, setting};

const SEGMENTS: &str = include_str!("../../examples/fleets/segments.toml");
const GROUPS: [&str; 3] = ["diego-cell", "iso-seg", "windows2019-cell"];
/// Apps of the segment that two of its three cells cannot hold: 75 instances of 512 MB with their proxies, 32 fit a cell.
const FULL: (&str, &str) = ("count = 20\n", "count = 25\n");

fn fleet(replacements: &[(&str, &str)]) -> Fleet {
    let mut text = SEGMENTS.to_owned();
    for (old, new) in replacements {
        assert!(text.contains(old), "the recipe has {old}");
        text = text.replace(old, new);
    }
    Recipe::from_toml(&text).expect("a recipe").synthesise().expect("a fleet")
}

/// The update of cells as the fleet says it, on cells of a minute and starts of two seconds.
fn scenario(fleet: &Fleet) -> Scenario {
    plain_scenario(60.0, 2.0).with_facts(&fleet.facts).expect("facts in range")
}

fn simulate(fleet: &Fleet, scenario: &Scenario) -> Finished {
    run(fleet, scenario, setting(&scenario.update.max_in_flight, "200"), 1)
}

fn group_of(fleet: &Fleet, cell: CellIx) -> &str {
    &fleet.groups[fleet.cells[cell.index()].group.index()].name
}

/// The group that an app is bound to: by its tag, else by its stack.
fn home_of(fleet: &Fleet, process: ProcessIx) -> &'static str {
    let constraint = &fleet.constraints[fleet.processes[process.index()].constraint.index()];
    match (constraint.placement_tags.contains("iso-seg"), constraint.rootfs.as_str()) {
        (true, _) => "iso-seg",
        (false, "preloaded:windows") => "windows2019-cell",
        (false, _) => "diego-cell",
    }
}

/// From when to when each group was updated.
fn spans(zones: &[ZoneSpan]) -> BTreeMap<&str, (f64, f64)> {
    let mut spans: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for zone in zones {
        let span = spans.entry(&zone.group).or_insert((f64::MAX, 0.0));
        *span = (span.0.min(zone.start_s), span.1.max(zone.end_s));
    }
    spans
}

#[test]
fn apps_of_a_segment_never_leave_it_and_windows_apps_never_leave_windows_cells() {
    let fleet = fleet(&[]);
    let run = simulate(&fleet, &scenario(&fleet));
    let mut moved: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &run.timeline {
        if let What::Placed(lrp, cell) = entry.what {
            assert_eq!(group_of(&fleet, cell), home_of(&fleet, lrp.process));
            *moved.entry(home_of(&fleet, lrp.process)).or_default() += 1;
        }
    }
    // Every instance has moved at least once, those of each group.
    assert!(
        moved["diego-cell"] >= 540 && moved["iso-seg"] >= 60 && moved["windows2019-cell"] >= 60,
        "{moved:?}"
    );
    let outcome = run.outcome;
    assert_eq!((outcome.evacuation_timeouts, outcome.apps_down, outcome.not_running_at_end), (0, 0, 0));
}

#[test]
fn a_full_segment_times_out_although_the_foundation_has_room() {
    let fleet = fleet(&[FULL, ("instances = 660", "instances = 675")]);
    let run = simulate(&fleet, &scenario(&fleet));
    let timed_out = run.timeline.iter().filter_map(|entry| match entry.what {
        What::EvacuationTimedOut(cell, _) => Some(group_of(&fleet, cell)),
        _ => None,
    });
    let timed_out: Vec<&str> = timed_out.collect();
    // What its first cell could not move is killed, and stays down while the next ones are emptied onto what is free.
    assert_eq!(timed_out, ["iso-seg"]);
    assert_eq!(run.outcome.instances_killed, 75 - 2 * 32);
    assert!(run.outcome.instance_downtime_s > 11.0 * 60.0, "{}", run.outcome.instance_downtime_s);
    let used: i64 = fleet.used().unwrap().iter().map(|used| i64::from(used.memory_mb)).sum();
    let total: i64 = fleet.cells.iter().map(|cell| i64::from(cell.total.memory_mb)).sum();
    assert!(used * 100 < total * 65, "a third of the foundation is free");

    let plan = Plan::new(&fleet, PlanSettings::of(&fleet.facts, None)).unwrap();
    let rooms = check(&plan).into_iter().filter_map(|finding| match finding.evidence {
        Evidence::TooLittleRoom(room) => Some((room.work, room.group)),
        _ => None,
    });
    let expected = ("the work of iso-seg".to_owned(), Some("iso-seg".to_owned()));
    assert_eq!(rooms.collect::<Vec<_>>(), [expected], "the planner sees it coming");
}

#[test]
fn d3_groups_go_one_after_the_other_in_the_order_of_the_manifest() {
    let fleet = fleet(&[]);
    let run = simulate(&fleet, &scenario(&fleet));
    let spans = spans(&run.outcome.zones);
    assert_eq!(spans.keys().copied().collect::<Vec<_>>(), GROUPS);
    let [cells, segment, windows] = GROUPS.map(|group| spans[group]);
    assert_eq!((cells.0, segment.0, windows.0), (0.0, cells.1, segment.1));
    assert!((run.outcome.duration_s - windows.1).abs() < 1e-6);
}

#[test]
fn d3_groups_that_are_not_serial_go_together() {
    let serial = "max_in_flight = 1\n";
    let fleet = fleet(&[(serial, "max_in_flight = 1\nserial = false\n")]);
    let run = simulate(&fleet, &scenario(&fleet));
    let spans = spans(&run.outcome.zones);
    let [cells, segment, windows] = GROUPS.map(|group| spans[group]);
    assert_eq!((segment.0, windows.0), (cells.1, cells.1));
    assert!(windows.1 > segment.1, "9 cells one at a time take longer than 3");
    assert!((run.outcome.duration_s - windows.1).abs() < 1e-6);
}

#[test]
fn d1_a_value_is_for_every_group_that_has_none_of_its_own() {
    let in_flight = |fleet: &Fleet, scenario: &Scenario| {
        let run = run(fleet, scenario, setting("70%", "200"), 1);
        run.outcome.zones.iter().map(|zone| zone.in_flight).collect::<Vec<_>>()
    };
    let shipped = fleet(&[]);
    // A percentage is of one zone of one group; the segment and the Windows cells have their own value.
    assert_eq!(in_flight(&shipped, &scenario(&shipped)), [7, 7, 7, 1, 1, 1, 1, 1, 1]);
    let without = fleet(&[("max_in_flight = 1\n", "")]);
    assert_eq!(in_flight(&without, &scenario(&without)), [7, 7, 7, 1, 1, 1, 2, 2, 2], "70% of 10, 1 and 3");
    let mut named = scenario(&shipped);
    let keys = GroupKeys { max_in_flight: Some("100%".to_owned()), ..GroupKeys::default() };
    named.groups.insert("windows2019-cell".to_owned(), keys);
    assert_eq!(in_flight(&shipped, &named), [7, 7, 7, 1, 1, 1, 3, 3, 3]);
    assert!(named.check_groups(&shipped).is_ok());
    named.groups.insert("iso".to_owned(), GroupKeys::default());
    assert_eq!(
        named.check_groups(&shipped).unwrap_err().to_string(),
        "`groups.iso` is out of range: the groups of cells are diego-cell, iso-seg, windows2019-cell"
    );
}

#[test]
fn d3_after_a_group_that_failed_none_begins() {
    let fleet = fleet(&[(
        "name = \"iso-seg\"\nmax_in_flight = 1",
        "name = \"iso-seg\"\nmax_in_flight = 1\ncanary_watch_time = 1000\nupdate_watch_time = 1000",
    )]);
    let mut scenario = scenario(&fleet);
    // The director looks at the cells of the segment once, after a second, when their reps do not run yet.
    scenario.update.update_watch_s = [5.0, 5.0];
    scenario.update.canary_watch_s = [5.0, 5.0];
    scenario.update.rep_start_s = rivera_sim::Distribution::Fixed(3.0);
    let run = simulate(&fleet, &scenario);
    assert_eq!(run.outcome.end, End::UpdateFailed);
    let begun: BTreeSet<&str> = run.outcome.zones.iter().map(|zone| zone.group.as_str()).collect();
    assert_eq!(begun, BTreeSet::from(["diego-cell", "iso-seg"]));
    assert_eq!(run.outcome.cells_updated, 30);
}
