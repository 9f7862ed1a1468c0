//! The constants of a scenario that no source gives, and what a scenario is with one of them halved or doubled.

use rivera_sim::Scenario;
use serde::Serialize;
use toml::{Table, Value};

/// Where a constant's default comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterSource {
    /// Nobody publishes it.
    Assumed,
    /// Nobody publishes it; it was chosen so that a published figure comes out.
    Fitted,
}

/// The factors by which such a constant is changed to see what it matters.
pub const HALF_AND_DOUBLE: [f64; 2] = [0.5, 2.0];

/// How much starts differ: a factor around 1, of which not the size is halved or doubled but the distance from 1.
const AROUND_ONE: &str = "apps.start_jitter";

/// Such a constant.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its key in a scenario file.
    pub key: &'static str,
    /// Where its default comes from.
    pub source: ParameterSource,
}

impl Parameter {
    /// Whether it says something of a whole upgrade only.
    #[must_use]
    pub fn is_of_upgrade(&self) -> bool {
        ["upgrade.", "cloud_controller."].iter().any(|table| self.key.starts_with(table))
    }

    /// Its value in a scenario.
    ///
    /// # Panics
    /// If the scenario has no such key, which is a bug.
    #[must_use]
    pub fn value(&self, scenario: &Scenario) -> Value {
        let all = Table::try_from(scenario).expect("a scenario is a table");
        let (section, name) = self.split();
        all[section][name].clone()
    }

    /// The scenario with its value so many times what it is; a switch is turned. Nothing if that is out of range, or
    /// the same: there is no half of one worker, and what takes no time takes none when it takes twice as long.
    #[must_use]
    pub fn changed(&self, scenario: &Scenario, factor: f64) -> Option<Scenario> {
        let (section, name) = self.split();
        let change = if self.key == AROUND_ONE { varied } else { scaled };
        let keys = Table::from_iter([(name.to_owned(), change(self.value(scenario), factor))]);
        let changed =
            scenario.overlaid_by(Table::from_iter([(section.to_owned(), Value::Table(keys))])).ok()?;
        (changed != *scenario).then_some(changed)
    }

    fn split(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').expect("a key has a section")
    }
}

/// All numbers of a value are scaled; a switch is turned.
fn scaled(value: Value, factor: f64) -> Value {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small numbers")]
    let whole = |number: i64| ((number as f64 * factor).round() as i64).max(1);
    match value {
        Value::Integer(number) => Value::Integer(whole(number)),
        Value::Boolean(switch) => Value::Boolean(!switch),
        _ => each_number(value, &|number| number * factor),
    }
}

/// All numbers of a value are moved towards 1 or away from it.
fn varied(value: Value, factor: f64) -> Value {
    each_number(value, &|number| 1.0 + (number - 1.0) * factor)
}

fn each_number(value: Value, change: &dyn Fn(f64) -> f64) -> Value {
    match value {
        Value::Float(number) => Value::Float(change(number)),
        Value::Array(values) => {
            Value::Array(values.into_iter().map(|value| each_number(value, change)).collect())
        }
        Value::Table(keys) => {
            Value::Table(keys.into_iter().map(|(key, value)| (key, each_number(value, change))).collect())
        }
        _ => value,
    }
}

const fn assumed(key: &'static str) -> Parameter {
    Parameter { key, source: ParameterSource::Assumed }
}

const fn fitted(key: &'static str) -> Parameter {
    Parameter { key, source: ParameterSource::Fitted }
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
    assumed("network.cell_mb_per_s"),
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

#[cfg(test)]
mod tests {
    use rivera_sim::Distribution;

    use super::*;

    #[test]
    fn each_can_be_halved_and_doubled_unless_that_is_the_same() {
        let scenario = Scenario::default();
        let mut same = 0;
        for parameter in PARAMETERS {
            for factor in HALF_AND_DOUBLE {
                let changed = parameter.changed(&scenario, factor);
                let value = parameter.value(&scenario);
                let stays = value.as_float() == Some(0.0) || factor < 1.0 && value.as_integer() == Some(1);
                assert_eq!(changed.is_none(), stays, "{} times {factor}", parameter.key);
                assert!(changed != Some(scenario.clone()), "{} times {factor}", parameter.key);
                same += usize::from(stays);
            }
        }
        assert!(same > 0, "there are such constants");
    }

    #[test]
    fn a_change_scales_all_numbers_of_a_value_and_nothing_else() {
        let usual = Scenario::default();
        let of = |key: &str| *PARAMETERS.iter().find(|it| it.key == key).unwrap();
        let text = |key, factor| of(key).value(&of(key).changed(&usual, factor).unwrap()).to_string();
        assert_eq!(text("update.vm_create_s", 2.0), "{ lognormal = { median = 480.0, p95 = 740.0 } }");
        assert_eq!(text("load.start", 0.5), "{ cores = 0.25, disk_mb_per_s = 2.5 }");
        assert_eq!(text("routes.routers", 0.5), "2");
        assert_eq!(text("staging.resolve_each_try", 2.0), "true");
        let twice = of("rep.create_s").changed(&usual, 2.0).unwrap();
        assert_eq!(of("rep.create_s").changed(&twice, 0.5).unwrap(), usual);
    }

    #[test]
    fn what_differs_around_one_still_does() {
        let jitter = PARAMETERS.iter().find(|it| it.key == AROUND_ONE).unwrap();
        let changed = jitter.changed(&Scenario::default(), 2.0).unwrap().apps.start_jitter;
        let Distribution::Uniform(low, high) = changed else { panic!("it is a uniform distribution") };
        assert!((low - 0.6).abs() < 1e-9 && (high - 1.4).abs() < 1e-9, "{low} to {high}");
    }
}
