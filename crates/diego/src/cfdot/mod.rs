//! What `cfdot` prints: one JSON object a line (H.1 to H.4). Cell states are in [`crate::cell_state`].
//!
//! Only the keys that a fleet is made of have a field. Environments, image credentials and everything else that an
//! operator would not want to see again are skipped while reading.

mod actual;
mod cells;
mod desired;
mod tasks;

pub(crate) use actual::ActualLrp;
pub(crate) use cells::{CellPresence, RootFsEntry};
pub(crate) use desired::{DesiredLrp, SchedulingInfo, VolumeMount, VolumePlacement};
pub(crate) use tasks::TaskRecord;
