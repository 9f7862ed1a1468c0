//! `GET /state` of a cell, in Go's JSON (A.13).
//!
//! As Go reads it, `null` stands for the zero value, missing keys too, and unknown keys are ignored. Fields
//! are declared in the order in which Go writes them. Lists that Go writes as `null` are written as `[]`, which
//! Go reads alike.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use compact_str::CompactString;
use rivera_model::{Constraint, Offer, Resources, RootFsProvider};
use serde::de::{Deserializer, IgnoredAny, Visitor};
use serde::{Deserialize, Serialize};

/// Reads `null` as the zero value, as Go does.
pub(crate) fn null_is_zero<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A cell's answer to `GET /state`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CellState {
    /// Where the cell's API is.
    #[serde(deserialize_with = "null_is_zero")]
    pub rep_url: String,
    /// The cell's id; may be empty (A.4).
    #[serde(deserialize_with = "null_is_zero")]
    pub cell_id: String,
    /// BOSH's `spec.index`.
    #[serde(deserialize_with = "null_is_zero")]
    pub cell_index: i64,
    /// Root file system providers by URL scheme.
    #[serde(rename = "RootFSProviders", deserialize_with = "null_is_zero")]
    pub rootfs_providers: BTreeMap<String, Provider>,
    /// What is left; may be negative.
    #[serde(rename = "AvailableResources", deserialize_with = "null_is_zero")]
    pub available: CellResources,
    /// What the cell has.
    #[serde(rename = "TotalResources", deserialize_with = "null_is_zero")]
    pub total: CellResources,
    /// The LRP containers that the cell knows, in any state.
    #[serde(rename = "LRPs", deserialize_with = "null_is_zero")]
    pub lrps: Vec<Lrp>,
    /// The task containers that the cell knows.
    #[serde(rename = "Tasks", deserialize_with = "null_is_zero")]
    pub tasks: Vec<Task>,
    /// Containers that are starting (B.3).
    #[serde(rename = "StartingContainerCount", deserialize_with = "null_is_zero")]
    pub starting_container_count: u32,
    /// The zone's name.
    #[serde(rename = "Zone", deserialize_with = "null_is_zero")]
    pub zone: String,
    /// Whether the cell is evacuating.
    #[serde(rename = "Evacuating", deserialize_with = "null_is_zero")]
    pub evacuating: bool,
    /// Volume drivers.
    #[serde(rename = "VolumeDrivers", deserialize_with = "null_is_zero")]
    pub volume_drivers: Vec<String>,
    /// Tags that an item must have.
    #[serde(rename = "PlacementTags", deserialize_with = "null_is_zero")]
    pub placement_tags: Vec<String>,
    /// Tags that an item may have.
    #[serde(rename = "OptionalPlacementTags", deserialize_with = "null_is_zero")]
    pub optional_placement_tags: Vec<String>,
    /// Memory in MiB that each LRP costs on top of its own, for its proxy (B.1).
    #[serde(rename = "ProxyMemoryAllocationMB", deserialize_with = "null_is_zero")]
    pub proxy_memory_mb: i32,
}

impl CellState {
    /// What the constraint filter looks at (A.7).
    #[must_use]
    pub fn offer(&self) -> Offer {
        Offer {
            rootfs_providers: self
                .rootfs_providers
                .iter()
                .map(|(scheme, provider)| (scheme.clone(), provider.0.clone()))
                .collect(),
            volume_drivers: self.volume_drivers.iter().cloned().collect(),
            placement_tags: self.placement_tags.iter().cloned().collect(),
            optional_placement_tags: self.optional_placement_tags.iter().cloned().collect(),
        }
    }
}

/// Resources as a cell writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CellResources {
    /// Memory in MiB.
    #[serde(rename = "MemoryMB", deserialize_with = "null_is_zero")]
    pub memory_mb: i32,
    /// Disk in MiB.
    #[serde(rename = "DiskMB", deserialize_with = "null_is_zero")]
    pub disk_mb: i32,
    /// Number of containers.
    #[serde(rename = "Containers", deserialize_with = "null_is_zero")]
    pub containers: i32,
}

impl From<CellResources> for Resources {
    fn from(resources: CellResources) -> Self {
        Self::new(resources.memory_mb, resources.disk_mb, resources.containers)
    }
}

impl From<Resources> for CellResources {
    fn from(resources: Resources) -> Self {
        let Resources { memory_mb, disk_mb, containers } = resources;
        Self { memory_mb, disk_mb, containers }
    }
}

/// A root file system provider: `{"type":"arbitrary"}` or `{"set":{"cflinuxfs4":{}},"type":"fixed_set"}`.
///
/// Any other type reads as a provider that never matches, and is written as `null` (A.7.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<ProviderRead>", into = "Option<ProviderWritten>")]
pub struct Provider(pub RootFsProvider);

#[derive(Deserialize, Default)]
#[serde(default)]
struct ProviderRead {
    #[serde(deserialize_with = "null_is_zero")]
    set: BTreeMap<String, IgnoredAny>,
    #[serde(rename = "type", deserialize_with = "null_is_zero")]
    kind: String,
}

