//! The shared records: like the plain ones from one thread, explained by some sequential order from several.
#![cfg(not(any(loom, shuttle)))]

mod convergence;
mod history;
mod limits;
mod linearisation;
mod model;
mod request;
mod script;
mod sequential;
mod stress;
