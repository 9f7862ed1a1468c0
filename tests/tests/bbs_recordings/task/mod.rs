//! Recordings of requests about tasks.

mod format;
mod replay;

pub(crate) use replay::Replay;
