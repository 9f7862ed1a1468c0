//! What a convergence pass reports (C.6).

/// Gauges of a pass. States of ordinary records are counted after its work, the rest before (C.11.14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LrpMetrics {
    /// `LRPsUnclaimed`, ordinary records like the next three.
    pub unclaimed: u32,
    /// `LRPsClaimed`.
    pub claimed: u32,
    /// `LRPsRunning`.
    pub running: u32,
    /// `CrashedActualLRPs`.
    pub crashed: u32,
    /// `LRPsMissing`.
    pub missing: u32,
    /// `LRPsExtra`.
    pub extra: u32,
    /// `SuspectRunningActualLRPs`.
    pub suspect_running: u32,
    /// `SuspectClaimedActualLRPs`.
    pub suspect_claimed: u32,
    /// `LRPsDesired`.
    pub desired: u64,
    /// `CrashingDesiredLRPs`.
    pub crashing_desired: u32,
    /// `PresentCells`.
    pub present_cells: u32,
    /// `SuspectCells`.
    pub suspect_cells: u32,
}
