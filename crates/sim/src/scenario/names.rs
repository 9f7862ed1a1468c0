//! The names of a scenario that a fleet must have.

use rivera_model::Fleet;

use super::{Scenario, ScenarioError};

impl Scenario {
    /// Looks whether the cells and zones that the scenario names are there.
    ///
    /// # Errors
    /// [`ScenarioError::Range`] naming the first key whose name the fleet does not have.
    pub fn check_names(&self, fleet: &Fleet) -> Result<(), ScenarioError> {
        for (event, number) in self.faults.events.iter().zip(0..) {
            let unknown = |key: &str, what: &str, name: &str, known: &[&str]| ScenarioError::Range {
                key: format!("faults.events[{number}].{key}"),
                expected: format!("the fleet has no {what} `{name}`; it has {}", some_of(known)),
            };
            if let Some(name) = &event.cell {
                let known: Vec<&str> = fleet.cells.iter().map(|cell| cell.id.as_str()).collect();
                if !known.contains(&name.as_str()) {
                    return Err(unknown("cell", "cell", name, &known));
                }
            }
            if let Some(name) = &event.zone
                && !fleet.zones.contains(name)
            {
                let known: Vec<&str> = fleet.zones.iter().map(String::as_str).collect();
                return Err(unknown("zone", "zone", name, &known));
            }
        }
        Ok(())
    }
}

/// The first few of many names.
fn some_of(names: &[&str]) -> String {
    const MOST: usize = 5;
    let mut text = names.iter().take(MOST).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        text += &format!(" and {} more", names.len() - MOST);
    }
    text
}
