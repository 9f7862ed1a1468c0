//! Which setting to use: the one with the least objective among those that keep all bounds with every seed.
//!
//! [`Search`] spends runs where the answer is: one seed for every setting, then further seeds for those only that can still
//! be the answer or the runner-up. [`Risk`] is what may go wrong with it all the same, [`what_binds`] what holds it up, [`sensitivity`] what becomes of it if a
//! constant that nobody publishes is half or twice what is assumed.

mod binding;
mod goal;
mod harm;
mod places;
mod risk;
mod search;
mod sensitivity;

pub use binding::{Binding, what_binds};
pub use goal::Goal;
pub use harm::Harm;
pub use places::Places;
pub use risk::{HARMS, Risk, SeenHarm};
pub use search::{Found, Refusal, Search};
pub use sensitivity::{Sensitivity, sensitivity};
