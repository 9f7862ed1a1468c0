//! `rivera throttle`: Ops Manager's `max_in_flight`, in a file instead of a running Ops Manager (D.5).

mod body;
mod verbs;

pub(crate) use verbs::run;