#[derive(Serialize)]
struct ProviderWritten {
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<BTreeMap<String, EmptyObject>>,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct EmptyObject {}

impl From<Option<ProviderRead>> for Provider {
    fn from(read: Option<ProviderRead>) -> Self {
        let ProviderRead { set, kind } = read.unwrap_or_default();
        Self(match kind.as_str() {
            "arbitrary" => RootFsProvider::Arbitrary,
            "fixed_set" => RootFsProvider::FixedSet(set.into_keys().collect()),
            _ => RootFsProvider::Unknown,
        })
    }
}

impl From<Provider> for Option<ProviderWritten> {
    fn from(provider: Provider) -> Self {
        match provider.0 {
            RootFsProvider::Arbitrary => Some(ProviderWritten { set: None, kind: "arbitrary" }),
            RootFsProvider::FixedSet(names) => {
                let set = names.into_iter().map(|name| (name, EmptyObject {})).collect();
                Some(ProviderWritten { set: Some(set), kind: "fixed_set" })
            }
            RootFsProvider::Unknown => None,
        }
    }
}

/// An LRP container of a cell, and an LRP in work for a cell.
///
/// A large foundation has hundreds of thousands of them. The short texts that most of them share stand in the record itself,
/// which spares more than half of the allocations.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Lrp {
    /// The start of the instance that the container belongs to; empty in work.
    #[serde(deserialize_with = "null_is_zero")]
    pub instance_guid: String,
    /// The process.
    #[serde(deserialize_with = "null_is_zero")]
    pub process_guid: String,
    /// The instance index.
    #[serde(deserialize_with = "null_is_zero")]
    pub index: i32,
    /// The domain, for example `cf-apps`.
    #[serde(deserialize_with = "null_is_zero")]
    pub domain: CompactString,
    /// Placement tags, in the order of the request.
    #[serde(rename = "PlacementTags", deserialize_with = "null_is_zero")]
    pub placement_tags: Vec<String>,
    /// Volume drivers.
    #[serde(rename = "VolumeDrivers", deserialize_with = "null_is_zero")]
    pub volume_drivers: Vec<String>,
    /// The root file system as a URL.
    #[serde(rename = "RootFs", deserialize_with = "null_is_zero")]
    pub rootfs: CompactString,
    /// Memory in MiB; in a cell's state with proxy memory (B.1).
    #[serde(rename = "MemoryMB", deserialize_with = "null_is_zero")]
    pub memory_mb: i32,
    /// Disk in MiB.
    #[serde(rename = "DiskMB", deserialize_with = "null_is_zero")]
    pub disk_mb: i32,
    /// Process limit; carried, never checked (A.8).
    #[serde(rename = "MaxPids", deserialize_with = "null_is_zero")]
    pub max_pids: i32,
    /// `RUNNING`, `CLAIMED`, `SHUTDOWN` or `CRASHED`; empty in work.
    #[serde(deserialize_with = "null_is_zero")]
    pub state: CompactString,
}

impl Lrp {
    /// What the LRP demands of a cell (A.7).
    #[must_use]
    pub fn constraint(&self) -> Constraint {
        constraint(&self.rootfs, &self.volume_drivers, &self.placement_tags)
    }
}

/// A task container of a cell, and a task in work for a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Task {
    /// The task.
    #[serde(rename = "TaskGuid", deserialize_with = "null_is_zero")]
    pub task_guid: String,
    /// The domain, for example `cf-app-staging`.
    #[serde(rename = "Domain", deserialize_with = "null_is_zero")]
    pub domain: String,
    /// Placement tags, in the order of the request.
    #[serde(rename = "PlacementTags", deserialize_with = "null_is_zero")]
    pub placement_tags: Vec<String>,
    /// Volume drivers.
    #[serde(rename = "VolumeDrivers", deserialize_with = "null_is_zero")]
    pub volume_drivers: Vec<String>,
    /// The root file system as a URL.
    #[serde(rename = "RootFs", deserialize_with = "null_is_zero")]
    pub rootfs: String,
    /// Memory in MiB.
    #[serde(rename = "MemoryMB", deserialize_with = "null_is_zero")]
    pub memory_mb: i32,
    /// Disk in MiB.
    #[serde(rename = "DiskMB", deserialize_with = "null_is_zero")]
    pub disk_mb: i32,
    /// Process limit; carried, never checked (A.8).
    #[serde(rename = "MaxPids", deserialize_with = "null_is_zero")]
    pub max_pids: i32,
    /// State.
    #[serde(deserialize_with = "null_is_zero")]
    pub state: TaskState,
    /// Whether the task failed.
    #[serde(deserialize_with = "null_is_zero")]
    pub failed: bool,
}

impl Task {
    /// What the task demands of a cell (A.7).
    #[must_use]
    pub fn constraint(&self) -> Constraint {
        constraint(&self.rootfs, &self.volume_drivers, &self.placement_tags)
    }
}

/// A task's state: written as a name, read from a name or a number (A.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub enum TaskState {
    /// Not set.
    #[default]
    Invalid,
    /// Waits for a cell.
    Pending,
    /// A cell runs it.
    Running,
    /// It ended.
    Completed,
    /// Its result is being reported.
    Resolving,
}

