//! The two throttles of an upgrade, the two numbers an operator sets.
//!
//! - [`MaxInFlight`] and [`Canaries`]: how many cells are updated at a time, as BOSH reckons them (D.1), and
//!   what Ops Manager lets an operator set (D.5: [`OpsManagerMaxInFlight`]).
//! - [`StartLimit`] and [`StartLimiter`]: how many containers may be starting at a time in the whole foundation
//!   (A.6), as a plain number and as a counter that threads share.

mod canaries;
mod count;
mod max_in_flight;
mod ops_manager;
mod start_limit;
mod start_limiter;
mod sync;

pub use canaries::Canaries;
pub use count::ParseCountError;
pub use max_in_flight::MaxInFlight;
pub use ops_manager::{OpsManagerError, OpsManagerMaxInFlight};
pub use start_limit::{ParseStartLimitError, StartLimit};
pub use start_limiter::{ReleaseError, Snapshot, StartLimiter};
