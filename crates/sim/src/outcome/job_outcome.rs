//! What became of the Cloud Controller's jobs in one run (F.1, F.2).

use serde::{Deserialize, Serialize};

use crate::outcome::quantiles::Quantiles;

/// What a worker logs when it cannot load a job, although the job is tried again (I-3, Q17).
pub const LOAD_FAILURE: &str = "FAILED permanently with Delayed::DeserializationError: Job failed to load: undefined \
                                class/module VCAP::CloudController";

/// The jobs that users caused while the upgrade went on.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct JobOutcome {
    /// All of them.
    pub created: u32,
    /// Those of an updated Cloud Controller.
    pub of_new_version: u32,
    /// Attempts of old workers to load a job of the new version.
    pub load_failures: u32,
    /// Jobs with such an attempt.
    pub delayed: u32,
    /// Jobs that failed for good, because they could not be loaded for too long.
    pub expired: u32,
    /// Jobs that were not loaded when the run ended.
    pub not_loaded: u32,
    /// From creation until a worker had loaded the job.
    pub delay: Quantiles,
    /// From the update of the last worker until the last job that had failed to load was loaded.
    pub catch_up_s: f64,
}
