//! What a rule has found: its figures, and the sentence that states them.

use std::fmt;

use rivera_limiter::Severity;
use serde::Serialize;

use super::rule::Rule;

/// Something to tell the operator.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// What it found.
    pub evidence: Evidence,
}

impl Finding {
    /// How bad it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.rule.severity
    }
}

/// What was found, in figures. The name of a variant is the code of its rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "the figures are named for what they count; the rules' own texts explain them"
)]
pub enum Evidence {
    NotANumber {
        group: String,
        value: String,
    },
    OutOfBounds {
        group: String,
        value: String,
        why: String,
    },
    AllAtOnce {
        group: String,
        value: String,
        instances: usize,
    },
    TooLarge {
        group: String,
        value: String,
        instances: usize,
    },
    ZoneAtOnce {
        group: String,
        value: String,
        in_zone: usize,
        instances: usize,
    },
    QuorumLost {
        group: String,
        at_a_time: usize,
        instances: usize,
        needed: usize,
    },
    QuorumAtRisk {
        group: String,
        at_a_time: usize,
        instances: usize,
        needed: usize,
    },
    EvenQuorum {
        group: String,
        instances: usize,
    },
    PercentOfZone {
        group: String,
        value: String,
        at_a_time: usize,
        of_all: usize,
    },
    CannotBeSet {
        version: String,
        what: &'static str,
        value: String,
        fixed: String,
    },
    SingleInstance {
        group: String,
        components: Vec<&'static str>,
        plane: Plane,
        extended: bool,
        scalable: bool,
    },
    UnhealthyMysql {
        group: String,
        instances: usize,
    },
    WindowsLast {
        version: String,
    },
    TooLittleRoom(Room),
    ZoneTooFull(Room),
    NoStartLimit {
        instances: usize,
    },
    StartsInWaves {
        limit: u32,
        instances: usize,
        waves: usize,
        least_s: usize,
        most_s: usize,
    },
    WavesOutlastEvacuation {
        limit: u32,
        instances: usize,
        waves: usize,
        least_s: usize,
        timeout_s: u64,
    },
    ShortEvacuation {
        timeout_s: u64,
        least_s: u64,
    },
    CrowdedCells {
        cells: usize,
        instances_on_fullest: usize,
    },
    InternalStorage {
        cells: usize,
        most_cells: usize,
    },
    StorageLoad {
        cells_in_flight: usize,
        instances: usize,
        droplet_mb: f64,
        load_mb: f64,
        whole_mb: f64,
        mb_per_s: f64,
    },
    StorageTooSlow {
        load_mb: f64,
        mb_per_s: f64,
        takes_s: f64,
        timeout_s: u64,
    },
    RecreateApps {
        apps: usize,
        instances: usize,
        single: usize,
    },
    SingleInstanceApps {
        apps: usize,
    },
    TasksNotMoved {
        tasks: usize,
        cells: usize,
        timeout_s: u64,
    },
    SurplusCells {
        cells: usize,
        in_flight: usize,
        rounds: usize,
        surplus: usize,
        rounds_with: usize,
        saved_min: usize,
    },
}

/// What is touched while a component is gone (D.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plane {
    /// Neither apps nor the platform.
    Neither,
    /// Apps.
    Apps,
    /// The platform.
    Platform,
    /// Both.
    Both,
}

/// Room for work after the cells in flight are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Room {
    /// Whose work: all, that of an isolation segment or of a stack.
    pub work: String,
    /// The zone that is being updated.
    pub zone: String,
    /// Cells that are gone at once.
    pub in_flight: usize,
    /// What is short: memory in MB, disk in MB, or containers.
    pub resource: &'static str,
    /// What the work takes, proxies included.
    pub needed: i64,
    /// What the other cells have.
    pub room: i64,
    /// The most cells that can be gone at once; 0 if there is too little room as it is.
    pub most_in_flight: usize,
}

impl Evidence {
    /// Which group or zone it is about, if about one.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::NotANumber { group, .. }
            | Self::OutOfBounds { group, .. }
            | Self::AllAtOnce { group, .. }
            | Self::TooLarge { group, .. }
            | Self::ZoneAtOnce { group, .. }
            | Self::QuorumLost { group, .. }
            | Self::QuorumAtRisk { group, .. }
            | Self::EvenQuorum { group, .. }
            | Self::PercentOfZone { group, .. }
            | Self::SingleInstance { group, .. }
            | Self::UnhealthyMysql { group, .. } => Some(group),
            Self::TooLittleRoom(room) | Self::ZoneTooFull(room) => Some(&room.zone),
            _ => None,
        }
    }
}

