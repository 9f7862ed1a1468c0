//! What a planner should say about a `max_in_flight` (D.8, as far as it concerns this value).

use std::fmt;

use crate::{Canaries, MaxInFlight};

/// An instance group, as far as the findings need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceGroup<'a> {
    /// The number of instances in each zone.
    pub instances_by_zone: &'a [usize],
    /// Whether its members vote, so that more than half of them have to be up.
    pub quorum: bool,
    /// The value in force.
    pub max_in_flight: MaxInFlight,
    /// How many of the first zone's instances are updated before the others (D.3).
    pub canaries: Canaries,
}

/// Something to tell the operator about one group. The text fits "diego_cell: {..}".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Finding {
    /// The group has one instance, which is down while it is updated.
    SingleInstance,
    /// All instances are down at the same time.
    AllAtOnce {
        /// How many there are.
        instances: usize,
    },
    /// Fewer members are left than have to agree.
    QuorumLost {
        /// How many are down at a time.
        at_a_time: usize,
        /// How many there are.
        instances: usize,
        /// How many have to be up.
        needed: usize,
    },
    /// The members that are left can agree, but one more that fails may end it: the rule is one at a time.
    QuorumAtRisk {
        /// How many are down at a time.
        at_a_time: usize,
        /// How many there are.
        instances: usize,
        /// How many have to be up.
        needed: usize,
    },
    /// An even number of members bears no more failures than the odd number below it.
    EvenQuorum {
        /// How many there are.
        instances: usize,
    },
    /// All instances of a zone, two or more, are down at the same time.
    ZoneAtOnce {
        /// How many there are in this zone.
        in_zone: usize,
        /// How many there are in all.
        instances: usize,
    },
    /// The percentage is of each zone, so that fewer are updated at a time than it says of all (Q15).
    PercentOfZone {
        /// How many are updated at a time.
        at_a_time: usize,
        /// How many the percentage is of all instances.
        of_all: usize,
    },
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Note,
    /// May be meant, and does harm if not.
    Warning,
    /// Takes the component down.
    Error,
}

impl InstanceGroup<'_> {
    /// The greatest number of instances that are down at the same time. Zones go one after the other (D.3).
    #[must_use]
    pub fn at_a_time(&self) -> usize {
        let of_zone = |(size, canaries)| self.max_in_flight.down_at_once(size, canaries);
        self.zones().map(of_zone).max().unwrap_or(0)
    }

    /// The size of each zone that has instances, with its canaries: only the first has any.
    fn zones(&self) -> impl Iterator<Item = (usize, usize)> {
        let sizes = self.instances_by_zone.iter().copied().filter(|size| *size > 0);
        sizes.enumerate().map(|(zone, size)| (size, if zone == 0 { self.canaries.canaries(size) } else { 0 }))
    }

    /// All there is to say, the worst first. A group without instances gives no cause.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let instances = self.instances_by_zone.iter().sum();
        let at_a_time = self.at_a_time();
        let mut findings = match instances {
            0 => return Vec::new(),
            1 => return vec![Finding::SingleInstance],
            _ if at_a_time == instances => vec![Finding::AllAtOnce { instances }],
            _ => self.zone_at_once(instances).into_iter().collect(),
        };
        findings.extend(self.percent_of_zone(instances, at_a_time));
        if self.quorum {
            findings.extend(quorum(instances, at_a_time));
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
        findings
    }

    /// The largest zone of several instances that goes down whole.
    fn zone_at_once(&self, instances: usize) -> Option<Finding> {
        let whole = |&(size, canaries): &(usize, usize)| {
            size >= 2 && self.max_in_flight.down_at_once(size, canaries) == size
        };
        let (in_zone, _) = self.zones().filter(whole).max()?;
        Some(Finding::ZoneAtOnce { in_zone, instances })
    }

    fn percent_of_zone(&self, instances: usize, at_a_time: usize) -> Option<Finding> {
        let of_all = self.max_in_flight.in_flight(instances);
        // Without the canaries: they are no matter of how BOSH takes a percentage.
        let most = |size: &usize| self.max_in_flight.down_at_once(*size, 0);
        let at_a_time = self.instances_by_zone.iter().map(most).max().unwrap_or(at_a_time);
        (self.max_in_flight.is_percent() && at_a_time < of_all)
            .then_some(Finding::PercentOfZone { at_a_time, of_all })
    }
}

/// What there is to say about members that vote.
fn quorum(instances: usize, at_a_time: usize) -> impl Iterator<Item = Finding> {
    let needed = instances / 2 + 1;
    let loss = if instances - at_a_time < needed {
        Some(Finding::QuorumLost { at_a_time, instances, needed })
    } else {
        (at_a_time > 1).then_some(Finding::QuorumAtRisk { at_a_time, instances, needed })
    };
    let even = instances.is_multiple_of(2).then_some(Finding::EvenQuorum { instances });
    loss.into_iter().chain(even)
}

impl Finding {
    /// A name for programs, which does not change.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SingleInstance => "single-instance",
            Self::AllAtOnce { .. } => "all-at-once",
            Self::QuorumLost { .. } => "quorum-lost",
            Self::QuorumAtRisk { .. } => "quorum-at-risk",
            Self::EvenQuorum { .. } => "even-quorum",
            Self::ZoneAtOnce { .. } => "zone-at-once",
            Self::PercentOfZone { .. } => "percent-of-zone",
        }
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::AllAtOnce { .. } | Self::QuorumLost { .. } => Severity::Error,
            Self::SingleInstance | Self::QuorumAtRisk { .. } | Self::ZoneAtOnce { .. } => Severity::Warning,
            Self::EvenQuorum { .. } | Self::PercentOfZone { .. } => Severity::Note,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SingleInstance => write!(f, "the only instance is down while it is updated"),
            Self::AllAtOnce { instances } => write!(f, "all {instances} instances are updated at once"),
            Self::QuorumLost { at_a_time, instances, needed } => write!(
                f,
                "{at_a_time} of {instances} members are updated at a time, {needed} have to be up: the quorum is lost"
            ),
            Self::QuorumAtRisk { at_a_time, instances, needed } => write!(
                f,
                "{at_a_time} of {instances} members are updated at a time, {needed} have to be up: set max_in_flight to 1"
            ),
            Self::EvenQuorum { instances } => {
                write!(
                    f,
                    "{instances} members bear no more failures than {}: use an odd number",
                    instances - 1
                )
            }
            Self::ZoneAtOnce { in_zone, instances } => {
                write!(f, "all {in_zone} instances of a zone, of {instances} in all, are updated at once")
            }
            Self::PercentOfZone { at_a_time, of_all } => write!(
                f,
                "{at_a_time} are updated at a time, not {of_all}: the percentage is taken of each zone and rounded down"
            ),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}
