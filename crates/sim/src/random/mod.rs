//! What is drawn at random: distributions, named streams, and what an app keeps of it for a whole run.

pub(crate) mod distribution;
pub(crate) mod samplers;
pub(crate) mod stream;
pub(crate) mod traits;
