//! The rule as Diego states it, at its cost: every cell and every LRP is looked at for every item.
//!
//! It is kept as simple as it can be, because it is what [`CellIndex`](crate::CellIndex) is held against, in tests, in fuzzing and in
//! benchmarks.

mod place;
mod zones;

pub use zones::Zones;
