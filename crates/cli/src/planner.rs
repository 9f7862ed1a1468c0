//! What the planner's rules find in the plan of a setting.

use rivera_model::{Fleet, FleetError};
use rivera_sim::check::{Finding, Plan, PlanSettings, ProductVersion, check};
use rivera_sim::{Scenario, Setting};

/// The findings of a setting on a fleet, where the scenario says the rest.
pub(crate) fn findings(
    fleet: &Fleet,
    version: Option<ProductVersion>,
    scenario: &Scenario,
    setting: Setting,
) -> Result<Vec<Finding>, FleetError> {
    let settings = PlanSettings {
        max_in_flight: setting.max_in_flight.to_string(),
        max_starts: setting.max_starts,
        ..PlanSettings::of(&fleet.facts, version).with_scenario(scenario)
    };
    Ok(check(&Plan::new(fleet, settings)?))
}
