//! The cells as `bosh --json instances --details` lists them.

use rivera_model::Fleet;
use serde::Serialize;

#[derive(Serialize)]
struct Output {
    #[serde(rename = "Tables")]
    tables: [Table; 1],
}

#[derive(Serialize)]
struct Table {
    #[serde(rename = "Content")]
    content: &'static str,
    #[serde(rename = "Rows")]
    rows: Vec<Row>,
}

/// BOSH prints texts only.
#[derive(Serialize)]
struct Row {
    instance: String,
    process_state: &'static str,
    az: String,
    index: String,
    bootstrap: String,
}

/// The output's text.
pub(super) fn text(fleet: &Fleet) -> Result<String, serde_json::Error> {
    let rows = fleet
        .cells
        .iter()
        .map(|cell| Row {
            instance: format!("{}/{}", fleet.groups[cell.group.index()].name, cell.id),
            process_state: "running",
            az: fleet.zones[cell.zone.index()].clone(),
            index: cell.bosh_index.to_string(),
            bootstrap: cell.bootstrap.to_string(),
        })
        .collect();
    let output = Output { tables: [Table { content: "instances", rows }] };
    Ok(serde_json::to_string_pretty(&output)? + "\n")
}
