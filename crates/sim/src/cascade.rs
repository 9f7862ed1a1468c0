//! Crashes that follow crashes: when it began, and what started it (I-8, B.11).

use std::collections::BTreeSet;

use rivera_model::{CellIx, Span, Time};
use serde::{Deserialize, Serialize};

use crate::words::many;

/// Why an instance of an app that does not crash by itself crashed (B.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It was not healthy before its start timeout was over.
    NeverHealthy,
    /// It ran, and a health check failed.
    Unhealthy,
    /// Its container could not be created: the platform service did not answer in time.
    CreationFailed,
    /// Its app ended by itself.
    Exited,
    /// What a start needs before its container could not be downloaded.
    NoDependencies,
    /// Its droplet could not be downloaded.
    NoDroplet,
}

impl Cause {
    /// The reason that the cell tells the BBS.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NeverHealthy => "Instance never healthy after its start timeout",
            Self::Unhealthy => "Instance became unhealthy",
            Self::CreationFailed => "failed to create container",
            Self::Exited => "APP/PROC/WEB: Exited with status 1",
            Self::NoDependencies => "failed to download cached artifacts",
            Self::NoDroplet => "Download failed",
        }
    }
}

/// So many crashes without a longer quiet than [`QUIET`] are a cascade.
pub(crate) const CASCADE_CRASHES: u64 = 10;
/// A crash this long after the one before is not its consequence: a restart by convergence comes sooner (C.4, C.6).
const QUIET: Span = Span::from_secs(60);

/// Crashes of healthy apps that followed each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cascade {
    /// Seconds from the start of the roll-out to the first crash.
    pub began_s: f64,
    /// Seconds from the start of the roll-out to the last crash.
    pub ended_s: f64,
    /// Crashes in it.
    pub crashes: u64,
    /// Those of them that hit instances which ran.
    pub running_hit: u64,
    /// Cells on which something crashed.
    pub cells: u32,
    /// Whether it was over when the run ended: a minute had passed without a crash, or every instance ran again.
    pub died_out: bool,
    /// The first crash.
    pub first: FirstCrash,
}

/// The crash that a cascade began with, and what the foundation was doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FirstCrash {
    /// Why the instance crashed.
    pub cause: Cause,
    /// The id of its cell.
    pub cell: String,
    /// How fast that cell went: 1 is undisturbed.
    pub cell_speed: f64,
    /// Containers that were starting on that cell.
    pub starting_on_cell: u32,
    /// Containers that were starting on all cells in service.
    pub starting: u32,
    /// Cells that were being updated.
    pub cells_in_flight: u32,
    /// How fast the file storage let downloads go: 1 is undisturbed.
    pub storage_speed: f64,
    /// How fast the network of that cell let its downloads go: 1 is undisturbed.
    pub network_speed: f64,
    /// Requests that waited in line for the platform service, those that gave up at that moment included.
    pub service_waiting: u32,
    /// Seconds that the first of them had waited.
    pub service_wait_s: f64,
}

impl FirstCrash {
    /// What there was too little of, in words: nothing of what was undisturbed.
    #[must_use]
    pub fn shortages(&self) -> Vec<String> {
        let slow = |speed: f64, what: &str| {
            let percent = format!("{:.0}", speed * 100.0);
            (percent != "100").then(|| format!("{what} at {percent} % of their speed"))
        };
        let line = (self.service_waiting > 0).then(|| {
            let requests = many(self.service_waiting as usize, "request");
            format!("{requests} waited for the platform service, for up to {:.1} s", self.service_wait_s)
        });
        let parts = [
            slow(self.cell_speed, "the containers of that cell went"),
            slow(self.storage_speed, "the file storage let downloads go"),
            slow(self.network_speed, "the network of that cell let downloads go"),
            line,
        ];
        parts.into_iter().flatten().collect()
    }
}

/// The crashes of a run so far, as cascades.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cascades {
    all: Vec<Crashes>,
}

/// Crashes that followed each other, be they many or few.
#[derive(Debug, Clone)]
struct Crashes {
    began: Time,
    last: Time,
    number: u64,
    running_hit: u64,
    cells: BTreeSet<CellIx>,
    first: FirstCrash,
}

