//! `rivera experiment`.

mod interrupt;
mod outputs;
mod prepared;
mod verbs;

pub(crate) use verbs::run;
