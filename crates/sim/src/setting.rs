//! A setting of the two throttles.

use rivera_limiter::{MaxInFlight, StartLimit};

/// The two numbers that an operator chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Setting {
    /// Cells updated at once.
    pub max_in_flight: MaxInFlight,
    /// Containers that may be starting at once.
    pub max_starts: StartLimit,
}
