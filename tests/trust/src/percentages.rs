//! The change of a platform to 30 % in flight, as its operators reckoned it, beside ours (G.2, D.1, D.8, J-12).

use rivera_experiment::SettingResult;
use rivera_report::figure;
use rivera_sim::Unit;
use rivera_sim::check::{Plan, PlanSettings, check};

use crate::foundation::{Foundation, SEEDS, setting};
use crate::spread::Spread;
use crate::table::Table;

/// What the apps have been promised, and a cell with what is promised of it beyond what it has (published).
const APPS_MB: f64 = 1_171_627.0;
const CELL_MB: f64 = 30_662.0 * 1.66;
const ZONES: u32 = 3;
const CELLS_OF_ZONE: u32 = 13;
const LIMIT: &str = "200";

const VALUES: [&str; 7] = ["10%", "20%", "30%", "40%", "50%", "75%", "100%"];

pub(crate) fn table() -> String {
    let foundation = Foundation::shipped("paas-1632");
    let results = foundation.compare(&VALUES.map(|value| setting(value, LIMIT)), &SEEDS);
    let slowest = results[0].clone();
    let mut table = Table::new([
        "`max_in_flight`",
        "at a time",
        "rounds of a zone, by hand",
        "times faster, by hand",
        "times faster, simulated",
        "duration, simulated",
        "cells to spare in all",
        "cells to spare in the zone",
        "`rivera check` finds",
        "cells at the timeout",
        "apps down",
    ]);
    for (value, result) in VALUES.iter().zip(&results) {
        let at_a_time = result.runs[0].zones[0].in_flight;
        let rounds = CELLS_OF_ZONE.div_ceil(at_a_time);
        let needed = APPS_MB / CELL_MB;
        let left = |cells: u32, needed: f64| {
            format!("{:.1}", f64::from(cells - at_a_time) - needed).replace('-', "−")
        };
        table.row(&[
            (*value).to_owned(),
            at_a_time.to_string(),
            rounds.to_string(),
            ratio(f64::from(CELLS_OF_ZONE) / f64::from(rounds)),
            times_faster(&slowest, result).show(ratio),
            spread(result, Unit::Seconds, |run| run.duration_s),
            left(ZONES * CELLS_OF_ZONE, needed),
            left(CELLS_OF_ZONE, needed / f64::from(ZONES)),
            found(&foundation, value),
            spread(result, Unit::Count, |run| f64::from(run.evacuation_timeouts)),
            spread(result, Unit::Count, |run| f64::from(run.apps_down)),
        ]);
    }
    let (needed, cells) = (APPS_MB / CELL_MB, ZONES * CELLS_OF_ZONE);
    format!(
        "{table}\nNeeded are {needed:.3} of the {cells} cells; the operators' 23.01 has its last digits cut off.\n"
    )
}

/// By seed.
fn times_faster(slowest: &SettingResult, result: &SettingResult) -> Spread {
    Spread::of(slowest.runs.iter().zip(&result.runs).map(|(slow, run)| slow.duration_s / run.duration_s))
}

fn spread(result: &SettingResult, unit: Unit, value: fn(&rivera_sim::Outcome) -> f64) -> String {
    Spread::of(result.runs.iter().map(value)).show(|value| figure(unit, value))
}

fn ratio(value: f64) -> String {
    format!("{value:.1}")
}

/// The errors and warnings on the room and on the throttles.
fn found(foundation: &Foundation, max_in_flight: &str) -> String {
    let settings = PlanSettings {
        max_in_flight: max_in_flight.to_owned(),
        ..PlanSettings::of(&foundation.fleet.facts, None)
    };
    let plan = Plan::new(&foundation.fleet, settings).expect("a fleet that ships");
    let mut codes: Vec<String> = check(&plan)
        .iter()
        .filter(|finding| finding.severity() != rivera_limiter::Severity::Note)
        .map(|finding| format!("`{}`", finding.rule.code))
        .collect();
    codes.dedup();
    if codes.is_empty() { "nothing".to_owned() } else { codes.join(", ") }
}
