//! The value of `max_in_flight` of each job: the operator's, else the product's, else the deployment's (D.2, D.5).

use std::collections::BTreeMap;

use crate::{MaxInFlight, OpsManagerMaxInFlight};

/// `max_in_flight` of a deployment, with the jobs for which it is another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MaxInFlightByJob {
    deployment: MaxInFlight,
    product: BTreeMap<String, MaxInFlight>,
    operator: BTreeMap<String, MaxInFlight>,
}

impl MaxInFlightByJob {
    /// One value for all jobs: that of the deployment's own `update` section.
    #[must_use]
    pub fn new(deployment: MaxInFlight) -> Self {
        Self { deployment, ..Self::default() }
    }

    /// With a value that the product has for one job, as in the `update` section of an instance group.
    #[must_use]
    pub fn with_product_default(mut self, job: impl Into<String>, value: MaxInFlight) -> Self {
        self.product.insert(job.into(), value);
        self
    }

    /// What the operator sets for one job. `default` takes back what was set before.
    pub fn set(&mut self, job: impl Into<String>, value: OpsManagerMaxInFlight) {
        match value {
            OpsManagerMaxInFlight::Set(value) => self.operator.insert(job.into(), value),
            OpsManagerMaxInFlight::Default => self.operator.remove(&job.into()),
        };
    }

    /// The value that is in force for a job.
    #[must_use]
    pub fn of(&self, job: &str) -> MaxInFlight {
        let set = self.operator.get(job).or_else(|| self.product.get(job));
        set.copied().unwrap_or(self.deployment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_goes_before_the_product_and_the_product_before_the_deployment() {
        let mut values = MaxInFlightByJob::new(MaxInFlight::instances(1))
            .with_product_default("diego_cell", MaxInFlight::percent(4));
        values.set("diego_cell", "20%".parse().unwrap());
        values.set("router", "2".parse().unwrap());
        assert_eq!(values.of("diego_cell"), MaxInFlight::percent(20));
        assert_eq!(values.of("router"), MaxInFlight::instances(2));
        assert_eq!(values.of("uaa"), MaxInFlight::instances(1));
        for job in ["diego_cell", "router", "uaa"] {
            values.set(job, OpsManagerMaxInFlight::Default);
        }
        assert_eq!(values.of("diego_cell"), MaxInFlight::percent(4));
        assert_eq!(values.of("router"), MaxInFlight::instances(1));
        assert_eq!(values.of("uaa"), MaxInFlight::instances(1));
    }

    #[test]
    fn without_any_value_it_is_one_at_a_time() {
        assert_eq!(MaxInFlightByJob::default().of("diego-cell").in_flight(200), 1);
    }
}
