//! Which seeds are run, and when there are enough of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema;

/// The seeds of an experiment. The same seed gives the same apps in every setting, so that differences between settings
/// are those of pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Seeds {
    /// The first seed; the others follow it.
    pub first: u64,
    /// Runs of each setting.
    #[schemars(range(min = 1, max = 10_000))]
    pub count: u64,
    /// With `precision_percent`: at most so many runs of each setting.
    #[schemars(range(min = 1, max = 10_000))]
    pub most: u64,
    /// Seeds are added to a setting until the 95 % interval of the median of each of `precision_of` reaches at most so many
    /// percent of the median to either side.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100))]
    pub precision_percent: Option<f64>,
    /// Keys of the metrics for which that is asked.
    #[schemars(schema_with = "schema::metrics")]
    pub precision_of: Vec<String>,
}

impl Default for Seeds {
    fn default() -> Self {
        Self {
            first: 1,
            count: 10,
            most: 100,
            precision_percent: None,
            precision_of: vec!["duration_s".to_owned()],
        }
    }
}

impl Seeds {
    /// More runs of a setting than anybody waits for.
    pub const MOST: u64 = 10_000;

    /// The seeds that every setting has.
    #[must_use]
    pub fn always(&self) -> std::ops::Range<u64> {
        self.first..self.first + self.count
    }

    /// What is wrong, with its key.
    pub(crate) fn problem(&self) -> Option<(&'static str, String)> {
        let range = |value: u64| (1..=Self::MOST).contains(&value);
        let expected =
            |value: u64| format!("a whole number from 1 to {} is needed, it is {value}", Self::MOST);
        if !range(self.count) {
            return Some(("count", expected(self.count)));
        }
        if !range(self.most) {
            return Some(("most", expected(self.most)));
        }
        if self.precision_percent.is_some() && self.most < self.count {
            return Some(("most", format!("at least `count` is needed, which is {}", self.count)));
        }
        if self.first.checked_add(Self::MOST).is_none() {
            return Some(("first", format!("at most {} is needed", u64::MAX - Self::MOST)));
        }
        let percent = self.precision_percent.unwrap_or(1.0);
        (!(percent > 0.0 && percent < 100.0)).then(|| {
            ("precision_percent", format!("a number above 0 and below 100 is needed, it is {percent}"))
        })
    }
}
