//! Ranges of the values of a scenario.

use rivera_limiter::{Canaries, MaxInFlight};

use super::{Scenario, ScenarioError, Surplus};
use crate::deployment::component::COMPONENTS;
use crate::random::distribution::Distribution;

/// More instances than any component but the cells has.
const MOST_INSTANCES: u32 = 1_000;

impl Scenario {
    /// The scenario, if every value is in its range.
    ///
    /// # Errors
    /// [`ScenarioError::Range`] naming the first key that is not.
    pub fn validated(self) -> Result<Self, ScenarioError> {
        let Self {
            update,
            groups,
            surplus,
            upgrade,
            auctioneer,
            rep,
            bbs,
            cloud_controller,
            apps,
            load,
            network,
            platform_service,
            storage,
            staging,
            faults,
            routes,
            run,
        } = &self;
        distributions(&[
            ("update.stop_s", update.stop_s),
            ("update.vm_delete_s", update.vm_delete_s),
            ("update.vm_create_s", update.vm_create_s),
            ("update.prepare_s", update.prepare_s),
            ("update.rep_start_s", update.rep_start_s),
            ("upgrade.stop_s", upgrade.stop_s),
            ("upgrade.vm_delete_s", upgrade.vm_delete_s),
            ("upgrade.vm_create_s", upgrade.vm_create_s),
            ("upgrade.prepare_s", upgrade.prepare_s),
            ("upgrade.start_s", upgrade.start_s),
            ("upgrade.migration_s", upgrade.migration_s),
            ("upgrade.post_deploy_s", upgrade.post_deploy_s),
            ("upgrade.errand_s", upgrade.errand_s),
            ("auctioneer.cell_list_ms", auctioneer.cell_list_ms),
            ("auctioneer.fetch_states_ms", auctioneer.fetch_states_ms),
            ("auctioneer.commit_ms", auctioneer.commit_ms),
            ("rep.app_exit_s", rep.app_exit_s),
            ("rep.destroy_s", rep.destroy_s),
            ("rep.create_s", rep.create_s),
            ("cloud_controller.job_s", cloud_controller.job_s),
            ("apps.droplet_mb", apps.droplet_mb),
            ("apps.start_s", apps.start_s),
            ("apps.start_jitter", apps.start_jitter),
            ("apps.crash_after_s", apps.crash_after_s),
            ("apps.task_remaining_s", apps.task_remaining_s),
            ("load.check_ms", load.check_ms),
            ("platform_service.service_ms", platform_service.service_ms),
            ("staging.package_mb", staging.package_mb),
            ("staging.stage_s", staging.stage_s),
            ("routes.bbs_event_ms", routes.bbs_event_ms),
            ("routes.emit_ms", routes.emit_ms),
            ("routes.nats_ms", routes.nats_ms),
            ("routes.cc_answer_ms", routes.cc_answer_ms),
            ("routes.cc_update_ms", routes.cc_update_ms),
        ])?;
        non_negative(&[
            ("upgrade.router_drain_s", upgrade.router_drain_s),
            ("auctioneer.bbs_call_ms", auctioneer.bbs_call_ms),
            ("rep.evacuation_timeout_s", rep.evacuation_timeout_s),
            ("rep.drain_ping_s", rep.drain_ping_s),
            ("rep.bbs_call_ms", rep.bbs_call_ms),
            ("rep.graceful_shutdown_s", rep.graceful_shutdown_s),
            ("rep.proxy_reload_s", rep.proxy_reload_s),
            ("rep.cleanup_margin_s", rep.cleanup_margin_s),
            ("rep.conditional_get_ms", rep.conditional_get_ms),
            ("bbs.convergence_pass_ms", bbs.convergence_pass_ms),
            ("bbs.convergence_pass_ms_per_1000_records", bbs.convergence_pass_ms_per_1000_records),
            ("cloud_controller.jobs_per_minute", cloud_controller.jobs_per_minute),
            ("cloud_controller.polling_s", cloud_controller.polling_s),
            ("cloud_controller.expiry_h", cloud_controller.expiry_h),
            ("apps.lifecycle_mb", apps.lifecycle_mb),
            ("network.app_mb_per_s", network.app_mb_per_s),
            ("platform_service.timeout_s", platform_service.timeout_s),
            ("staging.pushes_per_hour_per_1000_apps", staging.pushes_per_hour_per_1000_apps),
            ("bbs.expire_pending_task_s", bbs.expire_pending_task_s),
            ("bbs.expire_completed_task_s", bbs.expire_completed_task_s),
            ("bbs.kick_task_s", bbs.kick_task_s),
            ("faults.presence_ttl_s", faults.presence_ttl_s),
            ("faults.lock_ttl_s", faults.lock_ttl_s),
            ("faults.call_timeout_s", faults.call_timeout_s),
            ("faults.agent_timeout_s", faults.agent_timeout_s),
            ("faults.failed_attempt_s", faults.failed_attempt_s),
            ("routes.requests_per_s_per_instance", routes.requests_per_s_per_instance),
            ("routes.stale_threshold_s", routes.stale_threshold_s),
            ("routes.start_response_delay_s", routes.start_response_delay_s),
            ("run.warm_up_s", run.warm_up_s),
            ("run.settle_s", run.settle_s),
        ])?;
        // A period of nothing would never let time pass.
        periods(&[
            ("rep.evacuation_polling_interval_s", rep.evacuation_polling_interval_s),
            ("rep.polling_interval_s", rep.polling_interval_s),
            ("rep.unhealthy_polling_s", rep.unhealthy_polling_s),
            ("rep.download_mb_per_s", rep.download_mb_per_s),
            ("bbs.convergence_interval_s", bbs.convergence_interval_s),
            ("cloud_controller.retry_s", cloud_controller.retry_s),
            ("apps.start_timeout_s", apps.start_timeout_s),
            ("run.give_up_h", run.give_up_h),
            ("run.sample_s", run.sample_s),
            ("load.memory_mb_per_core", load.memory_mb_per_core),
            ("load.disk_mb_per_s", load.disk_mb_per_s),
            ("load.unpack_mb_per_s", load.unpack_mb_per_s),
            ("load.check_timeout_s", load.check_timeout_s),
            ("network.cell_mb_per_s", network.cell_mb_per_s),
            ("load.healthy_polling_s", load.healthy_polling_s),
            ("faults.presence_refresh_s", faults.presence_refresh_s),
            ("faults.retry_s", faults.retry_s),
            ("storage.bandwidth_mb_per_s", storage.bandwidth_mb_per_s),
            ("storage.iops", storage.iops),
            ("storage.mb_per_operation", storage.mb_per_operation),
            ("staging.timeout_s", staging.timeout_s),
            ("staging.deployment_updater_interval_s", staging.deployment_updater_interval_s),
            ("routes.register_interval_s", routes.register_interval_s),
            ("routes.sync_interval_s", routes.sync_interval_s),
            ("routes.unregister_repeat_s", routes.unregister_repeat_s),
            ("routes.prune_interval_s", routes.prune_interval_s),
        ])?;
        for (key, slots) in [
            ("rep.create_pool", rep.create_pool),
            ("rep.delete_pool", rep.delete_pool),
            ("rep.max_concurrent_downloads", rep.max_concurrent_downloads),
            ("load.check_pool", load.check_pool),
            ("cloud_controller.workers_per_machine", cloud_controller.workers_per_machine),
            ("platform_service.workers", platform_service.workers),
            ("faults.download_attempts", faults.download_attempts),
        ] {
            require(slots >= 1, key, || format!("at least 1 is needed, it is {slots}"))?;
        }
        for (key, mb) in [("staging.memory_mb", staging.memory_mb), ("staging.disk_mb", staging.disk_mb)] {
            require(mb >= 0, key, || format!("at least 0 is needed, it is {mb}"))?;
        }
        for (key, demand) in [
            ("load.create", load.create),
            ("load.unpack", load.unpack),
            ("load.start", load.start),
            ("load.run", load.run),
            ("load.destroy", load.destroy),
        ] {
            require(sound(demand.cores) && sound(demand.disk_mb_per_s), key, || {
                "two numbers from 0 to 1e9 are needed, `cores` and `disk_mb_per_s`".to_owned()
            })?;
        }
        for (event, number) in faults.events.iter().zip(0..) {
            if let Some((key, expected)) = event.problem() {
                require(false, &format!("faults.events[{number}].{key}"), || expected)?;
            }
        }
        for (key, [low, high]) in [
            ("update.canary_watch_s", update.canary_watch_s),
            ("update.update_watch_s", update.update_watch_s),
        ] {
            require(sound(low) && sound(high) && low <= high, key, || {
                format!("two numbers of seconds are needed, the lesser one first, it is [{low}, {high}]")
            })?;
        }
        for (key, weight) in [
            ("auctioneer.starting_container_weight", auctioneer.starting_container_weight),
            ("auctioneer.bin_pack_first_fit_weight", auctioneer.bin_pack_first_fit_weight),
        ] {
            require(weight.is_finite(), key, || "a finite number is needed".to_owned())?;
        }
        let size =
            |key: &str, error: Option<String>| error.map_or(Ok(()), |error| require(false, key, || error));
        size(
            "update.max_in_flight",
            update.max_in_flight.parse::<MaxInFlight>().err().map(|e| e.to_string()),
        )?;
        size(
            "upgrade.max_in_flight",
            upgrade.max_in_flight.parse::<MaxInFlight>().err().map(|e| e.to_string()),
        )?;
        for (name, &instances) in &upgrade.instances {
            let key = format!("upgrade.instances.{name}");
            require((1..=MOST_INSTANCES).contains(&instances), &key, || {
                format!("1 to {MOST_INSTANCES} instances of {name} are possible, not {instances}")
            })?;
            require(COMPONENTS.iter().any(|component| component.name == name), &key, || {
                let names: Vec<&str> = COMPONENTS.iter().map(|component| component.name).collect();
                format!("there is no component `{name}`; there are {}", names.join(", "))
            })?;
        }
        size("update.canaries", update.canaries.parse::<Canaries>().err().map(|e| e.to_string()))?;
        for (name, keys) in groups {
            let in_flight = keys.max_in_flight.as_ref().and_then(|text| text.parse::<MaxInFlight>().err());
            size(&format!("groups.{name}.max_in_flight"), in_flight.map(|e| e.to_string()))?;
            let canaries = keys.canaries.as_ref().and_then(|text| text.parse::<Canaries>().err());
            size(&format!("groups.{name}.canaries"), canaries.map(|e| e.to_string()))?;
        }
        require(surplus.cells <= Surplus::MOST, "surplus.cells", || {
            format!("a number from 0 to {} is needed, it is {}", Surplus::MOST, surplus.cells)
        })?;
        let share = apps.start_timeout_share;
        require(share > 0.0 && share <= 1.0, "apps.start_timeout_share", || {
            format!("a share above 0 and at most 1 is needed, it is {share}")
        })?;
        let routers = routes.routers;
        require((1..=1_000).contains(&routers), "routes.routers", || {
            format!("a number from 1 to 1000 is needed, it is {routers}")
        })?;
        let jitter = routes.register_jitter_share;
        require((0.0..=1.0).contains(&jitter), "routes.register_jitter_share", || {
            format!("a share from 0 to 1 is needed, it is {jitter}")
        })?;
        let repeats = routes.unregister_repeats;
        require(repeats <= 10_000, "routes.unregister_repeats", || {
            format!("at most 10000 is needed, it is {repeats}")
        })?;
        Ok(self)
    }
}

fn sound(value: f64) -> bool {
    value.is_finite() && (0.0..=1e9).contains(&value)
}

fn require(holds: bool, key: &str, expected: impl FnOnce() -> String) -> Result<(), ScenarioError> {
    if holds { Ok(()) } else { Err(ScenarioError::Range { key: key.to_owned(), expected: expected() }) }
}

fn distributions(entries: &[(&str, Distribution)]) -> Result<(), ScenarioError> {
    entries.iter().try_for_each(|(key, distribution)| {
        distribution.problem().map_or(Ok(()), |problem| require(false, key, || problem.to_owned()))
    })
}

fn non_negative(entries: &[(&str, f64)]) -> Result<(), ScenarioError> {
    entries.iter().try_for_each(|&(key, value)| {
        require(sound(value), key, || format!("a number from 0 to 1e9 is needed, it is {value}"))
    })
}

fn periods(entries: &[(&str, f64)]) -> Result<(), ScenarioError> {
    entries.iter().try_for_each(|&(key, value)| {
        require(sound(value) && value >= 1e-3, key, || {
            format!("a number from 0.001 to 1e9 is needed, it is {value}")
        })
    })
}
