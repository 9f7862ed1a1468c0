//! What fuzzing holds true.
//!
//! A [`Law`] is what a target does: it makes an input of bytes and holds the input against a rule that is stated once, where the
//! code is that keeps it, and is shared with the property tests there. libFuzzer calls [`check`] with bytes that it
//! invents (`fuzz/`), the test `corpora` calls every one of [`TARGETS`] with the bytes that fuzzing found to be worth
//! keeping, and the command `replay` with those of a file.

mod auction;
mod cell_state;
mod evacuation;
mod event_queue;
mod export;
mod json;
mod limiter;
mod manifest;
mod max_in_flight;
mod recipe;
mod recording;
mod records;
mod scenario;
mod target;

pub use auction::Auction;
pub use cell_state::Message;
pub use evacuation::Evacuation;
pub use event_queue::EventQueue;
pub use export::Export;
pub use limiter::Limiter;
pub use manifest::{BoshInstances, Manifest};
pub use max_in_flight::Throttle;
pub use recipe::RecipeText;
pub use recording::Recording;
pub use records::{Convergence, Records};
pub use scenario::ScenarioText;
pub use target::{Law, Target, check};

/// All targets, by name.
pub const TARGETS: [Target; 14] = [
    Target::of::<Auction>(),
    Target::of::<BoshInstances>(),
    Target::of::<Message>(),
    Target::of::<Convergence>(),
    Target::of::<Evacuation>(),
    Target::of::<EventQueue>(),
    Target::of::<Export>(),
    Target::of::<Limiter>(),
    Target::of::<Manifest>(),
    Target::of::<Throttle>(),
    Target::of::<RecipeText>(),
    Target::of::<Recording>(),
    Target::of::<Records>(),
    Target::of::<ScenarioText>(),
];
