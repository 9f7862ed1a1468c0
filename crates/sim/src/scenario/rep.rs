//! The cells: rep, executor, garden (B.7 to B.13).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::random::distribution::Distribution;

/// Settings and durations of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rep {
    /// An evacuation ends after this time, empty or not (B.8).
    pub evacuation_timeout_s: f64,
    /// Between two looks at an evacuating cell (B.7, B.8).
    pub evacuation_polling_interval_s: f64,
    /// Between two bulk syncs of a cell in service (B.7).
    pub polling_interval_s: f64,
    /// Between two pings of the drain script (B.13).
    pub drain_ping_s: f64,
    /// One call of the rep to the BBS; in a sync they are made one after the other.
    pub bbs_call_ms: f64,
    /// From the signal to the kill of an instance (B.10).
    pub graceful_shutdown_s: f64,
    /// Wait before the signal, for the proxy; only where cells have proxies (B.10).
    pub proxy_reload_s: f64,
    /// What the clean-up after an evacuation timeout may take beyond the two times above (B.8).
    pub cleanup_margin_s: f64,
    /// From the signal to the exit of an app that obeys it; never longer than the graceful interval.
    pub app_exit_s: Distribution,
    /// Destruction of a container (B.10).
    pub destroy_s: Distribution,
    /// Containers destroyed at once on a cell (B.11).
    pub delete_pool: u32,
    /// Creation of a container (B.11, G.3).
    pub create_s: Distribution,
    /// Containers created at once on a cell (B.11).
    pub create_pool: u32,
    /// Downloads at once on a cell (B.11).
    pub max_concurrent_downloads: u32,
    /// What one download gets, in MB a second.
    pub download_mb_per_s: f64,
    /// A conditional request that finds the cached file unchanged, and the first byte of any download (B.11).
    pub conditional_get_ms: f64,
    /// Size of the download cache (B.11); it is empty on a new VM.
    pub cache_mb: u64,
    /// Between two health checks of an instance that has not been healthy yet (B.11).
    pub unhealthy_polling_s: f64,
}

impl Default for Rep {
    fn default() -> Self {
        Self {
            evacuation_timeout_s: 600.0,
            evacuation_polling_interval_s: 10.0,
            polling_interval_s: 30.0,
            drain_ping_s: 5.0,
            bbs_call_ms: 10.0,
            graceful_shutdown_s: 10.0,
            proxy_reload_s: 5.0,
            cleanup_margin_s: 5.0,
            app_exit_s: Distribution::Lognormal { median: 1.0, p95: 8.0 },
            destroy_s: Distribution::Lognormal { median: 0.8, p95: 2.0 },
            delete_pool: 32,
            create_s: Distribution::Lognormal { median: 1.0, p95: 3.0 },
            create_pool: 32,
            max_concurrent_downloads: 5,
            download_mb_per_s: 40.0,
            conditional_get_ms: 50.0,
            cache_mb: 10_000,
            unhealthy_polling_s: 2.0,
        }
    }
}
