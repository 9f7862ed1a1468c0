//! The published repave of Pivotal Web Services, 2017, beside ours (G.1).

use rivera_report::figure;
use rivera_sim::{FleetFigures, Outcome, Record, Sample, Unit};

use crate::foundation::{Foundation, SEEDS, setting};
use crate::spread::Spread;
use crate::table::Table;

/// What the agreement of a figure says.
#[derive(Clone, Copy)]
enum Kind {
    /// Nothing: it was put in.
    Input,
    /// Little: constants were chosen so that it comes out.
    Fitted,
    /// Something: no constant was chosen for it.
    Predicted,
    /// The simulator does not have it.
    Absent,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Input => "INPUT",
            Self::Fitted => "FITTED",
            Self::Predicted => "PREDICTED",
            Self::Absent => "not simulated",
        }
    }
}

/// The averages of monitoring, as the published graphs show them.
const WINDOW_S: f64 = 300.0;
const CELLS: f64 = 250.0;
const IN_FLIGHT: f64 = 6.0;

pub(crate) fn table() -> String {
    let foundation = Foundation::shipped("pws-2017");
    let record = Record { course: true, timeline: false };
    let runs = foundation.runs(setting("6", "250"), &SEEDS, record);
    let runs: Vec<Outcome> = runs.into_iter().map(|run| run.outcome).collect();
    let figures = FleetFigures::of(&foundation.fleet).expect("a fleet that ships");
    let mut rows = Rows { table: Table::new(["figure", "published", "simulated", ""]), runs: &runs };

    rows.input("cells", "250", figures.cells.to_string());
    rows.input("zones", "2", figures.zones.len().to_string());
    rows.input("app instances", "about 15,000", count(f64::from(figures.instances)));
    rows.input("memory of the cells in use", "about 50 %", format!("{} %", figures.memory_used_percent));
    rows.input("cells in flight", "6", "6".to_owned());
    rows.input("limit of starting containers", "250", "250".to_owned());
    let usual_mb_per_min = f64::from(figures.instances) * foundation.scenario.network.app_mb_per_s * 60.0;
    rows.input("network in of all apps, usual", "2.11 GB/min", gigabytes(usual_mb_per_min));

    rows.of(Kind::Fitted, "the whole roll-out", "6 h", time, |run| run.duration_s);
    rows.of(Kind::Fitted, "the first zone", "about 3 h", time, |run| zone_s(run, 0));
    rows.of(Kind::Fitted, "the second zone", "about 3 h", time, |run| zone_s(run, 1));
    rows.of(Kind::Fitted, "slot of a cell, mean (duration times 6 by 250)", "8.6 min", minutes, |run| {
        run.duration_s * IN_FLIGHT / CELLS
    });
    rows.of(
        Kind::Predicted,
        "cores in use, peak: mean of the cells",
        "36 % (of which cells is not said)",
        percent,
        |run| peak(run, WINDOW_S, |sample| sample.cpu_mean),
    );
    rows.of(Kind::Fitted, "cores in use, peak: the busiest cell", "the same figure", percent, |run| {
        peak(run, 0.0, |sample| sample.cpu_max)
    });

    rows.of(
        Kind::Predicted,
        "instances moved a minute",
        "42 if each moved once, 52 with 16,231 on 218 cells",
        one,
        |run| moves(run) / (run.duration_s / 60.0),
    );
    rows.of(
        Kind::Predicted,
        "starting containers, peak",
        "limited to 250: 360 to 447 evacuated at once",
        count,
        |run| f64::from(run.peak_starting),
    );
    rows.of(
        Kind::Predicted,
        "network in of all cells, peak, beyond what is usual",
        "at most 14.64 GB/min",
        gigabytes,
        |run| peak(run, WINDOW_S, |sample| sample.storage_mb_per_s) * 60.0,
    );
    rows.of(Kind::Predicted, "the same, mean of the roll-out", "", gigabytes, |run| {
        run.storage.moved_mb / (run.duration_s / 60.0)
    });
    rows.of(Kind::Predicted, "network in by moved instance", "at most 280 to 350 MB", megabytes, |run| {
        run.storage.moved_mb / moves(run)
    });
    rows.of(
        Kind::Predicted,
        "share of the downloads' time that a cell's network held up",
        "",
        |share| format!("{:.2} %", share * 100.0),
        |run| run.storage.held_by_network_share,
    );
    rows.of(Kind::Predicted, "cells at the evacuation timeout", "none told of", count, |run| {
        f64::from(run.evacuation_timeouts)
    });
    rows.of(Kind::Predicted, "apps down", "none told of", count, |run| f64::from(run.apps_down));

    rows.absent("network out", "1.25 GB/min, no change", "what apps send is not simulated");
    rows.absent(
        "read operations, usual and in the repave",
        "43 and 1,943",
        "operations of the cells' own disks: ours have MB/s alone",
    );
    rows.absent("write operations, usual and in the repave", "2,166 and 21,000", "the same");
    rows.table.to_string()
}

