//! Rules on the value of `max_in_flight` of each group (D.1, D.5, D.6, D.8).

use rivera_limiter::{
    Finding as GroupFinding, MaxInFlight, OpsManagerError, OpsManagerMaxInFlight, Severity,
};

use super::finding::Evidence;
use super::plan::{Group, Plan};
use super::rule::Rule;

const BEST_PRACTICES: &str = "D.8, I-11: Configuring PAS for Upgrades, Best Practices";
const API: &str = "D.1, D.5, I-6: Configuring PAS for Upgrades, Set max_in_flight";
const DEFAULTS: &str = "D.6, I-9: Configuring PAS for Upgrades, Prevent Overload";

pub(super) const NOT_A_NUMBER: Rule = Rule {
    code: "not-a-number",
    severity: Severity::Error,
    title: "a max_in_flight that is neither an integer nor a percentage",
    why: "BOSH reckons with an integer or with digits and a percent sign, and ends a deploy with an error at anything \
          else. The other rules take such a value for 1.",
    remedy: "write an integer from 1 to 100, or a percentage from 1% to 100%",
    source: API,
    find: |plan| {
        let wrong = plan.groups.iter().filter(|group| group.max_in_flight().is_none());
        wrong
            .map(|group| Evidence::NotANumber { group: group.name.clone(), value: group.value.clone() })
            .collect()
    },
};

pub(super) const OUT_OF_BOUNDS: Rule = Rule {
    code: "out-of-bounds",
    severity: Severity::Error,
    title: "a max_in_flight that Ops Manager does not take",
    why: "Ops Manager takes an integer from 1 to 100 or a percentage. BOSH by itself takes more: it makes 1 of 0 and of \
          a number below, and takes 150% for 100%, which is hardly ever what was meant.",
    remedy: "write an integer from 1 to 100, or a percentage from 1% to 100%",
    source: API,
    find: |plan| plan.groups.iter().filter_map(out_of_bounds).collect(),
};

fn out_of_bounds(group: &Group) -> Option<Evidence> {
    group.max_in_flight()?;
    let why = match group.value.parse::<OpsManagerMaxInFlight>() {
        // BOSH takes a sign, and so does nobody's reader stumble over it.
        Ok(_) | Err(OpsManagerError::Form(_)) => return None,
        Err(error) => error.to_string(),
    };
    Some(Evidence::OutOfBounds { group: group.name.clone(), value: group.value.clone(), why })
}

/// What the limiter finds about each group, as far as `evidence` takes it.
fn of_groups(plan: &Plan<'_>, evidence: fn(&Group, GroupFinding) -> Option<Evidence>) -> Vec<Evidence> {
    let of = |group| Group::findings(group).into_iter().filter_map(move |finding| evidence(group, finding));
    plan.groups.iter().flat_map(of).collect()
}

pub(super) const ALL_AT_ONCE: Rule = Rule {
    code: "all-at-once",
    severity: Severity::Error,
    title: "a max_in_flight that takes down all instances of a group at once",
    why: "While BOSH updates the group nothing of it is left. For cells that means that all apps are down and no cell is \
          left to take them.",
    remedy: "set max_in_flight below the number of instances; to be quick, add instances first",
    source: BEST_PRACTICES,
    find: |plan| {
        of_groups(plan, |group, finding| {
            let GroupFinding::AllAtOnce { instances } = finding else { return None };
            Some(Evidence::AllAtOnce { group: group.name.clone(), value: group.value.clone(), instances })
        })
    },
};

pub(super) const TOO_LARGE: Rule = Rule {
    code: "too-large",
    severity: Severity::Warning,
    title: "a max_in_flight that is not below the number of instances of its group",
    why: "The documents say never to set such a value. In several zones it does not take down the whole group, because \
          BOSH updates a zone only after the one before it, nor where canaries go first; but it does take down each \
          zone behind that, and it bounds nothing.",
    remedy: "set max_in_flight below the number of instances of a zone",
    source: BEST_PRACTICES,
    find: |plan| plan.groups.iter().filter_map(too_large).collect(),
};

fn too_large(group: &Group) -> Option<Evidence> {
    let instances = group.instances();
    let is_told_already = |finding: &GroupFinding| matches!(finding, GroupFinding::AllAtOnce { .. });
    let too_large = instances > 1
        && group.max_in_flight()?.in_flight(instances) >= instances
        && !group.findings().iter().any(is_told_already);
    too_large.then(|| Evidence::TooLarge { group: group.name.clone(), value: group.value.clone(), instances })
}

pub(super) const ZONE_AT_ONCE: Rule = Rule {
    code: "zone-at-once",
    severity: Severity::Warning,
    title: "a max_in_flight that takes down all instances of a zone at once",
    why: "While the zone is updated the other zones carry everything. The loss of a machine in one of them then has \
          nothing to fall back on, and what was in the zone cannot stay in it.",
    remedy: "set max_in_flight below the number of instances of the smallest zone",
    source: BEST_PRACTICES,
    find: |plan| {
        of_groups(plan, |group, finding| {
            let GroupFinding::ZoneAtOnce { in_zone, instances } = finding else { return None };
            let (group, value) = (group.name.clone(), group.value.clone());
            Some(Evidence::ZoneAtOnce { group, value, in_zone, instances })
        })
    },
};

