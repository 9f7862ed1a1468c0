//! The sentence that states the figures of a finding.

use std::fmt;

use super::finding::{CellGone, Evidence, Plane, Room, WithCells};
use crate::words::many;

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
            Self::SingleInstance { components, plane, extended, cell, gone_s, with_cells, .. } => {
                let (names, effect) = (components.join(", "), plane.effect());
                let gone = match cell {
                    Some(CellGone { drain_s, replaced_s }) => format!(
                        "drains for up to {drain_s} s and is then gone for about {replaced_s} s by the simulator's defaults"
                    ),
                    None if *extended => "is gone for up to 5 minutes, as published,".to_owned(),
                    None => {
                        format!("is gone for about {} s by the simulator's defaults", gone_s.unwrap_or(0))
                    }
                };
                write!(f, "the only instance ({names}) {gone} while it is updated: ")?;
                match with_cells {
                    None => f.write_str(effect),
                    Some(WithCells { cells, instances }) => write!(
                        f,
                        "{effect}, but for what is moved: cells are updated at the same time (not serial), and what they evacuate \
                         cannot download and crashes: up to {} of {} at once",
                        many(*instances, "instance"),
                        many(*cells, "cell")
                    ),
                }
            }
            Self::UnhealthyMysql { instances, .. } => {
                write!(f, "a MySQL cluster of {instances} must be healthy before the upgrade begins")
            }
            Self::WindowsLast { version } => {
                write!(
                    f,
                    "from {version}, TAS for VMs has to be upgraded before TAS for VMs [Windows]: the other way round the TCP \
                     routes of the latter are down until both are upgraded"
                )
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
                "no limit of starting containers: up to {} at the same moment",
                many(*instances, "start")
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
                "50 instances or more are on {}, on the fullest {instances_on_fullest}: starts there are slow",
                many(*cells, "cell")
            ),
            Self::InternalStorage { cells, most_cells } => {
                write!(f, "internal file storage serves {cells} cells, and is meant for at most {most_cells}")
            }
            Self::StorageLoad { cells_in_flight, instances, droplet_mb, load_mb, whole_mb, mb_per_s } => {
                write!(
                    f,
                    "{} in flight with {} of {droplet_mb} MB move {} at once, and the whole upgrade {}: {mb_per_s:.1} MB/s \
                 are needed to be within the evacuation timeout. These are the fullest cells; the estimate of a run is of \
                 mean cells and of its own droplets",
                    many(*cells_in_flight, "cell"),
                    many(*instances, "instance"),
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
                "{} with {}, stopped before they are moved; of these apps {single} have one instance, and are down \
                 each time",
                many(*apps, "app"),
                many(*instances, "instance")
            ),
            Self::SingleInstanceApps { apps } => write!(
                f,
                "{} with a single instance, down where its replacement does not start in time",
                many(*apps, "app")
            ),
            Self::TasksNotMoved { tasks, cells, timeout_s } => write!(
                f,
                "{} on {}, never moved: a cell waits for them up to {timeout_s} s, then they are killed",
                many(*tasks, "task"),
                many(*cells, "cell")
            ),
            Self::SurplusCells { cells, in_flight, rounds, surplus, rounds_with, saved_min } => write!(
                f,
                "{}, {in_flight} at a time, take {}; with {} more and max_in_flight {surplus} it is {}, {} less at 10 minutes \
                 a round",
                many(*cells, "cell"),
                many(*rounds, "round"),
                many(*surplus, "cell"),
                many(*rounds_with, "round"),
                many(*saved_min, "minute")
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
        let Self { work, group, zone, in_flight, resource, needed, room, .. } = self;
        let zone = match group {
            Some(group) => format!("{group} in zone {zone}"),
            None => format!("zone {zone}"),
        };
        write!(
            f,
            "with {} of {zone} in flight {work} needs {needed} {resource}, and the other cells have {room}",
            many(*in_flight, "cell")
        )
    }
}

fn gigabytes(mb: f64) -> String {
    if mb < 1_000.0 { format!("{mb:.0} MB") } else { format!("{:.1} GB", mb / 1_000.0) }
}
