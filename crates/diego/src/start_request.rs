//! What is sent to the auctioneer and to a cell: start requests (A.12) and work (A.13), in Go's JSON.

use rivera_model::Constraint;
use serde::{Deserialize, Serialize};

use crate::cell_state::{Lrp, Task, constraint, null_is_zero};

/// A request to start instances of one process: one element of the body of `POST /v1/lrps`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LrpStart {
    /// The process.
    #[serde(deserialize_with = "null_is_zero")]
    pub process_guid: String,
    /// The domain, for example `cf-apps`.
    #[serde(deserialize_with = "null_is_zero")]
    pub domain: String,
    /// The instances to start; each becomes an auction of its own (A.2).
    #[serde(deserialize_with = "null_is_zero")]
    pub indices: Vec<i32>,
    /// Placement tags.
    #[serde(rename = "PlacementTags", deserialize_with = "null_is_zero")]
    pub placement_tags: Vec<String>,
    /// Volume drivers.
    #[serde(rename = "VolumeDrivers", deserialize_with = "null_is_zero")]
    pub volume_drivers: Vec<String>,
    /// The root file system as a URL.
    #[serde(rename = "RootFs", deserialize_with = "null_is_zero")]
    pub rootfs: String,
    /// Memory in MiB of one instance.
    #[serde(rename = "MemoryMB", deserialize_with = "null_is_zero")]
    pub memory_mb: i32,
    /// Disk in MiB of one instance.
    #[serde(rename = "DiskMB", deserialize_with = "null_is_zero")]
    pub disk_mb: i32,
    /// Process limit; carried, never checked (A.8).
    #[serde(rename = "MaxPids", deserialize_with = "null_is_zero")]
    pub max_pids: i32,
}

/// A request to start a task: one element of the body of `POST /v1/tasks`. It has the shape of a cell's task.
pub type TaskStart = Task;

/// The body of `POST /work`, and of the answer, which lists what the cell could not take.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Work {
    /// LRPs.
    #[serde(rename = "LRPs", deserialize_with = "null_is_zero")]
    pub lrps: Vec<Lrp>,
    /// Tasks.
    #[serde(rename = "Tasks", deserialize_with = "null_is_zero")]
    pub tasks: Vec<Task>,
    /// The cell that the work is for; not written when empty.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_is_zero")]
    pub cell_id: String,
}

/// Why a start request is skipped (A.12). The texts are Diego's, its spelling included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStart {
    /// An LRP without a process.
    #[error("proccess guid is empty")]
    ProcessGuidEmpty,
    /// An LRP without a domain.
    #[error("domain is empty")]
    DomainEmpty,
    /// An LRP without indices.
    #[error("indices must not be empty")]
    NoIndices,
    /// An LRP of negative size.
    #[error("resources cannot be less than 0")]
    LrpSizeNegative,
    /// A task without a guid.
    #[error("task guid is empty")]
    TaskGuidEmpty,
    /// A task of negative size.
    #[error("resources cannot be less than zero")]
    TaskSizeNegative,
    /// No root file system.
    #[error("placement constraint cannot be empty")]
    ConstraintEmpty,
}

impl LrpStart {
    /// Whether the auctioneer takes the request. Negative indices are not refused (A.5).
    ///
    /// # Errors
    /// [`InvalidStart`]: the first thing that is wrong, in the order of its variants.
    pub fn validate(&self) -> Result<(), InvalidStart> {
        if self.process_guid.is_empty() {
            Err(InvalidStart::ProcessGuidEmpty)
        } else if self.domain.is_empty() {
            Err(InvalidStart::DomainEmpty)
        } else if self.indices.is_empty() {
            Err(InvalidStart::NoIndices)
        } else if self.memory_mb < 0 || self.disk_mb < 0 {
            Err(InvalidStart::LrpSizeNegative)
        } else if self.rootfs.is_empty() {
            Err(InvalidStart::ConstraintEmpty)
        } else {
            Ok(())
        }
    }

    /// What each instance demands of a cell (A.7).
    #[must_use]
    pub fn constraint(&self) -> Constraint {
        constraint(&self.rootfs, &self.volume_drivers, &self.placement_tags)
    }
}

impl TaskStart {
    /// Whether the auctioneer takes the request.
    ///
    /// # Errors
    /// [`InvalidStart`]: the first thing that is wrong, in the order of its variants.
    pub fn validate(&self) -> Result<(), InvalidStart> {
        if self.task_guid.is_empty() {
            Err(InvalidStart::TaskGuidEmpty)
        } else if self.memory_mb < 0 || self.disk_mb < 0 {
            Err(InvalidStart::TaskSizeNegative)
        } else if self.rootfs.is_empty() {
            Err(InvalidStart::ConstraintEmpty)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_requests_are_read_and_written_in_the_order_of_go() {
        let lrp = concat!(
            r#"{"process_guid":"p","domain":"cf-apps","indices":[0,1],"PlacementTags":[],"VolumeDrivers":[],"#,
            r#""RootFs":"preloaded:cflinuxfs4","MemoryMB":256,"DiskMB":1024,"MaxPids":1024}"#,
        );
        let task = concat!(
            r#"{"TaskGuid":"t","Domain":"cf-app-staging","PlacementTags":[],"VolumeDrivers":[],"#,
            r#""RootFs":"preloaded:cflinuxfs4","MemoryMB":1024,"DiskMB":4096,"MaxPids":0,"#,
            r#""state":"Invalid","failed":false}"#,
        );
        let read: LrpStart = serde_json::from_str(lrp).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), lrp);
        assert_eq!(read.validate(), Ok(()));
        let read: TaskStart = serde_json::from_str(task).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), task);
        assert_eq!(read.validate(), Ok(()));
    }

    #[test]
    fn work_omits_an_empty_cell_id() {
        assert_eq!(serde_json::to_string(&Work::default()).unwrap(), r#"{"LRPs":[],"Tasks":[]}"#);
        let work: Work = serde_json::from_str(r#"{"LRPs":null,"Tasks":null,"cell_id":"c"}"#).unwrap();
        assert_eq!(serde_json::to_string(&work).unwrap(), r#"{"LRPs":[],"Tasks":[],"cell_id":"c"}"#);
    }

    #[test]
    fn an_invalid_start_is_named_in_the_words_of_diego() {
        let good = LrpStart {
            process_guid: "p".into(),
            domain: "d".into(),
            indices: vec![-1],
            rootfs: "docker:///x".into(),
            ..LrpStart::default()
        };
        let text = |start: LrpStart| start.validate().unwrap_err().to_string();
        assert_eq!(good.validate(), Ok(()));
        assert_eq!(text(LrpStart::default()), "proccess guid is empty");
        assert_eq!(text(LrpStart { domain: String::new(), ..good.clone() }), "domain is empty");
        assert_eq!(text(LrpStart { indices: vec![], ..good.clone() }), "indices must not be empty");
        assert_eq!(text(LrpStart { disk_mb: -1, ..good.clone() }), "resources cannot be less than 0");
        assert_eq!(text(LrpStart { rootfs: String::new(), ..good }), "placement constraint cannot be empty");
        let task = TaskStart { task_guid: "t".into(), memory_mb: -1, ..TaskStart::default() };
        assert_eq!(task.validate(), Err(InvalidStart::TaskSizeNegative));
        assert_eq!(TaskStart::default().validate(), Err(InvalidStart::TaskGuidEmpty));
    }
}
