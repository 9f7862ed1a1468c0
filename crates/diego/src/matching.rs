//! Whether a cell can take something at all (A.7), for synthesis and for summaries.
//!
//! This is the rule without the auction's errors and their precedence.

use rivera_model::{Constraint, Offer, RootFsProvider};

/// Whether the offer satisfies root file system, volume drivers and placement tags.
pub(crate) fn suits(constraint: &Constraint, offer: &Offer) -> bool {
    rootfs_suits(&constraint.rootfs, offer)
        && constraint.volume_drivers.is_subset(&offer.volume_drivers)
        && offer.placement_tags.is_subset(&constraint.placement_tags)
        && constraint
            .placement_tags
            .iter()
            .all(|tag| offer.placement_tags.contains(tag) || offer.optional_placement_tags.contains(tag))
}

/// The scheme selects the provider; a fixed set wants the opaque part, up to `?` or `#` (A.7.3).
fn rootfs_suits(rootfs: &str, offer: &Offer) -> bool {
    let Some((scheme, rest)) = rootfs.split_once(':') else {
        return false;
    };
    match offer.rootfs_providers.get(&scheme.to_lowercase()) {
        Some(RootFsProvider::Arbitrary) => true,
        Some(RootFsProvider::FixedSet(names)) => {
            let opaque = rest.split(['?', '#']).next().unwrap_or_default();
            !opaque.starts_with('/') && names.contains(opaque)
        }
        Some(RootFsProvider::Unknown) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(required: &[&str], optional: &[&str]) -> Offer {
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Offer {
            rootfs_providers: [
                ("docker".to_owned(), RootFsProvider::Arbitrary),
                ("preloaded".to_owned(), RootFsProvider::FixedSet(set(&["cflinuxfs4"]))),
                ("new".to_owned(), RootFsProvider::Unknown),
            ]
            .into(),
            volume_drivers: set(&["nfs"]),
            placement_tags: set(required),
            optional_placement_tags: set(optional),
        }
    }

    fn constraint(rootfs: &str, drivers: &[&str], tags: &[&str]) -> Constraint {
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Constraint { rootfs: rootfs.into(), volume_drivers: set(drivers), placement_tags: set(tags) }
    }

    #[test]
    fn root_file_systems_match_by_scheme_and_opaque_part() {
        let takes = |rootfs| suits(&constraint(rootfs, &[], &[]), &offer(&[], &[]));
        assert!(takes("preloaded:cflinuxfs4"));
        assert!(takes("PRELOADED:cflinuxfs4?layer=x"));
        assert!(takes("docker:///org/image#tag"));
        assert!(!takes("preloaded://cflinuxfs4"));
        assert!(!takes("preloaded:windows"));
        assert!(!takes("new:x"));
        assert!(!takes("cflinuxfs4"));
        assert!(!takes(""));
    }

    #[test]
    fn drivers_are_a_subset_and_tags_lie_between_required_and_optional() {
        let takes = |drivers: &[&str], tags: &[&str], required: &[&str], optional: &[&str]| {
            suits(&constraint("docker:x", drivers, tags), &offer(required, optional))
        };
        assert!(takes(&["nfs"], &[], &[], &[]));
        assert!(!takes(&["smb"], &[], &[], &[]));
        assert!(takes(&[], &["iso"], &["iso"], &[]));
        assert!(!takes(&[], &[], &["iso"], &[]));
        assert!(!takes(&[], &["iso"], &[], &[]));
        assert!(takes(&[], &["iso"], &[], &["iso"]));
        assert!(takes(&[], &[], &[], &["iso"]));
    }
}
