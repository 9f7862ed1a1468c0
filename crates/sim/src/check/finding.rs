//! What a rule has found, in figures.

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

    /// What to do about it: the rule's advice, or that part of it which helps here.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match &self.evidence {
            // Fewer cells at a time do not help where not even one can be gone.
            Evidence::TooLittleRoom(room) if room.most_in_flight == 0 => "add cells first",
            Evidence::ZoneTooFull(room) if room.most_in_flight == 0 => "add cells to this zone first",
            _ => self.rule.remedy,
        }
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
        /// Of a group of cells: how long it is gone is not what is published of other machines.
        cell: Option<CellGone>,
        /// How long another machine is gone by the defaults of a simulation.
        gone_s: Option<u64>,
        /// Of the file storage that is updated at the same time as cells (D.3): what cannot be moved meanwhile.
        with_cells: Option<WithCells>,
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

/// What the cells that are updated at the same time as a component evacuate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WithCells {
    /// Cells in flight at once.
    pub cells: usize,
    /// The most instances that are evacuated at once.
    pub instances: usize,
}

/// How long the only cell of a group is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CellGone {
    /// It drains at most so long: the evacuation timeout (B.8).
    pub drain_s: u64,
    /// Then its virtual machine is replaced, in about this time by the defaults of the scenario (G.1).
    pub replaced_s: u64,
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
    /// The group that is being updated, where there are several of cells.
    pub group: Option<String>,
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
