//! The cell of one item: filter, zones, least score (A.7 to A.9), by the index.

use rivera_model::ZoneIx;

use super::CellIndex;
use super::cells::{Cells, Contest};
use super::group::Group;
use super::node::Need;
use super::reach::Reach;
use super::search::Search;
use crate::{Catalog, Item, Level, PlacementError, Problems, Win};

/// A zone that competes, with its part of the groups of a [`Reach`].
#[derive(Debug, Clone, Copy)]
pub(super) struct RankedZone {
    /// Instances of the item's process; the same for all zones for a task.
    instances: u64,
    zone: u32,
    groups: (u32, u32),
}

impl CellIndex {
    /// The cell for one item: the least score, the first of equals. Nothing is reserved.
    ///
    /// The catalog is always the same one, which may have grown.
    ///
    /// # Errors
    /// [`PlacementError::NoCells`], an error of the filter, or [`PlacementError::Resources`].
    pub fn place(&mut self, catalog: &Catalog, item: &Item) -> Result<Win, PlacementError> {
        self.refresh();
        let Self { cells, groups, hosts, levels, reaches, ranked, .. } = self;
        let reach = reaches.of(catalog, item.constraint(), groups);
        match reach.level {
            None => return Err(PlacementError::NoCells),
            Some(Level::NoRootFs) => return Err(PlacementError::RootFs),
            Some(Level::NoDrivers) => return Err(PlacementError::VolumeDrivers),
            Some(Level::NoTags) => {
                return Err(PlacementError::PlacementTags(catalog.tags(item.constraint())));
            }
            Some(Level::Fits) => {}
        }
        let contest = Contest::of(item);
        if contest == Contest::Tasks {
            for &group in &reach.groups {
                groups[group as usize].hold_tasks(cells);
            }
        }
        let (hosts, levels) = match item {
            Item::Lrp(lrp) => {
                let hosts = hosts.of(lrp.process);
                (hosts, levels.of(lrp.process, hosts, cells, groups))
            }
            Item::Task(_) => (&[][..], None),
        };
        rank(ranked, reach, |zone| match levels {
            Some(levels) => levels.zones.get(zone.index()).copied().unwrap_or(0),
            None => hosts.iter().filter(|&&host| cells.zones[host as usize] == zone).count() as u64,
        });

        let need = Need::of(item);
        let mut search = Search::new(cells, item, hosts);
        for equals in ranked.chunk_by(|a, b| a.instances == b.instances) {
            let competing = || equals.iter().flat_map(|zone| &reach.groups[range(zone.groups)]).copied();
            // The group that promises most goes first: after it the others mostly need no look.
            let promise = |group: u32| need.map_or(0.0, |need| groups[group as usize].bound(contest, &need));
            let first = competing().min_by(|&a, &b| promise(a).total_cmp(&promise(b)));
            for group in first.into_iter().chain(competing().filter(|&group| Some(group) != first)) {
                let sets = levels.map(|levels| levels.sets(group as usize));
                search.look_in(&groups[group as usize], need.as_ref(), sets);
            }
            // Zones with more instances are looked at only if none with fewer has room.
            if let Some(win) = search.win() {
                return Ok(win);
            }
        }
        let fitting = reach.groups.iter().map(|&group| &groups[group as usize]);
        let lacking = fitting.map(|group| lacking(group, cells, item, need.as_ref()));
        Err(PlacementError::Resources(lacking.fold(Problems::ALL, Problems::and)))
    }
}

/// Ranks the zones of a reach by the instances that they have.
fn rank(ranked: &mut Vec<RankedZone>, reach: &Reach, instances: impl Fn(ZoneIx) -> u64) {
    ranked.clear();
    let mut start = 0;
    for &(zone, end) in &reach.zones {
        // With one zone there is nothing to compare.
        let instances = if reach.zones.len() > 1 { instances(ZoneIx(zone)) } else { 0 };
        ranked.push(RankedZone { instances, zone, groups: (start, end) });
        start = end;
    }
    ranked.sort_unstable_by_key(|zone| (zone.instances, zone.zone));
}

const fn range((start, end): (u32, u32)) -> std::ops::Range<usize> {
    start as usize..end as usize
}

/// What is lacking on each cell of a group that has no room, when the item has found no cell at all.
///
/// A cell of a tree that had room would have won, so that all of them are without it, and the greatest room says what all lack. A
/// cell outside the tree may have room and yet a score that cannot win.
fn lacking(group: &Group, cells: &Cells, item: &Item, need: Option<&Need>) -> Problems {
    let one_by_one = |all: &mut dyn Iterator<Item = u32>| {
        let problems = all.filter_map(|cell| cells.slot(cell).cell.score(item, &cells.config).err());
        problems.fold(Problems::ALL, Problems::and)
    };
    match (need, group.tournament(Contest::of(item))) {
        (Some(need), Some(tree)) => {
            let in_tree = tree.nodes.get(1).map_or(Problems::ALL, |root| root.lacks(need));
            in_tree.and(one_by_one(&mut tree.odd.iter().copied()))
        }
        _ => one_by_one(&mut group.members()),
    }
}
