//! Values that check themselves while they are read, so that an error points at their place in the file.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// At least 1.
pub(crate) fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    at_least(deserializer, 1, &"a whole number from 1")
}

/// At least 0.
pub(crate) fn non_negative<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    at_least(deserializer, 0, &"a whole number from 0")
}

fn at_least<'de, D: Deserializer<'de>>(
    deserializer: D,
    least: i32,
    expected: &&'static str,
) -> Result<i32, D::Error> {
    let number = i64::deserialize(deserializer)?;
    i32::try_from(number)
        .ok()
        .filter(|number| *number >= least)
        .ok_or_else(|| D::Error::invalid_value(Unexpected::Signed(number), expected))
}

/// Above 0, at most 1.
pub(crate) fn fraction<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if number > 0.0 && number <= 1.0 {
        return Ok(Some(number));
    }
    Err(D::Error::invalid_value(Unexpected::Float(number), &"a fraction above 0, at most 1"))
}

/// A mean number of instances: from 1 to 1000.
pub(crate) fn mean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if (1.0..=1_000.0).contains(&number) {
        return Ok(Some(number));
    }
    Err(D::Error::invalid_value(Unexpected::Float(number), &"a mean from 1 to 1000"))
}

/// A number of instances: at least 1.
pub(crate) fn instances<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let number = u32::deserialize(deserializer)?;
    if number >= 1 {
        return Ok(Some(number));
    }
    Err(D::Error::invalid_value(Unexpected::Unsigned(0), &"a number of instances from 1"))
}

/// Two numbers, the first from 1 and not above the second.
pub(crate) fn range<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[u32; 2]>, D::Error> {
    let [least, most] = <[u32; 2]>::deserialize(deserializer)?;
    if least >= 1 && least <= most {
        return Ok(Some([least, most]));
    }
    Err(D::Error::custom(format!(
        "[{least}, {most}] is not a range: the first is from 1 and not above the second"
    )))
}

/// A text, number or truth value, as its text: the way BOSH manifests mix them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, true or false")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.to_owned()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Text, E> {
        Ok(Text(truth.to_string()))
    }
}
