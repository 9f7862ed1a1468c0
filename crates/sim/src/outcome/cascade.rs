//! What is told of crashes that follow crashes: when they began, and what started them (I-8, B.11).

use serde::{Deserialize, Serialize};

use crate::scenario::FaultKind;
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
    /// Instances that crashed in it and did not run again before the run ended.
    pub not_back: u32,
    /// Whether it was over when the run ended: every instance that crashed in it ran again, and a minute had passed since, or
    /// nothing was left that could crash.
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
    /// What did not answer of what starts go through: components by their names (D.7), and the file server.
    pub away: Vec<String>,
    /// The kinds of the faults that were under way.
    pub faults: Vec<FaultKind>,
}

impl Cascade {
    /// Why it had not died out when the run ended, in words; nothing if it had.
    #[must_use]
    pub fn goes_on(&self) -> Option<String> {
        match self.not_back {
            _ if self.died_out => None,
            0 => Some("its last crash was just before the run ended".to_owned()),
            left => {
                let instances = many(left as usize, "instance");
                Some(format!("{instances} of it did not run again before the run ended"))
            }
        }
    }
}

impl FirstCrash {
    /// What was away, failed or was short, in words: nothing of what was undisturbed.
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
        let away = (!self.away.is_empty()).then(|| format!("{} did not answer", self.away.join(", ")));
        let faults = (!self.faults.is_empty()).then(|| {
            let kinds: Vec<&str> = self.faults.iter().map(|kind| kind.as_str()).collect();
            format!("faults under way: {}", kinds.join(", "))
        });
        let parts = [
            away,
            faults,
            slow(self.cell_speed, "the containers of that cell went"),
            slow(self.storage_speed, "the file storage let downloads go"),
            slow(self.network_speed, "the network of that cell let downloads go"),
            line,
        ];
        parts.into_iter().flatten().collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// One on a cell that is slow, with nothing else short.
    pub(crate) fn first() -> FirstCrash {
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
            away: Vec::new(),
            faults: Vec::new(),
        }
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

    #[test]
    fn what_was_away_and_what_failed_are_named_first() {
        let of_outage = FirstCrash {
            away: vec!["File Storage".to_owned(), "Diego BBS".to_owned()],
            faults: vec![FaultKind::DatabaseAway, FaultKind::StorageAway],
            ..first()
        };
        assert_eq!(
            of_outage.shortages(),
            [
                "File Storage, Diego BBS did not answer",
                "faults under way: database_away, storage_away",
                "the containers of that cell went at 10 % of their speed"
            ]
        );
    }

    #[test]
    fn a_cascade_that_goes_on_says_what_is_left_of_it() {
        let (began_s, ended_s) = (1.0, 2.0);
        let over = Cascade {
            began_s,
            ended_s,
            crashes: 10,
            running_hit: 0,
            cells: 1,
            not_back: 0,
            died_out: true,
            first: first(),
        };
        assert_eq!(over.goes_on(), None);
        let recent = Cascade { died_out: false, ..over };
        assert_eq!(recent.goes_on().as_deref(), Some("its last crash was just before the run ended"));
        let left = Cascade { not_back: 1, ..recent };
        assert_eq!(
            left.goes_on().as_deref(),
            Some("1 instance of it did not run again before the run ended")
        );
    }
}
