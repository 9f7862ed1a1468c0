//! The published test with 1,000 cells in which a service of the platform was too small for the starts (G.3, I-8).

use std::collections::BTreeSet;

use rivera_experiment::SettingResult;
use rivera_report::figure;
use rivera_sim::{End, Finished, Outcome, Record, Unit, What};

use crate::foundation::{Foundation, setting};
use crate::spread::Spread;
use crate::table::{Table, paragraph};

const SEEDS: [u64; 3] = [1, 2, 3];
/// Requests that the service that is too small works on at once.
const TOO_SMALL: u32 = 20;
const SIZES: [u32; 7] = [10, 20, 30, 40, 60, 80, 200];
const IN_FLIGHT: [&str; 5] = ["50", "30", "20", "10", "5"];
const STARTS: [&str; 4] = ["none", "500", "200", "100"];

/// The published foundation. All droplets are of the one size that is published: of the default's 30,000 sizes one or two are so large
/// that their apps never start in time, whatever the service does.
fn sized() -> Foundation {
    Foundation::shipped("cf-networking-61").with("[apps]\ndroplet_mb = { fixed = 100 }\n")
}

/// With a service of so many workers, each request of which takes a quarter of a second on average.
fn with_workers(workers: u32) -> Foundation {
    sized().with(&format!(
        "[platform_service]\nworkers = {workers}\nservice_ms = {{ lognormal = {{ median = 200, p95 = 600 }} }}\n"
    ))
}

/// How small it has to be.
pub(crate) fn by_size() -> String {
    let mut table = Table::new([
        "requests worked on at once",
        "requests a second",
        "crashes",
        "apps that crashed",
        "apps down",
        "longest app down",
    ]);
    for workers in SIZES {
        let size = [workers.to_string(), (workers * 4).to_string()];
        table.row(&of_size(size, &with_workers(workers)));
    }
    let as_it_ships = ["100, of 25 ms each: as it ships".to_owned(), "4,000".to_owned()];
    table.row(&of_size(as_it_ships, &sized()));
    table.to_string()
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn of_size([workers, a_second]: [String; 2], foundation: &Foundation) -> [String; 6] {
    let record = Record { course: false, timeline: true };
    let runs = foundation.runs(setting("50", "none"), &SEEDS, record);
    let spread = |unit, value: fn(&Finished) -> f64| {
        Spread::of(runs.iter().map(value)).show(|value| figure(unit, value))
    };
    [
        workers,
        a_second,
        spread(Unit::Count, |run| run.outcome.crashes as f64),
        spread(Unit::Count, |run| apps_that_crashed(run) as f64),
        spread(Unit::Count, |run| f64::from(run.outcome.apps_down)),
        spread(Unit::Seconds, |run| run.outcome.longest_app_down_s),
    ]
}

/// Each counted once, however often it crashes.
fn apps_that_crashed(run: &Finished) -> usize {
    let apps = run.timeline.iter().filter_map(|entry| match entry.what {
        What::Crashed(lrp, _) => Some(lrp.process),
        _ => None,
    });
    apps.collect::<BTreeSet<_>>().len()
}

/// What the two throttles do about one that is too small.
pub(crate) fn by_setting() -> String {
    let settings: Vec<_> =
        IN_FLIGHT.iter().flat_map(|cells| STARTS.iter().map(|starts| setting(cells, starts))).collect();
    let results = with_workers(TOO_SMALL).compare(&settings, &SEEDS);
    let mut table = Table::new([
        "`max_in_flight`",
        "`max_starts`",
        "crashes",
        "apps down",
        "longest app down",
        "cells at the timeout",
        "duration",
    ]);
    for result in &results {
        table.row(&[
            result.setting.max_in_flight.to_string(),
            result.setting.max_starts.to_string(),
            crashes(result),
            apps_down(result),
            spread(result, Unit::Seconds, |run| run.longest_app_down_s),
            spread(result, Unit::Count, |run| f64::from(run.evacuation_timeouts)),
            spread(result, Unit::Seconds, |run| run.duration_s),
        ]);
    }
    format!("{table}\n{}", conclusion(&results))
}

/// Which settings would have avoided it, and the fastest of them.
fn conclusion(results: &[SettingResult]) -> String {
    let is_good =
        |run: &Outcome| run.end == End::Finished && run.crashes == 0 && run.evacuation_timeouts == 0;
    let mut good: Vec<(f64, &SettingResult)> = results
        .iter()
        .filter(|result| result.runs.iter().all(is_good))
        .map(|result| (Spread::of(result.runs.iter().map(|run| run.duration_s)).median, result))
        .collect();
    good.sort_by(|a, b| a.0.total_cmp(&b.0));
    let named: Vec<String> = good.iter().map(|(_, result)| words(result)).collect();
    match named.first() {
        None => "Every setting has crashes or cells at the timeout.\n".to_owned(),
        Some(fastest) => paragraph(&format!(
            "Without a crash and without a cell at the timeout in any of the seeds, fastest first: {}. The fastest, {fastest}, takes {}.",
            named.join("; "),
            figure(Unit::Seconds, good[0].0)
        )),
    }
}

fn words(result: &SettingResult) -> String {
    let starts = match result.setting.max_starts.maximum() {
        None => "no limit".to_owned(),
        Some(limit) => format!("{limit} starts"),
    };
    format!("{} cells and {starts}", result.setting.max_in_flight)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn crashes(result: &SettingResult) -> String {
    spread(result, Unit::Count, |run| run.crashes as f64)
}

fn apps_down(result: &SettingResult) -> String {
    spread(result, Unit::Count, |run| f64::from(run.apps_down))
}

fn spread(result: &SettingResult, unit: Unit, value: fn(&Outcome) -> f64) -> String {
    Spread::of(result.runs.iter().map(value)).show(|value| figure(unit, value))
}
