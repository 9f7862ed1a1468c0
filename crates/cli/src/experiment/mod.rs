//! `rivera experiment`.

mod interrupt;
mod outputs;
mod prepared;
mod recommend;
mod verbs;

pub(crate) use recommend::of_fleet;
pub(crate) use verbs::run;
