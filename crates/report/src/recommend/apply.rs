//! How a setting is made: for BOSH, and for Ops Manager.

use rivera_experiment::recommend::Places;
use rivera_sim::Setting;
use serde::Serialize;

/// The lines and calls that make a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Apply {
    /// An operations file for a manifest (D.1, A.6).
    pub(super) ops_file: String,
    /// The call that sets `max_in_flight` in Ops Manager (D.5), with the guids to be filled in.
    pub(super) om_call: String,
    /// The field of the tile that the limit of starts is set in (D.6).
    pub(super) tile_field: String,
    /// What was varied beside the two throttles, each in a sentence with where it is set; often empty.
    pub(super) others: Vec<String>,
}

impl Apply {
    pub(super) fn of(setting: Setting, places: &Places, others: Vec<String>) -> Self {
        let Setting { max_in_flight, max_starts } = setting;
        let value = max_in_flight.to_string();
        let cells = places.cells.iter().map(|group| (group, &value)).chain(&places.own).map(|(group, value)| {
            format!("- type: replace\n  path: /instance_groups/name={group}/update?/max_in_flight\n  value: {value}\n")
        });
        let starts = format!(
            "- type: replace\n  path: /instance_groups/name={}/jobs/name=auctioneer/properties/diego/auctioneer?/starting_container_count_maximum\n  value: {}\n",
            places.auctioneer,
            max_starts.to_config()
        );
        // Ops Manager takes a number as a number and a percentage as text (D.5).
        let text = max_in_flight.to_string();
        let value = if text.ends_with('%') { format!("\"{text}\"") } else { text };
        Self {
            ops_file: cells.collect::<String>() + &starts,
            om_call: format!(
                "om curl --request PUT \\\n  --path /api/v0/staged/products/PRODUCT_GUID/max_in_flight \\\n  --data '{{\"max_in_flight\": {{\"DIEGO_CELL_JOB_GUID\": {value}}}}}'\n"
            ),
            tile_field: format!("Max Inflight Container Starts: {}", max_starts.maximum().unwrap_or(0)),
            others,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_text_and_a_number_is_a_number() {
        let places = Places {
            cells: vec!["diego-cell".to_owned()],
            own: [("iso".to_owned(), "1".to_owned())].into(),
            auctioneer: "scheduler".to_owned(),
        };
        let of = |cells: &str, starts: &str| {
            let setting =
                Setting { max_in_flight: cells.parse().unwrap(), max_starts: starts.parse().unwrap() };
            Apply::of(setting, &places, Vec::new())
        };
        let percent = of("10%", "200");
        assert!(percent.om_call.contains("\"DIEGO_CELL_JOB_GUID\": \"10%\""), "{}", percent.om_call);
        assert_eq!(
            percent.ops_file,
            "- type: replace\n  path: /instance_groups/name=diego-cell/update?/max_in_flight\n  value: 10%\n\
             - type: replace\n  path: /instance_groups/name=iso/update?/max_in_flight\n  value: 1\n\
             - type: replace\n  path: /instance_groups/name=scheduler/jobs/name=auctioneer/properties/diego/auctioneer?/starting_container_count_maximum\n  value: 200\n"
        );
        let number = of("20", "none");
        assert!(number.om_call.contains("\"DIEGO_CELL_JOB_GUID\": 20}"), "{}", number.om_call);
        assert!(number.ops_file.ends_with("value: 0\n"), "{}", number.ops_file);
    }
}
