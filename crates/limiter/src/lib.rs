//! rivera-limiter