impl TaskState {
    const ALL: [(&'static str, Self); 5] = [
        ("Invalid", Self::Invalid),
        ("Pending", Self::Pending),
        ("Running", Self::Running),
        ("Completed", Self::Completed),
        ("Resolving", Self::Resolving),
    ];
}

impl<'de> Deserialize<'de> for TaskState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TaskStateVisitor)
    }
}

struct TaskStateVisitor;

impl Visitor<'_> for TaskStateVisitor {
    type Value = TaskState;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a task state: Invalid, Pending, Running, Completed, Resolving or its number from 0 to 4")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<TaskState, E> {
        TaskState::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, state)| *state)
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(name), &self))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<TaskState, E> {
        usize::try_from(number)
            .ok()
            .and_then(|position| TaskState::ALL.get(position))
            .map(|(_, state)| *state)
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(number), &self))
    }
}

/// The three things that the filter looks at, as sets.
pub(crate) fn constraint(rootfs: &str, volume_drivers: &[String], placement_tags: &[String]) -> Constraint {
    let set = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    Constraint {
        rootfs: rootfs.to_owned(),
        volume_drivers: set(volume_drivers),
        placement_tags: set(placement_tags),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_state_is_read_and_written_in_the_order_of_go() {
        let text = concat!(
            r#"{"rep_url":"https://c:1801","cell_id":"c","cell_index":3,"#,
            r#""RootFSProviders":{"docker":{"type":"arbitrary"},"#,
            r#""preloaded":{"set":{"cflinuxfs4":{}},"type":"fixed_set"}},"#,
            r#""AvailableResources":{"MemoryMB":-5,"DiskMB":7,"Containers":1},"#,
            r#""TotalResources":{"MemoryMB":100,"DiskMB":200,"Containers":249},"#,
            r#""LRPs":[{"instance_guid":"i","process_guid":"p","index":1,"domain":"cf-apps","#,
            r#""PlacementTags":[],"VolumeDrivers":[],"RootFs":"preloaded:cflinuxfs4","#,
            r#""MemoryMB":64,"DiskMB":128,"MaxPids":1024,"state":"RUNNING"}],"#,
            r#""Tasks":[{"TaskGuid":"t","Domain":"d","PlacementTags":["a"],"VolumeDrivers":[],"#,
            r#""RootFs":"docker:///x","MemoryMB":1,"DiskMB":2,"MaxPids":0,"state":"Running","failed":false}],"#,
            r#""StartingContainerCount":2,"Zone":"z1","Evacuating":false,"VolumeDrivers":["nfs"],"#,
            r#""PlacementTags":["b"],"OptionalPlacementTags":["o"],"ProxyMemoryAllocationMB":32}"#,
        );
        let state: CellState = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&state).unwrap(), text);
        assert_eq!(Resources::from(state.available), Resources::new(-5, 7, 1));
        let offer = state.offer();
        assert_eq!(offer.rootfs_providers["docker"], RootFsProvider::Arbitrary);
        assert_eq!(
            offer.rootfs_providers["preloaded"],
            RootFsProvider::FixedSet(["cflinuxfs4".into()].into())
        );
        assert_eq!(offer.optional_placement_tags, ["o".to_owned()].into());
        assert_eq!(state.tasks[0].constraint().placement_tags, ["a".to_owned()].into());
    }

    #[test]
    fn null_and_missing_are_zero_and_unknown_keys_are_ignored() {
        let text = r#"{"rep_url":null,"RootFSProviders":null,"LRPs":null,"AvailableResources":null,
            "Tasks":[{"state":null,"failed":null,"PlacementTags":null}],"Evacuating":null,"later":{"x":[1]}}"#;
        let state: CellState = serde_json::from_str(text).unwrap();
        assert_eq!(state, CellState { tasks: vec![Task::default()], ..CellState::default() });
    }

    #[test]
    fn a_provider_of_an_unknown_type_never_matches() {
        let text = r#"{"RootFSProviders":{"a":{"type":"new"},"b":null,"c":{"type":"fixed_set","set":null}}}"#;
        let state: CellState = serde_json::from_str(text).unwrap();
        assert_eq!(state.rootfs_providers["a"].0, RootFsProvider::Unknown);
        assert_eq!(state.rootfs_providers["b"].0, RootFsProvider::Unknown);
        assert_eq!(state.rootfs_providers["c"].0, RootFsProvider::FixedSet(BTreeSet::new()));
        let again: CellState = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
        assert_eq!(again, state);
    }

    #[test]
    fn a_task_state_is_a_name_or_a_number() {
        for (number, (name, state)) in TaskState::ALL.into_iter().enumerate() {
            assert_eq!(serde_json::from_str::<TaskState>(&number.to_string()).unwrap(), state);
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{name}\""));
            assert_eq!(serde_json::from_str::<TaskState>(&format!("\"{name}\"")).unwrap(), state);
        }
        assert!(serde_json::from_str::<TaskState>("5").is_err());
        assert!(serde_json::from_str::<TaskState>("\"Other\"").is_err());
    }
}
