//! The two throttles of an upgrade, the two numbers an operator sets.
//!
//! - [`MaxInFlight`] and [`Canaries`]: how many cells are updated at a time, as BOSH reckons them (D.1), what Ops
//!   Manager lets an operator set (D.5: [`OpsManagerMaxInFlight`]), for which job ([`MaxInFlightByJob`]), and what
//!   there is to say against a value (D.8: [`Finding`]).
//! - [`StartLimit`] and [`StartLimiter`]: how many containers may be starting at a time in the whole foundation
//!   (A.6), as a plain number and as a counter that threads share.
//! - [`VersionDefaults`]: what both are if nobody sets them (D.6).
//!
//! An auctioneer counts what its cells report and adds what it places:
//!
//! ```
//! use rivera_limiter::{StartLimit, StartLimiter};
//!
//! let limiter = StartLimiter::new(StartLimit::from_config(5))?;
//! let report = limiter.begin_report()?;
//! let starting_by_cell = [1, 0, 2];
//! report.finish(starting_by_cell.iter().sum())?;
//! assert_eq!(limiter.acquire(10), 2, "three are starting already");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A scheduler without reports keeps its permits until the containers run:
//!
//! ```
//! use rivera_limiter::{StartLimit, StartLimiter};
//!
//! let limiter = StartLimiter::new(StartLimit::from_config(5))?;
//! let mut batch = limiter.permits(4);
//! let first = batch.split(1);
//! drop(first); // It runs.
//! assert_eq!(limiter.snapshot().free(), 2);
//!
//! let others = batch.detach(); // From here on they are counted by hand.
//! limiter.release(others)?;
//! assert!(limiter.release(1).is_err(), "more than are held");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod by_job;
mod canaries;
mod finding;
mod instance_count;
mod max_in_flight;
#[doc(hidden)]
pub mod model;
mod ops_manager;
mod permits;
mod report;
mod start_limit;
mod start_limiter;
mod sync;
mod version_defaults;
mod word;

pub use by_job::MaxInFlightByJob;
pub use canaries::Canaries;
pub use finding::{Finding, InstanceGroup, Severity};
pub use instance_count::{InstanceCount, ParseCountError};
pub use max_in_flight::{AskedError, MaxInFlight};
pub use ops_manager::{OpsManagerError, OpsManagerMaxInFlight};
pub use permits::Permits;
pub use report::{Report, ReportError};
pub use start_limit::{ParseStartLimitError, StartLimit};
pub use start_limiter::{CountError, ReleaseError, Snapshot, StartLimiter};
pub use version_defaults::VersionDefaults;
