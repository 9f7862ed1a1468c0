//! What a planner should look at before an upgrade (D.8), found in a fleet and its manifest without simulating them.
//!
//! A [`Plan`] is what is known. A [`Rule`] is a function from it to what the rule finds ([`Evidence`]), with the texts that
//! explain it beside the function, so that neither can change without the other in view. [`RULES`] is the table of all of
//! them, [`check`] asks each.

mod apps;
mod capacity;
mod components;
mod finding;
mod plan;
mod product_version;
mod rule;
mod sentences;
mod starts;
mod storage;
mod surplus;
mod throttle;

pub use crate::deployment::component::{COMPONENTS, Component};
pub use finding::{CellGone, Evidence, Finding};
pub use plan::{Plan, PlanSettings};
pub use product_version::{ParseVersionError, ProductVersion};
pub use rule::{RULES, Rule, check};
