//! The settings that `rivera compare` is to try.

use std::collections::{BTreeMap, BTreeSet};

use rivera_limiter::{MaxInFlight, StartLimit, VersionDefaults};
use rivera_sim::Setting;
use rivera_sim::check::ProductVersion;

use crate::args::Compare;
use crate::failure::report_line;

/// All combinations, each once, in the order in which they were asked for; `in_flight` holds for all groups of cells.
pub(crate) fn of(arguments: &Compare, in_flight: &[MaxInFlight]) -> Vec<Setting> {
    let [one, twenty] = [1, 20].map(MaxInFlight::instances);
    let [some, more] = [4, 10].map(MaxInFlight::percent);
    let version = arguments.input.product_version;
    let cells = cells(version, in_flight, &[one, some, more, twenty]);
    let starts = starts(version, &arguments.max_starts, &[50, 200, 0].map(StartLimit::from_config));
    let mut settings = Vec::new();
    for &max_in_flight in &cells {
        for &max_starts in &starts {
            let setting = Setting { max_in_flight, max_starts };
            if !settings.contains(&setting) {
                settings.push(setting);
            }
        }
    }
    settings
}

/// Cells in flight to try: what was asked for, else the one value that a version has, else the usual ones.
pub(crate) fn cells(
    version: Option<ProductVersion>,
    asked: &[MaxInFlight],
    usual: &[MaxInFlight],
) -> Vec<MaxInFlight> {
    let fixed = |it: VersionDefaults| (!it.max_in_flight_can_be_set).then_some(it.max_in_flight);
    values(version, asked, fixed, usual)
}

/// Warns of values of single groups of cells that the version cannot be told, but for those that are among the values of
/// all: [`cells`] has warned of them.
pub(crate) fn warn_of_groups(
    version: Option<ProductVersion>,
    of_all: &[MaxInFlight],
    of_groups: &BTreeMap<String, MaxInFlight>,
) {
    let others: BTreeSet<MaxInFlight> =
        of_groups.values().copied().filter(|value| !of_all.contains(value)).collect();
    cells(version, &others.into_iter().collect::<Vec<_>>(), &[]);
}

/// Limits of starts to try, in the same way.
pub(crate) fn starts(
    version: Option<ProductVersion>,
    asked: &[StartLimit],
    usual: &[StartLimit],
) -> Vec<StartLimit> {
    let fixed = |it: VersionDefaults| (!it.max_starts_can_be_set).then_some(it.max_starts);
    values(version, asked, fixed, usual)
}

fn values<V: Copy + PartialEq + std::fmt::Display>(
    version: Option<ProductVersion>,
    asked: &[V],
    fixed: impl Fn(VersionDefaults) -> Option<V>,
    usual: &[V],
) -> Vec<V> {
    let fixed = version.and_then(|version| Some((version, fixed(version.defaults())?)));
    match (asked, fixed) {
        ([], None) => usual.to_vec(),
        ([], Some((_, value))) => vec![value],
        (asked, None) => asked.to_vec(),
        (asked, Some((version, own))) => {
            for value in asked.iter().filter(|value| **value != own) {
                report_line(&format!("warning: version {version} cannot be told {value}: it has {own}"));
            }
            asked.to_vec()
        }
    }
}
