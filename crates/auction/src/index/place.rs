//! The cell of one item: filter, zones, least score (A.7 to A.9), by the index.

use super::CellIndex;
use super::cells::{Cells, Contest};
use super::group::Group;
use super::node::Need;
use super::rank::split_fewest;
use super::search::Search;
use crate::{Catalog, Item, Level, PlacementError, Problems, Win};

impl CellIndex {
    /// The cell for one item: the least score, the first of equals. Nothing is reserved.
    ///
    /// The catalog is always the same one, which may have grown.
    ///
    /// # Errors
    /// [`PlacementError::NoCells`], an error of the filter, or [`PlacementError::Resources`].
    pub fn place(&mut self, catalog: &Catalog, item: &Item) -> Result<Win, PlacementError> {
        self.refresh();
        let Self { cells, groups, hosts, levels, reaches, ranking, .. } = self;
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
        let mut zones = match levels {
            Some(levels) => ranking.by_levels(reach, levels),
            None => ranking.by_hosts(reach, hosts, &cells.zones),
        };

        let need = Need::of(item);
        let mut search = Search::new(cells, item, hosts);
        // Zones with more instances are looked at only if none with fewer has room.
        while !zones.is_empty() {
            let (equals, rest) = split_fewest(zones);
            // The group that promises most goes first: after it the others mostly need no look.
            let mut first = (f64::INFINITY, None);
            for zone in &*equals {
                for &group in zone.groups(reach) {
                    let promise = need.map_or(0.0, |need| groups[group as usize].bound(contest, &need));
                    if promise < first.0 {
                        first = (promise, Some(group));
                    }
                }
            }
            let mut look_in = |group: u32| {
                let sets = levels.map(|levels| levels.sets(group as usize));
                search.look_in(&groups[group as usize], need.as_ref(), sets);
            };
            if let Some(group) = first.1 {
                look_in(group);
            }
            for zone in &*equals {
                for &group in zone.groups(reach) {
                    if first.1 != Some(group) {
                        look_in(group);
                    }
                }
            }
            if let Some(win) = search.win() {
                return Ok(win);
            }
            zones = rest;
        }
        let fitting = reach.groups.iter().map(|&group| &groups[group as usize]);
        let lacking = fitting.map(|group| lacking(group, cells, item, need.as_ref()));
        Err(PlacementError::Resources(lacking.fold(Problems::ALL, Problems::and)))
    }
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
            let in_tree = tree.root().map_or(Problems::ALL, |root| root.lacks(need));
            in_tree.and(one_by_one(&mut tree.odd.iter().copied()))
        }
        _ => one_by_one(&mut group.members()),
    }
}
