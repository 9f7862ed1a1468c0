//! Benchmarks, one file a subject, in `benches/`.
