//! Instance groups of cells: the usual cells, an isolation segment, Windows cells (D.3).

use crate::CellUpdate;

/// An instance group of cells.
///
/// One of them is the *usual* one, whose `update` block is that of [`DeploymentFacts::cells`](crate::DeploymentFacts): it
/// has no keys here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellGroup {
    /// Its name: `diego-cell`.
    pub name: String,
    /// Whether it is updated by itself, not together with its neighbours (D.3).
    pub serial: bool,
    /// The keys of its `update` block in which it differs from the usual group.
    pub update: CellUpdate,
}

impl CellGroup {
    /// The name of the group of cells where nothing tells it: that of the open source (H.5).
    pub const USUAL: &str = "diego-cell";

    /// A group of which nothing is said: BOSH takes it for serial (D.2).
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), serial: true, update: CellUpdate::default() }
    }

    /// Whether the group has a name of the usual cells: of the open source, of PAS and TAS, and of its small footprint
    /// (H.5), which write `_` for `-`.
    #[must_use]
    pub fn is_usual_name(name: &str) -> bool {
        matches!(name, "diego-cell" | "diego_cell" | "compute")
    }

    /// Position of the usual group: the one with a usual name, else the first; 0 without groups.
    #[must_use]
    pub fn usual(groups: &[Self]) -> usize {
        groups.iter().position(|group| Self::is_usual_name(&group.name)).unwrap_or(0)
    }
}
