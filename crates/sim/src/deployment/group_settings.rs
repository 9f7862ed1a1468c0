//! How one group of cells is updated: what holds for it by itself, else what holds for all (D.1, D.2).

use rivera_limiter::{Canaries, MaxInFlight};
use rivera_model::{CellGroup, Fleet, Span};

use crate::scenario::{GroupKeys, Scenario, ScenarioError, VmStrategy};
use crate::setting::Setting;

/// The update of a group of cells.
///
/// Strongest first: the scenario's table of the group, the keys in which the manifest's group differs from the usual
/// cells, the setting, the scenario's `[update]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GroupSettings {
    pub(crate) max_in_flight: MaxInFlight,
    pub(crate) canaries: Canaries,
    pub(crate) serial: bool,
    pub(crate) canary_watch_s: [f64; 2],
    pub(crate) update_watch_s: [f64; 2],
    pub(crate) vm_strategy: VmStrategy,
}

impl GroupSettings {
    pub(crate) fn of(group: &CellGroup, scenario: &Scenario, setting: Setting) -> Self {
        let (update, own) = (&scenario.update, &group.update);
        let keys = scenario.groups.get(&group.name).cloned().unwrap_or_default();
        let read = "values of groups are checked by `Scenario::check_groups`";
        let max_in_flight = keys.max_in_flight.as_ref().or(own.max_in_flight.as_ref());
        let canaries = keys.canaries.as_ref().or(own.canaries.as_ref()).unwrap_or(&update.canaries);
        let window = |own: [Option<Span>; 2], usual: [f64; 2]| {
            let end = |end: usize| own[end].map_or(usual[end], Span::as_secs_f64);
            [end(0), end(1)]
        };
        Self {
            max_in_flight: max_in_flight.map_or(setting.max_in_flight, |text| text.parse().expect(read)),
            canaries: canaries.parse().expect(read),
            serial: keys.serial.unwrap_or(group.serial),
            canary_watch_s: window([own.canary_watch_min, own.canary_watch_max], update.canary_watch_s),
            update_watch_s: window([own.update_watch_min, own.update_watch_max], update.update_watch_s),
            vm_strategy: match own.create_swap_delete {
                Some(true) => VmStrategy::CreateSwapDelete,
                Some(false) => VmStrategy::DeleteCreate,
                None => update.vm_strategy,
            },
        }
    }
}

impl Scenario {
    /// Checks what is said of groups of cells, here and in the fleet.
    ///
    /// # Errors
    /// [`ScenarioError::Range`]: a table of a group that the fleet does not have, or a value that BOSH cannot read.
    pub fn check_groups(&self, fleet: &Fleet) -> Result<(), ScenarioError> {
        let wrong = |key: String, expected: String| Err(ScenarioError::Range { key, expected });
        for name in self.groups.keys() {
            if !fleet.groups.iter().any(|group| group.name == *name) {
                let names: Vec<&str> = fleet.groups.iter().map(|group| group.name.as_str()).collect();
                return wrong(
                    format!("groups.{name}"),
                    format!("the groups of cells are {}", names.join(", ")),
                );
            }
        }
        for CellGroup { name, update, .. } in &fleet.groups {
            let keys = self.groups.get(name).cloned().unwrap_or_default();
            for value in keys.max_in_flight.iter().chain(&update.max_in_flight) {
                if let Err(error) = value.parse::<MaxInFlight>() {
                    return wrong(format!("groups.{name}.max_in_flight"), error.to_string());
                }
            }
            for value in keys.canaries.iter().chain(&update.canaries) {
                if let Err(error) = value.parse::<Canaries>() {
                    return wrong(format!("groups.{name}.canaries"), error.to_string());
                }
            }
        }
        Ok(())
    }

    /// With another `max_in_flight` for one group.
    #[must_use]
    pub fn with_group_in_flight(mut self, group: impl Into<String>, max_in_flight: MaxInFlight) -> Self {
        let keys: &mut GroupKeys = self.groups.entry(group.into()).or_default();
        keys.max_in_flight = Some(max_in_flight.to_string());
        self
    }
}
