//! What BOSH updates: groups, their order and their settings, the steps of one instance, and what is away meanwhile.

pub(crate) mod absence;
pub(crate) mod component;
pub(crate) mod deployment_plan;
pub(crate) mod group_settings;
pub(crate) mod instance_update;
pub(crate) mod manifest_values;
pub(crate) mod outage;
pub(crate) mod surplus;
pub(crate) mod together;
