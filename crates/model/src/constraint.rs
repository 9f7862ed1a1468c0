//! What work demands of a cell, and what a cell offers (A.7).

use std::collections::{BTreeMap, BTreeSet};

/// What an LRP or a task demands of its cell (A.7). Sets, because Diego compares them as sets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Constraint {
    /// The root file system as a URL, for example `preloaded:cflinuxfs4`.
    pub rootfs: String,
    /// Volume drivers, all of which the cell must have.
    pub volume_drivers: BTreeSet<String>,
    /// Placement tags (isolation segments).
    pub placement_tags: BTreeSet<String>,
}

/// What a cell can provide under one URL scheme (A.7.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RootFsProvider {
    /// Any URL of the scheme.
    Arbitrary,
    /// Only these names after `scheme:`.
    FixedSet(BTreeSet<String>),
    /// A provider of a kind that is not known: it never matches.
    Unknown,
}

/// What a cell offers: everything that the constraint filter looks at (A.7).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Offer {
    /// Root file system providers by URL scheme (lower case).
    pub rootfs_providers: BTreeMap<String, RootFsProvider>,
    /// Volume drivers.
    pub volume_drivers: BTreeSet<String>,
    /// Tags that an item must have.
    pub placement_tags: BTreeSet<String>,
    /// Tags that an item may have.
    pub optional_placement_tags: BTreeSet<String>,
}