impl Cascades {
    /// An instance crashed on a cell; `first` tells of the foundation, if this begins something new.
    pub(crate) fn count(&mut self, now: Time, cell: CellIx, ran: bool, first: impl FnOnce() -> FirstCrash) {
        let goes_on = self.all.last().is_some_and(|it| !is_quiet(it.last, now));
        if !goes_on {
            let (began, cells) = (now, BTreeSet::new());
            self.all.push(Crashes { began, last: now, number: 0, running_hit: 0, cells, first: first() });
        }
        if let Some(it) = self.all.last_mut() {
            it.last = now;
            it.number += 1;
            it.running_hit += u64::from(ran);
            it.cells.insert(cell);
        }
    }

    /// Those that were large enough, with times from `began`, of a run that ended at `ended`. What would have followed had it
    /// gone on is not known, unless `all_run`: nothing is left that could start and crash.
    pub(crate) fn between(self, began: Time, ended: Time, all_run: bool) -> Vec<Cascade> {
        let large = self.all.into_iter().filter(|it| it.number >= CASCADE_CRASHES);
        large
            .map(|it| Cascade {
                began_s: it.began.since(began).as_secs_f64(),
                ended_s: it.last.since(began).as_secs_f64(),
                crashes: it.number,
                running_hit: it.running_hit,
                cells: u32::try_from(it.cells.len()).expect("fewer cells than u32::MAX"),
                died_out: all_run || is_quiet(it.last, ended),
                first: it.first,
            })
            .collect()
    }
}

/// Whether a crash at `now` would be no consequence of the last one.
fn is_quiet(last: Time, now: Time) -> bool {
    now.since(last) > QUIET
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first() -> FirstCrash {
        FirstCrash {
            cause: Cause::NeverHealthy,
            cell: "c".to_owned(),
            cell_speed: 0.1,
            storage_speed: 1.0,
            network_speed: 1.0,
            service_waiting: 0,
            service_wait_s: 0.0,
            starting_on_cell: 40,
            starting: 60,
            cells_in_flight: 6,
        }
    }

    #[test]
    fn crashes_that_follow_each_other_are_one_cascade_and_a_few_are_none() {
        let mut cascades = Cascades::default();
        let mut crash = |s: u64| {
            let cell = CellIx(u32::try_from(s % 3).unwrap());
            cascades.count(Time::from_ms(s * 1_000), cell, s.is_multiple_of(2), first);
        };
        (100..120).for_each(&mut crash);
        crash(300);
        (1_000..1_012).map(|s| 1_000 + (s - 1_000) * 50).for_each(crash);
        let found = |ended_s: u64, all_run| {
            cascades.clone().between(Time::from_ms(60_000), Time::from_ms(ended_s * 1_000), all_run)
        };
        let at_once = found(1_551, false);
        let spans: Vec<_> = at_once.iter().map(|it| (it.began_s, it.ended_s, it.crashes)).collect();
        assert_eq!(spans, [(40.0, 59.0, 20), (940.0, 1_490.0, 12)]);
        assert_eq!((at_once[0].running_hit, at_once[1].running_hit), (10, 12));
        assert_eq!((at_once[0].cells, at_once[1].cells), (3, 3));
        let died_out =
            |ended_s, all_run| found(ended_s, all_run).iter().map(|it| it.died_out).collect::<Vec<_>>();
        assert_eq!(died_out(1_611, false), [true, true], "a minute and a second after the last crash");
        assert_eq!(died_out(1_610, false), [true, false]);
        assert_eq!(died_out(1_610, true), [true, true], "nothing is left that could crash");
    }

    #[test]
    fn only_what_was_short_is_named() {
        let slow = ["the containers of that cell went at 10 % of their speed"];
        assert_eq!(first().shortages(), slow);
        let of_service =
            FirstCrash { cell_speed: 0.999, service_waiting: 120, service_wait_s: 4.96, ..first() };
        assert_eq!(of_service.shortages(), ["120 requests waited for the platform service, for up to 5.0 s"]);
        let of_downloads = FirstCrash { cell_speed: 1.0, storage_speed: 0.5, network_speed: 0.25, ..first() };
        assert_eq!(
            of_downloads.shortages(),
            [
                "the file storage let downloads go at 50 % of their speed",
                "the network of that cell let downloads go at 25 % of their speed"
            ]
        );
    }
}
