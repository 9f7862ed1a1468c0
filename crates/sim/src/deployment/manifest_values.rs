//! `max_in_flight` and `canaries` that a manifest gives for groups of machines that are no cells: those that BOSH cannot read,
//! and those that it takes for something else (D.1). They matter only where such groups are updated.

use rivera_limiter::{Canaries, MaxInFlight};
use rivera_model::{Fleet, GroupFacts};

use crate::deployment::deployment_plan::PlannedGroup;
use crate::scenario::{Scenario, ScenarioError};

impl Scenario {
    /// Checks what the fleet's manifest says of the groups of other machines than cells, if they are updated.
    ///
    /// # Errors
    /// [`ScenarioError::Range`]: a value that BOSH cannot read, and at which it ends a deploy.
    pub fn check_manifest(&self, fleet: &Fleet) -> Result<(), ScenarioError> {
        let wrong = |group: &GroupFacts, name: &str, expected: String| ScenarioError::Range {
            key: key(group, name),
            expected,
        };
        for group in machines(self, fleet) {
            let max_in_flight = group.max_in_flight.as_ref().map(|value| value.parse::<MaxInFlight>());
            if let Some(Err(error)) = max_in_flight {
                return Err(wrong(group, "max_in_flight", error.to_string()));
            }
            let canaries = group.canaries.as_ref().map(|value| value.parse::<Canaries>());
            if let Some(Err(error)) = canaries {
                return Err(wrong(group, "canaries", error.to_string()));
            }
        }
        Ok(())
    }
}

/// Sentences on values that BOSH takes for others.
pub(crate) fn warnings(scenario: &Scenario, fleet: &Fleet) -> Vec<String> {
    let taken_for = |group: &GroupFacts| {
        let value = group.max_in_flight.as_ref()?;
        let read: MaxInFlight = value.parse().ok()?;
        let most = MaxInFlight::percent(100);
        let meant = match MaxInFlight::asked(value) {
            Ok(_) => return None,
            Err(_) if read.is_percent() && read > most => most,
            Err(_) => MaxInFlight::default(),
        };
        Some(format!(
            "`{}` of the manifest is {value}, which BOSH takes for {meant} and Ops Manager refuses: write an integer from 1 \
             to 100, or a percentage from 1% to 100%.",
            key(group, "max_in_flight")
        ))
    };
    machines(scenario, fleet).filter_map(taken_for).collect()
}

/// The groups of the manifest that are updated beside the cells.
fn machines<'a>(scenario: &Scenario, fleet: &'a Fleet) -> impl Iterator<Item = &'a GroupFacts> {
    let groups: &[GroupFacts] = if scenario.upgrade.enabled { &fleet.facts.groups } else { &[] };
    groups.iter().filter(|group| {
        PlannedGroup::is_of_machines(group) && fleet.groups.iter().all(|cells| cells.name != group.name)
    })
}

/// As it is written in a manifest, for the group or, in the `update` block of the deployment, for all.
fn key(group: &GroupFacts, name: &str) -> String {
    format!("instance_groups.{}.update.{name}", group.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A router with this value, beside a group without instances that has a wrong one, too.
    fn fleet(max_in_flight: &str) -> Fleet {
        let group = |name: &str, instances| GroupFacts {
            name: name.to_owned(),
            instances,
            max_in_flight: Some(max_in_flight.to_owned()),
            ..GroupFacts::default()
        };
        let mut fleet = Fleet::default();
        fleet.facts.groups = vec![group("empty", 0), group("router", 3)];
        fleet
    }

    fn whole() -> Scenario {
        let mut scenario = Scenario::default();
        scenario.upgrade.enabled = true;
        scenario
    }

    #[test]
    fn d1_what_bosh_cannot_read_is_refused_with_its_key_where_it_would_be_updated() {
        let refused = |fleet: &Fleet| whole().check_manifest(fleet).map_err(|error| error.to_string());
        assert_eq!(
            refused(&fleet("abc")).unwrap_err(),
            "`instance_groups.router.update.max_in_flight` is out of range: 'abc' is neither an integer such as 20 nor a \
             percentage such as 4%"
        );
        assert!(Scenario::default().check_manifest(&fleet("abc")).is_ok(), "only cells are updated");
        let mut canaries = fleet("2");
        assert_eq!(refused(&canaries), Ok(()));
        canaries.facts.groups[1].canaries = Some("few".to_owned());
        assert!(refused(&canaries).unwrap_err().starts_with("`instance_groups.router.update.canaries` is"));
    }

    #[test]
    fn d1_what_bosh_takes_for_something_else_is_warned_of() {
        for (value, meant) in [("150%", "100%"), ("-1", "1"), ("0", "1"), ("0%", "1"), ("0150%", "100%")] {
            assert_eq!(whole().check_manifest(&fleet(value)).err().map(|error| error.to_string()), None);
            let told = warnings(&whole(), &fleet(value));
            let expected = format!(
                "`instance_groups.router.update.max_in_flight` of the manifest is {value}, which BOSH takes for {meant} and"
            );
            assert!(told.len() == 1 && told[0].starts_with(&expected), "{told:?}");
            assert!(warnings(&Scenario::default(), &fleet(value)).is_empty(), "only cells are updated");
        }
        for value in ["1", "100%", "3"] {
            assert!(warnings(&whole(), &fleet(value)).is_empty(), "{value}");
        }
    }
}
