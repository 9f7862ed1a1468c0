//! JSON in Go's shape.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads a value; what was read is written, and must be read again alike.
pub(crate) fn reads_again<T: DeserializeOwned + Serialize + PartialEq + Debug>(bytes: &[u8]) -> Option<T> {
    let value: T = serde_json::from_slice(bytes).ok()?;
    let text = serde_json::to_vec(&value).expect("every value can be written");
    assert_eq!(value, serde_json::from_slice(&text).expect("what was written can be read"));
    Some(value)
}
