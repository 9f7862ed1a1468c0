//! Benchmarks, one file a subject, in `benches/`. Here is what they share.

pub mod foundation;
pub mod shapes;
