//! The body of Ops Manager's `max_in_flight` API: jobs with their values, in the order of the file (D.5).

use std::fmt;

use rivera_limiter::{OpsManagerError, OpsManagerMaxInFlight};
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// The body of a request and of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    pub(crate) max_in_flight: Jobs,
}

/// Each job once, with its value as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Jobs(Vec<(String, Value)>);

/// Why a value is not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The client `om` does not send it. The text is its own.
    #[error(
        "invalid max_in_flight value provided for job '{job}': '{value}'\nvalid options configurations include percentages \
         ('50%'), counts ('2'), and 'default'"
    )]
    Client { job: String, value: String },
    /// Ops Manager does not take it (422). Its text is not published; this one is ours.
    #[error("max_in_flight of job '{job}' cannot be set: {why}")]
    OpsManager { job: String, why: OpsManagerError },
}

impl Jobs {
    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(job, _)| job.as_str()).collect()
    }

    /// Jobs with their values in words.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(job, value)| (job.as_str(), words(value)))
    }

    pub(crate) fn get(&self, job: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| known == job).map(|(_, value)| words(value))
    }

    /// Leaves all other jobs out.
    pub(crate) fn keep(&mut self, job: &str) {
        self.0.retain(|(known, _)| known == job);
    }

    /// Gives a job of the file another value.
    pub(crate) fn set(&mut self, job: &str, value: OpsManagerMaxInFlight) {
        let text = value.to_string();
        let value = text.parse::<u32>().map_or(Value::String(text), Value::from);
        if let Some((_, known)) = self.0.iter_mut().find(|(known, _)| known == job) {
            *known = value;
        }
    }
}

/// A value, if first the client and then Ops Manager takes it.
pub(crate) fn read(job: &str, value: &str) -> Result<OpsManagerMaxInFlight, Refusal> {
    let client_takes = value.contains('%') || value == "default" || value.parse::<i64>().is_ok();
    if !client_takes {
        return Err(Refusal::Client { job: job.to_owned(), value: value.to_owned() });
    }
    value.parse().map_err(|why| Refusal::OpsManager { job: job.to_owned(), why })
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Serialize for Jobs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (job, value) in &self.0 {
            map.serialize_entry(job, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Jobs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EachOnce;

        impl<'de> Visitor<'de> for EachOnce {
            type Value = Jobs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("jobs with their values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Jobs, A::Error> {
                let mut jobs: Vec<(String, Value)> = Vec::new();
                while let Some((job, value)) = map.next_entry::<String, Value>()? {
                    if jobs.iter().any(|(known, _)| *known == job) {
                        return Err(A::Error::custom(format_args!("job {job} occurs a second time")));
                    }
                    jobs.push((job, value));
                }
                Ok(Jobs(jobs))
            }
        }

        deserializer.deserialize_map(EachOnce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_the_client_refuses_in_its_own_words() {
        assert_eq!(
            read("router", "many").unwrap_err().to_string(),
            "invalid max_in_flight value provided for job 'router': 'many'\n\
             valid options configurations include percentages ('50%'), counts ('2'), and 'default'"
        );
    }

    #[test]
    fn d5_ops_manager_refuses_what_is_out_of_bounds() {
        for value in ["0", "-1", "101", "0%", "101%", "x%", "+3"] {
            assert!(matches!(read("router", value), Err(Refusal::OpsManager { .. })), "{value}");
        }
        for value in ["1", "100", "1%", "100%", "default"] {
            assert_eq!(read("router", value).unwrap().to_string(), value);
        }
    }

    #[test]
    fn a_file_keeps_its_order_and_what_is_not_changed() {
        let text = r#"{"max_in_flight":{"z":"default","a":1,"m":"20%"}}"#;
        let mut body: Body = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&body).unwrap(), text);
        body.max_in_flight.set("a", "30%".parse().unwrap());
        body.max_in_flight.set("z", "7".parse().unwrap());
        let changed = r#"{"max_in_flight":{"z":7,"a":"30%","m":"20%"}}"#;
        assert_eq!(serde_json::to_string(&body).unwrap(), changed);
    }
}
