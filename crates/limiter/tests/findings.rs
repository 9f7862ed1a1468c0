//! What is said about a `max_in_flight` (D.8).

use proptest::prelude::*;
use rivera_limiter::{Canaries, Finding, InstanceGroup, MaxInFlight, Severity};

fn findings(max_in_flight: &str, instances_by_zone: &[usize], quorum: bool) -> Vec<Finding> {
    behind(0, max_in_flight, instances_by_zone, quorum)
}

/// What is found where so many canaries go first.
fn behind(canaries: i32, max_in_flight: &str, instances_by_zone: &[usize], quorum: bool) -> Vec<Finding> {
    let max_in_flight = max_in_flight.parse().expect("an integer or a percentage");
    let canaries = Canaries::instances(canaries);
    InstanceGroup { instances_by_zone, quorum, max_in_flight, canaries }.findings()
}

#[test]
fn d3_canaries_of_the_first_zone_are_not_down_with_the_rest() {
    let lost = |at_a_time, instances, needed| Finding::QuorumLost { at_a_time, instances, needed };
    assert_eq!(behind(1, "3", &[3], false), []);
    assert_eq!(behind(1, "3", &[3], true), [lost(2, 3, 2)]);
    // As many canaries as instances are the whole group again; those of a pool of one go one by one.
    assert_eq!(behind(3, "3", &[3], false), [Finding::AllAtOnce { instances: 3 }]);
    assert_eq!(behind(3, "1", &[3], true), []);
    // Only the first zone that has instances has canaries.
    assert_eq!(behind(1, "3", &[0, 2], false), []);
    assert_eq!(behind(1, "3", &[2, 2], false), [Finding::ZoneAtOnce { in_zone: 2, instances: 4 }]);
}

#[test]
fn one_at_a_time_of_several_gives_no_cause() {
    assert_eq!(findings("1", &[3], true), []);
    assert_eq!(findings("1", &[1, 1, 1], true), []);
    assert_eq!(findings("4%", &[200], false), []);
    assert_eq!(findings("20", &[200], false), []);
    assert_eq!(findings("1", &[], true), []);
    assert_eq!(findings("1", &[0, 0], true), []);
}

#[test]
fn not_all_instances_at_once() {
    assert_eq!(findings("3", &[3], false), [Finding::AllAtOnce { instances: 3 }]);
    assert_eq!(findings("100%", &[0, 3], false), [Finding::AllAtOnce { instances: 3 }]);
    assert_eq!(findings("2", &[3], false), []);
    assert_eq!(findings("5", &[0, 1], false), [Finding::SingleInstance]);
}

#[test]
fn not_all_instances_of_a_zone_at_once() {
    let expected = [Finding::ZoneAtOnce { in_zone: 13, instances: 39 }];
    assert_eq!(findings("20", &[13, 13, 13], false), expected);
    assert_eq!(findings("13", &[13, 13, 13], false), expected);
    assert_eq!(findings("12", &[13, 13, 13], false), []);
    // Where each zone has one instance it goes down whole in any case.
    assert_eq!(findings("5", &[1, 1, 1], false), []);
}

#[test]
fn members_that_vote_are_updated_one_at_a_time() {
    let lost = Finding::QuorumLost { at_a_time: 2, instances: 3, needed: 2 };
    assert_eq!(findings("2", &[3], true), [lost]);
    let risk = Finding::QuorumAtRisk { at_a_time: 2, instances: 5, needed: 3 };
    assert_eq!(findings("2", &[5], true), [risk]);
    assert_eq!(findings("2", &[5], false), []);
    // Zones go one after the other, so that of one in each zone only one is down.
    assert_eq!(findings("3", &[1, 1, 1], true), []);
}

#[test]
fn an_even_number_of_members_is_told_after_what_is_worse() {
    assert_eq!(findings("1", &[4], true), [Finding::EvenQuorum { instances: 4 }]);
    let lost = Finding::QuorumLost { at_a_time: 1, instances: 2, needed: 2 };
    assert_eq!(findings("1", &[2], true), [lost, Finding::EvenQuorum { instances: 2 }]);
}

#[test]
fn q15_a_percentage_comes_to_less_in_zones() {
    let expected = Finding::PercentOfZone { at_a_time: 2, of_all: 8 };
    assert_eq!(findings("4%", &[67, 67, 66], false), [expected]);
    assert_eq!(findings("20", &[67, 67, 66], false), []);
    let texts = expected.to_string();
    assert_eq!(
        texts,
        "2 are updated at a time, not 8: the percentage is taken of each zone and rounded down"
    );
}

#[test]
fn a_finding_names_its_figures() {
    let texts: Vec<String> = findings("3", &[4], true)
        .iter()
        .map(|finding| format!("{} {}: {finding}", finding.severity(), finding.code()))
        .collect();
    assert_eq!(
        texts,
        [
            "error quorum-lost: 3 of 4 members are updated at a time, 3 have to be up: the quorum is lost",
            "note even-quorum: 4 members bear no more failures than 3: use an odd number",
        ]
    );
}

#[test]
fn the_book_lists_every_finding_with_its_severity() {
    let book = include_str!("../../../docs/two-throttles.md");
    let (at_a_time, instances, needed) = (2, 4, 3);
    for finding in [
        Finding::SingleInstance,
        Finding::AllAtOnce { instances },
        Finding::QuorumLost { at_a_time, instances, needed },
        Finding::QuorumAtRisk { at_a_time, instances, needed },
        Finding::EvenQuorum { instances },
        Finding::ZoneAtOnce { in_zone: 2, instances },
        Finding::PercentOfZone { at_a_time, of_all: 4 },
    ] {
        let row = format!("| `{}` | {} | ", finding.code(), finding.severity());
        assert!(book.contains(&row), "no row begins with {row}");
    }
}

proptest! {
    #[test]
    fn errors_are_exactly_what_takes_the_group_down(
        zones in prop::collection::vec(0..6_usize, 0..4), value in 0..8_i32, quorum: bool,
    ) {
        let group = InstanceGroup {
            instances_by_zone: &zones, quorum, max_in_flight: MaxInFlight::instances(value),
            canaries: Canaries::instances(0),
        };
        let instances: usize = zones.iter().sum();
        // Without the code's own reckoning: in the worst zone so many are down at the same time.
        let at_once = value.max(1).unsigned_abs() as usize;
        let down = zones.iter().map(|zone| at_once.min(*zone)).max().unwrap_or(0);
        let left = instances - down;
        let goes_down = instances > 1 && (left == 0 || quorum && left <= instances / 2);
        let findings = group.findings();
        prop_assert_eq!(findings.iter().any(|it| it.severity() == Severity::Error), goes_down);
        prop_assert!(findings.is_sorted_by(|one, next| one.severity() >= next.severity()));
    }
}
