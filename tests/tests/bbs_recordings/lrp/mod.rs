//! Recordings of requests about LRPs.

mod format;
mod replay;

pub(crate) use replay::Replay;
