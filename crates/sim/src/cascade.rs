//! Crashes that follow crashes: when it began, and what started it (I-8, B.11).

use rivera_model::{Span, Time};
use serde::{Deserialize, Serialize};

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
}

/// The crashes of a run so far, as cascades.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cascades {
    all: Vec<(Time, Time, Cascade)>,
}

impl Cascades {
    /// An instance crashed; `first` tells of the foundation, if this begins something new.
    pub(crate) fn count(&mut self, now: Time, ran: bool, first: impl FnOnce() -> FirstCrash) {
        let goes_on = self.all.last().is_some_and(|(_, last, _)| now.since(*last) <= QUIET);
        if !goes_on {
            let cascade = Cascade { began_s: 0.0, ended_s: 0.0, crashes: 0, running_hit: 0, first: first() };
            self.all.push((now, now, cascade));
        }
        if let Some((_, last, cascade)) = self.all.last_mut() {
            *last = now;
            cascade.crashes += 1;
            cascade.running_hit += u64::from(ran);
        }
    }

    /// Those that were large enough, with times from `began`.
    pub(crate) fn since(self, began: Time) -> Vec<Cascade> {
        let large = self.all.into_iter().filter(|(.., cascade)| cascade.crashes >= CASCADE_CRASHES);
        large
            .map(|(first, last, cascade)| Cascade {
                began_s: first.since(began).as_secs_f64(),
                ended_s: last.since(began).as_secs_f64(),
                ..cascade
            })
            .collect()
    }
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
            starting_on_cell: 40,
            starting: 60,
            cells_in_flight: 6,
        }
    }

    #[test]
    fn crashes_that_follow_each_other_are_one_cascade_and_a_few_are_none() {
        let mut cascades = Cascades::default();
        let mut crash = |s: u64| cascades.count(Time::from_ms(s * 1_000), s.is_multiple_of(2), first);
        (100..120).for_each(&mut crash);
        crash(300);
        (1_000..1_012).map(|s| 1_000 + (s - 1_000) * 50).for_each(crash);
        let found = cascades.since(Time::from_ms(60_000));
        let spans: Vec<_> = found.iter().map(|it| (it.began_s, it.ended_s, it.crashes)).collect();
        assert_eq!(spans, [(40.0, 59.0, 20), (940.0, 1_490.0, 12)]);
        assert_eq!((found[0].running_hit, found[1].running_hit), (10, 12));
    }
}
