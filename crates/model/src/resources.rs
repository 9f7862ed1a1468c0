//! Memory, disk and containers.

/// Memory, disk and number of containers, as cells report them and work requests them (A.8, A.13).
///
/// The widths are those of Diego's own types. Remainders may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Resources {
    /// Memory in MiB.
    pub memory_mb: i32,
    /// Disk in MiB.
    pub disk_mb: i32,
    /// Number of containers.
    pub containers: i32,
}

impl Resources {
    /// Resources of these amounts.
    #[must_use]
    pub const fn new(memory_mb: i32, disk_mb: i32, containers: i32) -> Self {
        Self { memory_mb, disk_mb, containers }
    }

    /// The sum, or `None` if it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            memory_mb: self.memory_mb.checked_add(other.memory_mb)?,
            disk_mb: self.disk_mb.checked_add(other.disk_mb)?,
            containers: self.containers.checked_add(other.containers)?,
        })
    }

    /// The difference (possibly negative), or `None` if it does not fit.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Some(Self {
            memory_mb: self.memory_mb.checked_sub(other.memory_mb)?,
            disk_mb: self.disk_mb.checked_sub(other.disk_mb)?,
            containers: self.containers.checked_sub(other.containers)?,
        })
    }

    /// Whether each amount is at least that of `need`.
    #[must_use]
    pub const fn covers(self, need: Self) -> bool {
        self.memory_mb >= need.memory_mb && self.disk_mb >= need.disk_mb && self.containers >= need.containers
    }

    /// Whether no amount is below zero.
    #[must_use]
    pub const fn is_non_negative(self) -> bool {
        self.covers(Self::new(0, 0, 0))
    }
}