pub(super) const QUORUM_LOST: Rule = Rule {
    code: "quorum-lost",
    severity: Severity::Error,
    title: "a max_in_flight that leaves a component without a majority",
    why: "The members of such a component (the database, the BBS, Consul, etcd) decide by majority. With so many down at \
          once those that are left cannot decide anything, and when the others are back the members may disagree on \
          what is true (split brain).",
    remedy: "set max_in_flight of the group to 1",
    source: BEST_PRACTICES,
    find: |plan| {
        of_groups(plan, |group, finding| {
            let GroupFinding::QuorumLost { at_a_time, instances, needed } = finding else { return None };
            Some(Evidence::QuorumLost { group: group.name.clone(), at_a_time, instances, needed })
        })
    },
};

pub(super) const QUORUM_AT_RISK: Rule = Rule {
    code: "quorum-at-risk",
    severity: Severity::Warning,
    title: "a max_in_flight above 1 for a component that decides by majority",
    why: "A majority is left while the group is updated, but it may not survive one failure more. The rule of the \
          documents for such components is one at a time.",
    remedy: "set max_in_flight of the group to 1",
    source: BEST_PRACTICES,
    find: |plan| {
        of_groups(plan, |group, finding| {
            let GroupFinding::QuorumAtRisk { at_a_time, instances, needed } = finding else { return None };
            Some(Evidence::QuorumAtRisk { group: group.name.clone(), at_a_time, instances, needed })
        })
    },
};

pub(super) const EVEN_QUORUM: Rule = Rule {
    code: "even-quorum",
    severity: Severity::Note,
    title: "an even number of members of a component that decides by majority",
    why: "Half of an even number is no majority: 4 members bear the failure of one, as 3 do. Of 2 members neither can do \
          without the other, if they decide by majority. Where one member leads and the others wait for a lock, as \
          the BBS does today, an even number does no harm.",
    remedy: "use an odd number of instances",
    source: BEST_PRACTICES,
    find: |plan| {
        of_groups(plan, |group, finding| {
            let GroupFinding::EvenQuorum { instances } = finding else { return None };
            Some(Evidence::EvenQuorum { group: group.name.clone(), instances })
        })
    },
};

pub(super) const PERCENT_OF_ZONE: Rule = Rule {
    code: "percent-of-zone",
    severity: Severity::Note,
    title: "a percentage that means fewer at a time than it says",
    why: "The documents speak of a percentage of all instances. BOSH takes it of the instances of one zone that need an \
          update, and rounds down, to at least 1: 4% of 200 cells is 8 in a single zone, and 2 in three zones. The \
          upgrade then takes four times as long as was reckoned.",
    remedy: "write the number that you mean as an integer, which BOSH takes for each zone as it stands",
    source: "D.1, Q15 (BOSH director)",
    find: |plan| {
        of_groups(plan, |group, finding| {
            let GroupFinding::PercentOfZone { at_a_time, of_all } = finding else { return None };
            // What a refused value comes to is of no interest.
            if out_of_bounds(group).is_some() {
                return None;
            }
            let (group, value) = (group.name.clone(), group.value.clone());
            Some(Evidence::PercentOfZone { group, value, at_a_time, of_all })
        })
    },
};

pub(super) const CANNOT_BE_SET: Rule = Rule {
    code: "cannot-be-set",
    severity: Severity::Warning,
    title: "a throttle that the installed version does not let an operator change",
    why: "The number of cells in flight can be set from PCF 1.9.0 on, the limit of starting containers from 1.8.30 on \
          in the line of 1.8 and from 1.9.8 on in that of 1.9. What an older version is told has no effect: it keeps its \
          own value, which the other rules should be asked about.",
    remedy: "check again with the version's own value, or upgrade to a version that can be told",
    source: DEFAULTS,
    find: |plan| cannot_be_set(plan).unwrap_or_default(),
};

fn cannot_be_set(plan: &Plan<'_>) -> Option<Vec<Evidence>> {
    let version = plan.settings.version?;
    let defaults = version.defaults();
    let cells = plan.settings.max_in_flight.parse::<MaxInFlight>().ok();
    let cells = cells.filter(|cells| !defaults.max_in_flight_can_be_set && *cells != defaults.max_in_flight);
    let starts = Some(plan.settings.max_starts)
        .filter(|starts| !defaults.max_starts_can_be_set && *starts != defaults.max_starts);
    let found = |what, value: String, fixed: String| Evidence::CannotBeSet {
        version: version.to_string(),
        what,
        value,
        fixed,
    };
    let cells =
        cells.map(|cells| found("cells in flight", cells.to_string(), defaults.max_in_flight.to_string()));
    let starts = starts.map(|starts| {
        found("limit of starting containers", starts.to_string(), defaults.max_starts.to_string())
    });
    Some(cells.into_iter().chain(starts).collect())
}
