//! Routes: emitters, NATS and the routers' tables (E.1 to E.5).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::random::distribution::Distribution;

/// From an instance that runs to the tables of all routers, and what clients see of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Routes {
    /// Whether routes are reckoned at all. They change nothing else in a run.
    pub enabled: bool,
    /// Routers; each has a table of its own. No source: assumed.
    pub routers: u32,
    /// Whether endpoints are TLS, which routers never prune (E.4, Q16).
    pub tls: bool,
    /// Requests that clients send to an app, by desired instance. No source: assumed, so that sums are seconds of instances.
    pub requests_per_s_per_instance: f64,
    /// From a change in the BBS until the emitter of the cell has the event. No source: assumed.
    pub bbs_event_ms: Distribution,
    /// From the event until the message is published, the wait for others included. No source: assumed.
    pub emit_ms: Distribution,
    /// From a published message to its entry in the table of one router. No source: assumed.
    pub nats_ms: Distribution,
    /// From a request to map or unmap a route to the answer of the Cloud Controller. No source: assumed.
    pub cc_answer_ms: Distribution,
    /// From that answer until the BBS has the routes of the desired LRP (E.5). No source: assumed.
    pub cc_update_ms: Distribution,
    /// Between two registrations of all that an emitter knows: what routers ask for (E.2, E.3).
    pub register_interval_s: f64,
    /// After the start of a router an emitter waits up to this share of the interval before it registers all (E.2).
    pub register_jitter_share: f64,
    /// Between two full syncs of an emitter with the BBS (E.1).
    pub sync_interval_s: f64,
    /// Between two repetitions of an unregistration (E.2).
    pub unregister_repeat_s: f64,
    /// Repetitions of an unregistration (E.2).
    pub unregister_repeats: u32,
    /// An endpoint without TLS that has not been registered for longer is stale (E.4).
    pub stale_threshold_s: f64,
    /// Between two looks of a router for stale endpoints (E.4).
    pub prune_interval_s: f64,
    /// Whether routers prune nothing while NATS is away (E.4).
    pub suspend_pruning: bool,
    /// How long a router that starts waits until it takes traffic (E.4).
    pub start_response_delay_s: f64,
}

impl Default for Routes {
    fn default() -> Self {
        let lognormal = |median, p95| Distribution::Lognormal { median, p95 };
        Self {
            enabled: true,
            routers: 4,
            tls: true,
            requests_per_s_per_instance: 1.0,
            bbs_event_ms: lognormal(20.0, 100.0),
            emit_ms: lognormal(50.0, 300.0),
            nats_ms: lognormal(10.0, 100.0),
            cc_answer_ms: lognormal(100.0, 300.0),
            cc_update_ms: lognormal(100.0, 300.0),
            register_interval_s: 20.0,
            register_jitter_share: 0.2,
            sync_interval_s: 60.0,
            unregister_repeat_s: 30.0,
            unregister_repeats: 20,
            stale_threshold_s: 120.0,
            prune_interval_s: 30.0,
            suspend_pruning: true,
            start_response_delay_s: 20.0,
        }
    }
}
