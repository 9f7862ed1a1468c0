//! The values of a YAML tree that we know, by their path; everything else is passed over unread.
//!
//! Properties may be nested (`diego: {rep: {...}}`), flat-keyed (`diego.rep.polling_interval_in_seconds: 30`)
//! or both (H.5). A manifest is full of secrets: what is not a known fact never leaves the parser.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use crate::facts::FACTS;

/// A key of `update` that holds for a group as a whole, and so is no fact of the cells alone (D.2).
pub(super) const SERIAL: &str = "serial";

/// Known values by path, as written, with their place.
#[derive(Debug, Default)]
pub(crate) struct Known(BTreeMap<&'static str, Spanned<String>>);

impl Known {
    pub(crate) fn get(&self, path: &str) -> Option<&Spanned<String>> {
        self.0.get(path)
    }
}

impl<'de> Deserialize<'de> for Known {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut known = Self::default();
        Subtree { prefix: "", known: &mut known }.deserialize(deserializer)?;
        Ok(known)
    }
}

/// The part of the tree below a path.
struct Subtree<'a> {
    prefix: &'a str,
    known: &'a mut Known,
}

impl<'de> DeserializeSeed<'de> for Subtree<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Subtree<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let path = if self.prefix.is_empty() { key } else { format!("{}.{key}", self.prefix) };
            let known = FACTS.iter().map(|fact| fact.path).chain([SERIAL]).find(|&known| known == path);
            if let Some(known) = known {
                // `null` means that nothing is said.
                if let Some(value) = map.next_value::<Option<Spanned<String>>>()? {
                    self.known.0.insert(known, value);
                }
            } else if FACTS.iter().any(|fact| begins(fact.path, &path)) {
                map.next_value_seed(Subtree { prefix: &path, known: self.known })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    // A list or a single value where we would look for keys belongs to a property of the same name that is not ours.

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// Whether `path` goes on below `start`.
fn begins(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.starts_with('.'))
}
