//! Benchmarks, one file a subject, in `benches/`. Here is what they share.
//!
//! `results/` writes what they gave to `RESULTS.md`, `instructions/` counts instructions.

pub mod foundation;
pub mod recorded;
pub mod shapes;
