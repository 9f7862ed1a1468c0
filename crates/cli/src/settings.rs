//! The settings that `rivera compare` is to try.

use rivera_limiter::{MaxInFlight, StartLimit, VersionDefaults};
use rivera_sim::Setting;

use crate::args::Compare;
use crate::failure::report_line;

/// All combinations, each once, in the order in which they were asked for; `in_flight` holds for all groups of cells.
pub(crate) fn of(arguments: &Compare, in_flight: &[MaxInFlight]) -> Vec<Setting> {
    let version = arguments.input.product_version.map(|version| (version.to_string(), version.defaults()));
    let fixed = |is_fixed: fn(&VersionDefaults) -> bool| version.as_ref().filter(|(_, it)| is_fixed(it));

    let fixed_cells = fixed(|defaults| !defaults.max_in_flight_can_be_set);
    let cells = [1, 20].map(MaxInFlight::instances);
    let [some, more] = [4, 10].map(MaxInFlight::percent);
    let cells = values(
        in_flight,
        fixed_cells.map(|(name, defaults)| (name.as_str(), defaults.max_in_flight)),
        &[cells[0], some, more, cells[1]],
    );
    let fixed_starts = fixed(|defaults| !defaults.max_starts_can_be_set);
    let starts = values(
        &arguments.max_starts,
        fixed_starts.map(|(name, defaults)| (name.as_str(), defaults.max_starts)),
        &[50, 200, 0].map(StartLimit::from_config),
    );
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

/// What was asked for, else the one value that a version has, else the usual ones.
pub(crate) fn values<V: Copy + PartialEq + std::fmt::Display>(
    asked: &[V],
    fixed: Option<(&str, V)>,
    usual: &[V],
) -> Vec<V> {
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
