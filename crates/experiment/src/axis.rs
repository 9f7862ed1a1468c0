//! What an experiment varies: keys of the scenario that have several values.

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::mistake::Mistake;
use crate::{place, throttle};

/// A key with all the values that are tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// Its name, such as `max_in_flight` or `rep.evacuation_timeout_s`.
    pub key: String,
    /// The values as the scenario takes them, in the order of the file.
    pub values: Vec<Value>,
}

/// The names of the throttles in a scenario.
const MAX_IN_FLIGHT: [&str; 2] = ["update", "max_in_flight"];
const MAX_STARTS: [&str; 2] = ["auctioneer", "max_starts"];

impl Axis {
    /// Values of `max_in_flight`.
    ///
    /// # Errors
    /// A value that is none, at its place in `text`.
    pub(crate) fn of_max_in_flight(values: &Value, text: &str) -> Result<Self, Mistake> {
        let value = |value: &Value| {
            throttle::max_in_flight(&plain(value)).map(|value| Value::String(value.to_string()))
        };
        Self::of_throttle("max_in_flight", values, text, value)
    }

    /// Values of `max_starts`.
    ///
    /// # Errors
    /// A value that is none, at its place in `text`.
    pub(crate) fn of_max_starts(values: &Value, text: &str) -> Result<Self, Mistake> {
        let value = |value: &Value| {
            throttle::max_starts(&plain(value)).map(|limit| Value::Integer(limit.to_config()))
        };
        Self::of_throttle("max_starts", values, text, value)
    }

    fn of_throttle(
        key: &str,
        values: &Value,
        text: &str,
        value: impl Fn(&Value) -> Result<Value, String>,
    ) -> Result<Self, Mistake> {
        let written = match values {
            Value::Array(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        let read = written.iter().zip(0..).map(|(written, position)| {
            value(written).map_err(|expected| {
                Mistake::new(format!("`{key}` cannot be {}", plain(written)))
                    .help(expected)
                    .at(place::of_element(text, &[key], position))
            })
        });
        Self { key: key.to_owned(), values: read.collect::<Result<_, _>>()? }.sound(text, &[key])
    }

    /// The axis, if it has values and none of them twice.
    pub(crate) fn sound(self, text: &str, path: &[&str]) -> Result<Self, Mistake> {
        let twice = (1..self.values.len()).find(|&at| self.values[..at].contains(&self.values[at]));
        if self.values.is_empty() {
            let mistake = Mistake::new(format!("`{}` has no values", self.key));
            return Err(mistake
                .help("write at least one")
                .at(place::of(text, path).map(|place| place.value)));
        }
        match twice {
            None => Ok(self),
            Some(position) => {
                Err(Mistake::new(format!("`{}` has the value {} twice", self.key, self.label(position)))
                    .help("write every value once")
                    .at(place::of_element(text, path, position)))
            }
        }
    }

    /// Where the key is in a scenario.
    pub(crate) fn path(&self) -> Vec<&str> {
        match self.key.as_str() {
            "max_in_flight" => MAX_IN_FLIGHT.to_vec(),
            "max_starts" => MAX_STARTS.to_vec(),
            key => key.split('.').collect(),
        }
    }

    /// The value at a position, as people write it.
    #[must_use]
    pub fn label(&self, position: usize) -> String {
        match self.values.get(position) {
            Some(Value::Integer(0)) if self.path() == MAX_STARTS => "none".to_owned(),
            Some(value) => plain(value),
            None => String::new(),
        }
    }

    /// Writes the value at a position into the keys of a scenario.
    pub(crate) fn set(&self, position: usize, scenario: &mut Table) {
        let path = self.path();
        let Some((last, tables)) = path.split_last() else { return };
        let mut table = scenario;
        for name in tables {
            let inner = table.entry(*name).or_insert_with(|| Value::Table(Table::new()));
            let Value::Table(inner) = inner else { return };
            table = inner;
        }
        table.insert((*last).to_owned(), self.values[position].clone());
    }
}

/// A value without the quotes of its file.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// Takes the keys that have a list of values out of the keys of a scenario.
///
/// A key whose value is a list by nature, such as a watch time, is varied by a list of lists.
pub(crate) fn take(keys: &mut Table, usual: &Table) -> Vec<Axis> {
    let mut axes = Vec::new();
    for (section, value) in keys.iter_mut() {
        let Value::Table(section_keys) = value else { continue };
        let usual = usual.get(section).and_then(Value::as_table);
        take_of(section, section_keys, usual, &mut axes);
    }
    axes
}

fn take_of(path: &str, keys: &mut Table, usual: Option<&Table>, axes: &mut Vec<Axis>) {
    let names: Vec<String> = keys.keys().cloned().collect();
    for name in names {
        let key = format!("{path}.{name}");
        let is_list =
            key == "faults.events" || usual.is_some_and(|it| it.get(&name).is_some_and(Value::is_array));
        match &mut keys[&name] {
            Value::Array(values)
                if !is_list || (!values.is_empty() && values.iter().all(Value::is_array)) =>
            {
                axes.push(Axis { key, values: std::mem::take(values) });
                keys.remove(&name);
            }
            // Tables of tables: the settings of a group of cells, the instances of components.
            Value::Table(inner) if path == "groups" || name == "instances" => {
                take_of(&key, inner, None, axes);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> (Table, Vec<(String, Vec<String>)>) {
        let usual = Table::try_from(rivera_sim::Scenario::default()).unwrap();
        let mut keys: Table = toml::from_str(text).unwrap();
        let axes = take(&mut keys, &usual);
        let names = axes.iter().map(|axis| {
            (axis.key.clone(), (0..axis.values.len()).map(|position| axis.label(position)).collect())
        });
        (keys, names.collect())
    }

    #[test]
    fn a_list_is_an_axis_unless_the_key_is_a_list_by_nature() {
        let (keys, axes) = taken(
            "[rep]\nevacuation_timeout_s = [60, 600]\ncreate_pool = 5\n\
             [update]\ncanary_watch_s = [30, 1200]\nupdate_watch_s = [[5, 600], [5, 1200]]\n\
             [apps]\nstart_s = { uniform = [1, 3] }\n\
             [groups.iso]\nmax_in_flight = [\"1\", \"2\"]\n",
        );
        let list = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            axes,
            [
                ("groups.iso.max_in_flight".to_owned(), list(&["1", "2"])),
                ("rep.evacuation_timeout_s".to_owned(), list(&["60", "600"])),
                ("update.update_watch_s".to_owned(), list(&["[5, 600]", "[5, 1200]"])),
            ]
        );
        assert!(keys["update"].get("canary_watch_s").is_some() && keys["rep"].get("create_pool").is_some());
    }

    #[test]
    fn no_limit_of_starts_is_called_none() {
        let axis =
            Axis::of_max_starts(&toml::from_str::<Table>("v = [50, \"none\"]").unwrap()["v"], "").unwrap();
        assert_eq!((axis.label(0), axis.label(1)), ("50".to_owned(), "none".to_owned()));
        let mut keys = Table::new();
        axis.set(1, &mut keys);
        assert_eq!(keys["auctioneer"]["max_starts"], Value::Integer(0));
    }
}
