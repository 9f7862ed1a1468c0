//! `rivera experiment`.

mod interrupt;
mod outputs;
mod page;
mod prepared;
mod recommend;
mod verbs;

pub(crate) use recommend::of_fleet;
pub(crate) use verbs::run;
