//! A dry run as JSON, schema `rivera.place`.

use rivera_auction::Config;
use serde::Serialize;

use super::dry_run::DryRun;
use crate::json;

/// The version of the schema. It rises when a field changes its meaning or goes; new fields leave it as it is.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    version: u32,
    starting_container_weight: f64,
    bin_pack_first_fit_weight: f64,
    /// `null`: no limit.
    max_starts: Option<i64>,
    #[serde(rename = "auction")]
    dry_run: &'a DryRun,
}

/// A dry run as one JSON value: the same run gives the same bytes. Ends with a line break.
#[must_use]
pub fn place_json(dry_run: &DryRun, config: &Config) -> String {
    json::text(&View {
        schema: "rivera.place",
        version: VERSION,
        starting_container_weight: config.starting_container_weight,
        bin_pack_first_fit_weight: config.bin_pack_first_fit_weight,
        max_starts: Some(config.max_starts).filter(|maximum| *maximum > 0),
        dry_run,
    })
}
