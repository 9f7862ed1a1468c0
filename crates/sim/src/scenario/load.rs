//! What containers ask of their cell, and what a cell has (I-8, G.3, B.11).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::random::distribution::Distribution;

/// The load of cells. No source gives these figures: they are chosen so that the published repave comes out (G.1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Load {
    /// Whether containers slow each other down at all.
    pub enabled: bool,
    /// A cell has one core for so much memory: exports do not name the cores.
    pub memory_mb_per_core: f64,
    /// What the disk of a cell can do.
    pub disk_mb_per_s: f64,
    /// A container that is being created.
    pub create: Demand,
    /// A droplet that is being unpacked.
    pub unpack: Demand,
    /// How fast a droplet is unpacked when nothing disturbs it.
    pub unpack_mb_per_s: f64,
    /// An app's process until it would answer a health check.
    pub start: Demand,
    /// An instance that runs, on average.
    pub run: Demand,
    /// A container that is being destroyed.
    pub destroy: Demand,
    /// One health check of an undisturbed cell (G.3).
    pub check_ms: Distribution,
    /// A health check that takes longer has failed.
    pub check_timeout_s: f64,
    /// Between two health checks of an instance that has been healthy (B.11).
    pub healthy_polling_s: f64,
    /// Health checks at once on a cell (B.11).
    pub check_pool: u32,
}

/// What one container asks of its cell for as long as something is being done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Cores.
    pub cores: f64,
    /// Reading and writing.
    pub disk_mb_per_s: f64,
}

impl Demand {
    /// What asks for nothing.
    pub(crate) const NONE: Self = Self { cores: 0.0, disk_mb_per_s: 0.0 };
}

impl Default for Load {
    fn default() -> Self {
        let demand = |cores, disk_mb_per_s| Demand { cores, disk_mb_per_s };
        Self {
            enabled: true,
            memory_mb_per_core: 7_680.0,
            disk_mb_per_s: 500.0,
            create: demand(1.0, 20.0),
            unpack: demand(1.0, 150.0),
            unpack_mb_per_s: 150.0,
            start: demand(0.5, 5.0),
            run: demand(0.02, 0.1),
            destroy: demand(0.5, 20.0),
            check_ms: Distribution::Lognormal { median: 50.0, p95: 100.0 },
            check_timeout_s: 1.0,
            healthy_polling_s: 30.0,
            check_pool: 64,
        }
    }
}
