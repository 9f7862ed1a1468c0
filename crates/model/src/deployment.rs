//! What a BOSH manifest (or a recipe) says about the roll-out and the jobs. Absent means: not said.

use crate::Span;

/// Facts of a deployment that change how an upgrade goes (D.1, D.2, A.15, B.13, C.6).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeploymentFacts {
    /// How the group of cells is updated; the group's own keys before those of the deployment.
    pub cells: CellUpdate,
    /// `starting_container_count_maximum`; 0 or less is unlimited (A.6).
    pub max_starts: Option<i64>,
    /// `starting_container_weight`, as written (A.8).
    pub starting_container_weight: Option<String>,
    /// `bin_pack_first_fit_weight`, as written (A.8).
    pub bin_pack_first_fit_weight: Option<String>,
    /// `evacuation_timeout_in_seconds` (B.8).
    pub evacuation_timeout: Option<Span>,
    /// `evacuation_polling_interval_in_seconds` (B.7).
    pub evacuation_polling_interval: Option<Span>,
    /// `polling_interval_in_seconds` (B.7).
    pub polling_interval: Option<Span>,
    /// `graceful_shutdown_interval_in_seconds` (B.10).
    pub graceful_shutdown_interval: Option<Span>,
    /// `containers.proxy.enabled` (B.1).
    pub proxy_enabled: Option<bool>,
    /// `containers.proxy.additional_memory_allocation_mb` (B.1).
    pub proxy_memory_mb: Option<i32>,
    /// `containers.proxy.configuration_reload_duration` (B.10).
    pub proxy_reload: Option<Span>,
    /// `max_concurrent_downloads` (B.11).
    pub max_concurrent_downloads: Option<u32>,
    /// `convergence.repeat_interval_in_seconds` (C.6).
    pub convergence_interval: Option<Span>,
    /// The instance groups of the manifest but errands, in its order (D.3); none without a manifest.
    pub groups: Vec<GroupFacts>,
}

/// An instance group of the manifest (H.5), of cells or of anything else.
///
/// The keys of its `update` block are the group's own, else the deployment's, and are kept as they are written: a
/// value that BOSH would refuse is for a planner to find, not a reason to refuse the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupFacts {
    /// Its name: `diego-cell`.
    pub name: String,
    /// Number of instances; 0 if the manifest does not say.
    pub instances: u32,
    /// Zones that its instances are spread over.
    pub zones: Vec<String>,
    /// `max_in_flight` as written.
    pub max_in_flight: Option<String>,
    /// `canaries` as written.
    pub canaries: Option<String>,
    /// Whether it is updated by itself, not together with its neighbours (D.3); `true` unless said otherwise (D.2).
    pub serial: bool,
    /// Names of its jobs.
    pub jobs: Vec<String>,
    /// It is the group whose `update` block [`DeploymentFacts::cells`] holds.
    pub decides_for_cells: bool,
}

/// The `update` block that holds for the cells, and their zones (D.1 to D.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CellUpdate {
    /// `max_in_flight` as written: `"4%"`, `"20"`.
    pub max_in_flight: Option<String>,
    /// `canaries` as written.
    pub canaries: Option<String>,
    /// Lower end of `canary_watch_time`.
    pub canary_watch_min: Option<Span>,
    /// Upper end of `canary_watch_time`.
    pub canary_watch_max: Option<Span>,
    /// Lower end of `update_watch_time`.
    pub update_watch_min: Option<Span>,
    /// Upper end of `update_watch_time`.
    pub update_watch_max: Option<Span>,
    /// `vm_strategy` is `create-swap-delete`.
    pub create_swap_delete: Option<bool>,
}

impl CellUpdate {
    /// These keys, and those of `usual` where nothing is said (D.2).
    #[must_use]
    pub fn or(self, usual: &Self) -> Self {
        Self {
            max_in_flight: self.max_in_flight.or_else(|| usual.max_in_flight.clone()),
            canaries: self.canaries.or_else(|| usual.canaries.clone()),
            canary_watch_min: self.canary_watch_min.or(usual.canary_watch_min),
            canary_watch_max: self.canary_watch_max.or(usual.canary_watch_max),
            update_watch_min: self.update_watch_min.or(usual.update_watch_min),
            update_watch_max: self.update_watch_max.or(usual.update_watch_max),
            create_swap_delete: self.create_swap_delete.or(usual.create_swap_delete),
        }
    }

    /// The keys in which it differs from `usual`.
    #[must_use]
    pub fn unlike(self, usual: &Self) -> Self {
        fn unlike<T: PartialEq>(own: Option<T>, usual: Option<&T>) -> Option<T> {
            own.filter(|own| Some(own) != usual)
        }
        Self {
            max_in_flight: unlike(self.max_in_flight, usual.max_in_flight.as_ref()),
            canaries: unlike(self.canaries, usual.canaries.as_ref()),
            canary_watch_min: unlike(self.canary_watch_min, usual.canary_watch_min.as_ref()),
            canary_watch_max: unlike(self.canary_watch_max, usual.canary_watch_max.as_ref()),
            update_watch_min: unlike(self.update_watch_min, usual.update_watch_min.as_ref()),
            update_watch_max: unlike(self.update_watch_max, usual.update_watch_max.as_ref()),
            create_swap_delete: unlike(self.create_swap_delete, usual.create_swap_delete.as_ref()),
        }
    }
}
