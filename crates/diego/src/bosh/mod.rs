//! What BOSH knows of the deployment: its manifest, and its list of instances (H.5, D.1 to D.3).

mod instances;
mod known;
mod manifest;

pub(crate) use instances::{BoshInstance, read_instances};
pub(crate) use manifest::{Said, read_manifest};
