//! What several formats say about a setting, beyond its figures.

use std::collections::BTreeMap;

use rivera_experiment::Plan;
use rivera_experiment::{Comparison, SettingResult, Stat};
use rivera_sim::{End, FleetFigures, METRICS, Metric, Outcome, Setting, ZoneSpan};

use crate::figures::{count, many};
use crate::json::end_name;

/// `max_in_flight 8, max_starts 250`
pub(crate) fn name(result: &SettingResult) -> String {
    let others = result.others.iter().map(|(key, value)| format!(", {key} {value}"));
    throttles(&result.setting) + &others.collect::<String>()
}

/// The two throttles alone.
pub(crate) fn throttles(setting: &Setting) -> String {
    format!("max_in_flight {}, max_starts {}", setting.max_in_flight, setting.max_starts)
}

/// `8 / 250`, where there is little room.
pub(crate) fn short_name(result: &SettingResult) -> String {
    let others = result.others.iter().map(|(_, value)| format!(" / {value}"));
    format!("{} / {}{}", result.setting.max_in_flight, result.setting.max_starts, others.collect::<String>())
}

/// `max_in_flight 4%, max_starts 50` of a point of an experiment; one without axes has no values to be called by.
pub(crate) fn point_name(plan: &Plan, values: &[String]) -> String {
    if plan.axes.is_empty() {
        return "the one setting".to_owned();
    }
    let values = plan.axes.iter().zip(values).map(|(axis, value)| format!("{} {value}", axis.key));
    values.collect::<Vec<_>>().join(", ")
}

/// The metric of a bound, `crashes.max <= 0`; nothing for those that are none of a metric.
pub(crate) fn metric_of(bound: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| bound.split('.').next() == Some(metric.key))
}

/// Whether cells of several groups were updated.
pub(crate) fn has_groups(zones: &[ZoneSpan]) -> bool {
    zones.windows(2).any(|pair| pair[0].group != pair[1].group)
}

/// The figures that there is anything to show of.
pub(crate) fn metrics(comparison: &Comparison) -> impl Iterator<Item = &'static Metric> {
    let runs = || comparison.settings.iter().flat_map(|result| &result.runs);
    METRICS.iter().filter(move |metric| metric.applies(runs()))
}

/// What a setting has of these figures, in their order.
pub(crate) fn figures<'a>(
    metrics: &'a [&'static Metric],
    result: &'a SettingResult,
) -> impl Iterator<Item = (&'static Metric, &'a Stat)> {
    let stat = |metric: &Metric| result.stats.iter().find(|stat| stat.key == metric.key);
    metrics.iter().filter_map(move |metric| Some((*metric, stat(metric)?)))
}

/// How many runs of the setting updated all cells.
pub(crate) fn finished_runs(result: &SettingResult) -> usize {
    result.runs.iter().filter(|run| run.end == End::Finished).count()
}

/// Failed placements by reason, summed over the runs of the setting.
pub(crate) fn placement_failures(result: &SettingResult) -> BTreeMap<&str, u64> {
    let mut sum = BTreeMap::new();
    for (reason, failures) in result.runs.iter().flat_map(|run| &run.placement_failures) {
        *sum.entry(reason_text(reason)).or_default() += failures;
    }
    sum
}

/// The auctioneer's reason, which is empty where a cell took no work that the auction had given it (A.10, Q5).
pub(crate) fn reason_text(reason: &str) -> &str {
    if reason.is_empty() { "refused by the cell" } else { reason }
}

/// What an operator must know of settings beside the recommendation: roll-outs that did not finish, and instances that
/// were still missing at the end.
pub(crate) fn warnings(comparison: &Comparison) -> Vec<String> {
    let unfinished = comparison.settings.iter().filter_map(|result| {
        let mut ends: BTreeMap<String, usize> = BTreeMap::new();
        for run in result.runs.iter().filter(|run| run.end != End::Finished) {
            *ends.entry(end(&run.end)).or_default() += 1;
        }
        let ways: Vec<String> = ends.iter().map(|(end, runs)| format!("{runs} {end}")).collect();
        let (name, unfinished, all) = (name(result), ends.values().sum::<usize>(), result.runs.len());
        (unfinished > 0).then(|| {
            format!("{name}: {unfinished} of {} did not finish ({})", many(all, "roll-out"), ways.join(", "))
        })
    });
    let missing = comparison.settings.iter().filter_map(|result| {
        let missing = result.runs.iter().map(|run| run.not_running_at_end).max().unwrap_or(0);
        let name = name(result);
        (missing > 0).then(|| {
            format!("{name}: up to {} of healthy apps did not run at the end", many(missing, "instance"))
        })
    });
    unfinished.chain(missing).collect()
}

/// How a roll-out ended, in words.
pub(crate) fn end(end: &End) -> String {
    end_name(end).replace('_', " ")
}

/// `218 cells in 2 zones (z1 109, z2 109), 4,100 processes, 16,231 instances, 52 % of memory used`
pub(crate) fn fleet(fleet: &FleetFigures) -> String {
    let zones: Vec<String> =
        fleet.zones.iter().map(|(zone, cells)| format!("{zone} {}", count(*cells))).collect();
    format!(
        "{} in {} ({}), {}, {}, {} % of memory used",
        many(fleet.cells, "cell"),
        many(fleet.zones.len(), "zone"),
        zones.join(", "),
        many(fleet.processes, "process"),
        many(fleet.instances, "instance"),
        fleet.memory_used_percent
    )
}

/// The run that the course over time was taken from: the one that holds samples, else the first.
pub(crate) fn shown_run(result: &SettingResult) -> Option<&Outcome> {
    result.runs.iter().find(|run| !run.course.is_empty()).or_else(|| result.runs.first())
}
