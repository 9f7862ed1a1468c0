//! What the planner's rules find: the examples of the operators' documents, and laws of the sums (D.8, I-10, I-13).

use std::collections::BTreeSet;

use rivera_limiter::{Severity, StartLimit};
use rivera_model::{
    Constraint, ConstraintIx, DeploymentFacts, Fleet, GroupFacts, OfferIx, Span, UpdateStrategy,
};
use rivera_sim::check::{CellGone, Evidence, Finding, Plan, PlanSettings, RULES, check};
use rivera_sim::{Scenario, StorageLocation};
use rivera_tests::fleets::{FleetBuilder, run, setting};

fn settings(max_in_flight: &str) -> PlanSettings {
    PlanSettings {
        max_in_flight: max_in_flight.to_owned(),
        ..PlanSettings::of(&DeploymentFacts::default(), None)
    }
}

fn findings(fleet: &Fleet, settings: PlanSettings) -> Vec<Finding> {
    check(&Plan::new(fleet, settings).expect("a valid fleet"))
}

/// What the rule of this code found.
fn found(fleet: &Fleet, settings: PlanSettings, code: &str) -> Vec<Evidence> {
    assert!(RULES.iter().any(|rule| rule.code == code), "there is a rule {code}");
    let of_code = findings(fleet, settings).into_iter().filter(|finding| finding.rule.code == code);
    of_code.map(|finding| finding.evidence).collect()
}

/// A zone of cells with so many instances of 100 MB each.
fn filled(cells: u32, instances: u32) -> Fleet {
    let builder = FleetBuilder::zones(&[cells]);
    (0..cells).fold(builder, |builder, cell| builder.singles(instances, 100, cell)).build()
}

#[test]
fn i10_of_200_cells_20_more_save_150_minutes() {
    let fleet = FleetBuilder::zones(&[200]).build();
    let expected = Evidence::SurplusCells {
        cells: 200,
        in_flight: 8,
        rounds: 25,
        surplus: 20,
        rounds_with: 10,
        saved_min: 150,
    };
    assert_eq!(found(&fleet, settings("4%"), "surplus-cells"), [expected]);
    assert_eq!(found(&fleet, settings("20"), "surplus-cells"), []);
}

/// What is published of a machine is not what a cell takes: it drains, and its VM is replaced in the time that a run reckons.
#[test]
fn i14_the_only_cell_is_gone_for_as_long_as_a_run_says() {
    let fleet = filled(1, 3);
    let found = findings(&fleet, settings("1")).into_iter().find(|it| it.rule.code == "single-instance");
    let evidence = found.expect("a single cell").evidence;
    let Evidence::SingleInstance { cell: Some(CellGone { drain_s: 600, replaced_s }), .. } = evidence else {
        panic!("{evidence:?}");
    };
    let away_s = |seed| {
        let mut scenario = Scenario::default();
        scenario.upgrade.enabled = true;
        let upgrade =
            run(&fleet, &scenario, setting("1", "none"), seed).outcome.upgrade.expect("a whole one");
        let cell = upgrade.components.iter().find(|it| it.name == "Diego Cell").expect("the cells");
        cell.away.total_s
    };
    let mut away: Vec<f64> = (1..=9).map(away_s).collect();
    away.sort_by(f64::total_cmp);
    let said = Span::from_secs(replaced_s).as_secs_f64();
    assert!((said / 1.15..said * 1.15).contains(&away[4]), "{said} s are said, and {away:?} simulated");
    let told = evidence.to_string();
    assert!(
        told.contains("drains for up to 600 s and is then gone for about 405 s by the simulator's"),
        "{told}"
    );
}

#[test]
fn q15_a_percentage_is_told_as_what_it_is_in_a_zone() {
    let in_flight =
        |zones: &[u32]| found(&FleetBuilder::zones(zones).build(), settings("4%"), "percent-of-zone");
    let (group, value) = ("diego-cell".to_owned(), "4%".to_owned());
    assert_eq!(in_flight(&[67, 67, 66]), [Evidence::PercentOfZone { group, value, at_a_time: 2, of_all: 8 }]);
    assert_eq!(in_flight(&[200]), []);
    // A value that is refused is told as that alone.
    let fleet = FleetBuilder::zones(&[10, 10]).build();
    assert_eq!(found(&fleet, settings("150%"), "out-of-bounds").len(), 1);
    assert_eq!(found(&fleet, settings("150%"), "percent-of-zone"), []);
}

