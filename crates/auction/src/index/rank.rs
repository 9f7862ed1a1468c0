//! The zones that compete for an item, by how many instances of its process they have (A.9).

use rivera_model::ZoneIx;

use super::levels::Levels;
use super::reach::Reach;

/// A zone that competes, with its part of the groups of a [`Reach`].
#[derive(Debug, Clone, Copy)]
pub(super) struct RankedZone {
    /// Instances of the item's process; the same for all zones for a task.
    instances: u64,
    groups: (u32, u32),
}

impl RankedZone {
    /// The groups of the zone.
    pub(super) fn groups<'a>(&self, reach: &'a Reach) -> &'a [u32] {
        &reach.groups[self.groups.0 as usize..self.groups.1 as usize]
    }
}

/// Room to rank zones in, used again and again.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranking {
    zones: Vec<RankedZone>,
    /// Instances by zone; all 0 between two rankings.
    counts: Vec<u64>,
}

impl Ranking {
    /// The zones of a reach for a process on these cells, which are in `zone_of`.
    pub(super) fn by_hosts(&mut self, reach: &Reach, hosts: &[u32], zone_of: &[ZoneIx]) -> &mut [RankedZone] {
        // With one zone there is nothing to compare.
        if reach.zones.len() < 2 {
            return self.rank(reach, |_, _| 0);
        }
        let zones = || hosts.iter().map(|&host| zone_of[host as usize].index());
        for zone in zones() {
            if zone >= self.counts.len() {
                self.counts.resize(zone + 1, 0);
            }
            self.counts[zone] += 1;
        }
        self.rank(reach, |counts, zone| counts.get(zone).copied().unwrap_or(0));
        for zone in zones() {
            self.counts[zone] = 0;
        }
        &mut self.zones
    }

    /// The zones of a reach for a process that has levels.
    pub(super) fn by_levels(&mut self, reach: &Reach, levels: &Levels) -> &mut [RankedZone] {
        self.rank(reach, |_, zone| levels.zones.get(zone).copied().unwrap_or(0))
    }

    fn rank(&mut self, reach: &Reach, instances: impl Fn(&[u64], usize) -> u64) -> &mut [RankedZone] {
        self.zones.clear();
        let mut start = 0;
        for &(zone, end) in &reach.zones {
            let instances = instances(&self.counts, zone as usize);
            self.zones.push(RankedZone { instances, groups: (start, end) });
            start = end;
        }
        &mut self.zones
    }
}

/// Brings the zones with the fewest instances to the front, and splits them off.
///
/// Mostly they have room, so that the others need no order. If not, this is done once for each different number: at most about the root
/// of twice the instances.
pub(super) fn split_fewest(zones: &mut [RankedZone]) -> (&mut [RankedZone], &mut [RankedZone]) {
    let fewest = zones.iter().map(|zone| zone.instances).min();
    let mut front = 0;
    for at in 0..zones.len() {
        // Without a branch: what is no part of the front is moved on by the next swap.
        let is_fewest = Some(zones[at].instances) == fewest;
        zones.swap(front, at);
        front += usize::from(is_fewest);
    }
    zones.split_at_mut(front)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_come_by_rising_instances_and_equals_together() {
        let mut zones = [3, 0, 5, 3, 0, 4].map(|instances| RankedZone { instances, groups: (0, 0) });
        let (mut rest, mut ranks) = (&mut zones[..], Vec::new());
        while !rest.is_empty() {
            let (equals, more) = split_fewest(rest);
            ranks.push(equals.iter().map(|zone| zone.instances).collect::<Vec<_>>());
            rest = more;
        }
        assert_eq!(ranks, [vec![0, 0], vec![3, 3], vec![4], vec![5]]);
    }
}
