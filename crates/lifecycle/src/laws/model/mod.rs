//! The rules of C.2 to C.7 as plain as they can be said: a list of rows, searched from end to end.
//!
//! It shares the types of the crate, and none of its logic.

mod convergence;
mod desired;
mod evacuation;
mod requests;
mod rows;

pub(in crate::laws) use rows::Model;