/// The table as it grows.
struct Rows<'a> {
    table: Table,
    runs: &'a [Outcome],
}

impl Rows<'_> {
    fn input(&mut self, figure: &str, published: &str, ours: String) {
        self.row(Kind::Input, figure, published, ours);
    }

    fn absent(&mut self, figure: &str, published: &str, why: &str) {
        self.row(Kind::Absent, figure, published, why.to_owned());
    }

    fn of(
        &mut self,
        kind: Kind,
        figure: &str,
        published: &str,
        words: fn(f64) -> String,
        value: fn(&Outcome) -> f64,
    ) {
        let spread = Spread::of(self.runs.iter().map(value));
        self.row(kind, figure, published, spread.show(words));
    }

    fn row(&mut self, kind: Kind, figure: &str, published: &str, ours: String) {
        self.table.row(&[figure.to_owned(), published.to_owned(), ours, kind.word().to_owned()]);
    }
}

fn zone_s(run: &Outcome, zone: usize) -> f64 {
    run.zones[zone].end_s - run.zones[zone].start_s
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn moves(run: &Outcome) -> f64 {
    run.moves as f64
}

/// The greatest mean of a sample's figure over windows of this length; of 0, the greatest sample.
fn peak(run: &Outcome, window_s: f64, of: fn(&Sample) -> f64) -> f64 {
    let rolling = run.course.iter().filter(|sample| (0.0..=run.duration_s).contains(&sample.t_s));
    let mut windows: Vec<(f64, Vec<f64>)> = Vec::new();
    for sample in rolling {
        match windows.last_mut() {
            Some((begins_s, values)) if sample.t_s < *begins_s + window_s => values.push(of(sample)),
            _ => windows.push((sample.t_s, vec![of(sample)])),
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a few samples")]
    let means = windows.iter().map(|(_, values)| values.iter().sum::<f64>() / values.len() as f64);
    means.fold(0.0, f64::max)
}

fn time(value: f64) -> String {
    figure(Unit::Seconds, value)
}

fn count(value: f64) -> String {
    figure(Unit::Count, value)
}

fn minutes(seconds: f64) -> String {
    format!("{:.1} min", seconds / 60.0)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn one(value: f64) -> String {
    format!("{value:.0}")
}

fn gigabytes(mb: f64) -> String {
    format!("{:.1} GB/min", mb / 1e3)
}

fn megabytes(mb: f64) -> String {
    format!("{mb:.0} MB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_the_greatest_mean_of_a_window() {
        let course = [1.0, 3.0, 8.0, 0.0, 5.0].iter().zip([0.0, 10.0, 20.0, 30.0, 40.0]);
        let course = course.map(|(&cpu_mean, t_s)| Sample { t_s, cpu_mean, ..Sample::default() });
        let run = Outcome { duration_s: 40.0, course: course.collect(), ..Outcome::default() };
        let peak = |window_s| peak(&run, window_s, |sample| sample.cpu_mean);
        assert_eq!((peak(0.0), peak(20.0)), (8.0, 5.0));
    }
}