#[test]
fn g2_ten_cells_with_20_instances_of_100_mb_move_20_gb_at_once() {
    let fleet = filled(11, 20);
    let [Evidence::StorageLoad { instances: 200, load_mb, mb_per_s, .. }] =
        found(&fleet, settings("10"), "storage-load")[..]
    else {
        panic!("the load of 200 instances is told");
    };
    assert!((load_mb - 20_000.0).abs() < 1e-9);
    let at = |mb_per_s| PlanSettings { storage_mb_per_s: Some(mb_per_s), ..settings("10") };
    assert_eq!(found(&fleet, at(mb_per_s * 1.01), "storage-too-slow"), []);
    assert_eq!(found(&fleet, at(mb_per_s * 0.99), "storage-too-slow").len(), 1);
}

#[test]
fn g1_447_evacuated_instances_start_in_two_waves_under_a_limit_of_250() {
    let fleet = filled(12, 75);
    let with = |limit, timeout_s| PlanSettings {
        max_starts: StartLimit::from_config(limit),
        evacuation_timeout: Span::from_secs(timeout_s),
        ..settings("6")
    };
    let expected = Evidence::StartsInWaves { limit: 250, instances: 450, waves: 2, least_s: 30, most_s: 60 };
    assert_eq!(found(&fleet, with(250, 600), "starts-in-waves"), [expected]);
    assert_eq!(found(&fleet, with(450, 600), "starts-in-waves"), []);
    assert_eq!(found(&fleet, with(0, 600), "no-start-limit"), [Evidence::NoStartLimit { instances: 450 }]);
    // 20 waves are at least 19 times 30 s: within ten minutes, but not within nine.
    assert_eq!(found(&fleet, with(23, 600), "waves-outlast-evacuation"), []);
    assert_eq!(found(&fleet, with(23, 540), "waves-outlast-evacuation").len(), 1);
    assert_eq!(found(&fleet, with(23, 540), "starts-in-waves"), []);
    assert_eq!(found(&fleet, with(23, 540), "short-evacuation").len(), 1);
}

#[test]
fn i13_internal_storage_serves_20_cells_and_not_21() {
    let internal = || PlanSettings { storage: Some(StorageLocation::Internal), ..settings("1") };
    assert_eq!(found(&filled(20, 1), internal(), "internal-storage"), []);
    assert_eq!(found(&filled(21, 1), internal(), "internal-storage").len(), 1);
}

#[test]
fn d8_the_cells_that_are_left_must_hold_everything() {
    // Ten cells of 10,000 MB, each with 6,000 MB in use: six can hold it all, five cannot.
    let fleet = filled(10, 60);
    for in_flight in 1..10 {
        let found = found(&fleet, settings(&in_flight.to_string()), "too-little-room");
        if in_flight <= 4 {
            assert_eq!(found, [], "{in_flight} in flight");
            continue;
        }
        let [Evidence::TooLittleRoom(room)] = &found[..] else { panic!("{in_flight} in flight: {found:?}") };
        assert_eq!((room.needed, room.room, room.most_in_flight), (60_000, 10_000 * (10 - in_flight), 4));
        assert_eq!((room.resource, room.work.as_str()), ("MB of memory", "all work"));
    }
}

#[test]
fn d8_an_isolation_segment_has_room_of_its_own() {
    let mut fleet = filled(10, 60);
    let iso = BTreeSet::from(["iso".to_owned()]);
    let mut offer = fleet.offers[0].clone();
    offer.placement_tags = iso.clone();
    fleet.offers.push(offer);
    fleet.constraints.push(Constraint { placement_tags: iso, ..fleet.constraints[0].clone() });
    for cell in &mut fleet.cells[..2] {
        cell.offer = OfferIx(1);
    }
    for process in &mut fleet.processes[..120] {
        process.constraint = ConstraintIx(1);
    }
    // Two cells with 12,000 MB: neither can take what the other has, though the fleet has room.
    let [Evidence::TooLittleRoom(room)] = &found(&fleet, settings("1"), "too-little-room")[..] else {
        panic!("the segment alone is short of room");
    };
    assert_eq!((room.work.as_str(), room.needed, room.room), ("the work of iso", 12_000, 10_000));
}

