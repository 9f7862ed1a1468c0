//! `bosh --json instances --details` (or `vms`): which cell is the bootstrap instance, and its index (H.5).

use std::path::Path;

use serde::Deserialize;

use crate::cell_state::null_is_zero;
use crate::collector::Collector;
use crate::lines::{parse, read_text};
use crate::{Place, Problem};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Output {
    #[serde(rename = "Tables", deserialize_with = "null_is_zero")]
    tables: Vec<Table>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Table {
    #[serde(rename = "Rows", deserialize_with = "null_is_zero")]
    rows: Vec<Row>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Row {
    /// `group/id`.
    #[serde(deserialize_with = "null_is_zero")]
    instance: String,
    #[serde(deserialize_with = "null_is_zero")]
    index: String,
    #[serde(deserialize_with = "null_is_zero")]
    bootstrap: String,
}

/// What BOSH says of an instance, of cells and others alike.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BoshInstance {
    /// Its instance group.
    pub(crate) group: String,
    pub(crate) id: String,
    /// Only with `--details`.
    pub(crate) index: Option<u32>,
    pub(crate) bootstrap: bool,
}

/// Reads the instances of all groups.
pub(crate) fn read_instances(path: &Path, collector: &mut Collector) -> Vec<BoshInstance> {
    let output: Result<Output, Problem> = read_text(path).and_then(|text| {
        parse(&text).map_err(|(line, column, fault)| Problem::new(Place::line(path, line).at(column), fault))
    });
    match output {
        Ok(output) => output.tables.iter().flat_map(|table| &table.rows).filter_map(instance).collect(),
        Err(problem) => {
            collector.fatal(problem);
            Vec::new()
        }
    }
}

/// Rows without a slash are processes of an instance (`--ps`).
fn instance(row: &Row) -> Option<BoshInstance> {
    let (group, id) = row.instance.split_once('/')?;
    Some(BoshInstance {
        group: group.to_owned(),
        id: id.to_owned(),
        index: row.index.parse().ok(),
        bootstrap: row.bootstrap == "true",
    })
}
