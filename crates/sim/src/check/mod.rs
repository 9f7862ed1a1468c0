//! What a planner should look at before an upgrade (D.8), found in a fleet without simulating it.

mod component;

pub use component::{COMPONENTS, Component};