#[test]
fn j12_a_zone_that_cannot_keep_its_own_is_told_though_the_fleet_has_room() {
    let fleet = FleetBuilder::zones(&[2, 2]).singles(60, 100, 0).singles(60, 100, 1).build();
    let zones: Vec<Evidence> = found(&fleet, settings("1"), "zone-too-full");
    let [Evidence::ZoneTooFull(room)] = &zones[..] else { panic!("one zone is full: {zones:?}") };
    assert_eq!((room.zone.as_str(), room.needed, room.room), ("z1", 12_000, 10_000));
    assert_eq!(found(&fleet, settings("1"), "too-little-room"), []);
    // Fewer than one at a time cannot be had; where one fits, both ways are open.
    let remedy = |fleet: &Fleet, max_in_flight: &str| {
        let findings = findings(fleet, settings(max_in_flight));
        findings.iter().find(|it| it.rule.code == "zone-too-full").map(Finding::remedy)
    };
    assert_eq!(remedy(&fleet, "1"), Some("add cells to this zone first"));
    let fleet = FleetBuilder::zones(&[3, 3]).singles(60, 100, 0).singles(60, 100, 1).build();
    assert_eq!(remedy(&fleet, "2"), Some("take fewer cells at a time, or add cells to this zone first"));
}

#[test]
fn i11_members_that_vote_are_updated_one_at_a_time() {
    let members = |instances, max_in_flight: &str| {
        let mut fleet = filled(4, 1);
        fleet.facts.groups = vec![GroupFacts {
            name: "etcd_server".to_owned(),
            instances,
            max_in_flight: Some(max_in_flight.to_owned()),
            ..GroupFacts::default()
        }];
        let quorum = findings(&fleet, settings("1")).into_iter().filter(|it| it.rule.code.contains("quorum"));
        quorum.map(|finding| (finding.rule.code, finding.severity())).collect::<Vec<_>>()
    };
    assert_eq!(members(3, "1"), []);
    assert_eq!(members(3, "2"), [("quorum-lost", Severity::Error)]);
    assert_eq!(members(5, "2"), [("quorum-at-risk", Severity::Warning)]);
    assert_eq!(members(4, "1"), [("even-quorum", Severity::Note)]);
}

#[test]
fn d3_canaries_are_not_down_with_the_rest_of_their_zone() {
    let mut fleet = filled(3, 1);
    let group = GroupFacts {
        name: "diego-api".to_owned(),
        instances: 3,
        max_in_flight: Some("3".to_owned()),
        jobs: vec!["bbs".to_owned()],
        ..GroupFacts::default()
    };
    for (canaries, at_once, at_a_time) in [("0", 1, 3), ("1", 0, 2)] {
        fleet.facts.cells.canaries = Some(canaries.to_owned());
        fleet.facts.groups = vec![GroupFacts { canaries: Some(canaries.to_owned()), ..group.clone() }];
        let all = found(&fleet, settings("1"), "all-at-once");
        assert_eq!(all.len(), at_once, "{canaries} canaries: {all:?}");
        let lost = Evidence::QuorumLost { group: "diego-api".to_owned(), at_a_time, instances: 3, needed: 2 };
        assert_eq!(found(&fleet, settings("1"), "quorum-lost"), [lost]);
        // The same for the cells: the room of the canary is there again when the rest goes.
        assert_eq!(found(&fleet, settings("3"), "all-at-once").len(), 2 * at_once);
    }
}

#[test]
fn apps_that_every_setting_touches_are_counted() {
    let fleet = FleetBuilder::zones(&[2])
        .app(100, UpdateStrategy::Recreate, &[0, 1])
        .app(100, UpdateStrategy::Recreate, &[0])
        .singles(3, 100, 1)
        .build();
    let recreated = Evidence::RecreateApps { apps: 2, instances: 3, single: 1 };
    assert_eq!(found(&fleet, settings("1"), "recreate-apps"), [recreated]);
    assert_eq!(
        found(&fleet, settings("1"), "single-instance-apps"),
        [Evidence::SingleInstanceApps { apps: 3 }]
    );
}

#[test]
fn the_name_of_every_evidence_is_the_code_of_its_rule() {
    let fleet = filled(10, 60);
    let mut codes = BTreeSet::new();
    for value in ["4%", "5", "10", "101", "many"] {
        for finding in findings(&fleet, settings(value)) {
            let evidence = serde_json::to_value(&finding.evidence).expect("figures are JSON");
            let names: Vec<&String> = evidence.as_object().expect("an object").keys().collect();
            assert_eq!(names, [finding.rule.code]);
            codes.insert(finding.rule.code);
        }
    }
    assert!(codes.len() >= 8, "{codes:?}");
}
