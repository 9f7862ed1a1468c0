//! How well an item would sit on a cell: the lower the better (A.8).
//!
//! The value is that of Diego to the last bit, so the order of operations is part of the law.

use rivera_model::Resources;

/// What one instance of the same process (for a task: any task) on the cell adds.
const LOCALITY: u64 = 1_000;

/// A score with its parts, so that a choice can be explained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Mean of the used fractions of memory, disk and containers, plus the weighted starting containers.
    pub resource: f64,
    /// 1,000 for each instance of the same process on the cell; for a task, for each task on the cell.
    pub locality: f64,
    /// The cell's index times the bin-pack weight; 0 for a task.
    pub index: f64,
}

impl Score {
    /// A score is better than this, or its cell is not chosen.
    pub const WORST: f64 = 1e20;

    /// The score of which the least wins.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.resource + self.locality + self.index
    }

    /// Whether the cell can be chosen at all. It cannot if a total of the cell is zero: then the score is not a
    /// number, or infinite.
    #[must_use]
    pub fn can_win(&self) -> bool {
        self.total() < Self::WORST
    }
}

/// Memory, disk and containers in a width in which no sum or difference of a cell's numbers overflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) memory_mb: i64,
    pub(crate) disk_mb: i64,
    pub(crate) containers: i64,
}

impl From<Resources> for Room {
    fn from(resources: Resources) -> Self {
        Self {
            memory_mb: resources.memory_mb.into(),
            disk_mb: resources.disk_mb.into(),
            containers: resources.containers.into(),
        }
    }
}

impl Room {
    pub(crate) fn minus(self, need: Self) -> Self {
        Self {
            memory_mb: self.memory_mb - need.memory_mb,
            disk_mb: self.disk_mb - need.disk_mb,
            containers: self.containers - need.containers,
        }
    }

    pub(crate) fn plus(self, more: Self) -> Self {
        Self {
            memory_mb: self.memory_mb + more.memory_mb,
            disk_mb: self.disk_mb + more.disk_mb,
            containers: self.containers + more.containers,
        }
    }

    /// Mean of the fractions of `total` that are used when this much is left.
    pub(crate) fn used_fraction(self, total: Self) -> f64 {
        let used = |left: i64, total: i64| 1.0 - left as f64 / total as f64;
        let memory = used(self.memory_mb, total.memory_mb);
        let disk = used(self.disk_mb, total.disk_mb);
        let containers = used(self.containers, total.containers);
        (memory + disk + containers) / 3.0
    }
}

/// The locality of so many neighbours.
pub(crate) fn locality(neighbours: u64) -> f64 {
    (LOCALITY * neighbours) as f64
}
