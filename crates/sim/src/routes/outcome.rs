//! What came of a run's routes.

use serde::{Deserialize, Serialize};

use crate::outcome::quantiles::Quantiles;

/// What routers knew, and what clients saw of it, from the beginning of the roll-out on. Apps that crash by themselves are
/// left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RouteUse {
    /// From the moment that the BBS knows an instance to run until every router has its endpoint.
    pub registered: Quantiles,
    /// From the moment that the BBS no longer has an instance until no router has its endpoint.
    pub unregistered: Quantiles,
    /// From the moment that an instance stops answering until no router has its endpoint; nothing where the routers were
    /// told first.
    pub dead: Quantiles,
    /// Endpoints that no instance answers for, and that some router still has at the end: nobody is left to unregister them.
    pub stale_endpoints: u32,
    /// Requests to apps in a time in which no router took traffic: they fail whatever the routers' tables say, and are in none of
    /// the other figures.
    pub without_router: f64,
    /// Failed requests to apps with the rolling strategy.
    pub errors: RouteErrors,
    /// Failed requests to apps with the recreate strategy, which are stopped before they are replaced.
    pub recreate_errors: RouteErrors,
    /// The apps of `errors` with the most failed requests, most first.
    pub worst_apps: Vec<AppErrors>,
}

/// Requests that fail, as expected numbers (E.4).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct RouteErrors {
    /// The router had no endpoint for the app.
    pub requests_404: f64,
    /// The router had endpoints for the app, and none of them answered.
    pub requests_502: f64,
}

/// An app with requests that failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppErrors {
    /// Process guid.
    pub process_guid: String,
    /// Desired instances.
    pub instances: u32,
    /// Its failed requests.
    pub errors: RouteErrors,
}

impl RouteErrors {
    /// All failed requests.
    #[must_use]
    pub fn total(self) -> f64 {
        self.requests_404 + self.requests_502
    }

    pub(crate) fn times(self, factor: f64) -> Self {
        Self { requests_404: self.requests_404 * factor, requests_502: self.requests_502 * factor }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.requests_404 += other.requests_404;
        self.requests_502 += other.requests_502;
    }
}
