//! Cells added for the upgrade and removed after it (D.8, I-10).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Surplus cells: as many more in flight without the others being fuller than usual.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Surplus {
    /// Cells like the usual ones that are added before the roll-out, spread over their zones, and removed after it; 0 is none.
    pub cells: u32,
    /// Whether they come in the deploy that rolls the others, ahead of them in each zone and new as they are (D.4), instead of in
    /// a deploy of their own before it, after which they are updated like all others.
    pub same_deploy: bool,
}

impl Surplus {
    /// The most cells that can be added.
    pub const MOST: u32 = 10_000;
}
