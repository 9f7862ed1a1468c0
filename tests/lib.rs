//! Tests that cross crates. The tests themselves are in `tests/`; here is what they share.

pub mod fleets;
pub mod golden;
