//! The constants of a scenario that no source gives.

/// Where a constant's default comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Nobody publishes it.
    Assumed,
    /// Nobody publishes it; it was chosen so that a published figure comes out.
    Fitted,
}

/// Such a constant.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its key in a scenario file.
    pub key: &'static str,
    /// Where its default comes from.
    pub source: Source,
}

const fn assumed(key: &'static str) -> Parameter {
    Parameter { key, source: Source::Assumed }
}

const fn fitted(key: &'static str) -> Parameter {
    Parameter { key, source: Source::Fitted }
}

/// All of them, in the order of the book's chapter on the scenario file; a test holds this list against it.
pub const PARAMETERS: &[Parameter] = &[
    assumed("update.stop_s"),
    fitted("update.vm_delete_s"),
    fitted("update.vm_create_s"),
    fitted("update.prepare_s"),
    fitted("update.rep_start_s"),
    assumed("upgrade.stop_s"),
    assumed("upgrade.vm_delete_s"),
    assumed("upgrade.vm_create_s"),
    assumed("upgrade.prepare_s"),
    assumed("upgrade.start_s"),
    assumed("upgrade.migration_s"),
    assumed("upgrade.post_deploy_s"),
    assumed("upgrade.errand_s"),
    assumed("auctioneer.cell_list_ms"),
    assumed("auctioneer.fetch_states_ms"),
    assumed("auctioneer.commit_ms"),
    assumed("auctioneer.bbs_call_ms"),
    assumed("rep.bbs_call_ms"),
    assumed("rep.app_exit_s"),
    assumed("rep.destroy_s"),
    assumed("rep.create_s"),
    assumed("rep.download_mb_per_s"),
    assumed("rep.conditional_get_ms"),
    assumed("bbs.convergence_pass_ms"),
    assumed("bbs.convergence_pass_ms_per_1000_records"),
    assumed("cloud_controller.jobs_per_minute"),
    assumed("cloud_controller.workers_per_machine"),
    assumed("cloud_controller.job_s"),
    assumed("apps.droplet_mb"),
    assumed("apps.lifecycle_mb"),
    assumed("apps.start_s"),
    assumed("apps.start_jitter"),
    assumed("apps.start_timeout_share"),
    assumed("apps.crash_after_s"),
    assumed("apps.task_remaining_s"),
    assumed("load.memory_mb_per_core"),
    assumed("load.disk_mb_per_s"),
    fitted("load.create"),
    assumed("load.unpack"),
    assumed("load.unpack_mb_per_s"),
    fitted("load.start"),
    assumed("load.run"),
    assumed("load.destroy"),
    assumed("platform_service.workers"),
    assumed("platform_service.service_ms"),
    assumed("storage.bandwidth_mb_per_s"),
    assumed("storage.iops"),
    assumed("storage.mb_per_operation"),
    assumed("staging.pushes_per_hour_per_1000_apps"),
    assumed("staging.package_mb"),
    assumed("staging.stage_s"),
    assumed("staging.resolve_each_try"),
    assumed("faults.agent_timeout_s"),
    assumed("faults.failed_attempt_s"),
    assumed("routes.routers"),
    assumed("routes.requests_per_s_per_instance"),
    assumed("routes.bbs_event_ms"),
    assumed("routes.emit_ms"),
    assumed("routes.nats_ms"),
    assumed("routes.cc_answer_ms"),
    assumed("routes.cc_update_ms"),
];
