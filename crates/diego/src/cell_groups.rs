//! The groups of cells: those that a manifest or a recipe names, and those that only the cells tell (D.3, H.5).

use std::collections::BTreeSet;

use rivera_model::{CellGroup, CellUpdate};

/// How the cells are updated, as a manifest or a recipe says it.
#[derive(Debug, Default)]
pub(crate) struct Updates {
    /// The `update` block of the usual group.
    pub(crate) usual: CellUpdate,
    /// The groups in their order, each with the keys in which it differs from the usual one.
    pub(crate) groups: Vec<CellGroup>,
}

impl Updates {
    /// Of groups with the whole of what holds for each: the keys of its own, else those of the deployment (D.2). Without
    /// groups what holds for the deployment holds for the cells. A name that comes twice counts once.
    pub(crate) fn of(whole: Vec<CellGroup>, deployment: CellUpdate) -> Self {
        let mut groups: Vec<CellGroup> = Vec::new();
        for group in whole {
            if groups.iter().all(|known| known.name != group.name) {
                groups.push(group);
            }
        }
        let usual = groups.get(CellGroup::usual(&groups)).map_or(deployment, |group| group.update.clone());
        for group in &mut groups {
            group.update = std::mem::take(&mut group.update).unlike(&usual);
        }
        Self { usual, groups }
    }
}

/// The named groups in their order, and behind them those that only cells tell: usual names first, then by name.
pub(crate) fn all<'a>(mut named: Vec<CellGroup>, of_cells: impl Iterator<Item = &'a str>) -> Vec<CellGroup> {
    let told: BTreeSet<(bool, &str)> = of_cells.map(|name| (!CellGroup::is_usual_name(name), name)).collect();
    for (_, name) in told {
        if named.iter().all(|group| group.name != name) {
            named.push(CellGroup::named(name));
        }
    }
    named
}

/// Where a group of this name is.
pub(crate) fn position(groups: &[CellGroup], name: &str) -> usize {
    groups.iter().position(|group| group.name == name).expect("every cell's group is among all groups")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, max_in_flight: &str) -> CellGroup {
        let update = CellUpdate { max_in_flight: Some(max_in_flight.to_owned()), ..CellUpdate::default() };
        CellGroup { update, ..CellGroup::named(name) }
    }

    #[test]
    fn a_group_has_the_keys_in_which_it_differs_from_the_usual_one() {
        let groups = vec![group("iso", "1"), group("diego_cell", "4%"), group("windows", "4%")];
        let Updates { usual, groups } = Updates::of(groups, CellUpdate::default());
        assert_eq!(usual.max_in_flight.as_deref(), Some("4%"));
        let own: Vec<_> = groups.iter().map(|group| group.update.max_in_flight.as_deref()).collect();
        assert_eq!(own, [Some("1"), None, None]);
    }

    #[test]
    fn groups_that_only_cells_tell_come_last_the_usual_ones_first() {
        let groups = all(vec![CellGroup::named("iso")], ["b", "a", "iso", "diego-cell"].into_iter());
        let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["iso", "diego-cell", "a", "b"]);
    }
}
