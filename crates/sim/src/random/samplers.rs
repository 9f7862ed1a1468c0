//! What is drawn at every start, ready to be drawn.

use rivera_model::Span;

use crate::random::distribution::{Sampler, secs};
use crate::scenario::Scenario;

/// Distributions of a scenario, under the names of its keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Samplers {
    pub(crate) create_s: Sampler,
    pub(crate) destroy_s: Sampler,
    pub(crate) app_exit_s: Sampler,
    pub(crate) service_ms: Sampler,
    pub(crate) start_jitter: Sampler,
    pub(crate) crash_after_s: Sampler,
    pub(crate) check_ms: Sampler,
    /// What a health check takes at most ([`crate::random::distribution::Distribution::greatest`]).
    pub(crate) longest_check_ms: f64,
    /// What it may take.
    pub(crate) check_timeout: Span,
}

impl From<&Scenario> for Samplers {
    fn from(scenario: &Scenario) -> Self {
        let Scenario { apps, load, platform_service, rep, .. } = scenario;
        Self {
            create_s: rep.create_s.into(),
            destroy_s: rep.destroy_s.into(),
            app_exit_s: rep.app_exit_s.into(),
            service_ms: platform_service.service_ms.into(),
            start_jitter: apps.start_jitter.into(),
            crash_after_s: apps.crash_after_s.into(),
            check_ms: load.check_ms.into(),
            longest_check_ms: load.check_ms.greatest(),
            check_timeout: secs(load.check_timeout_s),
        }
    }
}
