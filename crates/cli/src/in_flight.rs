//! `--max-in-flight`: values for all groups of cells, and values for one.

use std::collections::BTreeMap;

use rivera_diego::nearest_help;
use rivera_model::Fleet;

use crate::failure::Failure;

/// `VALUE` for all groups of cells that have none of their own, or `GROUP=VALUE` for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ForGroup<V> {
    pub(crate) group: Option<String>,
    pub(crate) value: V,
}

impl<V> ForGroup<V> {
    /// Reads it, the value as `value` does.
    pub(crate) fn read(text: &str, value: impl FnOnce(&str) -> Result<V, String>) -> Result<Self, String> {
        match text.rsplit_once('=') {
            None => Ok(Self { group: None, value: value(text)? }),
            Some(("", _)) => Err("a group of cells and its value are needed: GROUP=VALUE".to_owned()),
            Some((group, text)) => Ok(Self { group: Some(group.to_owned()), value: value(text)? }),
        }
    }
}

/// What was asked for.
pub(crate) struct InFlight<V> {
    /// Values for all groups, in the order in which they were asked for.
    pub(crate) all: Vec<V>,
    /// The values of single groups.
    pub(crate) of_groups: BTreeMap<String, V>,
}

impl<V> InFlight<V> {
    /// Sorts the values.
    ///
    /// # Errors
    /// A name that is none of a group of cells, or one that comes twice.
    pub(crate) fn of(values: Vec<ForGroup<V>>, fleet: &Fleet) -> Result<Self, Failure> {
        let (mut all, mut of_groups) = (Vec::new(), BTreeMap::new());
        for ForGroup { group, value } in values {
            let Some(group) = group else {
                all.push(value);
                continue;
            };
            let names: Vec<&str> = fleet.groups.iter().map(|group| group.name.as_str()).collect();
            if !names.contains(&group.as_str()) {
                let help = nearest_help(&group, &names);
                return Err(Failure::Unknown { what: "group of cells", name: group, help });
            }
            if of_groups.insert(group.clone(), value).is_some() {
                return Err(Failure::Usage(format!(
                    "--max-in-flight {group}= is given twice: values to compare are given without a group"
                )));
            }
        }
        Ok(Self { all, of_groups })
    }
}