impl fmt::Display for Evidence {
    #[expect(clippy::too_many_lines, reason = "one sentence for each rule")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber { value, .. } => {
                write!(f, "max_in_flight is '{value}', which is neither an integer nor a percentage")
            }
            Self::OutOfBounds { why, .. } => f.write_str(why),
            Self::AllAtOnce { value, instances, .. } => {
                write!(f, "max_in_flight {value} takes all {instances} instances down at once")
            }
            Self::TooLarge { value, instances, .. } => {
                write!(f, "max_in_flight {value} is not below the number of instances, {instances}")
            }
            Self::ZoneAtOnce { value, in_zone, instances, .. } => write!(
                f,
                "max_in_flight {value} takes all {in_zone} instances of a zone down at once, of {instances} in all"
            ),
            Self::QuorumLost { at_a_time, instances, needed, .. } => write!(
                f,
                "{at_a_time} of {instances} members are updated at a time, and {needed} have to be up: no majority is left"
            ),
            Self::QuorumAtRisk { at_a_time, instances, needed, .. } => write!(
                f,
                "{at_a_time} of {instances} members are updated at a time, and {needed} have to be up: a failure more may \
                 end the majority"
            ),
            Self::EvenQuorum { instances, .. } => write!(
                f,
                "{instances} members, an even number, bear no more failures than {} do",
                instances.saturating_sub(1)
            ),
            Self::PercentOfZone { value, at_a_time, of_all, .. } => write!(
                f,
                "{value} is {at_a_time} at a time, not {of_all}: BOSH takes it of each zone, and rounds down"
            ),
            Self::CannotBeSet { version, what, value, fixed } => {
                write!(f, "version {version} has {fixed} as its {what}, which cannot be changed to {value}")
            }
            Self::SingleInstance { components, plane, extended, .. } => {
                let names = components.join(", ");
                let long = if *extended { "for up to 5 minutes" } else { "for a moment" };
                write!(
                    f,
                    "the only instance ({names}) is gone {long} while it is updated: {}",
                    plane.effect()
                )
            }
            Self::UnhealthyMysql { instances, .. } => {
                write!(f, "a MySQL cluster of {instances} must be healthy before the upgrade begins")
            }
            Self::WindowsLast { version } => {
                write!(f, "from {version}, TAS for VMs has to be upgraded before TAS for VMs [Windows]")
            }
            Self::TooLittleRoom(room) => {
                write!(f, "{room}{}", room.most("max_in_flight can be at most {}"))
            }
            Self::ZoneTooFull(room) => {
                write!(
                    f,
                    "{room}; the rest moves to other zones{}",
                    room.most("up to {} at a time all of it stays")
                )
            }
            Self::NoStartLimit { instances } => write!(
                f,
                "no limit of starting containers: up to {instances} instances start at the same moment"
            ),
            Self::StartsInWaves { limit, instances, waves, least_s, most_s } => write!(
                f,
                "up to {instances} instances are evacuated at once, and {limit} may be starting: they start in {waves} \
                 waves, the last {least_s} to {most_s} s after the first"
            ),
            Self::WavesOutlastEvacuation { limit, instances, waves, least_s, timeout_s } => write!(
                f,
                "up to {instances} instances are evacuated at once, and {limit} may be starting: the last of {waves} waves \
                 starts after {least_s} s or more, and an evacuation ends after {timeout_s} s"
            ),
            Self::ShortEvacuation { timeout_s, least_s } => {
                write!(
                    f,
                    "an evacuation ends after {timeout_s} s, with or without replacements; {least_s} s is usual"
                )
            }
            Self::CrowdedCells { cells, instances_on_fullest } => write!(
                f,
                "{cells} cells hold 50 instances or more, the fullest {instances_on_fullest}: their starts are slow"
            ),
            Self::InternalStorage { cells, most_cells } => {
                write!(f, "internal file storage serves {cells} cells, and is meant for at most {most_cells}")
            }
            Self::StorageLoad { cells_in_flight, instances, droplet_mb, load_mb, whole_mb, mb_per_s } => {
                write!(
                    f,
                    "{cells_in_flight} cells in flight with {instances} instances of {droplet_mb} MB move {} at once, and the \
                 whole upgrade {}: {mb_per_s:.0} MB/s are needed to be within the evacuation timeout",
                    gigabytes(*load_mb),
                    gigabytes(*whole_mb)
                )
            }
            Self::StorageTooSlow { load_mb, mb_per_s, takes_s, timeout_s } => write!(
                f,
                "to move {} at {mb_per_s} MB/s takes {takes_s:.0} s, and an evacuation ends after {timeout_s} s",
                gigabytes(*load_mb)
            ),
            Self::RecreateApps { apps, instances, single } => write!(
                f,
                "{apps} apps with {instances} instances are stopped before they are moved; {single} of them have one \
                 instance and are down each time"
            ),
            Self::SingleInstanceApps { apps } => write!(
                f,
                "{apps} apps have a single instance: where its replacement does not start in time they are down"
            ),
            Self::TasksNotMoved { tasks, cells, timeout_s } => write!(
                f,
                "{tasks} tasks run on {cells} cells and are never moved: a cell waits for them up to {timeout_s} s, then they \
                 are killed"
            ),
            Self::SurplusCells { cells, in_flight, rounds, surplus, rounds_with, saved_min } => write!(
                f,
                "{cells} cells, {in_flight} at a time, take {rounds} rounds; with {surplus} cells more and max_in_flight \
                 {surplus} it is {rounds_with} rounds, {saved_min} minutes less at 10 minutes a round"
            ),
        }
    }
}

impl Plane {
    /// What a component's absence means.
    const fn effect(self) -> &'static str {
        match self {
            Self::Neither => "neither apps nor pushes are touched",
            Self::Apps => "apps cannot be reached",
            Self::Platform => "no push, staging or restart; apps go on",
            Self::Both => "apps are down, and nothing can be pushed",
        }
    }
}

impl Room {
    /// The greatest number that would do, as a clause; nothing if none does.
    fn most(&self, clause: &str) -> String {
        match self.most_in_flight {
            0 => String::new(),
            most => format!("; {}", clause.replace("{}", &most.to_string())),
        }
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { work, zone, in_flight, resource, needed, room, .. } = self;
        write!(
            f,
            "with {in_flight} cells of zone {zone} in flight {work} needs {needed} {resource}, and the other cells have {room}"
        )
    }
}

fn gigabytes(mb: f64) -> String {
    if mb < 1_000.0 { format!("{mb:.0} MB") } else { format!("{:.1} GB", mb / 1_000.0) }
}
