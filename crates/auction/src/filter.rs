//! The constraint filter: whether a cell may take an item at all (A.7).

use rivera_model::{Constraint, Offer, RootFsProvider};

use crate::rootfs::RootFs;

/// How far a cell gets through the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It does not provide the root file system.
    NoRootFs,
    /// It lacks a volume driver.
    NoDrivers,
    /// The placement tags do not match.
    NoTags,
    /// It may take the item.
    Fits,
}

impl Level {
    /// The level that a cell with this offer reaches.
    pub(crate) fn of(constraint: &Constraint, rootfs: Option<&RootFs>, offer: &Offer) -> Self {
        if !rootfs.is_some_and(|rootfs| provides(offer, rootfs)) {
            Self::NoRootFs
        } else if !constraint.volume_drivers.is_subset(&offer.volume_drivers) {
            Self::NoDrivers
        } else if !accepts_tags(constraint, offer) {
            Self::NoTags
        } else {
            Self::Fits
        }
    }
}

fn provides(offer: &Offer, rootfs: &RootFs) -> bool {
    match offer.rootfs_providers.get(&rootfs.scheme) {
        Some(RootFsProvider::Arbitrary) => true,
        Some(RootFsProvider::FixedSet(names)) => names.contains(&rootfs.opaque),
        Some(RootFsProvider::Unknown) | None => false,
    }
}

/// All tags that the cell requires, and no tag that it does not know (A.7.1).
fn accepts_tags(constraint: &Constraint, offer: &Offer) -> bool {
    let desired = &constraint.placement_tags;
    offer.placement_tags.is_subset(desired)
        && desired
            .iter()
            .all(|tag| offer.placement_tags.contains(tag) || offer.optional_placement_tags.contains(tag))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn set(names: &str) -> BTreeSet<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    fn level(constraint: &Constraint, offer: &Offer) -> Level {
        Level::of(constraint, RootFs::parse(&constraint.rootfs).as_ref(), offer)
    }

    fn offer() -> Offer {
        let fixed = RootFsProvider::FixedSet(set("cflinuxfs3 cflinuxfs4"));
        Offer {
            rootfs_providers: [
                ("docker".to_owned(), RootFsProvider::Arbitrary),
                ("preloaded".to_owned(), fixed),
                ("new".to_owned(), RootFsProvider::Unknown),
            ]
            .into(),
            volume_drivers: set("nfs smb"),
            ..Offer::default()
        }
    }

    #[test]
    fn the_root_file_system_must_be_provided() {
        let level =
            |rootfs: &str| level(&Constraint { rootfs: rootfs.into(), ..Constraint::default() }, &offer());
        for rootfs in ["preloaded:cflinuxfs4", "preloaded:cflinuxfs3?x#y", "DOCKER:///a", "docker:a"] {
            assert_eq!(level(rootfs), Level::Fits, "{rootfs}");
        }
        for rootfs in ["preloaded:nope", "preloaded://cflinuxfs4", "new:x", "oci:///x", "", "/plain"] {
            assert_eq!(level(rootfs), Level::NoRootFs, "{rootfs}");
        }
    }

    #[test]
    fn every_volume_driver_must_be_there() {
        let level = |drivers: &str| {
            let constraint = Constraint {
                rootfs: "docker:a".into(),
                volume_drivers: set(drivers),
                ..Constraint::default()
            };
            level(&constraint, &offer())
        };
        assert_eq!(level(""), Level::Fits);
        assert_eq!(level("nfs smb"), Level::Fits);
        assert_eq!(level("nfs local"), Level::NoDrivers);
    }

    #[test]
    fn required_tags_must_be_asked_for_and_asked_ones_known() {
        let fits = |required: &str, optional: &str, desired: &str| {
            let offer =
                Offer { placement_tags: set(required), optional_placement_tags: set(optional), ..offer() };
            let constraint = Constraint {
                rootfs: "docker:a".into(),
                placement_tags: set(desired),
                ..Constraint::default()
            };
            level(&constraint, &offer) == Level::Fits
        };
        assert!(fits("", "", ""));
        assert!(fits("a", "", "a"));
        assert!(fits("a", "b", "a b"));
        assert!(fits("", "a b", "b"));
        assert!(fits("", "a", ""));
        assert!(!fits("a", "", ""));
        assert!(!fits("", "", "a"));
        assert!(!fits("a", "b", "b"));
        assert!(!fits("a", "b", "a c"));
    }
}
