//! Which groups may take the items of a constraint (A.7).

use rivera_model::ConstraintIx;

use super::group::Group;
use crate::{Catalog, Level};

/// How far a constraint gets.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    /// The farthest that any cell gets; none without cells.
    pub(super) level: Option<Level>,
    /// The groups that may take the items, by zone.
    pub(super) groups: Vec<u32>,
    /// The zones of these groups, each with the end of its part of `groups`.
    pub(super) zones: Vec<(u32, u32)>,
}

/// The reach of each constraint that has been asked for since the groups last changed.
#[derive(Debug, Clone, Default)]
pub(super) struct Reaches {
    known: Vec<Option<Reach>>,
}

impl Reaches {
    /// The reach of a constraint.
    pub(super) fn of(&mut self, catalog: &Catalog, constraint: ConstraintIx, groups: &[Group]) -> &Reach {
        if constraint.index() >= self.known.len() {
            self.known.resize(constraint.index() + 1, None);
        }
        self.known[constraint.index()].get_or_insert_with(|| Reach::new(catalog, constraint, groups))
    }

    /// A group has got its first cell or lost its last.
    pub(super) fn clear(&mut self) {
        self.known.clear();
    }
}

impl Reach {
    fn new(catalog: &Catalog, constraint: ConstraintIx, groups: &[Group]) -> Self {
        let level = |group: &Group| catalog.level(constraint, group.offer);
        let inhabited = || (0_u32..).zip(groups).filter(|(_, group)| group.len() > 0);
        let mut fitting: Vec<_> = inhabited().filter(|(_, group)| level(group) == Level::Fits).collect();
        fitting.sort_by_key(|(_, group)| group.zone);
        let mut end = 0;
        let zones = fitting
            .chunk_by(|a, b| a.1.zone == b.1.zone)
            .map(|zone| {
                end += u32::try_from(zone.len()).expect("there are fewer groups than cells");
                (zone[0].1.zone.0, end)
            })
            .collect();
        Self {
            level: inhabited().map(|(_, group)| level(group)).max(),
            groups: fitting.into_iter().map(|(group, _)| group).collect(),
            zones,
        }
    }
}
